"""Fields of their own on a page: what the result could be worth, and who contributed."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from engine.domain.words import number
from engine.domain.writeup import Credit, Extras, ValueEstimate
from engine.publish.cleaning import markdown_text

TITLES: Mapping[str, str] = {"value": "What it could be worth", "credits": "Who contributed"}
"""Section key to its title."""

_AFTER = {"limits": "value", "decisions": "credits"}


def with_fields(texts: Mapping[str, str], extras: Extras) -> dict[str, str]:
    """Put the fields between the sections of a write-up, as Markdown; what is not filled in is left out."""
    own = {"value": value_text(extras.value), "credits": credits_text(extras.credits)}
    found: dict[str, str] = {}
    for key, text in texts.items():
        found[key] = text
        added = _AFTER.get(key, "")
        if own.get(added):
            found[added] = own[added]
    return found


def value_text(value: ValueEstimate) -> str:
    """Write the estimate with its assumptions; it is always called what it is."""
    if value.low is None or value.high is None:
        return ""
    span = number(value.low) if value.low == value.high else f"{number(value.low)} to {number(value.high)}"
    lines = [
        f"**{markdown_text(span)} {markdown_text(value.unit)}**: the author's estimate, not measured and not checked.",
        "",
        "It rests on these assumptions:",
        "",
        *(f"- {markdown_text(one)}" for one in value.assumptions),
    ]
    return "\n".join(lines)


def credits_text(credits: tuple[Credit, ...]) -> str:
    """Write who did what, one a line."""
    return "\n".join(f"- **{_name(one)}**: {markdown_text(one.did)}" for one in credits)


def _name(one: Credit) -> str:
    name, link = markdown_text(one.name), one.link.strip()
    if urlsplit(link).scheme not in ("http", "https") or set(link) & set("<>() \n\"'\\"):
        return name
    return f"[{name}](<{link}>)"
