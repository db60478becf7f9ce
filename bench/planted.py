"""Hits and false alarms of every check: faults planted into real tables, and the same tables without them."""

from __future__ import annotations

import time
from typing import Any

from bench.record import write
from tests.data.checks.planted import LEAKS, PLANTERS, measure
from tests.data.checks.sets import PARTS


def summary(table: dict[str, dict[str, Any]]) -> dict[str, dict[str, float | int]]:
    """Add the leak codes up for each part of the tables."""
    added: dict[str, dict[str, float | int]] = {}
    for part in PARTS:
        sums = {
            key: sum(table[code][part][key] for code in LEAKS) for key in ("planted", "hits", "clean", "false_alarms")
        }
        rates = {"hit_rate": sums["hits"] / sums["planted"], "false_alarm_rate": sums["false_alarms"] / sums["clean"]}
        added[part] = {**sums, **{name: round(rate, 4) for name, rate in rates.items()}}
    return added


if __name__ == "__main__":
    began = time.monotonic()
    found: dict[str, dict[str, Any]] = measure(tuple(PLANTERS))
    write(
        "planted",
        {
            "leaks": summary(found),
            "codes": found,
            "tables": {part: len(names) for part, names in PARTS.items()},
            "seconds": round(time.monotonic() - began, 1),
        },
    )
