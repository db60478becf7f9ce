"""Columns with one another: what goes with the target, what goes together, what is empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from engine.charts.figure import BEST, INK, Figure, data, figure
from engine.domain.words import share

_ROW_HEIGHT = 22
_CELL = 26
_MOST_STRENGTHS = 25
_MOST_NAME = 28
_SIZES = ((16, 10.5), (23, 9.0), (30, 8.0))
"""Columns of a heat map, and the size of the numbers that fit into its cells up to there."""
_STRONG = 0.55
"""Strength from which a number in a cell is written in white."""
_LEGIBLE = 0.3

MEASURES: Mapping[str, str] = {
    "spearman": "Spearman",
    "eta": "correlation ratio",
    "cramers_v": "Cramér's V",
    "eta_of_bins": "correlation ratio, ten bins",
    "cramers_v_of_bins": "Cramér's V, ten bins",
}


def strengths(profile: Mapping[str, Any]) -> Figure | None:
    """Draw how strongly each column goes with the target, strongest first; nothing without a target."""
    found = profile["strengths"]
    if not found:
        return None
    rows = [_strength_row(one) for one in found[:_MOST_STRENGTHS]]
    y = alt.Y("column:N", sort=[row["column"] for row in rows], title=None, axis=alt.Axis(labelLimit=200))
    x = alt.X(
        "strength:Q",
        title="strength (0 none, 1 settles it)",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(tickCount=5),
    )
    bars = (
        alt.Chart(data(rows))
        .mark_bar(color=BEST, opacity=0.85, cornerRadiusEnd=3, height={"band": 0.65})
        .encode(y=y, x=x, tooltip=["column:N", alt.Tooltip("strength:Q", format=".3f"), "measure:N"])
    )
    texts = alt.Chart(data(rows)).mark_text(align="left", dx=5, fontSize=11, color=INK).encode(y=y, x=x, text="text:N")
    first, target = found[0], profile["target"]
    title = (
        f"{shortened(first['column'])} goes most with {shortened(target)}: {first['strength']:.2f} of 1"
        if first["visible"]
        else f"No column alone visibly goes with {shortened(target)}"
    )
    more = len(found) - len(rows)
    return figure(
        (bars + texts).properties(height=_ROW_HEIGHT * len(rows) + 20),
        title=title,
        subtitle="Each column alone; arrow: rises or falls with it"
        + (f"; {more} weaker ones in the table" * (more > 0))
        + f"; {rows_shown(profile)}",
        table=found,
    )


def _strength_row(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "column": shortened(one["column"]),
        "strength": one["strength"],
        "measure": MEASURES[one["measure"]],
        "text": f"{one['strength']:.2f}{_arrow(one)}",
    }


def _arrow(one: Mapping[str, Any]) -> str:
    return {1: " ↑", -1: " ↓"}.get(one["direction"], "") if one["visible"] else ""


def associations(profile: Mapping[str, Any]) -> Figure | None:
    """Draw how every two columns go together as a heat map; nothing for fewer than two columns."""
    known = profile["associations"]
    names = [shortened(name) for name in known["columns"]]
    if len(names) < 2:
        return None
    cells = _cells(names, known["matrix"])
    y = alt.Y("b:N", sort=names[1:], scale=alt.Scale(domain=names[1:]), title=None, axis=alt.Axis(labelLimit=180))
    x = alt.X(
        "a:N", sort=names[:-1], scale=alt.Scale(domain=names[:-1]), title=None,
        axis=alt.Axis(labelAngle=-45, labelLimit=140),
    )  # fmt: skip
    colour = alt.Color(
        "value:Q",
        title="goes together",
        scale=alt.Scale(domain=[-1, 0, 1], range=["#B45309", "#F1F5F9", "#1D5FA6"], interpolate="rgb"),
        legend=alt.Legend(orient="bottom", gradientLength=200, format=".1f"),
    )
    squares = (
        alt.Chart(data(cells))
        .mark_rect(cornerRadius=2)
        .encode(x=x, y=y, color=colour, tooltip=["a:N", "b:N", alt.Tooltip("value:Q", format=".3f")])
    )
    height = _CELL * (len(names) - 1)
    shown = "" if len(names) == known["columns_of"] else f", the {len(names)} that go most with the target"
    return figure(
        alt.LayerChart(layer=[squares, *_numbers(cells, x, y, len(names))]).properties(height=height),
        title=_strongest(known["pairs"]),
        subtitle=f"Two numbers: Spearman, else Cramér's V or correlation ratio{shown}; {rows_shown(profile)}",
        table=known["pairs"],
        alt_text=_strongest(known["pairs"]) + ". " + _listed(known["pairs"]),
    )


def _cells(names: Sequence[str], matrix: Sequence[Sequence[float | None]]) -> list[dict[str, Any]]:
    """List the cells below the diagonal that hold a value."""
    return [
        {
            "a": names[j],
            "b": names[i],
            "value": value,
            "strength": abs(value),
            "text": _cell_text(value),
        }
        for i, row in enumerate(matrix)
        for j, value in enumerate(row[:i])
        if value is not None
    ]


def _cell_text(value: float) -> str:
    # Adding zero turns a rounded -0.0 into 0.0; the nought before the point is left out to save room.
    rounded = round(value, 2) + 0.0
    return f"{rounded:.0f}" if abs(rounded) == 1 else f"{rounded:.2f}".replace("0.", ".", 1)


def _numbers(cells: Sequence[Mapping[str, Any]], x: alt.X, y: alt.Y, columns: int) -> list[alt.Chart]:
    size = next((size for most, size in _SIZES if columns <= most), _SIZES[-1][1])
    strong = [cell for cell in cells if cell["strength"] >= _STRONG]
    weak = [cell for cell in cells if cell["strength"] < _STRONG]
    return [
        alt.Chart(data(part)).mark_text(fontSize=size, color=colour).encode(x=x, y=y, text="text:N")
        for part, colour in ((strong, "#FFFFFF"), (weak, "#334155"))
        if part
    ]


def _strongest(pairs: Sequence[Mapping[str, Any]]) -> str:
    if not pairs or abs(pairs[0]["value"]) < _LEGIBLE:
        return "No two columns go together much"
    first = pairs[0]
    return f"{shortened(first['a'])} and {shortened(first['b'])} go together most: {first['value']:.2f}"


def _listed(pairs: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(f"{one['a']} and {one['b']} {one['value']:.2f}" for one in pairs[:5])


def missing(profile: Mapping[str, Any]) -> Figure | None:
    """Draw which columns are empty in the same rows, the most frequent pattern first; nothing without gaps."""
    known = profile["missing_pattern"]
    if not known["columns"]:
        return None
    rows = known["complete"] + sum(one["count"] for one in known["patterns"])
    shares = {one["column"]: one["share"] for one in known["columns"]}
    listed = list(dict.fromkeys(name for one in known["patterns"] for name in one["columns"]))
    columns = sorted(listed, key=lambda name: -shares[name])[:_MOST_STRENGTHS]
    labels = {name: f"{shortened(name)}  {share(shares[name])}" for name in columns}
    patterns = [{"columns": [], "count": known["complete"]}, *known["patterns"]]
    heads = [f"{place}. {one['count']:,} rows" for place, one in enumerate(patterns, start=1)]
    cells = [
        {"pattern": head, "column": labels[name], "state": "empty" if name in one["columns"] else "filled"}
        for head, one in zip(heads, patterns, strict=True)
        for name in columns
    ]
    chart = (
        alt.Chart(data(cells))
        .mark_rect(cornerRadius=2, stroke="#FFFFFF", strokeWidth=1)
        .encode(
            x=alt.X("pattern:N", sort=heads, title=None, axis=alt.Axis(orient="top", labelAngle=-35, labelLimit=140)),
            y=alt.Y("column:N", sort=list(labels.values()), title=None, axis=alt.Axis(labelLimit=240)),
            color=alt.Color(
                "state:N",
                title=None,
                scale=alt.Scale(domain=["empty", "filled"], range=["#D97706", "#D5DEE8"]),
                legend=alt.Legend(orient="bottom"),
            ),
            tooltip=["pattern:N", "column:N", "state:N"],
        )
    )
    total = profile["shown_on"]
    rarer = f"; {total - rows:,} rows have rarer sets" if total > rows else ""
    return figure(
        chart.properties(height=_ROW_HEIGHT * len(columns)),
        title=_gap_title(known, total),
        subtitle=f"Sets of columns that are empty in the same rows{rarer}; {rows_shown(profile)}",
        table=[{"columns": ", ".join(one["columns"]) or "(none)", "rows": one["count"]} for one in patterns],
    )


def _gap_title(known: Mapping[str, Any], total: int) -> str:
    most = known["columns"][0]
    complete = share(known["complete"] / total)
    return (
        f"{complete} of the rows are complete; {shortened(most['column'])} is empty most often ({share(most['share'])})"
    )


def rows_shown(profile: Mapping[str, Any]) -> str:
    """Say on how many rows a picture is drawn."""
    shown, of = profile["shown_on"], profile["of"]
    return f"{shown:,} rows" if shown == of else f"shown on {shown:,} of {of:,} rows"


def shortened(text: str) -> str:
    """Cut a name that is too long for an axis."""
    return text if len(text) <= _MOST_NAME else f"{text[: _MOST_NAME - 1]}…"
