"""How often the range of "what another minute brings" held what came, on recorded searches.

``results/searches.json`` holds the scored trials of searches of 60 s on two cores, each as the second at which it ended
and its loss (lower is better), the dummy left out. At many moments of each search the estimate is made from what was
known then, and compared with what the rest of the search brought. The two constants of the estimate were set on these
very searches.

    python -m bench.outlook
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.record import write
from engine.automl.outlook import LEVEL, expected_gain

_SEARCHES = Path(__file__).parent / "results" / "searches.json"
_MOMENTS = range(6, 50, 2)
_SPANS = (5, 10, 15, 20, 30, 40)
_BEGIN = 3.0
"""Seconds before the first trials, which is the start of the process."""


def recorded() -> list[dict[str, Any]]:
    """Read the recorded searches."""
    found: list[dict[str, Any]] = json.loads(_SEARCHES.read_text(encoding="utf-8"))
    return found


def coverage(searches: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Compare what was expected with what came, at many moments of each search."""
    looks = {one["task"]: _looks(one["trials"]) for one in searches}
    every = [look for found in looks.values() for look in found]
    return {
        "level": LEVEL,
        "looks": len(every),
        "held": statistics.fmean(look["held"] for look in every),
        "improved": statistics.fmean(look["gain"] > 0 for look in every),
        "chance": statistics.fmean(look["chance"] for look in every),
        "by_task": {task: round(statistics.fmean(one["held"] for one in found), 3) for task, found in looks.items()},
    }


def _looks(trials: Sequence[Sequence[float]]) -> list[dict[str, Any]]:
    found = []
    for moment in _MOMENTS:
        known = [loss for second, loss in trials if second <= moment]
        for span in _SPANS:
            outlook = expected_gain(known, moment - _BEGIN, seconds=span)
            if outlook is None or moment + span > trials[-1][0] + 1:
                continue
            later = [loss for second, loss in trials if moment < second <= moment + span]
            gain = max(min(known) - min(later, default=min(known)), 0.0)
            held = outlook.low <= gain <= outlook.high
            found.append({"held": held, "gain": gain, "chance": outlook.chance})
    return found


if __name__ == "__main__":
    write("outlook", coverage(recorded()))
