"""The fields of a JSON Resume document (version 1), as a JSON schema of our own; other keys are always allowed."""

from __future__ import annotations

from typing import Any

DATE = r"^([12]\d{3}(-[01]\d(-[0-3]\d)?)?)?$"
"""``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; an empty text counts as no date."""

# Field to kind: a text unless it is said otherwise.
_TEXT, _DAY, _TEXTS, _NUMBER_OR_TEXT = "text", "date", "texts", "score"

SECTIONS: dict[str, dict[str, str]] = {
    "work": {
        **dict.fromkeys(("name", "position", "url", "summary", "location", "description"), _TEXT),
        **{"startDate": _DAY, "endDate": _DAY, "highlights": _TEXTS},
    },
    "volunteer": {
        **dict.fromkeys(("organization", "position", "url", "summary"), _TEXT),
        **{"startDate": _DAY, "endDate": _DAY, "highlights": _TEXTS},
    },
    "education": {
        **dict.fromkeys(("institution", "url", "area", "studyType"), _TEXT),
        **{"startDate": _DAY, "endDate": _DAY, "score": _NUMBER_OR_TEXT, "courses": _TEXTS},
    },
    "awards": {**dict.fromkeys(("title", "awarder", "summary"), _TEXT), "date": _DAY},
    "certificates": {**dict.fromkeys(("name", "url", "issuer"), _TEXT), "date": _DAY},
    "publications": {**dict.fromkeys(("name", "publisher", "url", "summary"), _TEXT), "releaseDate": _DAY},
    "skills": {"name": _TEXT, "level": _TEXT, "keywords": _TEXTS},
    "languages": {"language": _TEXT, "fluency": _TEXT},
    "interests": {"name": _TEXT, "keywords": _TEXTS},
    "references": {"name": _TEXT, "reference": _TEXT},
    "projects": {
        **dict.fromkeys(("name", "description", "url", "entity", "type"), _TEXT),
        **{"startDate": _DAY, "endDate": _DAY, "highlights": _TEXTS, "keywords": _TEXTS, "roles": _TEXTS},
    },
}
"""Section to its fields and their kinds."""

BASICS = ("name", "label", "image", "email", "phone", "url", "summary")
LOCATION = ("address", "postalCode", "city", "countryCode", "region")
PROFILE = ("network", "username", "url")
META = ("canonical", "version", "lastModified")

_KINDS: dict[str, dict[str, Any]] = {
    _TEXT: {"type": ["string", "null"]},
    _DAY: {"type": ["string", "null"], "pattern": DATE},
    _TEXTS: {"type": ["array", "null"], "items": {"type": ["string", "null"]}},
    _NUMBER_OR_TEXT: {"type": ["string", "number", "null"]},
}


def schema() -> dict[str, Any]:
    """Build the schema. ``null`` and empty texts, which other programs write for "nothing", are let in."""
    listed = {
        name: {"type": ["array", "null"], "items": _object({field: _KINDS[kind] for field, kind in fields.items()})}
        for name, fields in SECTIONS.items()
    }
    basics = _texts(BASICS)
    basics["properties"] |= {
        "location": _texts(LOCATION),
        "profiles": {"type": ["array", "null"], "items": _texts(PROFILE)},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {"$schema": _KINDS[_TEXT], "basics": basics, "meta": _texts(META), **listed},
    }


def _texts(names: tuple[str, ...]) -> dict[str, Any]:
    return _object(dict.fromkeys(names, _KINDS[_TEXT]))


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": ["object", "null"], "properties": properties}
