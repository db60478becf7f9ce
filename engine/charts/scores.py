"""Scores: the leaderboard, the race as it happens, baselines beside the best, folds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

import altair as alt

from engine.charts.figure import BEST, INK, ROLES, Figure, data, figure, role_scale, shape_scale
from engine.domain.metric import Metric
from engine.domain.words import family_name, number, with_interval

_ROW_HEIGHT = 30
_FEWEST_FOR_FAR = 5
_FAR = 12


def direction(metric: Metric) -> str:
    """Say which way is better."""
    return "higher is better" if metric.higher_is_better else "lower is better"


def leaderboard(board: Sequence[Mapping[str, Any]], metric: Metric, rows_scored: int | None = None) -> Figure:
    """Draw the models with their intervals, best first, tie groups labelled."""
    rows = [
        {
            "model": f"{row['rank']}. {_model(row)}",
            "score": row["score"],
            "low": row["low"] if row["low"] is not None else row["score"],
            "high": row["high"] if row["high"] is not None else row["score"],
            "role": row["kind"] if row["kind"] in ("dummy", "simple") else "best",
            "tie": f"tie group {row['tie_group']}",
            # Written once, at the first of the group: the others stand beneath it.
            "mark": ""
            if place and board[place - 1]["tie_group"] == row["tie_group"]
            else f"tie group {row['tie_group']}",
        }
        for place, row in enumerate(board)
    ]
    first = [row for row in board if row["tie_group"] == 1]
    title = (
        f"{_model(board[0])} leads, and no other model ties with it"
        if len(first) == 1
        else f"{len(first)} models cannot be told apart at the top"
    )
    order = [row["model"] for row in rows]
    base = alt.Chart(data(rows)).encode(y=alt.Y("model:N", sort=order, title=None, axis=alt.Axis(labelLimit=240)))
    colour = alt.Color("role:N", scale=role_scale(["best", "simple", "dummy"]), legend=None)
    x: dict[str, Any] = {
        "scale": alt.Scale(zero=False, nice=False, padding=28),
        "title": f"{metric.title} ({direction(metric)})",
    }
    bars = base.mark_rule(strokeWidth=3, opacity=0.55).encode(x=alt.X("low:Q", **x), x2="high:Q", color=colour)
    points = base.mark_point(size=90, filled=True, opacity=1).encode(
        x=alt.X("score:Q", **x),
        color=colour,
        shape=alt.Shape("role:N", scale=shape_scale(["best", "simple", "dummy"]), legend=None),
        tooltip=[
            "model:N",
            alt.Tooltip("score:Q", format=".4f"),
            alt.Tooltip("low:Q", format=".4f"),
            alt.Tooltip("high:Q", format=".4f"),
            "tie:N",
        ],
    )
    labels = base.mark_text(align="left", dx=8, dy=-9, fontSize=10, color=INK).encode(
        x=alt.X("high:Q", **x), text="mark:N"
    )
    on = f" on {rows_scored:,} rows" if rows_scored else ""
    return figure(
        (bars + points + labels).properties(height=_ROW_HEIGHT * len(rows)),
        title=title,
        subtitle=f"{metric.title} with 95 % interval{on}; circle: candidate, square: simple model, triangle: dummy",
        table=board,
        alt_text=f"{title}. "
        + "; ".join(f"{row['model']} {with_interval(row['score'], row['low'], row['high'])}" for row in rows),
    )


def _model(row: Mapping[str, Any]) -> str:
    role = {"simple": " (simple model)", "default": " (default)"}.get(row["kind"], "")
    return f"{family_name(row['family'])}{role}"


def race(trials: Sequence[Mapping[str, Any]], metric: Metric) -> Figure:
    """Draw the best score so far against the dummy and the simple model, trial by trial.

    A dummy that is far away is named in the subtitle instead of pressing the race into one line.
    """
    scored = [trial for trial in trials if trial["score"] is not None]
    rows = _so_far([trial for trial in scored if trial["kind"] != "dummy"], metric)
    shown = [row for row in rows if not _is_far(row["score"], rows)]
    lines = [
        {"role": trial["kind"], "score": trial["score"], "label": f"{trial['kind']} {number(trial['score'])}"}
        for trial in scored
        if trial["kind"] in ("dummy", "simple")
    ]
    far = [line["label"] for line in lines if _is_far(line["score"], rows)]
    title = f"Best so far: {number(rows[-1]['best'])}" if rows else "No model has been scored yet"
    beyond = f"; out of the picture: {', '.join(far)}" if far else ""
    return figure(
        _race_layers(shown, [line for line in lines if line["label"] not in far], metric).properties(height=230),
        title=title,
        subtitle=f"{metric.title} ({direction(metric)}) after {len(scored)} trials; dashed: baselines{beyond}",
        table=rows,
    )


def _so_far(trials: Sequence[Mapping[str, Any]], metric: Metric) -> list[dict[str, Any]]:
    """Put the best score so far beside each trial."""
    best: float | None = None
    rows = []
    for trial in trials:
        if best is None or metric.better(trial["score"], best):
            best = trial["score"]
        rows.append({"trial": trial["number"], "score": trial["score"], "best": best, "family": trial["family"]})
    return rows


def _is_far(score: float, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a score lies so far from most that drawing it would hide the differences between them."""
    if len(rows) < _FEWEST_FOR_FAR:
        return False
    middle = median(row["score"] for row in rows)
    spread = median(abs(row["score"] - middle) for row in rows) or max(abs(row["score"] - middle) for row in rows)
    return bool(spread) and abs(score - middle) > _FAR * spread


