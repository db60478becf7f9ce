"""Settings: read once from the environment, then frozen and passed down."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs
import psutil

from engine.errors import InputError

APP_NAME = "proofolio"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the environment may change."""

    home: Path
    """Folder of the database and of everything a person made (``PROOFOLIO_HOME``)."""
    threads: int = 2
    """Threads a worker may use (``PROOFOLIO_THREADS``; by default the cores this process may use)."""
    max_upload_bytes: int = 500 * 1024**2
    """Largest file that is read, in bytes (``PROOFOLIO_MAX_UPLOAD_MB``, in mebibytes)."""
    max_rows: int = 5_000_000
    """Most rows that are read from one file."""
    max_columns: int = 1_500
    """Most columns that are read from one file."""
    heartbeat_seconds: float = 1.0
    """How often a worker says that it lives."""
    memory_bytes: int = 4 * 1024**3
    """Memory that the process of a run may hold (``PROOFOLIO_MEMORY_MB``, in mebibytes; by default three quarters of
    what the machine, or the container around this process, has)."""
    lost_after_seconds: float = 30.0
    """Silence after which a worker whose process cannot be found any more counts as lost."""

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.home / "proofolio.db"

    def run_folder(self, run_id: int) -> Path:
        """Folder of the bytes of one run: predictions, model, log, traceback."""
        return self.home / "runs" / str(run_id)


def available_cores() -> int:
    """Count the cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def available_memory() -> int:
    """Say how much memory there is for this process, in bytes: that of the machine, or of the container around it."""
    total = int(psutil.virtual_memory().total)
    for name in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            text = Path(name).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if text.isdigit():
            total = min(total, int(text))
    return total


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Raises
    ------
    InputError
        If a value is not a positive whole number.
    """
    env = os.environ if environ is None else environ
    home = env.get("PROOFOLIO_HOME") or platformdirs.user_data_dir(APP_NAME, appauthor=False)
    return Settings(
        home=Path(home).expanduser().resolve(),
        threads=_positive(env, "PROOFOLIO_THREADS", available_cores()),
        max_upload_bytes=_positive(env, "PROOFOLIO_MAX_UPLOAD_MB", 500) * 1024**2,
        memory_bytes=_positive(env, "PROOFOLIO_MEMORY_MB", available_memory() * 3 // 4 // 1024**2) * 1024**2,
    )


def _positive(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, "")
    if not text:
        return default
    if not text.isdigit() or int(text) == 0:
        raise InputError(f"{name} is {text!r}, not a positive whole number.", hint="Correct or remove it.")
    return int(text)
