"""The Git history of an exported repository: one commit for each part, so that it can be read in order.

Every commit carries the time of the export: the code was written then, and no other history is pretended.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path

from engine.domain.writeup import Profile

_STAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Say what is asked, of which data, and under which licence",
        ("README.md", "LICENSE", "CITATION.cff", "DATASET_CARD.md", "references/*", ".gitignore", ".gitattributes"),
    ),
    (
        "Fetch the data and check its hash",
        ("pyproject.toml", "requirements.txt", "data/*", "*/__init__.py", "*/config.py", "*/dataset.py"),
    ),
    ("Clean the data and build the columns", ("*/features.py", "*/plots.py")),
    ("Fit the recorded model and predict", ("*/modeling/__init__.py", "*/modeling/train.py", "*/modeling/predict.py")),
    ("Score the model on the sealed rows", ("*/modeling/evaluate.py", "reports/*")),
    ("Test the code, the data and the model", ("tests/*",)),
    ("Tell the story: notebook, model card, decisions", ("notebooks/*", "MODEL_CARD.md", "docs/*")),
    ("Answer predictions over HTTP", ("service/*", "Dockerfile", "compose.yaml", ".dockerignore")),
    ("Start in another language", ("starters/*",)),
    ("Reproduce it with one command, here and on each push", ("Makefile", ".github/*", ".vscode/*")),
    ("Publish the page with its evidence and the checker", ("*",)),
)
"""What each commit says and holds; a file belongs to the first stage that names it."""


def write_history(folder: Path, paths: Sequence[str], profile: Profile, now: datetime) -> int:
    """Make a folder a Git repository of staged commits on the branch ``main``.

    Parameters
    ----------
    folder : Path
        Folder of the files; it holds no ``.git`` yet.
    paths : sequence of str
        Files to commit, relative to the folder, with ``/`` between their parts. Others stay out.
    profile : Profile
        Its name and address are the author's.
    now : datetime
        Time of every commit.

    Returns
    -------
    int
        Number of commits.
    """
    # Loaded here: only an export needs it.
    from dulwich.config import StackedConfig
    from dulwich.repo import Repo

    # The settings of whoever exports (line ends, signing, hooks) must not change the bytes that are sealed.
    config = StackedConfig([])
    author = identity(profile)
    seconds, zone = now.timestamp(), int((now.utcoffset() or now - now).total_seconds())
    with Repo.init(str(folder), config=config, default_branch=b"main") as repo:
        tree = repo.get_worktree()
        done = 0
        for message, names in staged(paths):
            tree.stage(names, config=config)
            tree.commit(
                message=message.encode(),
                author=author,
                committer=author,
                author_timestamp=seconds,
                commit_timestamp=seconds,
                author_timezone=zone,
                commit_timezone=zone,
                no_verify=True,
                sign=False,
                config=config,
            )
            done += 1
    return done


def staged(paths: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Sort files into the commits that they belong to; a commit without a file is left out."""
    parts: dict[str, list[str]] = {message: [] for message, _ in _STAGES}
    for path in sorted(paths):
        parts[next(message for message, patterns in _STAGES if any(_fits(path, one) for one in patterns))].append(path)
    return [(message, names) for message, names in parts.items() if names]


def _fits(path: str, pattern: str) -> bool:
    if pattern == "*":
        return True
    # A star at the beginning stands for the one folder of the package, not for any folder.
    first, _, rest = path.partition("/")
    if pattern.startswith("*/"):
        return first not in ("tests", "evidence") and fnmatchcase(rest, pattern.removeprefix("*/"))
    return fnmatchcase(path, pattern)


def identity(profile: Profile) -> bytes:
    """Write the author as Git does; without characters that would end a name or an address early."""
    clean = {"<": "", ">": "", "\n": " ", "\r": " ", "\0": ""}
    name, email = ("".join(clean.get(sign, sign) for sign in text).strip() for text in (profile.name, profile.email))
    return f"{name or 'The author'} <{email}>".encode()
