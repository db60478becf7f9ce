"""Scores: the leaderboard, baselines beside the best, folds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import altair as alt

from engine.charts.figure import BEST, INK, ROLES, Figure, data, figure, role_scale, shape_scale
from engine.domain.metric import Metric
from engine.domain.words import family_name, number, with_interval

_ROW_HEIGHT = 30
_TICKS = 6
_FAR_BEHIND = 1.5
"""A dummy is out of the picture where the gap to it is so many times the span of all others."""
_BRACKET_AT, _BRACKET_ROOM = 0.06, 0.16
"""Where a bracket stands beyond the longest interval, and the room kept for it, as shares of the span."""


def direction(metric: Metric) -> str:
    """Say which way is better."""
    return "higher is better" if metric.higher_is_better else "lower is better"


def leaderboard(board: Sequence[Mapping[str, Any]], metric: Metric, rows_scored: int | None = None) -> Figure:
    """Draw the models with their intervals, best first; a bracket holds together those that are tied."""
    near = _near(board)
    rows = [_board_row(row) for row in near]
    tied = [row for row in board if row["tie_group"] == 1]
    title = (
        f"{_model(board[0])} leads, and no other model ties with it"
        if len(tied) == 1
        else f"{len(tied)} models cannot be told apart at the top"
    )
    low, high = min(row["low"] for row in rows), max(row["high"] for row in rows)
    span = (high - low) or abs(high) or 1.0
    scale = alt.Scale(domain=[low - 0.04 * span, high + _BRACKET_ROOM * span], nice=False, zero=False)
    y = _in_order([row["model"] for row in rows])
    roles = ["best", "simple", "dummy"]
    layers = [*_interval_layers(rows, y, scale, metric, roles, "score")]
    groups = _groups(rows)
    if groups:
        layers += _brackets(groups, y, high + _BRACKET_AT * span, 0.012 * span)
    on = f" on {rows_scored:,} rows" if rows_scored else ""
    return figure(
        alt.LayerChart(layer=list(layers)).properties(height=_ROW_HEIGHT * len(rows)),
        title=title,
        subtitle=f"{metric.title} with 95 % interval{on}; circle: candidate, square: simple model, triangle: dummy"
        + ("; bracket: cannot be told apart" if groups else "")
        + (f"; out of the picture: dummy {number(board[-1]['score'])}" if len(near) < len(board) else ""),
        table=board,
        alt_text=f"{title}. "
        + "; ".join(f"{row['model']} {with_interval(row['score'], row['low'], row['high'])}" for row in rows),
    )


def _near(board: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Leave out a dummy that is so far behind that nothing could be seen of the others."""
    rivals = [row for row in board if row["kind"] != "dummy"]
    if len(rivals) < 2 or board[-1]["kind"] != "dummy":
        return list(board)
    ends = [_or(row[end], row["score"]) for row in rivals for end in ("low", "high")]
    gap = min(abs(board[-1]["score"] - end) for end in ends)
    return rivals if gap > _FAR_BEHIND * (max(ends) - min(ends)) else list(board)


def _in_order(names: Sequence[str]) -> alt.Y:
    """Place rows in the order given.

    The domain is spelled out, since Vega-Lite drops the sort of layers whose data differ and falls back to the
    alphabet, where "10." stands before "2.".
    """
    scale = alt.Scale(domain=list(names))
    return alt.Y("model:N", sort=list(names), scale=scale, title=None, axis=alt.Axis(labelLimit=240))


def _board_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "model": f"{row['rank']}. {_model(row)}",
        "score": row["score"],
        "low": _or(row["low"], row["score"]),
        "high": _or(row["high"], row["score"]),
        "role": row["kind"] if row["kind"] in ("dummy", "simple") else "best",
        "tie": row["tie_group"],
    }


def _interval_layers(
    rows: Sequence[Mapping[str, Any]], y: alt.Y, scale: alt.Scale, metric: Metric, roles: Sequence[str], value: str
) -> tuple[alt.Chart, alt.Chart]:
    """Draw each row as an interval with its value on it, coloured and shaped by role."""
    title = f"{metric.title} ({direction(metric)})"
    axis = alt.Axis(tickCount=_TICKS)
    colour = alt.Color("role:N", scale=role_scale(roles), legend=None)
    base = alt.Chart(data(rows)).encode(y=y, color=colour)
    bars = base.mark_rule(strokeWidth=4, opacity=0.55).encode(
        x=alt.X("low:Q", scale=scale, title=title, axis=axis), x2="high:Q"
    )
    points = base.mark_point(size=100, filled=True, opacity=1).encode(
        x=alt.X(f"{value}:Q", scale=scale, title=title, axis=axis),
        shape=alt.Shape("role:N", scale=shape_scale(roles), legend=None),
        tooltip=["model:N", *(alt.Tooltip(f"{one}:Q", format=".4f") for one in (value, "low", "high"))],
    )
    return bars, points


