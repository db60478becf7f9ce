"""Taking everything that a person made out of the home folder, and bringing it back."""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

from engine.errors import InputError, NotFoundError, StateError
from engine.settings import Settings
from engine.store import runs
from engine.store.db import connect, storage_faults
from engine.store.files import whole_file
from engine.store.snapshot import check_database, copy_database

DATABASE = "proofolio.db"
_FOLDERS = ("datasets", "runs", "keys", "attachments")
_LEFT_OUT = (".writing-",)


def backup(settings: Settings, path: Path) -> dict[str, Any]:
    """Write the database, the data files, the runs, attached files and the signing key into one zip file.

    Raises
    ------
    NotFoundError
        If the home folder does not exist.
    StorageError
        If the file cannot be written; an older backup of that name stays as it was.
    """
    if not settings.database.is_file():
        raise NotFoundError("home folder with a database", str(settings.home), hint="There is nothing to back up yet.")
    with tempfile.TemporaryDirectory() as folder, whole_file(path.resolve()) as target:
        # A copy made by SQLite is consistent even while a worker is writing.
        snapshot = Path(folder) / DATABASE
        copy_database(settings, snapshot)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            archive.write(snapshot, DATABASE)
            names = [DATABASE]
            for name in _files(settings.home):
                archive.write(settings.home / name, name.as_posix())
                names.append(name.as_posix())
    return {"file": str(path), "files": len(names), "bytes": path.stat().st_size}


def restore(settings: Settings, path: Path) -> dict[str, Any]:
    """Bring a backup back into a home folder that holds no database yet.

    Raises
    ------
    NotFoundError, InputError
        If the file is missing, no backup, or holds names that leave the folder.
    StateError
        If the home folder already holds a database: nothing that stands is ever overwritten.
    """
    if not path.is_file():
        raise NotFoundError("backup", str(path), hint="Check the path.")
    if settings.database.exists():
        raise StateError(
            f"{settings.home} already holds a database.", hint="Set PROOFOLIO_HOME to an empty folder, then restore."
        )
    with storage_faults(settings.home):
        settings.home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=settings.home.parent, prefix=".restoring-") as folder:
            names = _unpack(path, Path(folder))
            check_database(Path(folder) / DATABASE)
            settings.home.mkdir(parents=True, exist_ok=True)
            # The database comes last: a restore that is interrupted can simply be repeated.
            for name in sorted(names, key=lambda one: one == DATABASE):
                target = settings.home / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(Path(folder) / name, target)
                if name.startswith("keys/"):
                    target.chmod(stat.S_IRUSR | stat.S_IWUSR)
    with connect(settings) as db:
        count = len(runs.all_of(db))
    return {"home": str(settings.home), "files": len(names), "runs": count}


def _files(home: Path) -> list[Path]:
    """List the files beside the database, relative to the home folder."""
    paths = [path for folder in _FOLDERS for path in sorted((home / folder).rglob("*"))]
    kept = [p for p in paths if p.is_file() and not p.is_symlink() and not p.name.startswith(_LEFT_OUT)]
    return [path.relative_to(home) for path in kept]


def _unpack(path: Path, folder: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]
            if DATABASE not in names:
                raise InputError(f"{path.name} is no backup of Proofolio.", hint="Choose a file that 'backup' wrote.")
            for name in names:
                parts = PurePosixPath(name).parts
                if name != DATABASE and (parts[0] not in _FOLDERS or ".." in parts):
                    raise InputError(f"{path.name} holds a file outside its folder.", hint="Do not restore this file.")
            archive.extractall(folder)
    except zipfile.BadZipFile as error:
        raise InputError(
            f"{path.name} is not a readable zip file.", hint="Choose a file that 'backup' wrote."
        ) from error
    return names
