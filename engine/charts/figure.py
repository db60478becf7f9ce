"""What every chart is: a picture, its message, its text alternative, its table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
from altair.utils import schemapi

# Altair checks every part against its schema while it is built, which takes longer than drawing. The tests check the
# same pictures as a whole, so a page need not.
schemapi.disable_debug_mode()

BEST = "#2F7FD1"
SIMPLE = "#64748B"
DUMMY = "#A3ADBA"
HOLDOUT = "#8B5CF6"
ATTENTION = "#D97706"
FAULT = "#DC2626"
INK = "#7A8694"
"""Small text inside a plot: readable on light and dark ground alike."""

ROLES: Mapping[str, str] = {"best": BEST, "simple": SIMPLE, "dummy": DUMMY, "hold-out": HOLDOUT}
"""What a colour means, in the application and on published pages alike."""

SHAPES: Mapping[str, str] = {"best": "circle", "simple": "square", "dummy": "triangle-up", "hold-out": "diamond"}

_AWKWARD = re.compile(r"[\\\x00-\x1f\x7f\x85\u2028\u2029]")

Chart = alt.Chart | alt.LayerChart
Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One chart with what belongs to it."""

    chart: Chart
    title: str
    """The message, made from the numbers."""
    subtitle: str
    """What is shown and on how many rows."""
    alt: str
    """A text for those who do not see the picture."""
    table: Sequence[Row]
    """The values behind the picture."""

    @property
    def height(self) -> int:
        """Height of the plot itself in pixels, title and axes not counted."""
        return int(self.chart.height)

    def specification(self, *, checked: bool = True) -> dict[str, Any]:
        """Return the Vega-Lite specification, each text on one line and without backslashes.

        Unless ``checked``, it is not held against the schema once more, which takes longer than drawing it.

        Vega-Lite writes titles and orders into its own expressions without escaping line breaks and backslashes, so a
        column or class that has them could not be drawn at all. The table keeps them.
        """
        spec: dict[str, Any] = _drawable(self.chart.to_dict(validate=checked, format="vega-lite"))
        return spec


def figure(chart: Chart, *, title: str, subtitle: str, table: Sequence[Row], alt_text: str = "") -> Figure:
    """Keep a chart together with its words; title and subtitle are set by whoever shows it."""
    return Figure(
        chart=chart, title=title, subtitle=subtitle, alt=alt_text or f"{title}. {subtitle}.", table=list(table)
    )


def _drawable(part: Any) -> Any:
    if isinstance(part, str):
        return " ".join(part.replace("\\", "\u2216").split()) if _AWKWARD.search(part) else part
    if isinstance(part, dict):
        return {key: _drawable(value) for key, value in part.items()}
    return [_drawable(one) for one in part] if isinstance(part, list) else part


def data(rows: Sequence[Row]) -> alt.InlineData:
    """Wrap plain rows for a chart."""
    return alt.InlineData(values=[dict(row) for row in rows])


def role_scale(roles: Sequence[str]) -> alt.Scale:
    """Colours for some roles."""
    return alt.Scale(domain=list(roles), range=[ROLES[role] for role in roles])


def shape_scale(roles: Sequence[str]) -> alt.Scale:
    """Shapes for some roles."""
    return alt.Scale(domain=list(roles), range=[SHAPES[role] for role in roles])