def _race_layers(shown: Sequence[Mapping[str, Any]], lines: Sequence[Mapping[str, Any]], metric: Metric) -> Any:
    x = alt.X(
        "trial:Q", title="trial", axis=alt.Axis(tickMinStep=1, format="d"), scale=alt.Scale(nice=False, padding=12)
    )
    y = alt.Y("best:Q", scale=alt.Scale(zero=False, padding=12), title=metric.title)
    curve = alt.Chart(data(shown)).mark_line(interpolate="step-after", strokeWidth=3, color=BEST).encode(x=x, y=y)
    dots = (
        alt.Chart(data(shown))
        .mark_point(filled=True, size=35, opacity=0.5, color=BEST)
        .encode(x=x, y="score:Q", tooltip=["trial:Q", "family:N", alt.Tooltip("score:Q", format=".4f")])
    )
    colour = alt.Color("role:N", scale=role_scale(["simple", "dummy"]), legend=None)
    rules = alt.Chart(data(lines)).mark_rule(strokeDash=[5, 4], strokeWidth=2).encode(y="score:Q", color=colour)
    texts = (
        alt.Chart(data(lines))
        .mark_text(align="left", dx=4, dy=-7, fontSize=11, color=INK)
        .encode(y="score:Q", x=alt.value(0), text="label:N")
    )
    return alt.layer(rules, texts, dots, curve)


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
    roles = [row["role"] for row in rows]
    base = alt.Chart(data(rows)).encode(y=alt.Y("model:N", sort=[row["model"] for row in rows], title=None))
    x: dict[str, Any] = {
        "scale": alt.Scale(zero=False, nice=False, padding=28),
        "title": f"{metric.title} ({direction(metric)})",
    }
    colour = alt.Color("role:N", scale=role_scale(roles), legend=None)
    bars = base.mark_rule(strokeWidth=4, opacity=0.55).encode(x=alt.X("low:Q", **x), x2="high:Q", color=colour)
    points = base.mark_point(filled=True, size=120, opacity=1).encode(
        x=alt.X("value:Q", **x),
        color=colour,
        shape=alt.Shape("role:N", scale=shape_scale(roles), legend=None),
        tooltip=[
            "model:N",
            alt.Tooltip("value:Q", format=".4f"),
            alt.Tooltip("low:Q", format=".4f"),
            alt.Tooltip("high:Q", format=".4f"),
        ],
    )
    said = {one["against"]: one["verdict"] for one in payload["differences"] if one["metric"] == metric.id}
    verdict = said.get("simple") or said.get("dummy") or ""
    title = f"Against the simple model: {verdict}" if "simple" in said else f"Against the dummy: {verdict}"
    return figure(
        (bars + points).properties(height=46 * len(rows)),
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
    x = alt.X("value:Q", scale=alt.Scale(zero=False, padding=24), title=f"{metric.title} ({direction(metric)})")
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
