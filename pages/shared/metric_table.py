"""The table of metrics: the model beside its baselines, each with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.domain.metric import find_metric
from engine.domain.words import with_interval

Values = Sequence[Mapping[str, Any]]


def rows(model: Values, baselines: Mapping[str, Values]) -> list[dict[str, str]]:
    """Put the metrics of the model and of the named baselines side by side, and say what each means."""
    beside = {label: {one["name"]: one for one in values} for label, values in baselines.items()}
    return [
        {
            "metric": find_metric(one["name"]).title,
            "this model": _written(one),
            **{
                label: _written(values[one["name"]]) if one["name"] in values else ""
                for label, values in beside.items()
            },
            "what it says": find_metric(one["name"]).meaning,
        }
        for one in model
    ]


def classes(found: Values) -> list[dict[str, Any]]:
    """Put precision, recall and F1 of each class on one line."""
    return [
        {
            "class": one["label"],
            "rows": one["rows"],
            "said": one["said"],
            **{
                title: _written(one[name]) if one[name]["value"] is not None else "not defined"
                for name, title in (("precision", "precision"), ("recall", "recall"), ("f1", "F1"))
            },
        }
        for one in found
    ]


def _written(one: Mapping[str, Any]) -> str:
    return with_interval(one["value"], one["low"], one["high"])
