"""Social cards: one picture of 1200 x 630 pixels for each project and one for the front page.

The picture is our own drawing (SVG with shapes and text alone), turned into PNG, since the places where links are
shared show no SVG. What it shows stands on the page as well: the claim with its interval, beside both baselines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from engine.charts.figure import BEST, DUMMY, SIMPLE
from engine.domain.metric import find_metric
from engine.evidence.document import Claim
from engine.publish.cleaning import clean, one_line

if TYPE_CHECKING:
    from engine.publish.pages import Site
    from engine.publish.views import ProjectView

WIDTH, HEIGHT = 1200, 630
FILE = "card.png"

_LEFT, _RIGHT = 72, 1128
_PAPER, _INK, _QUIET, _LINE, _ACCENT = "#ffffff", "#17212c", "#4c5a69", "#dde3ea", "#1c5fa8"
_FONT = "Liberation Sans, Arial, Helvetica, DejaVu Sans, sans-serif"
_PROMISE = "Anybody can compute {} again"
_MOST_IN_FRONT = 3

# Widths in the common sans-serif faces, as parts of the font size; what is not named is as wide as a small letter.
_WIDTHS = {
    **dict.fromkeys("ijl'|", 0.25),
    **dict.fromkeys(" .,:;!/\\[]Itf", 0.29),
    **dict.fromkeys('()-r`"{}', 0.36),
    **dict.fromkeys("ckszxvyJ", 0.52),
    **dict.fromkeys("ABEKPSVXY&", 0.69),
    **dict.fromkeys("CDHNRUw", 0.74),
    **dict.fromkeys("GOQ", 0.79),
    **dict.fromkeys("mMW%@", 0.95),
}


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One score on the line at the foot of a card."""

    name: str
    value: float
    colour: str
    low: float | None = None
    high: float | None = None


def cards(site: Site) -> dict[str, bytes]:
    """Draw every card of a site: path to PNG."""
    found = {f"projects/{view.slug}/{FILE}": png(project_svg(site, view)) for view in site.projects}
    return {FILE: png(front_svg(site))} | found


@lru_cache(maxsize=64)
def png(svg: str) -> bytes:
    """Turn a card into PNG, 1200 x 630 pixels."""
    import vl_convert

    return bytes(vl_convert.svg_to_png(svg, scale=1.0, ppi=72))


def project_alt(view: ProjectView) -> str:
    """Say what a project's card shows."""
    if not view.claims:
        return one_line(view.title)
    claim = view.claims[0]
    others = (f"{mark.name} {mark.value:.3g}" for mark in marks(view.facts, claim)[1:])
    told = ", ".join([f"{find_metric(claim.metric).title} {claim.text}", *others])
    return one_line(f"{view.title}: {told}.", 400)


def front_alt(site: Site) -> str:
    """Say what the card of the front page shows."""
    told = "; ".join(_line_of(view) for view in site.projects[:_MOST_IN_FRONT])
    return one_line(f"{site.name}: {told}.", 400)


def marks(facts: Mapping[str, object], claim: Claim) -> list[Mark]:
    """Gather the score that is claimed and those of both baselines on the same rows."""
    prefix = "holdout." if claim.id.startswith("holdout.") else ""
    found = [Mark(name="this model", value=claim.value, colour=BEST, low=claim.low, high=claim.high)]
    for key, name, colour in (("simple", "simple model", SIMPLE), ("dummy", "guess", DUMMY)):
        value = getattr(facts.get(f"{prefix}{key}.{claim.metric}"), "value", None)
        if isinstance(value, int | float):
            found.append(Mark(name=name, value=float(value), colour=colour))
    return found


def project_svg(site: Site, view: ProjectView) -> str:
    """Draw the card of a project: its message, the number with its interval, how far it can be checked."""
    title = _wrapped(view.title, 54, _RIGHT - _LEFT, 2, bold=True)
    parts = [_text(line, _LEFT, 92, 26, colour=_QUIET) for line in _wrapped(view.kind_line, 26, _RIGHT - _LEFT, 1)]
    parts += [_text(line, _LEFT, 158 + 62 * place, 54, bold=True) for place, line in enumerate(title)]
    if len(title) == 1:
        asked = _wrapped(view.question, 28, _RIGHT - _LEFT, 2)
        parts += [_text(line, _LEFT, 208 + 38 * place, 28, colour=_QUIET) for place, line in enumerate(asked)]
    if view.claims:
        parts += _number(view, view.claims[0])
    return _card([*parts, *_foot(site, "this number")])


def front_svg(site: Site) -> str:
    """Draw the card of the front page: who it is, and the first results."""
    parts = [
        _text(line, _LEFT, 140 + 70 * place, 66, bold=True)
        for place, line in enumerate(_wrapped(site.name, 66, _RIGHT - _LEFT, 1, bold=True))
    ]
    words = site.profile.headline or "Projects with results that anybody can check."
    lines = _wrapped(words, 32, _RIGHT - _LEFT, 2)
    parts += [_text(line, _LEFT, 198 + 42 * place, 32, colour=_QUIET) for place, line in enumerate(lines)]
    for place, view in enumerate(site.projects[:_MOST_IN_FRONT]):
        y = 322 + 74 * place
        parts.append(f'<line x1="{_LEFT}" y1="{y - 46}" x2="{_RIGHT}" y2="{y - 46}" stroke="{_LINE}"/>')
        parts += [_text(line, _LEFT, y, 28, bold=True) for line in _wrapped(view.title, 28, 540, 1, bold=True)]
        if view.claims:
            claim = view.claims[0]
            parts.append(_text(f"{find_metric(claim.metric).title} {claim.text}", _RIGHT, y, 28, anchor="end"))
    return _card([*parts, *_foot(site, "these numbers")])


