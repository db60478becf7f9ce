"""The rows and the target over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from engine.charts.associations import rows_shown, shortened
from engine.charts.figure import BEST, SIMPLE, Figure, data, figure
from engine.domain.words import number, share


def over_time(profile: Mapping[str, Any], unit: str = "", column: str = "") -> Figure | None:
    """Draw rows and target period by period; nothing without a column of dates.

    Parameters
    ----------
    profile : mapping
    unit : str
        Unit of a target that is a number, for its axis.
    column : str
        Which column of dates; the first if empty.
    """
    known = next((one for one in profile["over_time"] if column in ("", one["column"])), None)
    if known is None:
        return None
    rows = _time_rows(known, profile)
    x = alt.X("start:T", title=known["column"], axis=alt.Axis(tickCount=8))
    if known["measure"] is None:
        return _counts(known, profile, x)
    what = _what(known, profile, unit)
    percent = known["measure"] != "median"
    y = alt.Y("value:Q", title=what, axis=alt.Axis(format="%") if percent else alt.Axis(), scale=alt.Scale(zero=False))
    base = alt.Chart(data(rows))
    band = base.mark_area(color=BEST, opacity=0.18).encode(x=x, y=alt.Y("low:Q", title=what), y2="high:Q")
    line = base.mark_line(color=BEST, strokeWidth=2).encode(x=x, y=y)
    points = base.mark_point(color=BEST, filled=True, opacity=1).encode(
        x=x, y=y, size=alt.Size("rows:Q", legend=None, scale=alt.Scale(range=[15, 140])),
        tooltip=["period:N", alt.Tooltip("value:Q", format=".3g"), "rows:Q"],
    )  # fmt: skip
    layers = (line + points) if known["measure"] == "shares" else (band + line + points)
    shown = {
        "rate": "band: 95 % interval, point size: rows",
        "median": "band: middle half, point size: rows",
        "shares": "point size: rows",
    }
    return figure(
        layers.properties(height=240),
        title=_time_title(known, profile),
        subtitle=f"{what[0].upper()}{what[1:]} {_per(known)}; {shown[known['measure']]}, {rows_shown(profile)}",
        table=rows,
    )


def _time_rows(known: Mapping[str, Any], profile: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List the periods; for more than two classes with the share of the class that changes most.

    Those without rows have no value, so that the line breaks there.
    """
    found: list[dict[str, Any]] = []
    if known["measure"] is None:
        return found
    for point in known["points"]:
        value = point.get("rate", point.get("median"))
        if known["measure"] == "shares":
            value = (point["shares"] or {}).get(known["change"]["class"])
        found.append(
            {
                "period": point["start"],
                "start": _moment(point["start"]),
                "value": value,
                "low": point.get("low"),
                "high": point.get("high"),
                "rows": point["count"],
            }
        )
    return found


def _moment(start: str) -> str:
    # With a time of day, or a browser would take it for UTC and draw the day before.
    return f"{start}T00:00:00" if len(start) == 10 else start


def _what(known: Mapping[str, Any], profile: Mapping[str, Any], unit: str) -> str:
    if known["measure"] == "median":
        return f"median {shortened(profile['target'])}{f' ({unit})' if unit else ''}"
    return f"share of {shortened(profile['target'])} = {shortened(known['change']['class'])}"


def _per(known: Mapping[str, Any]) -> str:
    return f"per {known['unit']}" if known["every"] == 1 else f"per {known['every']} {known['unit']}s"


def _time_title(known: Mapping[str, Any], profile: Mapping[str, Any]) -> str:
    change = known["change"]
    write = number if known["measure"] == "median" else share
    before, after = write(change["earlier"]), write(change["later"])
    what, column = shortened(change.get("class") or profile["target"]), shortened(known["column"])
    if not change["changed"]:
        return f"{what} does not visibly move over {column}: {before} in the earlier half, {after} in the later"
    way = "rises" if change["later"] > change["earlier"] else "falls" if before != after else "moves"
    return f"{what} {way} over {column}: {before} in the earlier half of the rows, {after} in the later"


def _counts(known: Mapping[str, Any], profile: Mapping[str, Any], x: alt.X) -> Figure:
    rows = [
        {"period": one["start"], "start": _moment(one["start"]), "end": _moment(one["end"]), "rows": one["count"]}
        | {"zero": 0}
        for one in known["points"]
    ]
    bars = (
        alt.Chart(data(rows))
        .mark_bar(color=SIMPLE, opacity=0.8, binSpacing=1)
        .encode(x=x, x2="end:T", y=alt.Y("rows:Q", title="rows"), y2="zero", tooltip=["period:N", "rows:Q"])
    )
    most = max(rows, key=lambda row: row["rows"])
    return figure(
        bars.properties(height=200),
        title=f"Most rows in the period from {most['period']}: {most['rows']:,}",
        subtitle=f"Rows {_per(known)} by {known['column']}; {rows_shown(profile)}",
        table=rows,
    )
