"""A resume for people: one column of real text, as a page and as a tagged PDF, from the same document."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from engine.domain.resume import Document
from engine.errors import InputError
from engine.publish.cleaning import clean, one_line
from engine.publish.pages import TEMPLATES
from engine.publish.resume import EVIDENCE, pruned

_TITLES = {
    "projects": "Projects",
    "skills": "Skills",
    "work": "Experience",
    "volunteer": "Volunteering",
    "education": "Education",
    "certificates": "Certificates",
    "awards": "Awards",
    "publications": "Publications",
    "languages": "Languages",
    "interests": "Interests",
    "references": "References",
}
_HEADS = ("name", "position", "organization", "institution", "studyType", "area", "title", "language")
_LONGEST = 2_000
_UNSHOWN = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)


def as_html(document: Document, *, at: datetime) -> str:
    """Write a resume as one page that asks nothing of any other host and runs no script."""
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8") + (TEMPLATES / "resume.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        _environment()
        .get_template("resume.html.j2")
        .render(**outline(document), style=Markup(style), digest=digest, at=at)
    )


def as_pdf(document: Document, *, at: datetime) -> bytes:
    """Set a resume as a tagged PDF (PDF/UA-1) with embedded fonts; the same document gives the same bytes.

    Raises
    ------
    InputError
        If no font of this machine has a letter of it: a PDF with empty boxes helps nobody.
    """
    # Imported here: opening the application does not wait for it.
    import typst

    shown = outline(document) | {"year": at.year, "month": at.month, "day": at.day}
    try:
        found: object = typst.compile(
            (TEMPLATES / "resume.typ").read_bytes(),
            format="pdf",
            sys_inputs={"data": json.dumps(shown)},
            pdf_standards=["ua-1"],
            timestamp=int(at.timestamp()),
        )
    except typst.TypstError as error:
        letter = _UNSHOWN.search(str(error))
        if letter is None:
            raise
        raise InputError(
            f"No font of this machine has the letter {letter[1]!r}.",
            hint="Install a font for its script, such as Noto, or use the page: it shows every script.",
        ) from error
    assert isinstance(found, bytes)
    return found


def outline(document: Document) -> dict[str, Any]:
    """Turn a document into headings and lines, every text cleaned: a template only places it."""
    full = pruned(document)
    basics = full.get("basics") or {}
    place = basics.get("location") or {}
    reach = [_text(basics.get(key)) for key in ("email", "phone")]
    reach.append(", ".join(filter(None, (_text(place.get(key)) for key in ("city", "region", "countryCode")))))
    links = [_text(basics.get("url")), *(_text(one.get("url")) for one in basics.get("profiles") or [])]
    return {
        "name": _text(basics.get("name")) or "Resume",
        "label": _text(basics.get("label")),
        "reach": [one for one in reach if one],
        "links": [one for one in dict.fromkeys(links) if one],
        "summary": _text(basics.get("summary")),
        "sections": [
            {"title": title, "items": [_item(name, one) for one in full[name]]}
            for name, title in _TITLES.items()
            if full.get(name)
        ],
    }


def _item(section: str, one: Mapping[str, Any]) -> dict[str, Any]:
    """Write one entry of any section: its head, when it was, and its lines."""
    heads = [text for key in _HEADS if (text := _text(one.get(key)))]
    head = heads[0] if heads else ""
    beside = [*heads[1:], *(_text(one.get(key)) for key in ("issuer", "awarder", "publisher", "entity", "fluency"))]
    evidence = one.get(EVIDENCE) if isinstance(one.get(EVIDENCE), Mapping) else None
    if section == "skills":
        mark = f", {_text(evidence.get('trust'))}" if evidence else ""
        beside.append(f"{_text(one.get('level')).lower()}{mark}".strip(", "))
    if section == "projects" and evidence and evidence.get("guided"):
        beside.append("along a guide")
    lines = [_text(one.get(key)) for key in ("description", "summary", "reference", "location", "score")]
    points = [_text(text) for key in ("highlights", "courses") for text in one.get(key) or []]
    words = ", ".join(_text(text) for text in one.get("keywords") or [])
    return {
        "head": head,
        "beside": ", ".join(text for text in beside if text),
        "when": _span(one),
        "lines": [text for text in lines if text],
        "points": [text for text in points if text],
        "words": words,
        "link": _web(_text(one.get("url"))),
    }


def _span(one: Mapping[str, Any]) -> str:
    start, end = _day(_text(one.get("startDate"))), _day(_text(one.get("endDate")))
    if start and end and start != end:
        return f"{start} to {end}"
    if start or end:
        return end or f"since {start}"
    return _day(_text(one.get("date")) or _text(one.get("releaseDate")))


def _day(text: str) -> str:
    """Write ``2026-03`` and ``2026-03-01`` as ``March 2026``."""
    year, _, rest = text.partition("-")
    month = rest[:2]
    if month.isdigit() and 1 <= int(month) <= 12:
        return f"{datetime(2000, int(month), 1):%B} {year}"
    return year


def _text(value: Any) -> str:
    return "" if value is None else one_line(str(value), _LONGEST)


def _web(link: str) -> str:
    return link if urlsplit(link).scheme in ("http", "https") else ""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value,
    )
    environment.filters |= {"web": _web, "host": lambda link: link.partition("://")[2].removeprefix("www.").rstrip("/")}
    return environment
