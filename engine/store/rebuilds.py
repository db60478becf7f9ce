"""What became of building a project's exported repository again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from engine.domain.clock import from_text, to_text
from engine.store.db import insert, rows


def add(db: Database, project: str, *, ok: bool, reason: str, faults: Sequence[str], at: datetime) -> None:
    """Store one rebuild; earlier ones stay."""
    insert(
        db,
        "rebuilds",
        {
            "project": project,
            "ok": int(ok),
            "reason": reason,
            "faults": json.dumps(list(faults)),
            "created_at": to_text(at),
        },
    )


def latest(db: Database, project: str) -> dict[str, Any] | None:
    """Fetch the newest rebuild: ``ok``, ``reason``, ``faults``, ``at`` and ``day``."""
    found = rows(db, "SELECT * FROM rebuilds WHERE project = :project ORDER BY id DESC LIMIT 1", {"project": project})
    for row in found:
        at = from_text(row["created_at"])
        return {
            "ok": bool(row["ok"]),
            "reason": row["reason"],
            "faults": json.loads(row["faults"]),
            "at": at,
            "day": f"{at.day} {at:%B %Y}",
        }
    return None
