"""A search as it goes on: the best so far over time against the baselines, and the families side by side.

Nothing but the data changes from one look to the next, so that a picture on a page is refreshed and not drawn anew: the
scales come from the data, where two invisible points hold them open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

import altair as alt

from engine.automl.families import registry
from engine.charts.figure import BEST, DUMMY, INK, SIMPLE, Figure, data, figure, role_scale
from engine.domain.metric import Metric
from engine.domain.words import duration, family_name, number

_HUES = (
    "#159A8C",
    "#8C6BD8",
    "#B5891B",
    "#C2579B",
    "#4E9F50",
    "#4C9BD6",
    "#A4673F",
    "#6B7FD7",
    "#8A9A2E",
    "#C06A6A",
    "#3C8D99",
    "#9A7BB0",
)
"""Colours of the families; a name always stands beside one."""
_TICKS = 5
_LANE = 26
_FEWEST_FOR_FAR = 5
_FAR = 12
_NEAREST = 0.1
"""Smallest span of the picture, as a share of the way from the dummy to the best."""

Trials = Sequence[Mapping[str, Any]]
"""Each with ``number``, ``family``, ``kind``, ``score`` (none where it failed) and ``at``, seconds since the start."""


def hue(family: str) -> str:
    """Return the colour of a family; the baselines keep theirs."""
    if family in ("dummy", "linear"):
        return DUMMY if family == "dummy" else SIMPLE
    others = [one for one in registry() if one not in ("dummy", "linear")]
    return _HUES[others.index(family) % len(_HUES)] if family in others else INK


def curve(trials: Trials, metric: Metric) -> Figure:
    """Draw the best score so far over time, each trial in the colour of its family, the baselines as lines.

    The simple model is always in the picture. A dummy that is far away is named in the subtitle instead of pressing
    the race into one line; and the picture never comes so near that differences which mean nothing look large.
    """
    scored = [trial for trial in trials if trial["score"] is not None]
    rows = _so_far([trial for trial in scored if trial["kind"] != "dummy"], metric)
    lines = [
        {"role": one["kind"], "score": one["score"], "label": f"{_ROLES[one['kind']]} {number(one['score'])}"}
        for one in scored
        if one["kind"] in _ROLES
    ]
    dummy = next((line["score"] for line in lines if line["role"] == "dummy"), None)
    least = _NEAREST * abs(rows[-1]["best"] - dummy) if rows and dummy is not None else 0.0
    far = [line["label"] for line in lines if line["role"] == "dummy" and _is_far(line["score"], rows, least)]
    beyond = f"; out of the picture: {', '.join(far)}" if far else ""
    return figure(
        _curve_layers(rows, [line for line in lines if line["label"] not in far], metric, least),
        title=_title(rows),
        subtitle=f"{metric.title} ({_direction(metric)}) of {len(scored)} trials; line: best so far{beyond}",
        table=rows,
    )


_ROLES = {"dummy": "dummy", "simple": "simple model"}


def _direction(metric: Metric) -> str:
    return "higher is better" if metric.higher_is_better else "lower is better"


def _title(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return "No model has been scored yet"
    first = next(row for row in rows if row["best"] == rows[-1]["best"])
    return f"Best so far: {number(rows[-1]['best'])}, {first['family']} after {duration(max(first['seconds'], 0.0))}"


def _so_far(trials: Trials, metric: Metric) -> list[dict[str, Any]]:
    """Put the best score so far beside each trial."""
    best: float | None = None
    rows = []
    for trial in trials:
        if best is None or metric.better(trial["score"], best):
            best = trial["score"]
        rows.append(
            {
                "seconds": round(trial["at"], 1),
                "trial": trial["number"],
                "family": family_name(trial["family"]),
                "score": trial["score"],
                "best": best,
                "hue": hue(trial["family"]),
            }
        )
    return rows


def _is_far(score: float, rows: Sequence[Mapping[str, Any]], least: float) -> bool:
    """Whether a score lies so far from most that drawing it would hide the differences between them."""
    if len(rows) < _FEWEST_FOR_FAR:
        return False
    middle = median(row["score"] for row in rows)
    spread = median(abs(row["score"] - middle) for row in rows) or max(abs(row["score"] - middle) for row in rows)
    return bool(spread) and abs(score - middle) > max(_FAR * spread, least)


def _curve_layers(
    rows: Sequence[Mapping[str, Any]], lines: Sequence[Mapping[str, Any]], metric: Metric, least: float
) -> alt.LayerChart:
    steps = [row for row in rows if not _is_far(row["best"], rows, least)]
    tried = [row for row in rows if not _is_far(row["score"], rows, least)]
    values = [row["best"] for row in steps] + [row["score"] for row in (*tried, *lines)]
    x = alt.X(
        "seconds:Q", title="seconds since the start", axis=alt.Axis(tickCount=_TICKS), scale=alt.Scale(nice=False)
    )
    scale = alt.Scale(zero=False, nice=False)
    axis = alt.Axis(tickCount=_TICKS)
    frame = alt.Chart(data(_frame(values, least, rows))).mark_point(opacity=0)
    layers = [frame.encode(x=x, y=alt.Y("best:Q", scale=scale, title=metric.title, axis=axis))]
    if lines:
        colour = alt.Color("role:N", scale=role_scale(["simple", "dummy"]), legend=None)
        base = alt.Chart(data(lines))
        layers += [
            base.mark_rule(strokeDash=[5, 4], strokeWidth=2).encode(y="score:Q", color=colour),
            base.mark_text(align="left", dx=4, dy=9, fontSize=11, color=INK).encode(
                y="score:Q", x=alt.value(0), text="label:N"
            ),
        ]
    best = alt.Chart(data(steps)).mark_line(interpolate="step-after", strokeWidth=3, color=BEST)
    dots = alt.Chart(data(tried)).mark_point(filled=True, size=50, opacity=0.9)
    tooltip = ["family:N", "trial:Q", alt.Tooltip("score:Q", format=".4f"), alt.Tooltip("seconds:Q", format=".0f")]
    layers += [
        best.encode(x=x, y="best:Q"),
        dots.encode(x=x, y="score:Q", color=alt.Color("hue:N", scale=None), tooltip=tooltip),
    ]
    whole: alt.LayerChart = alt.LayerChart(layer=layers).resolve_scale(color="independent")
    return whole.properties(height=250)


def _frame(values: Sequence[float], least: float, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, float]]:
    """Name two corners that leave a margin around all values, over a span that is not smaller than asked."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    half = max(1.12 * (high - low), least, 1e-9) / 2
    middle = (low + high) / 2
    last = max((row["seconds"] for row in rows), default=1.0)
    return [{"seconds": 0.0, "best": middle - half}, {"seconds": 1.02 * last, "best": middle + half}]


