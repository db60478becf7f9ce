"""Drift by column, one column before and now, and the batches over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from engine.charts.associations import shortened
from engine.charts.figure import ATTENTION, BEST, DUMMY, SIMPLE, Figure, data, figure
from engine.domain.metric import find_metric
from engine.domain.words import number, rough

_MOST_COLUMNS = 25
_VERDICTS = {"drift": ATTENTION, "small": BEST, "moves on": SIMPLE, "within chance": DUMMY, "too few values": DUMMY}
_SHOWN = {"drift": "drifted", "small": "beyond chance, but small"}


def by_column(report: Mapping[str, Any]) -> Figure | None:
    """Draw the effect of each column against its limit; nothing where no column could be compared.

    Parameters
    ----------
    report : mapping
        Of a batch, see :func:`engine.monitor.report.report`.
    """
    rows = _columns(report)
    if not rows:
        return None
    shown = rows[:_MOST_COLUMNS]
    # What is far beyond its limit would leave no room for the others; the table keeps the value.
    drawn = [row | {"shown": min(row["effect in limits"], 10.0)} for row in shown]
    verdicts = list(dict.fromkeys(row["verdict"] for row in drawn))
    colours = {_SHOWN.get(name, name): colour for name, colour in _VERDICTS.items()}
    bars = (
        alt.Chart(data(drawn))
        .mark_bar(height={"band": 0.7})
        .encode(
            x=alt.X("shown:Q", title="effect, in multiples of its limit (10 and more at the edge)"),
            y=alt.Y("column:N", sort=None, title=None),
            color=alt.Color(
                "verdict:N",
                title=None,
                legend=alt.Legend(orient="top"),
                scale=alt.Scale(domain=verdicts, range=[colours[name] for name in verdicts]),
            ),
            tooltip=["column:N", alt.Tooltip("effect:Q", format=".3g"), "scale:N", "compared:N", "verdict:N"],
        )
    )
    rule = alt.Chart(data([{"limit": 1}])).mark_rule(strokeDash=[4, 3], color=SIMPLE).encode(x="limit:Q")
    return figure(
        (bars + rule).properties(height=max(80, 22 * len(shown))),
        title=_title(report, rows),
        subtitle=f"{report['rows']:,} new rows against those learned from; a column drifts if it is beyond chance "
        "(Benjamini-Hochberg, 5 %) and beyond its limit (dashed)",
        table=rows,
    )


def _columns(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "column": shortened(one["column"]),
            "effect in limits": one["effect"] / one["limit"],
            "effect": one["effect"],
            "scale": one["scale"],
            "limit": one["limit"],
            "compared": one["what"],
            "test": one["test"],
            "statistic": one["statistic"],
            "corrected p": one["adjusted_p"],
            "verdict": _SHOWN.get(one["verdict"], one["verdict"]),
        }
        for one in report["drift"]
        if one["effect"] is not None
    ]


def _title(report: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    if not report["drifted"]:
        return f"None of {report['columns']} columns has drifted"
    first = rows[0]
    return (
        f"{report['drifted']} of {report['columns']} columns drifted, most {first['column']} "
        f"({first['scale']} {rough(first['effect'])})"
    )


def one_column(one: Mapping[str, Any]) -> Figure | None:
    """Draw the parts of one drifted column before and now; nothing where none are kept."""
    if not one["shares"]:
        return None
    rows = [
        {"part": shortened(part["part"]), "rows": side, "share": part[key]}
        for part in one["shares"]
        for side, key in (("learned from", "old"), ("new", "new"))
    ]
    bars = (
        alt.Chart(data(rows))
        .mark_bar()
        .encode(
            x=alt.X("share:Q", axis=alt.Axis(format="%"), title="share of rows"),
            y=alt.Y("part:N", sort=None, title=None),
            yOffset=alt.YOffset("rows:N", sort=["learned from", "new"]),
            color=alt.Color(
                "rows:N",
                title=None,
                legend=alt.Legend(orient="top"),
                scale=alt.Scale(domain=["learned from", "new"], range=[SIMPLE, ATTENTION]),
            ),
            tooltip=["part:N", "rows:N", alt.Tooltip("share:Q", format=".1%")],
        )
    )
    return figure(
        bars.properties(height=max(80, 30 * len(one["shares"]))),
        title=f"{shortened(one['column'])}: {one['scale']} {rough(one['effect'])}, limit {one['limit']:g}",
        subtitle="Share of rows by part of the column, missing cells as a part of their own",
        table=rows,
    )


def timeline(batches: Sequence[Mapping[str, Any]], metric_id: str) -> Figure | None:
    """Draw score and drift batch by batch; nothing with fewer than two batches.

    Parameters
    ----------
    batches : sequence of mapping
        ``name`` and ``report`` of each, in the order of time.
    metric_id : str
    """
    if len(batches) < 2:
        return None
    metric = find_metric(metric_id)
    rows = [_point(place, one) for place, one in enumerate(batches, start=1)]
    scored = [row for row in rows if row["score"] is not None]
    x = alt.X("place:O", title=None, axis=alt.Axis(labelExpr=_labels(rows), labelAngle=-30))
    counts = (
        alt.Chart(data(rows))
        .mark_bar(color=ATTENTION, opacity=0.35, width={"band": 0.6})
        .encode(x=x, y=alt.Y("drifted:Q", title="columns that drifted", axis=alt.Axis(tickMinStep=1)))
    )
    if not scored:
        chart: alt.Chart | alt.LayerChart = counts
    else:
        base = alt.Chart(data(scored))
        y = alt.Y("score:Q", title=metric.title, scale=alt.Scale(zero=False))
        line = base.mark_line(color=BEST, strokeWidth=2).encode(x=x, y=y)
        points = base.mark_point(color=BEST, filled=True, opacity=1, size=60).encode(
            x=x, y=y, tooltip=["batch:N", alt.Tooltip("score:Q", format=".3g"), "rows:Q", "drifted:Q", "advice:N"]
        )
        ends = base.mark_rule(color=BEST, opacity=0.5).encode(x=x, y=alt.Y("low:Q", title=metric.title), y2="high:Q")
        before = alt.Chart(data([{"before": scored[0]["before"]}])).mark_rule(strokeDash=[4, 3], color=SIMPLE)
        scores = ends + line + points + before.encode(y=alt.Y("before:Q", title=metric.title))
        chart = alt.layer(counts, scores).resolve_scale(y="independent")
    return figure(
        chart.properties(height=260),
        title=_story(rows, metric.title),
        subtitle="Bars: columns that drifted. Points: score with its 95 % interval; dashed: on the rows learned from",
        table=[{key: value for key, value in row.items() if key != "place"} for row in rows],
    )


def _point(place: int, one: Mapping[str, Any]) -> dict[str, Any]:
    report = one["report"]
    score = report["performance"]
    return {
        "place": place,
        "batch": shortened(one["name"]),
        "rows": report["rows"],
        "drifted": report["drifted"],
        "score": score["new"]["value"] if score else None,
        "low": score["new"]["low"] if score else None,
        "high": score["new"]["high"] if score else None,
        "before": score["old"]["value"] if score else None,
        "told apart (ROC AUC)": report["multivariate"]["auc"] if report["multivariate"] else None,
        "advice": report["retrain"]["advice"],
    }


def _labels(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write an expression that names each place; two batches may have the same name."""
    names = [row["batch"].replace("\\", " ").replace("'", "\u2019") for row in rows]
    return f"[{', '.join(repr(name) for name in names)}][datum.value - 1]"


def _story(rows: Sequence[Mapping[str, Any]], title: str) -> str:
    calls = [row for row in rows if row["advice"] == "retrain"]
    scored = [row for row in rows if row["score"] is not None]
    if calls:
        return f"{calls[0]['batch']} is the first of {len(rows)} batches after which retraining is advised"
    if scored:
        return f"{title} {number(scored[-1]['score'])} in the last of {len(rows)} batches: no call to retrain so far"
    most = max(rows, key=lambda row: row["drifted"])
    return f"Most columns drifted in {most['batch']}: {most['drifted']}"
