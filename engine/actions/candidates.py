"""The leaderboard of the hold-out: ours and what was made elsewhere, scored together at an opening."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.actions import submission
from engine.domain.metric import find_metric
from engine.domain.run import Opening
from engine.domain.submission import SUBMISSION
from engine.domain.words import family_name
from engine.evaluate.candidates import candidates_words
from engine.settings import Settings
from engine.store import projects, results, trials
from engine.store.db import connect

OURS = ("best", "simple", "dummy")
_NAMES = {"simple": "simple model", "dummy": "dummy"}


def board(settings: Settings, slug: str) -> dict[str, Any]:
    """Put all candidates of the newest opening side by side, and list what waits for one.

    Returns
    -------
    dict
        ``metric sealed`` (count of the rows) ``openings``; ``words`` (empty while nothing is scored); ``rows``, best
        first: ``rank name kind`` (best, simple, dummy or elsewhere) ``language note labels_only value low high
        tie_group difference{value low high verdict} opening`` (at which of them it was first scored); ``waiting``:
        submissions that no opening has scored, as :func:`engine.actions.submission.describe` gives them.
    """
    with connect(settings) as db:
        metric = find_metric(projects.get(db, slug).problem.metric)
        sealed = projects.get_split(db, slug).holdout_rows
        openings = [one for one in results.openings(db, slug) if one.result]
        family = trials.get(db, openings[-1].trial_id).family if openings else ""
    known = {one["submission"]: one for one in submission.listed(settings, slug)}
    rows = [
        _row(place, one, known, family, len(openings))
        for place, one in enumerate(_board_of(openings[-1]) if openings else (), start=1)
    ]
    return {
        "metric": metric.id,
        "sealed": sealed,
        "openings": len(openings),
        "words": candidates_words(rows, metric, sealed) if rows else "",
        "rows": rows,
        "waiting": [one for one in known.values() if not one["scored"]],
    }


def _row(
    rank: int, one: Mapping[str, Any], known: Mapping[int, Mapping[str, Any]], family: str, newest: int
) -> dict[str, Any]:
    """Say whose a candidate is."""
    name = str(one["candidate"])
    if name in OURS:
        whose = {
            "name": _NAMES.get(name) or f"ours: {family_name(family)}",
            "kind": name,
            "language": "",
            "note": "",
            "labels_only": False,
            "opening": newest,
        }
    else:
        theirs = known[int(name.removeprefix(SUBMISSION))]
        whose = {key: theirs[key] for key in ("name", "language", "note", "labels_only", "opening")}
        whose["kind"] = "elsewhere"
    return {"rank": rank, **whose, **{key: one.get(key) for key in _SCORES}}


_SCORES = ("value", "low", "high", "tie_group", "difference")


def _board_of(opening: Opening) -> list[dict[str, Any]]:
    """Return the board of an opening; one that is older than boards is put together from its scores."""
    result = opening.result
    if "board" in result:
        return list(result["board"])
    metric = find_metric(opening.metric)
    values = {"best": result["metrics"], "simple": result.get("simple") or (), "dummy": result["baseline"]}
    values |= {f"{SUBMISSION}{one['submission']}": one["metrics"] for one in result.get("submissions", ())}
    gaps = {f"{SUBMISSION}{one['submission']}": one["difference"] for one in result.get("submissions", ())}
    rows = [
        {"candidate": name, "difference": gaps.get(name), "tie_group": None}
        | {key: score[key] for key in ("value", "low", "high")}
        for name, scores in values.items()
        for score in scores
        if score["name"] == metric.id
    ]
    return sorted(rows, key=lambda row: -row["value"] if metric.higher_is_better else row["value"])
