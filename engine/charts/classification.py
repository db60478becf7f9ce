"""Classification: confusion matrix, ROC, precision and recall, calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from engine.charts.figure import BEST, SIMPLE, Figure, data, figure
from engine.domain.words import number, share

_SIZE = 300
_UNIT = alt.Scale(domain=[0, 1])


def confusion(payload: Mapping[str, Any]) -> Figure:
    """Draw how often each class was said for each actual class."""
    labels, counts = payload["confusion"]["labels"], payload["confusion"]["counts"]
    rows = [
        {
            "actual": actual,
            "said": said,
            "count": counts[i][j],
            "share": counts[i][j] / max(sum(counts[i]), 1),
            "right": i == j,
        }
        for i, actual in enumerate(labels)
        for j, said in enumerate(labels)
    ]
    wrong = [row for row in rows if not row["right"]]
    most = max(wrong, key=lambda row: row["count"], default=None)
    title = (
        f"Most frequent error: {most['actual']} taken for {most['said']} ({_times(most['count'])})"
        if most and most["count"]
        else "No row was taken for another class"
    )
    base = alt.Chart(data(rows)).encode(
        x=alt.X("said:N", title="predicted", sort=labels, axis=alt.Axis(labelAngle=0, labelLimit=110)),
        y=alt.Y("actual:N", title="actual", sort=labels, axis=alt.Axis(labelLimit=110)),
    )
    boxes = base.mark_rect(cornerRadius=3).encode(
        color=alt.Color("share:Q", scale=alt.Scale(domain=[0, 1], range=["#E8EEF5", BEST]), legend=None),
        tooltip=["actual:N", "said:N", "count:Q", alt.Tooltip("share:Q", format=".1%")],
    )
    texts = base.mark_text(fontSize=13).encode(
        text=alt.Text("count:Q", format=","),
        color=alt.condition("datum.share > 0.55", alt.value("white"), alt.value("#1B2733")),
    )
    return figure(
        (boxes + texts).properties(height=max(120, 54 * len(labels))),
        title=title,
        subtitle=f"Rows by actual and predicted class, {payload['rows']:,} rows; shade: share of the actual class",
        table=rows,
    )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _curve(points: Sequence[tuple[str, Sequence[Any]]], x: str, y: str) -> alt.Chart:
    rows = [{"class": label, x: p[0], y: p[1], "order": i} for label, ps in points for i, p in enumerate(ps)]
    many = len(points) > 1
    colour = alt.Color("class:N", title=None, legend=alt.Legend(orient="bottom")) if many else alt.value(BEST)
    drawn: alt.Chart = (
        alt.Chart(data(rows))
        .mark_line(strokeWidth=2.5)
        .encode(
            x=alt.X(f"{x}:Q", scale=_UNIT),
            y=alt.Y(f"{y}:Q", scale=_UNIT),
            order="order:Q",
            color=colour,
            strokeDash=alt.StrokeDash("class:N", legend=None) if many else alt.value([1, 0]),
        )
    )
    return drawn


def roc(payload: Mapping[str, Any]) -> Figure:
    """Draw the ROC curve of the positive class, or of each class against the rest."""
    curves = payload["roc"]
    line = _curve([(one["label"], one["points"]) for one in curves], "false positive rate", "true positive rate")
    chance = (
        alt.Chart(data([{"x": 0, "y": 0}, {"x": 1, "y": 1}]))
        .mark_line(strokeDash=[5, 4], color=SIMPLE)
        .encode(
            x=alt.X("x:Q", title="false positive rate (share of negatives flagged)", scale=_UNIT),
            y=alt.Y("y:Q", title="true positive rate (share of positives found)", scale=_UNIT),
        )
    )
    said = "; ".join(f"{one['label']}: {number(one['auc'])}" for one in curves)
    return figure(
        (chance + line).properties(height=_SIZE),
        title=f"Area under the curve: {said}",
        subtitle=f"ROC curve on {payload['rows']:,} rows; dashed: guessing",
        table=[{"class": one["label"], "auc": one["auc"]} for one in curves],
    )


def precision_recall(payload: Mapping[str, Any]) -> Figure:
    """Draw precision against recall."""
    curves = payload["precision_recall"]
    line = _curve([(one["label"], one["points"]) for one in curves], "recall", "precision")
    bases = (
        alt.Chart(data([{"base": one["base_rate"]} for one in curves]))
        .mark_rule(strokeDash=[5, 4], color=SIMPLE)
        .encode(y=alt.Y("base:Q", title="precision (share of flagged that are right)", scale=_UNIT))
    )
    line = line.encode(x=alt.X("recall:Q", title="recall (share of positives found)", scale=_UNIT))
    said = "; ".join(f"{one['label']}: {number(one['average_precision'])}" for one in curves)
    return figure(
        (bases + line).properties(height=_SIZE),
        title=f"Average precision: {said}",
        subtitle=f"Precision and recall on {payload['rows']:,} rows; dashed: guessing",
        table=[
            {"class": one["label"], "average_precision": one["average_precision"], "base_rate": one["base_rate"]}
            for one in curves
        ],
    )


def calibration(payload: Mapping[str, Any]) -> Figure:
    """Draw observed against predicted probability with bands."""
    rows = [
        {"class": one["label"], **{key: bin_[key] for key in ("predicted", "observed", "low", "high", "count")}}
        for one in payload["calibration"]
        for bin_ in one["bins"]
    ]
    many = len(payload["calibration"]) > 1
    colour = alt.Color("class:N", title=None, legend=alt.Legend(orient="bottom")) if many else alt.value(BEST)
    x = alt.X("predicted:Q", title="predicted probability", scale=_UNIT)
    perfect = (
        alt.Chart(data([{"x": 0, "y": 0}, {"x": 1, "y": 1}]))
        .mark_line(strokeDash=[5, 4], color=SIMPLE)
        .encode(
            x=alt.X("x:Q", title="predicted probability", scale=_UNIT),
            y=alt.Y("y:Q", title="observed share", scale=_UNIT),
        )
    )
    bars = (
        alt.Chart(data(rows))
        .mark_rule(strokeWidth=2, opacity=0.5)
        .encode(x=x, y=alt.Y("low:Q", title="observed share", scale=_UNIT), y2="high:Q", color=colour)
    )
    points = (
        alt.Chart(data(rows))
        .mark_point(filled=True, size=70, opacity=1)
        .encode(
            x=x,
            y="observed:Q",
            color=colour,
            tooltip=[
                "class:N",
                alt.Tooltip("predicted:Q", format=".3f"),
                alt.Tooltip("observed:Q", format=".3f"),
                "count:Q",
            ],
        )
    )
    eces = [one["ece"] for one in payload["calibration"]]
    worst = max(eces)
    return figure(
        (perfect + bars + points).properties(height=_SIZE),
        title=f"Predicted probabilities are off by {share(worst)} on average",
        subtitle=f"Observed share by predicted probability, {payload['rows']:,} rows; dashed: perfect",
        table=rows,
    )