def _groups(rows: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """List the tie groups of at least two models, each with its models from the best down."""
    groups = [[row["model"] for row in members] for _, members in groupby(rows, key=lambda row: row["tie"])]
    return [models for models in groups if len(models) > 1]


def _brackets(groups: Sequence[Sequence[str]], y: alt.Y, at: float, cap: float) -> list[alt.Chart]:
    """Draw a bracket around each group, open towards the intervals."""
    spines = [{"model": models[0], "last": models[-1], "at": at} for models in groups]
    caps = [{"model": model, "at": at, "from": at - cap} for models in groups for model in (models[0], models[-1])]
    words = [{"model": models[len(models) // 2], "at": at, "word": "tied"} for models in groups]
    return [
        alt.Chart(data(spines)).mark_rule(color=INK, strokeWidth=1.5).encode(y=y, y2="last:N", x="at:Q"),
        alt.Chart(data(caps)).mark_rule(color=INK, strokeWidth=1.5).encode(y=y, x="from:Q", x2="at:Q"),
        alt.Chart(data(words))
        .mark_text(align="left", dx=5, fontSize=11, color=INK)
        .encode(y=y, x="at:Q", text="word:N"),
    ]


def _model(row: Mapping[str, Any]) -> str:
    role = {"simple": " (simple model)", "default": " (default)"}.get(row["kind"], "")
    return f"{family_name(row['family'])}{role}"


def comparison(payload: Mapping[str, Any], metric: Metric) -> Figure:
    """Draw the main metric of the model, the simple model and the dummy with intervals."""
    values = [("best", payload["metrics"][0])]
    values += [
        (role, next(one for one in payload["baselines"][role] if one["name"] == payload["metrics"][0]["name"]))
        for role in ("simple", "dummy")
        if payload["baselines"].get(role)
    ]
    names = {"best": "this model", "simple": "simple model", "dummy": "dummy"}
    rows = [
        {
            "role": role,
            "model": names[role],
            "value": one["value"],
            "low": _or(one["low"], one["value"]),
            "high": _or(one["high"], one["value"]),
        }
        for role, one in values
    ]
    y = _in_order([row["model"] for row in rows])
    scale = alt.Scale(zero=False, nice=False, padding=28)
    layers = _interval_layers(rows, y, scale, metric, [row["role"] for row in rows], "value")
    said = {one["against"]: one["verdict"] for one in payload["differences"] if one["metric"] == metric.id}
    verdict = said.get("simple") or said.get("dummy") or ""
    title = f"Against the simple model: {verdict}" if "simple" in said else f"Against the dummy: {verdict}"
    return figure(
        alt.LayerChart(layer=list(layers)).properties(height=46 * len(rows)),
        title=title,
        subtitle=f"{metric.title} with 95 % interval on {payload['rows']:,} rows that were not fitted on",
        table=rows,
        alt_text=title
        + ". "
        + "; ".join(f"{row['model']} {with_interval(row['value'], row['low'], row['high'])}" for row in rows),
    )


def folds(payload: Mapping[str, Any], metric: Metric) -> Figure:
    """Draw the score of each fold beside the score on all rows."""
    rows = [{"fold": f"fold {one['fold']}", "value": one["value"], "rows": one["rows"]} for one in payload["folds"]]
    whole = payload["metrics"][0]["value"]
    values = [row["value"] for row in rows if row["value"] is not None]
    x = alt.X(
        "value:Q",
        scale=alt.Scale(zero=False, padding=24),
        title=f"{metric.title} ({direction(metric)})",
        axis=alt.Axis(tickCount=_TICKS),
    )
    points = (
        alt.Chart(data(rows))
        .mark_point(filled=True, size=110, color=BEST, opacity=1)
        .encode(y=alt.Y("fold:N", title=None), x=x, tooltip=["fold:N", alt.Tooltip("value:Q", format=".4f"), "rows:Q"])
    )
    line = alt.Chart(data([{"whole": whole}])).mark_rule(strokeDash=[5, 4], color=ROLES["simple"]).encode(x="whole:Q")
    spread = f"from {number(min(values))} to {number(max(values))}" if values else "not known"
    return figure(
        (line + points).properties(height=34 * len(rows)),
        title=f"Fold scores range {spread}",
        subtitle=f"{metric.title} of each fold; dashed: all {payload['rows']:,} rows together",
        table=rows,
    )


def _or(value: float | None, other: float) -> float:
    return other if value is None else value
