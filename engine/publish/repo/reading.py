"""Looking at an exported repository as a stranger would: what a reviewer misses, as sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

LARGEST = 50 * 1024**2
"""Bytes of a file from which on hosts of Git warn."""
TOP_LINES = 14

_SECTIONS = ("The question", "Data and licence", "Run it", "Errors and limits", "Layout", "How it was made", "Licence")
_SECRET = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b")
_PINNED = re.compile(r"[A-Za-z0-9._-]+==\S+")


def faults(folder: Path) -> list[str]:
    """List what is missing from a repository, or should not be in it.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    list of str
        One sentence each; empty where nothing is wrong.
    """
    return [*_readme(folder), *_files(folder)]


def _readme(folder: Path) -> Iterator[str]:
    path = folder / "README.md"
    if not path.is_file():
        yield "There is no README."
        return
    text = path.read_text(encoding="utf-8")
    top = "\n".join(text.splitlines()[:TOP_LINES])
    if not top.startswith("# ") or not re.search(r"\d", top):
        yield "The first lines of the README do not say what it is and what came out."
    missing = [name for name in _SECTIONS if f"## {name}" not in text]
    if missing:
        yield f"The README has no section “{missing[0]}”."
    if "make reproduce" not in text:
        yield "The README does not say how to run it."


def _files(folder: Path) -> Iterator[str]:
    if not (folder / "LICENSE").is_file():
        yield "There is no licence."
    pins = folder / "requirements.txt"
    lines = pins.read_text(encoding="utf-8").split() if pins.is_file() else []
    if not lines or not all(_PINNED.fullmatch(line) for line in lines):
        yield "The packages are not pinned to versions."
    if not list((folder / "tests").rglob("test_*.py")):
        yield "There are no tests."
    for path in sorted(folder.rglob("*")):
        if {".venv", ".git"} & set(path.parts) or "data" in path.relative_to(folder).parts[:1]:
            continue
        if path.is_dir() and not any(path.iterdir()):
            yield f"The folder {path.relative_to(folder)} is empty."
        elif path.is_file() and path.stat().st_size > LARGEST:
            yield f"{path.relative_to(folder)} is larger than 50 MB."
        elif (
            path.is_file() and path.stat().st_size < 10**6 and _SECRET.search(path.read_text("utf-8", errors="replace"))
        ):
            yield f"{path.relative_to(folder)} holds what looks like a secret key."
