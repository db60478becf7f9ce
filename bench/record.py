"""Writing a result down, with the machine's size and the versions that gave it."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

RESULTS = Path(__file__).parent / "results"
_LIBRARIES = (
    "streamlit",
    "flaml",
    "scikit-learn",
    "pandas",
    "lightgbm",
    "catboost",
    "xgboost-cpu",
    "shap",
    "sqlite-utils",
)


def write(name: str, measured: dict[str, Any]) -> None:
    """Write ``bench/results/<name>.json`` and show it."""
    document = {
        "measured": measured,
        "at": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": {
            "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
            "memory_gib": round(psutil.virtual_memory().total / 1024**3, 1),
            "system": platform.system(),
            "python": platform.python_version(),
        },
        "versions": {library: version(library) for library in _LIBRARIES},
    }
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(document, indent=2)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    print(text)
