"""The trial log as a hash chain: each line names the hash of the line before it.

Taking a trial out, adding one or changing a digit breaks the chain at that line. The hash of the last
line stands in ``evidence.json`` (``log_head``), which is signed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.domain.clock import to_text
from engine.domain.run import Trial

FIRST = "0" * 64
"""What the first line names as the hash before it."""


@dataclass(frozen=True, kw_only=True)
class Chain:
    """What was found in a trial log."""

    count: int
    head: str
    broken_at: int | None
    """Number of the first line (from 1) that does not fit the one before it."""


def lines(trials: Iterable[Trial]) -> Iterator[str]:
    """Write trials as linked lines, oldest first; a failed one is a line too."""
    previous = FIRST
    for trial in trials:
        line = json.dumps(
            {
                "previous": previous,
                "run": trial.run_id,
                "trial": trial.number,
                "family": trial.family,
                "kind": str(trial.kind),
                "config": dict(trial.config),
                "ok": trial.ok,
                "score": trial.score,
                "low": trial.low,
                "high": trial.high,
                "fold_scores": list(trial.fold_scores),
                "fit_seconds": trial.fit_seconds,
                "at": to_text(trial.created_at),
            },
            ensure_ascii=True,
            allow_nan=False,
            separators=(",", ":"),
        )
        previous = _hash(line)
        yield line


def check(text: str) -> Chain:
    """Follow a trial log from its first line to its last."""
    previous, count, broken = FIRST, 0, None
    # Only the line feed ends a line: the text of a line may hold what Unicode also calls a line break.
    for line in text.removesuffix("\n").split("\n") if text else ():
        count += 1
        if broken is None and _named(line) != previous:
            broken = count
        previous = _hash(line)
    return Chain(count=count, head=previous, broken_at=broken)


def _named(line: str) -> object:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry.get("previous") if isinstance(entry, dict) else None


def _hash(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()
