"""``evidence.json``: the form that is written, and a reader that trusts nothing in it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import PurePosixPath
from typing import Any

from engine.errors import InputError

SCHEMA = "proofolio-evidence-1"
FILE, SIGNATURE, TRIALS, PAGE = "evidence.json", "evidence.sig", "trials.jsonl", "index.html"
HOLDOUT_FILE, OOF_FILE = "predictions.csv", "predictions_oof.csv"

LARGEST = 20 * 1024**2
MOST_FILES = 20_000
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A published number that anybody can compute again from the predictions beside it."""

    id: str
    metric: str
    value: float
    low: float | None
    high: float | None
    method: str
    n: int
    """Rows that it was computed on."""
    fact: str
    run: int
    text: str
    """How the page writes it."""
    file: str | None
    """The predictions it is computed from; ``None`` where the author withholds them."""
    resamples: int
    seed: int

    def as_dict(self) -> dict[str, Any]:
        """Return the fields that other programs read."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A file with its hash and size."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Part:
    """A project as the evidence of a whole site names it."""

    slug: str
    path: str
    evidence_sha256: str


@dataclass(frozen=True, kw_only=True)
class Document:
    """What ``evidence.json`` says: of one project, or of a site with several."""

    project: str
    """Slug, empty for a site."""
    public: str
    fingerprint: str
    files: tuple[Listed, ...]
    claims: tuple[Claim, ...]
    parts: tuple[Part, ...]
    trials: Mapping[str, Any]
    problem: Mapping[str, Any]


def encode(document: Mapping[str, Any]) -> bytes:
    """Write a document as the bytes that are signed."""
    return (json.dumps(document, ensure_ascii=True, allow_nan=False, indent=1) + "\n").encode()


def decode(data: bytes) -> Document:
    """Read a document, wherever it came from.

    Raises
    ------
    InputError
        If it is no evidence of a version that is known here; says what is wrong with it.
    """
    try:
        raw = json.loads(data, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise _broken("it is not JSON") from None
    if not isinstance(raw, dict) or raw.get("schema") != SCHEMA:
        raise _broken(f"it does not name the schema {SCHEMA!r}")
    key = raw.get("key")
    if not isinstance(key, dict):
        raise _broken("it names no key")
    is_site = raw.get("project") is None
    document = Document(
        project="" if is_site else _slug(raw.get("project")),
        public=_hexadecimal(key.get("public"), 64),
        fingerprint=_hexadecimal(key.get("fingerprint"), 16),
        files=tuple(_each(raw, "files", _listed)),
        claims=() if is_site else tuple(_each(raw, "claims", _claim)),
        parts=tuple(_each(raw, "projects", _part)) if is_site else (),
        trials={} if is_site else _mapping(raw, "trials"),
        problem={} if is_site else _mapping(raw, "problem"),
    )
    if len({listed.path for listed in document.files}) < len(document.files):
        raise _broken("it lists a file twice")
    return document


def is_safe_path(path: str) -> bool:
    """Whether a listed path stays below its folder on every system."""
    parts = PurePosixPath(path).parts
    plain = bool(path) and set(path) <= _SAFE and path == "/".join(parts) and len(path) <= 200
    return plain and not path.startswith("/") and ".." not in parts


def _broken(reason: str) -> InputError:
    return InputError(f"{FILE} cannot be used: {reason}.", hint="Ask the author for an intact copy.")


def _refuse_constant(_: str) -> float:
    raise ValueError("NaN is no JSON")


def _each(raw: Mapping[str, Any], key: str, read: Callable[[Mapping[str, Any]], Any]) -> list[Any]:
    items = raw.get(key)
    if not isinstance(items, list) or len(items) > MOST_FILES or not all(isinstance(item, dict) for item in items):
        raise _broken(f"{key!r} is not a list of objects")
    return [read(item) for item in items]


def _mapping(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key)
    if not isinstance(value, dict):
        raise _broken(f"{key!r} is not an object")
    return value


def _listed(item: Mapping[str, Any]) -> Listed:
    path, size = item.get("path"), item.get("size")
    if not isinstance(path, str) or not is_safe_path(path):
        raise _broken(f"it lists the file {str(path)[:80]!r}, which may not be read")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise _broken(f"the size of {path!r} is not a count of bytes")
    return Listed(path=path, sha256=_hexadecimal(item.get("sha256"), 64), size=size)


def _part(item: Mapping[str, Any]) -> Part:
    slug, path = _slug(item.get("slug")), item.get("path")
    if path not in (f"projects/{slug}", f"evidence/projects/{slug}"):
        raise _broken(f"the project {slug!r} stands in an unexpected folder")
    return Part(slug=slug, path=path, evidence_sha256=_hexadecimal(item.get("evidence_sha256"), 64))


_KINDS: dict[str, tuple[type, ...]] = {
    "float": (int, float),
    "int": (int,),
    "str": (str,),
    "float | None": (int, float, type(None)),
    "str | None": (str, type(None)),
}


def _claim(item: Mapping[str, Any]) -> Claim:
    values: dict[str, Any] = {}
    for field in fields(Claim):
        value = item.get(field.name)
        if not isinstance(value, _KINDS[str(field.type)]) or isinstance(value, bool):
            raise _broken(f"the {field.name} of a claim is {str(value)[:40]!r}")
        if isinstance(value, float) and not math.isfinite(value):
            raise _broken(f"the {field.name} of a claim is no finite number")
        values[field.name] = value
    return Claim(**values)


def _slug(value: object) -> str:
    if not isinstance(value, str) or not is_safe_path(value) or "/" in value or "." in value:
        raise _broken(f"{str(value)[:80]!r} is not the short name of a project")
    return value


def _hexadecimal(value: object, length: int) -> str:
    if not isinstance(value, str) or len(value) != length or not set(value) <= set("0123456789abcdef"):
        raise _broken(f"{str(value)[:80]!r} is not {length} hexadecimal digits")
    return value
