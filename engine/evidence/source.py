"""Where a portfolio to be verified comes from: a folder, a zip file or an address."""

from __future__ import annotations

import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from engine.errors import InputError, NotFoundError
from engine.evidence.document import FILE
from engine.evidence.fetch import fetch

MOST_ENTRIES = 20_000
MOST_BYTES = 500 * 1024**2
_BLOCK = 1024**2


@contextmanager
def opened(source: str | Path) -> Iterator[Path]:
    """Give the folder in which the ``evidence.json`` of a source stands.

    Parameters
    ----------
    source : str or Path
        A folder (a site or one project of it), a zip file of one, or an ``http(s)`` address.

    Raises
    ------
    InputError
        If it is none of that, too large, or holds no ``evidence.json``.
    """
    text = str(source)
    if text.lower().startswith(("http://", "https://")):
        with tempfile.TemporaryDirectory(prefix="proofolio-verify-") as folder:
            fetch(text, Path(folder))
            yield Path(folder)
        return
    path = Path(source).expanduser()
    if not path.exists():
        raise NotFoundError("file or folder", text, hint="Give the folder of a portfolio, its zip file or its address.")
    if path.is_dir():
        yield _with_evidence(path, text)
    elif zipfile.is_zipfile(path):
        with tempfile.TemporaryDirectory(prefix="proofolio-verify-") as folder:
            extract(path, Path(folder))
            yield _with_evidence(_inner(Path(folder)), text)
    elif path.name == FILE:
        yield _with_evidence(path.parent, text)
    else:
        raise _no_portfolio(text)


def extract(path: Path, folder: Path) -> None:
    """Unpack a zip file that somebody else made.

    Raises
    ------
    InputError
        If it is broken, too large, or an entry points outside the folder.
    """
    left = MOST_BYTES
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check_entries(path.name, entries)
            for entry in entries:
                target = folder / entry.filename
                target.parent.mkdir(parents=True, exist_ok=True)
                left = _write(archive, entry, target, left, path.name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError, OSError, ValueError) as error:
        raise InputError(f"The zip file {path.name} cannot be unpacked: {error}.", hint="Pack it again.") from error


def _check_entries(name: str, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise _too_large(name)
    for entry in entries:
        parts = PurePosixPath(entry.filename).parts
        linked = stat.S_ISLNK(entry.external_attr >> 16)
        # Names that start with a slash, climb, or carry a drive or a backslash have no place in a portfolio.
        tricky = entry.filename.startswith("/") or ".." in parts or set(entry.filename) & set("\\:\0")
        if linked or tricky:
            raise InputError(
                f"The zip file {name} holds an entry that points outside of it.", hint="Do not unpack it by hand."
            )
    if len({entry.filename for entry in entries}) < len(entries):
        raise InputError(f"The zip file {name} holds two entries of one name.", hint="Pack it again.")


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, left: int, name: str) -> int:
    # What the header says about sizes is not trusted: the bytes are counted as they come.
    with archive.open(entry) as stream, target.open("xb") as out:
        while block := stream.read(_BLOCK):
            left -= len(block)
            if left < 0:
                raise _too_large(name)
            out.write(block)
    return left


def _too_large(name: str) -> InputError:
    return InputError(
        f"The zip file {name} is too large for a portfolio.",
        hint=f"At most {MOST_BYTES // 1024**2} MB in {MOST_ENTRIES:,} files are unpacked.",
    )


def _inner(folder: Path) -> Path:
    """Step into the one folder that many zip programs put around everything."""
    children = [child for child in folder.iterdir() if child.name != "__MACOSX"]
    if len(children) == 1 and children[0].is_dir() and not (folder / FILE).exists():
        return children[0]
    return folder


def _with_evidence(folder: Path, text: str) -> Path:
    if not (folder / FILE).is_file():
        raise _no_portfolio(text)
    return folder


def _no_portfolio(text: str) -> InputError:
    return InputError(
        f"{text} is not a published portfolio: it holds no {FILE}.",
        hint="Give the folder that 'proofolio publish' wrote, its zip file or its address.",
    )
