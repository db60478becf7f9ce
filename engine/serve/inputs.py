"""Reading what a request asks about: plain values into the table that the model was fitted on."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from engine.data.kinds import as_text
from engine.domain.data import Problem
from engine.domain.task import ColumnKind
from engine.serve.faults import MalformedError, UnusableError

NUMBERS = (ColumnKind.NUMERIC, ColumnKind.INTEGER)
_PLAIN = {str, int, float, bool, type(None)}
_SHOWN = 60


@dataclass(frozen=True)
class Table:
    """Rows that can be asked about."""

    frame: pd.DataFrame
    """The features in their order, shape (n_rows, n_features); the index counts from 0."""
    extra: tuple[str, ...] = ()
    """Names of columns that were left out, since the model does not know them."""


def parsed(body: bytes) -> Any:
    """Read JSON; ``NaN`` and infinite numbers are read as Python's own.

    Raises
    ------
    MalformedError
        If it is none.
    """
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        where = f" (character {error.pos})" if isinstance(error, json.JSONDecodeError) else ""
        raise MalformedError(f"The body is not JSON{where}.", hint="Send one JSON document in UTF-8.") from error


def parsed_object(body: bytes) -> dict[str, Any]:
    """Read a JSON object.

    Raises
    ------
    MalformedError
        If it is none.
    """
    found = parsed(body)
    if not isinstance(found, dict):
        raise MalformedError("The body is not a JSON object.", hint="See the address '/' for an example.")
    return found


def from_rows(rows: Any, problem: Problem) -> Table:
    """Read rows: each an object by column, or a list of values in the order of the columns.

    Raises
    ------
    UnusableError
        If a column is missing or a value cannot be read as its kind.
    """
    if not isinstance(rows, list) or not rows:
        raise UnusableError("There are no rows to answer.", hint="Send a list of at least one row.")
    names = problem.features
    values: dict[str, list[Any]] = {name: [] for name in names}
    extra: dict[str, None] = {}
    for number, row in enumerate(rows):
        for name, value in _cells(row, number, names):
            values[name].append(value)
        if isinstance(row, Mapping) and len(row) > len(names):
            extra.update(dict.fromkeys(str(name) for name in row if name not in values and name != problem.target))
    return Table(_frame(values, len(rows), problem), tuple(extra))


def _cells(row: Any, number: int, names: Sequence[str]) -> list[tuple[str, Any]]:
    if isinstance(row, Mapping):
        try:
            return [(name, row[name]) for name in names]
        except KeyError as error:
            raise _lacking(str(error.args[0]), number) from error
    if isinstance(row, list):
        if len(row) != len(names):
            said = f"Row {number} has {len(row)} values, and the model has {len(names)} columns."
            raise UnusableError(said, hint=f"Send them in the order {_listed(names)}.", row=number)
        return list(zip(names, row, strict=True))
    if len(names) == 1 and (row is None or type(row) in _PLAIN):
        return [(names[0], row)]
    raise UnusableError(f"Row {number} is no object.", hint="Send each row as an object by column.", row=number)


def from_columns(columns: Mapping[str, Any], problem: Problem) -> Table:
    """Read columns: each a list of one value a row, or of lists of one value.

    Raises
    ------
    UnusableError
        If a column is missing, they differ in length, or a value cannot be read as its kind.
    """
    values: dict[str, list[Any]] = {}
    count: int | None = None
    for name in problem.features:
        if name not in columns:
            raise _lacking(name, None)
        found = columns[name] if isinstance(columns[name], list) else [columns[name]]
        values[name] = [one[0] if isinstance(one, list) and len(one) == 1 else one for one in found]
        count = len(found) if count is None else count
        if len(found) != count or not found:
            said = f"The column {name!r} has {len(found)} values, and the first column has {count}."
            raise UnusableError(said, hint="Send one value a row in each column, and at least one row.", column=name)
    known = {*problem.features, problem.target}
    return Table(_frame(values, count or 0, problem), tuple(str(name) for name in columns if name not in known))


def from_csv(body: bytes, problem: Problem) -> Table:
    """Read CSV: with the names of the columns in the first line, or without them in the order of training.

    Raises
    ------
    MalformedError
        If it is not UTF-8 or no CSV.
    UnusableError
        As :func:`from_rows`.
    """
    try:
        lines = [line for line in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True) if line]
    except (UnicodeDecodeError, csv.Error) as error:
        raise MalformedError("The body is not CSV in UTF-8.", hint="Send one row a line.") from error
    if not lines:
        raise UnusableError("There are no rows to answer.", hint="Send at least one row.")
    names = problem.features
    if len(set(lines[0]) & set(names)) * 2 > len(names):
        head, rows = lines[0], lines[1:]
        if len(head) != len(set(head)):
            raise UnusableError("A column stands in the first line twice.", hint="Remove one of them.")
        wrong = next((number for number, row in enumerate(rows) if len(row) != len(head)), None)
        if wrong is not None:
            said = f"Row {wrong} has {len(rows[wrong])} values, and the first line names {len(head)}."
            raise UnusableError(said, hint="Send one value for each column.", row=wrong)
        return from_rows([dict(zip(head, row, strict=True)) for row in rows], problem)
    return from_rows(lines, problem)


def _lacking(name: str, row: int | None) -> UnusableError:
    place = "The request" if row is None else f"Row {row}"
    hint = "Send every column of the training data; null where a value is not known."
    return UnusableError(f"{place} lacks the column {name!r}.", hint=hint, column=name, row=row)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:8]) + (" …" if len(names) > 8 else "")


def _frame(values: Mapping[str, list[Any]], rows: int, problem: Problem) -> pd.DataFrame:
    columns: dict[str, Any] = {}
    for name, cells in values.items():
        kind = problem.kinds[name]
        reader = _numbers if kind in NUMBERS else _dates if kind is ColumnKind.DATETIME else _words
        columns[name] = reader(name, cells)
    return pd.DataFrame(columns, index=range(rows))


def _numbers(name: str, cells: list[Any]) -> Any:
    if set(map(type, cells)) <= {int, float}:
        try:
            return np.array(cells, dtype=np.float64)
        except OverflowError:
            pass
    return np.array([_number(name, cell, row) for row, cell in enumerate(cells)], dtype=np.float64)


def _number(name: str, cell: Any, row: int) -> float:
    if cell is None or cell == "":
        return math.nan
    if type(cell) in (int, float, str):
        try:
            return float(cell)
        except (ValueError, OverflowError):
            pass
    said = f"The column {name!r} should hold numbers, but {_shown(cell)} is none."
    raise UnusableError(said, hint="Send a number, or null where it is not known.", column=name, row=row)


def _words(name: str, cells: list[Any]) -> Any:
    if not set(map(type, cells)) <= _PLAIN:
        row = next(row for row, cell in enumerate(cells) if type(cell) not in _PLAIN)
        said = f"The column {name!r} should hold single values, but {_shown(cells[row])} is none."
        raise UnusableError(said, hint="Send text, or null where it is not known.", column=name, row=row)
    words = np.empty(len(cells), dtype=object)
    words[:] = [
        math.nan if cell is None or cell == "" or cell != cell else cell if type(cell) is str else as_text(cell)
        for cell in cells
    ]
    return words


def _dates(name: str, cells: list[Any]) -> Any:
    texts = pd.Series([None if cell == "" else cell for cell in cells], dtype=object)
    wrong = np.array([cell is not None and type(cell) is not str for cell in texts], dtype=bool)
    read = pd.to_datetime(texts.where(~wrong), format="ISO8601", errors="coerce", utc=True)
    wrong |= read.isna().to_numpy() & texts.notna().to_numpy()
    if wrong.any():
        row = int(wrong.argmax())
        said = f"The column {name!r} should hold dates, but {_shown(cells[row])} is none."
        raise UnusableError(said, hint="Write dates as 2026-01-31, or null.", column=name, row=row)
    return read.dt.tz_localize(None).to_numpy()


def _shown(cell: Any) -> str:
    text = json.dumps(cell, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
