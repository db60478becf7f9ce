"""Cells and predictions as a person writes and reads them."""

from __future__ import annotations

from typing import Any

from engine.domain.data import Problem
from engine.domain.task import ColumnKind
from engine.errors import InputError

_NUMBERS = (ColumnKind.NUMERIC, ColumnKind.INTEGER)


def plain_prediction(pred: Any) -> list[float]:
    """Turn one prediction, a number or probabilities, into plain JSON."""
    import numpy as np

    return [float(one) for one in np.atleast_1d(pred)]


def read_cell(problem: Problem, name: str, value: Any) -> Any:
    """Read a cell as its column asks for; an empty text or ``None`` is an empty cell.

    Raises
    ------
    InputError
        If there is no such column, or the cell cannot be read.
    """
    import pandas as pd

    if name not in problem.features:
        raise InputError(f"{name!r} is no column that the model reads.", hint="Check its spelling.")
    kind = problem.kinds[name]
    if value is None or (isinstance(value, str) and not value.strip()):
        return float("nan") if kind in _NUMBERS else pd.NaT if kind is ColumnKind.DATETIME else None
    if kind in _NUMBERS:
        try:
            read = float(str(value).strip().replace(",", "."))
        except ValueError:
            read = float("nan")
        if read != read or read in (float("inf"), float("-inf")):
            raise InputError(f"{value!r} is no number, as {name} needs.", hint="Write it like 12 or 0.5.")
        return read
    if kind is ColumnKind.DATETIME:
        moment = pd.to_datetime(value, errors="coerce")
        if pd.isna(moment):
            raise InputError(f"{value!r} is no date, as {name} needs.", hint="Write it like 2024-05-31.")
        return moment
    return str(value).strip()


def same_cell(one: Any, other: Any) -> bool:
    """Whether two cells hold the same; empty ones do."""
    import pandas as pd

    if pd.isna(one) or pd.isna(other):
        return bool(pd.isna(one) and pd.isna(other))
    return bool(one == other) or str(one) == str(other)


def plain_cell(value: Any) -> Any:
    """Turn a cell into plain JSON."""
    import pandas as pd

    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    plain = value.item() if hasattr(value, "item") else value
    return int(plain) if isinstance(plain, float) and plain.is_integer() else plain
