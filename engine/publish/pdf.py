"""A project, one page of it, or the whole portfolio as PDF: the same facts, tagged, with embedded fonts.

The document is set by Typst from one template in which nothing of a person's is markup: texts arrive as data.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from engine.domain.metric import find_metric
from engine.publish import compose, extras
from engine.publish.blocks import Block, blocks
from engine.publish.cleaning import clean, one_line
from engine.publish.figures import drawing
from engine.publish.markdown import References
from engine.publish.pages import TEMPLATES, Site
from engine.publish.views import ProjectView

SIZE, SMALLEST = 10.5, 7.0
"""Sizes of the type in points; one page is set smaller until it fits."""

_ON_ONE_PAGE = ("result", "problem", "picture", "limits", "check")
_MOST_POINTS = 4
_DESCRIBED = re.compile(r"<desc[^>]*>(.*?)</desc>", re.DOTALL)


def project_pdf(site: Site, view: ProjectView) -> bytes:
    """Set one project with all its sections."""
    return _set(_document(site, [_project(view, list(view.texts))], view.title))


def portfolio_pdf(site: Site) -> bytes:
    """Set all projects of a site, behind a cover with the first claim of each."""
    found = [_project(view, list(view.texts)) for view in site.projects]
    return _set(_document(site, found, site.name) | {"cover": _cover(site)})


def one_page_pdf(site: Site, view: ProjectView) -> bytes:
    """Set the result, the question, the picture and the limits of one project on one page."""
    import typst

    project = _project(view, [key for key in _ON_ONE_PAGE if key in view.texts], most_points=_MOST_POINTS)
    size = SIZE
    while True:
        document = _document(site, [project], view.title) | {"size": size}
        inputs = {"data": json.dumps(document)}
        # Several pages come as a list, which its declared type does not say.
        shown: object = typst.compile(_template(), format="svg", sys_inputs=inputs)
        if not isinstance(shown, list) or len(shown) == 1 or size <= SMALLEST:
            return _set(document)
        size -= 0.5


def _set(document: dict[str, Any]) -> bytes:
    """Turn the data into a tagged PDF; the same data gives the same bytes."""
    import typst

    stamp = document["stamp"]
    return bytes(
        typst.compile(
            _template(),
            format="pdf",
            sys_inputs={"data": json.dumps(document)},
            pdf_standards=["ua-1"],
            timestamp=stamp,
        )
    )


@lru_cache(maxsize=1)
def _template() -> bytes:
    return (TEMPLATES / "portfolio.typ").read_bytes()


def _document(site: Site, projects: Sequence[dict[str, Any]], title: str) -> dict[str, Any]:
    at = site.created_at
    key = f"Signed with the key {site.fingerprint}. " if site.fingerprint else ""
    check = f"Check every number: proofolio verify {site.place()}" if site.address else ""
    return {
        "title": one_line(title, 200),
        "author": [one_line(site.profile.name, 100)] if site.profile.name.strip() else [],
        "year": at.year,
        "month": at.month,
        "day": at.day,
        "stamp": int(at.timestamp()),
        "size": SIZE,
        "foot": f"{one_line(site.name, 60)}, {site.created}. {key}{check}",
        "cover": [],
        "projects": list(projects),
    }


def _project(view: ProjectView, keys: Sequence[str], most_points: int | None = None) -> dict[str, Any]:
    titles = {**compose.titles(), **extras.TITLES}
    sections = []
    for key in keys:
        found = _blocks(view, view.texts[key])
        if most_points is not None:
            found = _shortened(found, most_points)
        if found:
            sections.append({"title": titles[key], "blocks": found})
    headline = view.claims[0] if view.claims else None
    where = "rows that no model had seen" if view.on_holdout else "rows, out of fold; the hold-out was not opened"
    return {
        "title": one_line(view.title, 200),
        "kind": one_line(view.kind_line),
        "headline": f"{find_metric(headline.metric).title} {headline.text}" if headline else "",
        "under": f"95 % interval, on {headline.n:,} {where}" if headline else "",
        "sections": sections,
    }


def _blocks(view: ProjectView, text: str) -> list[Block]:
    def figure(name: str) -> Block | None:
        svg = drawing(name, view.stand)
        if not svg:
            return None
        told = _DESCRIBED.search(svg)
        alt = html.unescape(told[1]) if told else name
        # Without the style sheet of a page, the ink is what the picture itself says.
        return {"kind": "figure", "svg": svg.replace("currentColor", "#17212c"), "alt": clean(alt), "width": 88}

    return blocks(text, view.known, figure)


def _shortened(found: Sequence[Block], most_points: int) -> list[Block]:
    """Keep of long lists what stands first; on one page the comparison is the only figure."""
    kept = []
    for block in found:
        if block["kind"] == "list":
            kept.append(block | {"items": block["items"][:most_points]})
        elif block["kind"] == "figure":
            kept.append(block | {"width": 62})
        else:
            kept.append(block)
    figures = [block for block in kept if block["kind"] == "figure"]
    return kept if len(kept) == len(figures) else [block for block in kept if block["kind"] != "figure"]


def _cover(site: Site) -> list[Block]:
    about = blocks(site.profile.about, References()) if site.profile.about.strip() else []
    lines = []
    for view in site.projects:
        told = f"{find_metric(view.claims[0].metric).title} {view.claims[0].text}" if view.claims else ""
        body = [{"kind": "strong", "body": [{"kind": "text", "text": one_line(view.title)}]}]
        lines.append([{"kind": "paragraph", "body": [*body, {"kind": "text", "text": f": {told}" if told else ""}]}])
    lead = one_line(site.profile.headline, 300)
    head = [{"kind": "paragraph", "body": [{"kind": "text", "text": lead}]}] if lead else []
    return [*head, *about, {"kind": "list", "ordered": False, "start": 1, "items": lines}]
