"""Putting a finished site in its place: whole, and without touching a file that is not ours.

The new site is built in a folder beside its place. If nothing stands there yet, that folder is moved
there in one step. Otherwise its files replace the old ones one by one, each old one kept until all are
in place; a fault in between puts everything back, and so does the next publication after a power cut.
Our own files are those that the old ``evidence.json`` lists, if our key signed it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import InputError
from engine.evidence.document import FILE, SIGNATURE, decode
from engine.evidence.keys import AuthorKey, is_signed
from engine.store.db import storage_faults
from engine.store.files import sha256_of

_KEPT = ".proofolio-replaced"
"""Folder of the files that are being replaced; it stands there only while that goes on."""

_ADDED = ".added"
"""File in it with the names that are being added, one a line."""


@contextmanager
def replacing(out: Path, key: AuthorKey, *, store: Path) -> Iterator[Path]:
    """Give an empty folder beside ``out`` to build in; at the end its files take their place in ``out``.

    Parameters
    ----------
    out : Path
        Folder of the site. It may hold other files, but none under the name of a page.
    key : AuthorKey
        Tells our own earlier publication from somebody else's.
    store : Path
        The home folder of the application, which can be no site.

    Raises
    ------
    InputError
        If ``out`` cannot be the folder of a site; nothing is changed then.
    StorageError
        If the disk is full or the folder cannot be written; the old site stands as it did.
    """
    out = out.expanduser().absolute()
    _check_place(out, store)
    with storage_faults(out.parent):
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.is_dir():
            _put_back(out)
        own = _own_files(out, key)
        building = Path(tempfile.mkdtemp(prefix=f".{out.name}.building-", dir=out.parent))
        try:
            building.chmod(0o755)
            yield building
            _check_foreign(out, own, building)
            _place(building, out, own)
        finally:
            shutil.rmtree(building, ignore_errors=True)


def _check_place(out: Path, store: Path) -> None:
    resolved = out.resolve()
    homes = (Path.home().resolve(), store.resolve())
    if any(resolved == home or resolved in home.parents for home in homes):
        raise InputError(f"A site cannot be written to {out}.", hint="Choose a folder of its own, such as 'site'.")
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file, not a folder.", hint="Choose another folder.")
    if out.is_symlink():
        raise InputError(f"{out} is a link to another place.", hint="Give that place itself.")


def _own_files(out: Path, key: AuthorKey) -> dict[str, str | None]:
    """List the files of our own earlier publication: path to hash (``None`` for the evidence itself)."""
    evidence, signature = out / FILE, out / SIGNATURE
    if not evidence.is_file() or not signature.is_file():
        return {}
    data = evidence.read_bytes()
    if not is_signed(data, signature.read_text(encoding="ascii", errors="replace"), key.public):
        return {}
    return {**{one.path: one.sha256 for one in decode(data).files}, FILE: None, SIGNATURE: None}


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def _check_foreign(out: Path, own: dict[str, str | None], building: Path) -> None:
    """Refuse to write over a file that an earlier publication with this key did not make."""
    for name in _files(building):
        if name not in own and os.path.lexists(out / name):
            raise InputError(
                f"{out} already holds a file {name!r} that was not published from here.",
                hint="Choose an empty folder, or move that file away.",
            )


def _place(building: Path, out: Path, own: dict[str, str | None]) -> None:
    if not out.exists():
        building.replace(out)
        return
    kept = out / _KEPT
    new = _files(building)
    # What was changed by hand since is somebody's work: it is left where it is, though no page needs it.
    outdated = [name for name, digest in own.items() if name not in new and _is_unchanged(out / name, digest)]
    kept.mkdir()
    added = [name for name in new if not os.path.lexists(out / name)]
    (kept / _ADDED).write_text("\n".join(added), encoding="utf-8")
    try:
        for name in (*outdated, *new):
            if os.path.lexists(out / name):
                _move(out / name, kept / name)
            if name in new:
                _move(building / name, out / name)
    except BaseException:
        _put_back(out)
        raise
    # Renamed first: from here on the new site counts, and a leftover is no reason to put the old one back.
    done = kept.with_name(f"{_KEPT}-done")
    shutil.rmtree(done, ignore_errors=True)
    kept.replace(done)
    shutil.rmtree(done, ignore_errors=True)
    _drop_empty_folders(out, outdated)


def _is_unchanged(path: Path, digest: str | None) -> bool:
    return path.is_file() and digest is not None and sha256_of(path) == digest


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)


def _put_back(out: Path) -> None:
    """Undo a replacement that did not come to its end, in this process or in an earlier one."""
    shutil.rmtree(out / f"{_KEPT}-done", ignore_errors=True)
    kept = out / _KEPT
    if not kept.is_dir():
        return
    added = (kept / _ADDED).read_text(encoding="utf-8").splitlines() if (kept / _ADDED).is_file() else []
    for name in added:
        (out / name).unlink(missing_ok=True)
    for name in _files(kept):
        if name != _ADDED:
            _move(kept / name, out / name)
    shutil.rmtree(kept)
    _drop_empty_folders(out, added)


def _drop_empty_folders(out: Path, names: list[str]) -> None:
    for name in names:
        for folder in (out / name).parents:
            if folder == out or not folder.is_dir() or any(folder.iterdir()):
                break
            folder.rmdir()
