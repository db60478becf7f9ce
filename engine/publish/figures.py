"""Figures on pages: the charts of the application as inline SVG, with the table behind each one click away."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from markupsafe import Markup, escape

from engine.charts import classification, explanation, regression, scores
from engine.charts.figure import Figure
from engine.charts.svg import to_svg
from engine.domain.metric import find_metric
from engine.domain.words import number
from engine.evidence.standing import Standing
from engine.publish.cleaning import clean

WIDTH = 300
"""Width of the plot in pixels: the columns of a page, and its labels, fit around it."""

MOST_TABLE_ROWS = 60

_SVG = "http://www.w3.org/2000/svg"
_ELEMENTS = frozenset(
    f"{{{_SVG}}}{name}"
    for name in ("svg", "g", "path", "text", "tspan", "rect", "line", "circle", "title", "desc", "defs", "clipPath")
)
_REFERENCE = re.compile(r"url\(#([^)]*)\)")

Drawer = Callable[[Standing], Figure | None]


def draw(name: str, stand: Standing) -> Markup:
    """Draw a figure of a project; empty if there is no such figure, or nothing to draw it from."""
    figure = _figure(name, stand)
    if figure is None:
        return Markup()
    return Markup('<figure class="figure">{}{}</figure>').format(Markup(_drawn(figure, name, stand)), _table(figure))


def drawing(name: str, stand: Standing) -> str:
    """Draw a figure as a file of its own (SVG); empty if there is no such figure, or nothing to draw it from."""
    figure = _figure(name, stand)
    return "" if figure is None else _drawn(figure, name, stand) + "\n"


def _figure(name: str, stand: Standing) -> Figure | None:
    drawer = _DRAWERS.get(name)
    return drawer(stand) if drawer else None


def _drawn(figure: Figure, name: str, stand: Standing) -> str:
    identifier = f"{stand.project.slug}-{name}"
    return _safe(to_svg(figure, width=WIDTH, identifier=identifier), identifier)


def _comparison(stand: Standing) -> Figure | None:
    """Compare the model with both baselines, on the hold-out if it was opened."""
    metric = stand.project.problem.metric
    payload: Mapping[str, Any] = stand.evaluation
    if stand.opening is not None:
        result = stand.opening.result
        baselines = {"simple": result.get("simple") or [], "dummy": result.get("baseline") or []}
        differences = result.get("differences") or []
        payload = {"metrics": result["metrics"], "baselines": baselines, "differences": differences}
        payload |= {"rows": result["n"]}
    if not payload.get("metrics"):
        return None
    first = sorted(payload["metrics"], key=lambda entry: entry["name"] != metric)
    return scores.comparison(_clean({**payload, "metrics": first}), find_metric(metric))


def _importance(stand: Standing) -> Figure | None:
    return explanation.importance(_clean(stand.explanation)) if stand.explanation.get("importance") else None


def _errors(stand: Standing) -> Figure | None:
    evaluation = _clean(stand.evaluation)
    if evaluation.get("confusion"):
        return classification.confusion(evaluation)
    if evaluation.get("residuals"):
        return regression.by_prediction(evaluation, clean(stand.project.problem.target))
    return None


def _calibration(stand: Standing) -> Figure | None:
    return classification.calibration(_clean(stand.evaluation)) if stand.evaluation.get("calibration") else None


_DRAWERS: dict[str, Drawer] = {
    "comparison": _comparison,
    "importance": _importance,
    "errors": _errors,
    "calibration": _calibration,
}

NAMES = tuple(_DRAWERS)
"""Figures that a write-up may refer to, as ``{{ figure.NAME }}``."""


def _clean(value: Any) -> Any:
    """Take what is not shown out of every text of a payload."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {clean(str(key)): _clean(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    return value


def _safe(svg: str, name: str) -> str:
    """Write a drawing anew with nothing but shapes and text, and ids that do not depend on what was drawn before.

    Inline styles are forbidden by the policy of the page; labels of single marks say what the table says.
    """
    root = ElementTree.fromstring(clean(svg))
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag not in _ELEMENTS:
                parent.remove(child)
    inner = [element for element in root.iter() if element is not root and not _is_title(element)]
    names = {element.attrib["id"]: f"{name}-{place}" for place, element in enumerate(inner) if "id" in element.attrib}
    for element in inner:
        element.attrib = {
            key: names.get(value, value)
            if key == "id"
            else _REFERENCE.sub(lambda m: f"url(#{names.get(m[1], '')})", value)
            for key, value in element.attrib.items()
            if _is_shape(key)
        }
    root.attrib = {
        key: value for key, value in root.attrib.items() if _is_shape(key) or key in ("role", "aria-labelledby")
    }
    ElementTree.register_namespace("", _SVG)
    return ElementTree.tostring(root, encoding="unicode")


def _is_title(element: ElementTree.Element) -> bool:
    return element.tag in (f"{{{_SVG}}}title", f"{{{_SVG}}}desc")


def _is_shape(attribute: str) -> bool:
    """Whether an attribute says how something is drawn; handlers, links, styles and labels do not."""
    key = attribute.rpartition("}")[2].lower()
    return not key.startswith(("on", "aria-")) and key not in ("style", "href", "src", "role", "class", "tabindex")


def _table(figure: Figure) -> Markup:
    rows: Sequence[Mapping[str, Any]] = figure.table
    if not rows or len(rows) > MOST_TABLE_ROWS:
        return Markup()
    names = [name for name in rows[0] if not isinstance(rows[0][name], list | dict)]
    head = Markup().join(Markup('<th scope="col">{}</th>').format(name.replace("_", " ")) for name in names)
    body = Markup().join(
        Markup("<tr>{}</tr>").format(
            Markup().join(Markup("<td>{}</td>").format(_cell(row.get(name))) for name in names)
        )
        for row in rows
    )
    return Markup(
        '<details><summary>Show the numbers</summary><div class="table" tabindex="0"><table>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div></details>"
    ).format(head, body)


def _cell(value: Any) -> Markup:
    if value is None:
        return Markup("–")
    if isinstance(value, bool):
        return Markup("yes" if value else "no")
    return escape(number(value) if isinstance(value, int | float) else clean(str(value)))
