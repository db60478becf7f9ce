"""Sentences about what else is known of a model: rows it has not seen, and the exact values of its trees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain.metric import find_metric
from engine.domain.words import number, with_interval
from engine.explain.words import listed

_NAMED = 3


def held_out_words(found: Mapping[str, Any]) -> list[str]:
    """Say which columns the score needs on rows that the model has not seen, and of which that is not shown.

    Parameters
    ----------
    found : mapping
        What :func:`engine.explain.held_out.permutation` returns.
    """
    title = find_metric(found["metric"]).title
    needed = [one for one in found["columns"] if one["low"] is not None and one["low"] > 0]
    rows = f"On {number(found['rows'])} rows that were held out of the fit"
    if not needed:
        return [f"{rows}, no column was shown to be needed: each one, mixed up, leaves {title} within chance."]
    first, *others = needed[:_NAMED]
    sentences = [
        f"{rows}, {title} is {number(found['score'])}. With {first['column']} mixed up between rows it is worse by "
        f"{with_interval(first['value'], first['low'], first['high'])}."
    ]
    if others:
        parts = [f"{one['column']} by {with_interval(one['value'], one['low'], one['high'])}" for one in others]
        sentences.append(f"With {listed(parts)}.")
    if found["not_shown"]:
        sentences.append(
            f"For {number(found['not_shown'])} of {number(found['shown'] + found['not_shown'])} columns the interval "
            "reaches zero: these rows do not show that the model needs them."
        )
    sentences += [
        f"{listed(one['columns'])} move together. Mixed up together, they make {title} worse by "
        f"{with_interval(one['value'], one['low'], one['high'])}; one alone may be missed less, since the others stand "
        "in for it."
        for one in [one for one in found["groups"] if one["low"] is not None and one["low"] > 0][:_NAMED]
    ]
    return sentences


def tree_words(found: Mapping[str, Any]) -> list[str]:
    """Say what the exact values of a tree model add.

    Parameters
    ----------
    found : mapping
        What :func:`engine.explain.trees.explain_trees` returns.
    """
    first = found["importance"][0]
    return [
        f"The trees were also taken apart exactly, on {number(found['sample_rows'])} rows and on the scale on which "
        f"they are added up ({found['scale']}). There {first['column']} counts most. The parts add up to what the "
        f"model says: the largest gap is {number(found['additivity_error'])} of its largest value."
    ]


def extended(payload: dict[str, Any], **more: dict[str, Any] | None) -> dict[str, Any]:
    """Return an explanation with ``held_out`` and ``trees`` and their sentences, before the one on its limits.

    Sentences of earlier ones are replaced.
    """
    earlier = _said(payload)
    *before, limits = (sentence for sentence in payload["words"] if sentence not in earlier)
    payload = payload | more
    return payload | {"words": [*before, *_said(payload), limits]}


def _said(payload: Mapping[str, Any]) -> list[str]:
    said = held_out_words(payload["held_out"]) if payload.get("held_out") else []
    return said + (tree_words(payload["trees"]) if payload.get("trees") else [])