def lanes(trials: Trials, metric: Metric) -> Figure | None:
    """Draw the families side by side, the leading one on top: each trial a dot, its best a large one with its score."""
    scored = [trial for trial in trials if trial["score"] is not None and trial["kind"] not in ("dummy", "ensemble")]
    if not scored:
        return None
    sign = -1.0 if metric.higher_is_better else 1.0
    best: dict[str, float] = {}
    for trial in scored:
        best[trial["family"]] = min(best.get(trial["family"], float("inf")), sign * trial["score"])
    order = sorted(best, key=lambda family: best[family])
    counts = {family: sum(one["family"] == family for one in scored) for family in order}
    dots = _dots(scored, sign, best)
    said = [
        {"family": family_name(one), "best": sign * best[one], "trials": counts[one], "hue": hue(one)} for one in order
    ]
    return figure(
        _lane_layers(dots, said, metric),
        title=f"{family_name(order[0])} leads {len(order)} families" if len(order) > 1 else family_name(order[0]),
        subtitle=f"Best {metric.title} of each family, and its other trials as small dots",
        table=[{name: row[name] for name in ("family", "best", "trials")} for row in said],
        alt_text="Families by best score: " + "; ".join(f"{row['family']} {number(row['best'])}" for row in said),
    )


def _dots(scored: Trials, sign: float, best: Mapping[str, float]) -> list[dict[str, Any]]:
    """List the trials that can be shown without pressing the leaders together."""
    ends = list(best.values())
    room = 2 * (max(ends) - min(ends)) or 0.05 * abs(min(ends))
    return [
        {"family": family_name(one["family"]), "score": one["score"], "hue": hue(one["family"])}
        for one in scored
        if sign * one["score"] <= max(ends) + room
    ]


def _lane_layers(
    dots: Sequence[Mapping[str, Any]], said: Sequence[Mapping[str, Any]], metric: Metric
) -> alt.LayerChart:
    names = [row["family"] for row in said]
    x = alt.Scale(zero=False, nice=False, padding=34)
    y = alt.Y("family:N", sort=names, scale=alt.Scale(domain=names), title=None, axis=alt.Axis(labelLimit=150))
    colour = alt.Color("hue:N", scale=None)
    small = alt.Chart(data(dots)).mark_point(filled=True, size=22, opacity=0.35)
    large = alt.Chart(data([{**row, "label": number(row["best"])} for row in said]))
    axis = alt.Axis(tickCount=4)
    return alt.LayerChart(
        layer=[
            small.encode(y=y, x=alt.X("score:Q", scale=x, title=metric.title, axis=axis), color=colour),
            large.mark_point(filled=True, size=110, opacity=1).encode(
                y=y, x=alt.X("best:Q", scale=x), color=colour, tooltip=["family:N", "best:Q", "trials:Q"]
            ),
            large.mark_text(dy=-11, fontSize=11, color=INK).encode(y=y, x="best:Q", text="label:N"),
        ]
    ).properties(height=_LANE * len(names) + 14)
