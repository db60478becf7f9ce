"""Applications as a CSV file, out and in without loss; no cell of it is a formula."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from engine.domain.application import Application, ApplicationStatus, Contact, Interview
from engine.domain.cells import neutralise, restore
from engine.domain.clock import to_text
from engine.errors import InputError

_DATES = ("applied_on", "closes_on", "next_on")
_AMOUNTS = ("pay_low", "pay_high")
_TEXTS = ("uid", "title", "company", "board", "link", "next_step", "currency", "period", "note")
COLUMNS = (
    *("uid", "title", "company", "status", "board", "link", "applied_on", "closes_on", "next_step", "next_on"),
    *("pay_low", "pay_high", "currency", "period", "contacts", "interviews", "note", "posting", "moves", "files"),
    *("created_at", "updated_at"),
)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """An application with what is kept beside it."""

    application: Application
    moves: tuple[tuple[ApplicationStatus, datetime], ...] = ()
    files: tuple[Mapping[str, Any], ...] = ()
    """``name sha256 size_bytes added_at`` of each file; the bytes are not part of a CSV file."""


def as_csv(kept: Sequence[Kept]) -> str:
    """Write applications as CSV: one line each, every cell quoted, nothing that a spreadsheet takes for a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in kept:
        cells = _cells(one)
        writer.writerow([neutralise(cells[name]) for name in COLUMNS])
    return out.getvalue()


def _cells(one: Kept) -> dict[str, str]:
    application = one.application
    cells = {name: str(getattr(application, name)) for name in (*_TEXTS, "status")}
    cells |= {name: day.isoformat() if (day := getattr(application, name)) else "" for name in _DATES}
    cells |= {name: repr(value) if (value := getattr(application, name)) is not None else "" for name in _AMOUNTS}
    cells["posting"] = "" if application.posting is None else str(application.posting)
    cells["contacts"] = _json([asdict(contact) for contact in application.contacts])
    cells["interviews"] = _json(
        [asdict(talk) | {"on": talk.on.isoformat() if talk.on else None} for talk in application.interviews]
    )
    cells["moves"] = _json([[str(status), to_text(at)] for status, at in one.moves])
    cells["files"] = _json([dict(file) for file in one.files])
    return cells | {name: to_text(getattr(application, name)) for name in ("created_at", "updated_at")}


def _json(value: Sequence[Any]) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ""


def from_csv(text: str, *, at: datetime, new_uid: Callable[[], str]) -> list[Kept]:
    """Read applications that :func:`as_csv` wrote, or a table of which at least ``title`` is a column.

    Parameters
    ----------
    text : str
    at : datetime
        Stands for times that the file does not name.
    new_uid : callable
        Makes a lasting id for a line that has none.

    Raises
    ------
    InputError
        If it is no such table, or a line cannot be read; the message names the line.
    """
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    # The usual limit of 131,072 characters is less than the notes of many interviews take.
    before = csv.field_size_limit(max(len(text), 1))
    try:
        lines = list(reader)
    except csv.Error as error:
        raise InputError("The file cannot be read as CSV.", hint=f"Line {reader.line_num}: {error}.") from error
    finally:
        csv.field_size_limit(before)
    if not lines or "title" not in [name.strip().lower() for name in lines[0]]:
        raise InputError(
            "The file has no column 'title'.", hint=f"The first line names the columns: {', '.join(COLUMNS[:6])} …"
        )
    names = [name.strip().lower() for name in lines[0]]
    found = []
    for number, line in enumerate(lines[1:], start=2):
        if not any(line):
            continue
        cells = {name: restore(cell) for name, cell in zip(names, line, strict=False)}
        try:
            found.append(_kept(cells, at, new_uid))
        except (ValueError, TypeError, KeyError) as error:
            raise InputError(
                f"Line {number} of the file cannot be read.", hint=f"Nothing was stored. The reason: {error}."
            ) from error
    return found


def _kept(cells: Mapping[str, str], at: datetime, new_uid: Callable[[], str]) -> Kept:
    texts: dict[str, Any] = {name: cells.get(name, "") for name in _TEXTS}
    if not texts["title"].strip():
        raise ValueError("the title is empty")
    days: dict[str, Any] = {name: date.fromisoformat(cells[name]) if cells.get(name) else None for name in _DATES}
    amounts: dict[str, Any] = {name: _amount(cells[name]) if cells.get(name) else None for name in _AMOUNTS}
    created = datetime.fromisoformat(cells["created_at"]) if cells.get("created_at") else at
    updated = datetime.fromisoformat(cells["updated_at"]) if cells.get("updated_at") else at
    if created.tzinfo is None or updated.tzinfo is None:
        raise ValueError("a time has no zone")
    return Kept(
        application=Application(
            id=0,
            **texts | {"uid": texts["uid"] or new_uid()},
            **days,
            **amounts,
            status=ApplicationStatus(cells.get("status") or "draft"),
            posting=int(cells["posting"]) if cells.get("posting") else None,
            contacts=tuple(Contact(**item) for item in _listed(cells, "contacts")),
            interviews=tuple(_talk(item) for item in _listed(cells, "interviews")),
            created_at=created,
            updated_at=updated,
        ),
        moves=tuple(
            (ApplicationStatus(status), datetime.fromisoformat(when)) for status, when in _listed(cells, "moves")
        ),
        files=tuple(_listed(cells, "files")),
    )


def _amount(text: str) -> float:
    value = float(text)
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"{text!r} is no amount")
    return value


def _listed(cells: Mapping[str, str], name: str) -> list[Any]:
    value = json.loads(cells.get(name) or "[]")
    if not isinstance(value, list):
        raise ValueError(f"the column {name!r} holds no list")
    return value


def _talk(item: Mapping[str, Any]) -> Interview:
    on = date.fromisoformat(item["on"]) if item.get("on") else None
    questions = tuple(str(one) for one in item.get("questions", ()))
    return Interview(on=on, kind=str(item.get("kind", "")), questions=questions, note=str(item.get("note", "")))
