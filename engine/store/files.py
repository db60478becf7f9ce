"""Large bytes: content-addressed files beside the database, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from engine.errors import NotFoundError, StorageError
from engine.settings import Settings
from engine.store.db import storage_faults

_BLOCK = 1024**2


def sha256_of(path: Path) -> str:
    """Hash a file (hexadecimal SHA-256)."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``; move it there at the end, so that no half file ever stands there.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written.
    """
    with storage_faults(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-", suffix=path.suffix)
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            with temporary.open("rb") as stream:
                os.fsync(stream.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def put_dataset(settings: Settings, write: Callable[[Path], object]) -> tuple[str, int]:
    """Store a Parquet file under its own hash.

    Parameters
    ----------
    settings : Settings
    write : callable
        Writes the Parquet bytes to the path that it is given.

    Returns
    -------
    tuple of (str, int)
        SHA-256 of the file and its size in bytes.
    """
    folder = settings.home / "datasets"
    with storage_faults(settings.home):
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".writing-", suffix=".parquet")
        os.close(handle)
        temporary = Path(name)
        try:
            write(temporary)
            digest, size = sha256_of(temporary), temporary.stat().st_size
            temporary.replace(folder / f"{digest}.parquet")
        finally:
            temporary.unlink(missing_ok=True)
    return digest, size


def hash_dataset(settings: Settings, write: Callable[[Path], object]) -> tuple[str, int]:
    """Hash a table as Parquet without keeping it; returns SHA-256 and size in bytes."""
    with storage_faults(settings.home), tempfile.TemporaryDirectory(dir=_made(settings.home)) as folder:
        path = Path(folder) / "whole.parquet"
        write(path)
        return sha256_of(path), path.stat().st_size


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def dataset_path(settings: Settings, sha256: str) -> Path:
    """Find a stored table.

    Raises
    ------
    NotFoundError
        If its file is gone.
    """
    path = settings.home / "datasets" / f"{sha256}.parquet"
    if not path.is_file():
        raise NotFoundError("data file", path.name, hint="Restore a backup, or bring the data in again.")
    return path


def checked_dataset_path(settings: Settings, sha256: str) -> Path:
    """Find a stored table and make sure that its bytes are the ones that were stored.

    Raises
    ------
    NotFoundError
        If its file is gone.
    StorageError
        If its file was changed.
    """
    path = dataset_path(settings, sha256)
    if sha256_of(path) != sha256:
        raise StorageError(
            f"The stored data file {path.name[:12]}… was changed on disk.",
            hint="Restore a backup, or bring the data in again.",
        )
    return path


def put_intake(settings: Settings, source: Path | BinaryIO) -> tuple[str, int]:
    """Keep a file that was brought, as it is, under its own hash; returns SHA-256 and size in bytes.

    Its name never becomes a path, and neither does its ending: what it is, its content says.
    """
    folder = settings.home / "incoming"
    with storage_faults(settings.home):
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".writing-")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as target:
                if isinstance(source, Path):
                    with source.open("rb") as stream:
                        shutil.copyfileobj(stream, target, _BLOCK)
                else:
                    shutil.copyfileobj(source, target, _BLOCK)
            digest, size = sha256_of(temporary), temporary.stat().st_size
            temporary.replace(folder / digest)
        finally:
            temporary.unlink(missing_ok=True)
    return digest, size


def intake_path(settings: Settings, sha256: str) -> Path:
    """Find a file that was brought. Raises ``NotFoundError`` if it is gone."""
    path = settings.home / "incoming" / sha256
    if not sha256 or not path.is_file():
        raise NotFoundError("file", sha256[:12] or "that was to be fetched", hint="Bring the file again.")
    return path


def remove_intake(settings: Settings, sha256: str) -> None:
    """Throw a file that was brought away; nothing if it is gone already."""
    with storage_faults(settings.home):
        (settings.home / "incoming" / sha256).unlink(missing_ok=True)
