from pathlib import Path

import pytest

from engine.publish.repo.reading import faults

README = "# Churn\n\n**ROC AUC 0.84** on 989 rows.\n\n" + "\n".join(
    f"## {name}\n\n    make reproduce\n"
    for name in (
        *("The question", "Data and licence", "Run it", "Errors and limits", "Layout", "How it was made", "Licence"),
    )
)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "tests" / "code").mkdir(parents=True)
    (tmp_path / "tests" / "code" / "test_code.py").write_text("")
    (tmp_path / "README.md").write_text(README)
    (tmp_path / "LICENSE").write_text("MIT")
    (tmp_path / "requirements.txt").write_text("numpy==2.4.6\npandas==3.1.1\n")
    return tmp_path


def test_a_whole_repository_has_no_fault(repository: Path) -> None:
    assert faults(repository) == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("README.md", "Hello", "do not say what it is"),
        ("README.md", README.replace("## Layout", ""), "Layout"),
        ("requirements.txt", "numpy\n", "not pinned"),
        ("requirements.txt", "", "not pinned"),
        ("settings.env", "-----BEGIN RSA PRIVATE KEY-----", "secret"),
    ],
)
def test_what_is_missing_or_should_not_be_there_is_said(repository: Path, name: str, text: str, said: str) -> None:
    (repository / name).write_text(text)
    found = faults(repository)
    assert any(said in one for one in found), found


def test_files_that_are_gone_and_empty_folders_are_said(repository: Path) -> None:
    (repository / "empty").mkdir()
    (repository / "LICENSE").unlink()
    (repository / "README.md").unlink()
    (repository / "tests" / "code" / "test_code.py").unlink()
    text = " ".join(faults(repository))
    for said in ("no README", "no licence", "no tests", "empty is empty"):
        assert said in text
