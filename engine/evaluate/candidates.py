"""Ours and what was made elsewhere, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.domain.metric import Metric
from engine.domain.words import with_interval
from engine.metrics.compare import WITHIN_CHANCE


def candidates_words(rows: Sequence[Mapping[str, Any]], metric: Metric, sealed: int) -> str:
    """Say which candidate stands first on the sealed rows, and whether that is beyond chance.

    Parameters
    ----------
    rows : sequence of mapping
        Best first: ``name kind value low high difference``, as :func:`engine.actions.candidates.board` gives them.
    metric : Metric
    sealed : int
        Count of the sealed rows.
    """
    first = rows[0]
    where = f"on the {sealed:,} sealed rows"
    score = f"{metric.title} {with_interval(first['value'], first['low'], first['high'])}"
    if first["kind"] == "best":
        theirs = next((one for one in rows if one["kind"] == "elsewhere"), None)
        gap = theirs["difference"] if theirs else None
        if theirs is None or gap is None:
            return f"Our model stands first {where}: {score}."
        chance = "within chance" if gap["verdict"] == WITHIN_CHANCE else "beyond chance"
        return f"Our model stands first {where}, before “{theirs['name']}” {chance}: {score}."
    named = f"“{first['name']}”" if first["kind"] == "elsewhere" else f"The {first['name']}"
    gap = first["difference"]
    if gap is None or gap["verdict"] == WITHIN_CHANCE:
        return f"{named} stands first {where}, within chance of our model: {score}."
    return f"{named} beats our model {where}, beyond chance: {score}."
