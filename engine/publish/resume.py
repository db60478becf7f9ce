"""A resume as JSON Resume: read without loss, put together from what is recorded, written for parsers."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from engine.domain.resume import Document, Person, ResumeProject, ResumeSkill, Sources
from engine.errors import InputError
from engine.publish.resume_schema import SECTIONS, schema

MOST_BYTES, DEEPEST = 2_000_000, 50
EVIDENCE = "x-evidence"
"""Key under which our own entries say where they come from."""

_NETWORKS = {
    "github.com": "GitHub",
    "gitlab.com": "GitLab",
    "linkedin.com": "LinkedIn",
    "kaggle.com": "Kaggle",
    "x.com": "X",
    "twitter.com": "Twitter",
    "huggingface.co": "Hugging Face",
}


def read(text: str | bytes) -> dict[str, Any]:
    """Read a JSON Resume document; every key is kept, also those that no standard knows.

    Raises
    ------
    InputError
        If it is too large, no JSON, or a field of it has another form than JSON Resume asks for.
    """
    if len(text) > MOST_BYTES:
        raise InputError("The file is larger than 2 MB; a resume is not.", hint="Choose the JSON file of the resume.")
    try:
        document = json.loads(text.decode("utf-8-sig") if isinstance(text, bytes) else text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise InputError("The file is no JSON.", hint="Choose a file in the format JSON Resume.") from error
    if _is_deep(document):
        raise InputError("The file nests too deeply for a resume.", hint="Choose a file in the format JSON Resume.")
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise InputError("The file holds half a character.", hint="Write it again as UTF-8.") from error
    check(document)
    return dict(document)


def _is_deep(document: Any) -> bool:
    """Whether a document nests more than any resume does; looked at without recursion."""
    level = [document]
    for _ in range(DEEPEST):
        level = [part for one in level if isinstance(one, dict | list) for part in _parts(one)]
        if not level:
            return False
    return True


def _parts(one: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return one.values() if isinstance(one, dict) else one


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def check(document: Any) -> None:
    """Hold a document against the schema. Raises ``InputError``, which names the field, if it does not hold."""
    # Imported here: it is slow to load and most pages never need it.
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    error = best_match(Draft202012Validator(schema()).iter_errors(document))
    if error is not None:
        where = ".".join(str(one) for one in error.absolute_path) or "the document"
        said = error.message if len(error.message) < 160 else f"{error.message[:150]}…"
        raise InputError(f"The resume does not fit JSON Resume at {where!r}.", hint=f"{said}.")


def compose(sources: Sources, *, at: datetime | None = None) -> dict[str, Any]:
    """Put a resume together: the document that was brought in, and over it what is recorded here.

    Parameters
    ----------
    sources : Sources
        Projects and skills in the order in which they are to stand.
    at : datetime, optional
        Moment of writing, for ``meta.lastModified``.

    Returns
    -------
    dict
        A JSON Resume document. Of an entry that came from here before only the newer form is kept.
    """
    document: dict[str, Any] = copy.deepcopy(dict(sources.kept))
    basics = _basics(sources.person, document.get("basics") or {})
    if basics:
        document["basics"] = basics
    for section, entries in sources.entries.items():
        kept = list(document.get(section) or [])
        new = [dict(one) for one in entries if dict(one) not in kept]
        if new:
            document[section] = new + kept
    names = {one.id: one.name for one in sources.skills}
    projects = [_project(one, names) for one in sources.projects]
    _put(document, "projects", projects)
    _put(document, "skills", [_skill(one) for one in sources.skills])
    if at is not None:
        document["meta"] = (document.get("meta") or {}) | {
            "version": "v1.0.0",
            "lastModified": at.strftime("%Y-%m-%dT%H:%M:%S"),
        }
    return document


def _basics(person: Person, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Put what the profile says over what was brought in; links that are there already are not doubled."""
    own = {
        "name": person.name,
        "label": person.headline,
        "email": person.email,
        "url": person.site_address,
        "summary": person.about,
    }
    basics = dict(kept) | {key: value for key, value in own.items() if value}
    profiles = list(kept.get("profiles") or [])
    known = {str((one or {}).get("url") or "").rstrip("/") for one in profiles}
    new = [_network(link) for link in person.links if link.rstrip("/") not in known]
    if new:
        basics["profiles"] = profiles + new
    return basics


def _network(link: str) -> dict[str, str]:
    parts = urlsplit(link)
    host = parts.netloc.removeprefix("www.")
    name = parts.path.strip("/").removeprefix("in/")
    return {"network": _NETWORKS.get(host, host), "username": name, "url": link}


def _put(document: dict[str, Any], section: str, own: Sequence[dict[str, Any]]) -> None:
    """Put own entries before those that were brought in, without doubling what came from here before."""
    if not own:
        return
    ids = {_id(one) for one in own}
    names = {str(one.get("name", "")).casefold() for one in own}
    kept = [
        one
        for one in document.get(section) or []
        if not (_id(one) and _id(one) in ids)
        and not (section == "skills" and str((one or {}).get("name", "")).casefold() in names)
    ]
    document[section] = [*own, *kept]


def _id(entry: Mapping[str, Any] | None) -> str:
    found = (entry or {}).get(EVIDENCE)
    return str(found.get("id") or "") if isinstance(found, Mapping) else ""


def _project(one: ResumeProject, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": one.title,
        "description": one.question,
        "highlights": [one.headline] if one.headline else [],
        "keywords": [names[skill] for skill in one.skills if skill in names],
        "startDate": one.began_on.isoformat(),
        "endDate": one.ended_on.isoformat() if one.ended_on else "",
        "url": one.link,
        "type": "application",
        EVIDENCE: {"id": one.slug, "trust": "verified", "guided": one.is_guided},
    }


def _skill(one: ResumeSkill) -> dict[str, Any]:
    return {
        "name": one.name,
        "level": one.level,
        "keywords": list(one.projects),
        EVIDENCE: {"id": one.id, "trust": one.trust},
    }


def pruned(document: Document) -> dict[str, Any]:
    """Leave out what is empty in the sections of the standard: parsers stumble over entries without a name.

    Keys that no standard knows stay as they are.
    """
    known = {*SECTIONS, "basics", "meta"}
    found = {key: _full(value) if key in known else value for key, value in document.items()}
    return {key: value for key, value in found.items() if key not in known or value not in _EMPTY}


_EMPTY: tuple[Any, ...] = (None, "", [], {})


def _full(value: Any) -> Any:
    if isinstance(value, Mapping):
        parts = {key: part if key.startswith("x-") else _full(part) for key, part in value.items()}
        return {key: part for key, part in parts.items() if key.startswith("x-") or part not in _EMPTY}
    if isinstance(value, list):
        return [part for one in value if (part := _full(one)) not in _EMPTY]
    return value if not isinstance(value, str) or value.strip() else ""


def written(document: Document) -> str:
    """Write a document as JSON, without empty entries."""
    return json.dumps(pruned(document), ensure_ascii=False, allow_nan=False, indent=2) + "\n"
