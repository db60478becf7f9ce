"""The history of an exported repository: in stages, complete, byte for byte, whatever is set on this machine."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dulwich.repo import Repo

from engine.domain.writeup import Profile
from engine.publish.repo.history import identity, staged, write_history

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
FILES = {
    "README.md": b"# Homes\r\n",
    ".gitignore": b"data/raw/\n",
    "data/README.md": b"how to get it",
    "data/raw/table.parquet": b"rows",
    "homes/__init__.py": b"",
    "homes/dataset.py": b"fetch\n",
    "homes/features.py": b"clean\n",
    "homes/modeling/train.py": b"fit\n",
    "homes/modeling/evaluate.py": b"score\n",
    "tests/code/test_code.py": b"\r\n\r\n",
    "notebooks/1.0-story.ipynb": b"{}",
    "Makefile": b"reproduce:\n",
    "evidence/projects/homes/index.html": b"<p>",
    "check.py": b"check",
    "na\u00efve \u202e name.txt": b"odd",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # Settings that would change bytes, names and the way of committing.
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".gitconfig").write_text(
        "[core]\nautocrlf = true\n[user]\nname = Somebody Else\n[commit]\ngpgsign = true\n[init]\ndefaultBranch = odd\n"
    )
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    made = tmp_path / "repository"
    for name, data in FILES.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_bytes(data)
    return made


def write(folder: Path, profile: Profile) -> int:
    return write_history(folder, [name for name in FILES if name != "data/raw/table.parquet"], profile, NOW)


def test_each_part_is_a_commit_of_its_own(folder: Path) -> None:
    count = write(folder, Profile(name="Ada L.", email="ada@example.org"))
    with Repo(str(folder)) as repo:
        commits = [entry.commit for entry in repo.get_walker()]
        assert len(commits) == count == 9
        assert repo.refs.read_ref(b"HEAD") == b"ref: refs/heads/main"
        assert {commit.author for commit in commits} == {b"Ada L. <ada@example.org>"}
        assert {commit.commit_time for commit in commits} == {int(NOW.timestamp())}
        assert commits[-1].message == b"Say what is asked, of which data, and under which licence"
        changed = [[change.new.path for change in entry.changes()] for entry in repo.get_walker(reverse=True)]
    assert changed[0] == [b".gitignore", b"README.md"]
    assert [b"homes/features.py"] in changed
    assert [b"homes/modeling/evaluate.py"] in changed


def test_every_byte_is_kept_and_nothing_else_is_there(folder: Path) -> None:
    write(folder, Profile())
    with Repo(str(folder)) as repo:
        kept = {
            entry.path.decode(): repo[entry.sha].data
            for entry in repo.object_store.iter_tree_contents(repo[repo.head()].tree)
        }
    assert kept == {name: data for name, data in FILES.items() if name != "data/raw/table.parquet"}


@pytest.mark.skipif(shutil.which("git") is None, reason="needs Git")
def test_git_itself_finds_nothing_wrong(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, Profile(name="Ada", email="ada@example.org"))
    (Path(folder).parent / "home" / ".gitconfig").unlink()
    subprocess.run(["git", "fsck", "--strict"], cwd=folder, check=True, capture_output=True)
    told = subprocess.run(["git", "status", "--porcelain"], cwd=folder, check=True, capture_output=True, text=True)
    assert told.stdout == ""


@pytest.mark.parametrize(
    ("name", "email", "wanted"),
    [
        ("Ada", "a@b.c", "Ada <a@b.c>"),
        ("", "", "The author <>"),
        ("A <b>\nauthor evil", "x>\n<y", "A b author evil <x y>"),
        ("\u05d0\u05d3\u05d4", "", "\u05d0\u05d3\u05d4 <>"),
    ],
)
def test_an_author_is_one_line(name: str, email: str, wanted: str) -> None:
    assert identity(Profile(name=name, email=email)) == wanted.encode()


def test_a_file_belongs_to_one_commit_and_none_is_lost() -> None:
    found = staged(FILES)
    names = [name for _, part in found for name in part]
    assert sorted(names) == sorted(FILES)
    assert all(part for _, part in found)
