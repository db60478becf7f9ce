"""Figures as files: SVG for published pages and downloads, PNG for social cards."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import lru_cache
from typing import Any

import altair as alt
import vl_convert

from engine.charts.figure import Figure

WIDTH = 640
_FONT = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, DejaVu Sans, sans-serif"
# Written in place of text colours and replaced by ``currentColor``, so that a page decides on light and dark.
_INK, _FAINT = "#010203", "#030201"


def specification(figure: Figure, width: int = WIDTH) -> dict[str, Any]:
    """Return the figure's Vega-Lite specification in the style of published pages."""
    title = alt.Title(figure.title, subtitle=figure.subtitle, anchor="start", offset=12)
    chart = figure.chart.properties(width=width, background="transparent", title=title)
    spec = replace(figure, chart=chart).specification(checked=False)
    spec["config"] = {
        "font": _FONT,
        "view": {"stroke": None},
        "axis": {
            "labelColor": _INK,
            "titleColor": _INK,
            "gridColor": _FAINT,
            "gridOpacity": 0.15,
            "domainColor": _FAINT,
            "domainOpacity": 0.4,
            "tickColor": _FAINT,
            "tickOpacity": 0.4,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
        },
        "legend": {"labelColor": _INK, "titleColor": _INK, "labelFontSize": 12},
        "title": {
            "color": _INK,
            "subtitleColor": _INK,
            "fontSize": 15,
            "subtitleFontSize": 12,
            "subtitlePadding": 4,
        },
        "text": {"color": _INK},
    }
    return spec


def to_svg(figure: Figure, *, width: int = WIDTH, identifier: str = "figure") -> str:
    """Draw a figure as inline SVG with title and description; it needs no script, no font file and no other host.

    Parameters
    ----------
    figure : Figure
    width : int
        Width of the plot in pixels.
    identifier : str
        Makes the ids of title and description unique on a page.
    """
    raw = _converted(json.dumps(specification(figure, width)))
    body = raw.replace(_INK, "currentColor").replace(_FAINT, "currentColor")
    name = re.sub(r"[^a-z0-9-]", "-", identifier.lower())
    body = _own_parts(body, name)
    head = f'<svg role="img" aria-labelledby="{name}-title {name}-desc" '
    body = re.sub(r"^<svg ", head, body, count=1)
    described = (
        f'<title id="{name}-title">{_escape(figure.title)}</title><desc id="{name}-desc">{_escape(figure.alt)}</desc>'
    )
    return re.sub(r"(<svg[^>]*>)", lambda match: match[1] + described, body, count=1)


@lru_cache(maxsize=64)
def _converted(specification: str) -> str:
    """Draw a specification; a site shows the same picture on its front page and on the project's own."""
    return str(vl_convert.vegalite_to_svg(specification))


def _own_parts(body: str, name: str) -> str:
    """Give clip paths and gradients numbers of their own: the converter counts on, and a page may hold many pictures.

    Only ids and what points to them are looked at, never the words of the picture.
    """
    order = list(dict.fromkeys(re.findall(r' id="((?:clip|gradient_)\d+)"', body)))
    numbers = {old: f"{name}-{old.rstrip('0123456789')}{place}" for place, old in enumerate(order)}
    return re.sub(
        r'( id="|url\(#)((?:clip|gradient_)\d+)(?=["\)])',
        lambda match: match[1] + numbers.get(match[2], match[2]),
        body,
    )


def to_png(figure: Figure, *, width: int = WIDTH, scale: float = 2.0) -> bytes:
    """Draw a figure as PNG on white."""
    spec = specification(figure, width)
    text = vl_convert.vegalite_to_png(spec | {"background": "white"}, scale=scale)
    return bytes(text)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