def _line_of(view: ProjectView) -> str:
    if not view.claims:
        return view.title
    return f"{view.title}, {find_metric(view.claims[0].metric).title} {view.claims[0].text}"


def _number(view: ProjectView, claim: Claim) -> Iterator[str]:
    value, _, interval = claim.text.partition(" (")
    where = "rows that no model had seen" if view.on_holdout else "rows, out of fold; the hold-out was not opened"
    yield _text(f"{find_metric(claim.metric).title} on {claim.n:,} {where}", _LEFT, 322, 26, colour=_QUIET)
    size = min(92.0, 520 / max(_width(value, 1, bold=True), 1))
    yield _text(value, _LEFT, 412, size, bold=True, colour=_ACCENT)
    if interval:
        x = _LEFT + _width(value, size, bold=True) + 28
        words = f"95 % interval {interval.rstrip(')')}"
        yield _text(words, x, 412, min(34.0, (_RIGHT - x) / _width(words, 1)), colour=_INK)
    yield from _scale(marks(view.facts, claim))


def _scale(found: Sequence[Mark]) -> Iterator[str]:
    """Draw the scores on one line: the interval of the model as a bar, each score with its own shape."""
    values = [end for mark in found for end in (mark.value, mark.low, mark.high) if end is not None]
    low, high = min(values), max(values)
    if high == low:
        return

    def at(value: float) -> float:
        return _LEFT + 70 + (value - low) / (high - low) * (_RIGHT - _LEFT - 140)

    y = 484
    yield f'<line x1="{_LEFT}" y1="{y}" x2="{_RIGHT}" y2="{y}" stroke="{_LINE}" stroke-width="3"/>'
    best = found[0]
    if best.low is not None and best.high is not None:
        bar = f'x1="{at(best.low):.1f}" y1="{y}" x2="{at(best.high):.1f}" y2="{y}"'
        yield f'<line {bar} stroke="{best.colour}" stroke-width="9" stroke-linecap="round"/>'
    yield f'<circle cx="{at(best.value):.1f}" cy="{y}" r="14" fill="{best.colour}"/>'
    yield _text(best.name, at(best.value), y - 26, 22, colour=_INK, anchor="middle")
    taken: list[float] = []
    for mark in found[1:]:
        x = at(mark.value)
        if mark.name == "guess":
            yield f'<path d="M {x - 12:.1f} {y + 10} h 24 L {x:.1f} {y - 12} Z" fill="{mark.colour}"/>'
        else:
            yield f'<rect x="{x - 10:.1f}" y="{y - 10}" width="20" height="20" fill="{mark.colour}"/>'
        # Two baselines that lie close to each other have their names under each other.
        lower = 26 if any(abs(x - other) < 190 for other in taken) else 0
        taken.append(x)
        yield _text(mark.name, x, y + 40 + lower, 22, colour=_QUIET, anchor="middle")


def _foot(site: Site, what: str) -> Iterator[str]:
    y = 592
    yield f'<circle cx="{_LEFT + 9}" cy="{y - 8}" r="9" fill="{_ACCENT}"/>'
    yield _text(_PROMISE.format(what), _LEFT + 30, y, 24, colour=_INK)
    who = [site.profile.name.strip(), site.address.partition("://")[2].rstrip("/")]
    told = _wrapped(" · ".join(one for one in who if one), 24, 560, 1)
    yield from (_text(line, _RIGHT, y, 24, colour=_QUIET, anchor="end") for line in told)


def _card(parts: Sequence[str]) -> str:
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
            f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{_FONT}">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{_PAPER}"/>',
            f'<rect width="{WIDTH}" height="14" fill="{_ACCENT}"/>',
            *parts,
            "</svg>",
        ]
    )


def _text(
    words: str, x: float, y: float, size: float, *, colour: str = _INK, bold: bool = False, anchor: str = "start"
) -> str:
    weight = ' font-weight="700"' if bold else ""
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size:.1f}"'
    return f'<text {place} fill="{colour}" text-anchor="{anchor}"{weight}>{escape(clean(words))}</text>'


def _width(text: str, size: float, *, bold: bool = False) -> float:
    """Estimate how wide a text is, rather too wide than too narrow."""
    width = sum(_WIDTHS.get(letter, 0.57 if letter.isascii() or letter.islower() else 1.0) for letter in text)
    return width * size * (1.07 if bold else 1.0)


def _wrapped(text: str, size: float, width: float, most: int, *, bold: bool = False) -> list[str]:
    """Break a text into at most so many lines; what does not fit ends in an ellipsis."""
    words, lines = one_line(text, 400).split(), [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if _width(longer, size, bold=bold) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    shown = [_cut(line, size, width, bold=bold) for line in lines[:most]]
    if len(lines) > most:
        shown[-1] = _cut(f"{lines[most - 1]} {lines[most]}", size, width, bold=bold)
    return [line for line in shown if line]


def _cut(line: str, size: float, width: float, *, bold: bool) -> str:
    if _width(line, size, bold=bold) <= width:
        return line
    while line and _width(f"{line}…", size, bold=bold) > width:
        line = line[:-1]
    return f"{line.rstrip()}…"
