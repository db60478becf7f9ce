"""Single cells that cannot be taken at their word: words and numbers for missing, numbers mixed with text."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from engine.data.checks.subject import MOST_ROWS, Check, Coded, Subject, listed
from engine.data.kinds import as_text, words_of
from engine.domain.data import Column, Finding, Severity
from engine.domain.recipe import Step, StepKind
from engine.domain.task import ColumnKind

Mask = npt.NDArray[np.bool_]

_MOST_VALUES = 50_000
_FEWEST_VALUES = 10

_WORDS = Check(
    code="PF-Q09",
    title="Words and numbers that stand for 'missing'",
    why="A model takes -999 for a very small number and 'unknown' for a value like any other.",
    advice="If they mean that nothing is known, read them as empty cells, so that they are filled inside the folds.",
)
_MIXED = Check(
    code="PF-Q11",
    title="Numbers and text in one column",
    why="One cell with a word in it turns a whole column of numbers into categories without an order.",
    advice="Find out what the words mean. If they mean 'not known', read the column as numbers.",
)

# fmt: off
_MISSING_WORDS = frozenset([
    "?", "-", "--", "---", ".", "..", "...", "na", "n/a", "n.a.", "nan", "null", "nil", "missing", "unknown", "unkn",
    "unk", "not known", "not available", "not applicable", "not stated", "not reported", "not specified", "unspecified",
    "undefined", "undetermined", "no answer", "no data", "refused", "tbd", "#n/a", "#na", "#value!", "#ref!", "#div/0!",
    "unbekannt", "keine angabe", "k.a.", "inconnu", "sconosciuto", "desconocido", "", "(blank)", "blank", "(null)",
])
_SENTINELS = (-9.0, -99.0, -999.0, -9999.0, -99999.0, -999999.0, -1.0, 99.0, 999.0, 9999.0, 99999.0, 999999.0,
              9999999.0, -888.0, -8888.0, 888.0, 8888.0, -77.0, -88.0)
_NEVER_ZERO = frozenset([
    "weight", "height", "bmi", "glucose", "bp", "pressure", "cholesterol", "pulse", "heartrate", "mass", "insulin",
    "diameter", "thickness", "skin", "hemoglobin", "creatinine",
])
# fmt: on


def missing_words(subject: Subject) -> Finding:
    """Look for words and numbers that stand for an empty cell (PF-Q09)."""
    found: dict[str, dict[str, int]] = {}
    words: list[str | float] = []
    marked = np.zeros(len(subject.frame), dtype=np.bool_)
    for column in subject.others:
        values = _words_in(subject, column) if subject.is_text(column) else _sentinels_in(subject, column)
        if values:
            found[column.name] = {as_text(value): count for value, count in values.items()}
            words.extend(value for value in values if value not in words)
            marked |= subject.plain(column.name).isin(list(values)).to_numpy(dtype=np.bool_, na_value=False)
    if not found:
        return _WORDS.passed("No cell holds a word or a number that usually stands for 'missing'.")
    told = [
        f"{name!r} holds {listed([f'{word!r} ({count:,} times)' for word, count in values.items()])}"
        for name, values in found.items()
    ]
    most = max(sum(values.values()) for values in found.values()) / len(subject.frame)
    fix = Step(
        kind=StepKind.MISSING_WORDS,
        columns=tuple(found),
        options={"words": words},
        reason="They stand for a value that is not known.",
        finding=_WORDS.code,
    )
    return _WORDS.issue(
        f"{listed(told)}; it looks as if this means that nothing is known.",
        Severity.MEDIUM if most > 0.02 else Severity.LOW,
        columns=found,
        rows=subject.row_numbers(marked),
        fix=fix,
        measured={"cells": found},
    )


def _words_in(subject: Subject, column: Column) -> dict[str | float, int]:
    if column.unique > _MOST_VALUES or column.kind in (ColumnKind.TEXT, ColumnKind.CONSTANT):
        return {}
    codes, values = subject.codes(column.name)
    hits = [n for n, value in enumerate(values) if str(value).strip().lower() in _MISSING_WORDS]
    if not hits:
        return {}
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    return {str(values[n]): int(counts[n]) for n in hits}


def _sentinels_in(subject: Subject, column: Column) -> dict[str | float, int]:
    if column.kind not in (ColumnKind.NUMERIC, ColumnKind.INTEGER) or column.unique < _FEWEST_VALUES:
        return {}
    values = subject.floats(column.name)
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    found: dict[str | float, int] = {}
    for sentinel in _SENTINELS:
        if sentinel in (low, high) and _stands_apart(values, sentinel):
            found[_number(sentinel)] = int((values == sentinel).sum())
    if low == 0 and set(words_of(column.name)) & _NEVER_ZERO and _zero_stands_apart(values):
        found[0] = int((values == 0).sum())
    return found


def _stands_apart(values: npt.NDArray[np.float64], sentinel: float) -> bool:
    """Whether a number that is used as a code lies far from all other values of its column, or is -1 below counts."""
    count = int((values == sentinel).sum())
    others = values[(values != sentinel) & ~np.isnan(values)]
    if count < 2 or not len(others):
        return False
    if sentinel == -1.0:
        return bool(others.min() >= 0 and count >= 0.005 * len(values) and others.max() >= 20)
    if sentinel < -9 and others.min() >= 0:
        return True
    few = others[:: max(1, len(others) // 20_000)]
    spread = float(np.subtract(*np.quantile(few, [0.99, 0.01])))
    gap = float(others.min() - sentinel) if sentinel < others.min() else float(sentinel - others.max())
    return gap > max(spread, float(np.abs(others).max()) * 0.5 if sentinel > 0 else spread)


def _zero_stands_apart(values: npt.NDArray[np.float64]) -> bool:
    others = values[values > 0]
    return bool((values == 0).sum() >= 2 and others.min() >= 0.1 * np.median(others))


def _number(value: float) -> float:
    return int(value) if value.is_integer() else value


_PLAIN_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d+)*|\.\d+)(?:[eE][+-]?\d+)?")
_AFFIXED = re.compile(r"([^\d\s.,+-]{1,4})?\s*[+-]?\d+(?:[.,]\d+)*\s*([^\d\s.,+-]{1,6})?")


def mixed(subject: Subject) -> Finding:
    """Look for columns that hold numbers in most cells and text in the others (PF-Q11)."""
    found: dict[str, tuple[int, list[str]]] = {}
    affixes: list[str] = []
    marked = np.zeros(len(subject.frame), dtype=np.bool_)
    for column in subject.others:
        if not subject.is_text(column) or not column.unique or column.unique > _MOST_VALUES:
            continue
        odd = _odd_cells(subject, column, affixes)
        if odd is not None:
            mask, words = odd
            marked |= mask
            found[column.name] = int(mask.sum()), words
    if not found:
        return _MIXED.passed("No column mixes numbers and text.")
    told = [
        f"{name!r} holds numbers, but text in {count:,} rows (such as {listed([repr(word) for word in words], 3)})"
        for name, (count, words) in found.items()
    ]
    fix = Step(
        kind=StepKind.TO_NUMBER,
        columns=tuple(found),
        options={"decimal": ".", "thousands": "", "affixes": sorted(set(affixes)), "scale": 1.0},
        reason="What is no number becomes an empty cell.",
        finding=_MIXED.code,
    )
    return _MIXED.issue(
        f"{listed(told)}.",
        Severity.MEDIUM,
        columns=found,
        rows=subject.row_numbers(marked),
        fix=fix,
        measured={"cells": {name: count for name, (count, _) in found.items()}},
    )


def _odd_cells(subject: Subject, column: Column, affixes: list[str]) -> tuple[Mask, list[str]] | None:
    """Mark the cells of a column of numbers that hold text; ``None`` if it is no such column."""
    codes, values = subject.codes(column.name)
    texts = [str(value).strip() for value in values[:200]]
    if not any(_PLAIN_NUMBER.fullmatch(text) for text in texts):
        return None
    is_number = np.array([bool(_PLAIN_NUMBER.fullmatch(str(value).strip())) for value in values])
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    share = counts[is_number].sum() / counts.sum()
    if not 0.5 <= share < 1 or is_number.sum() < 3:
        return None
    odd = np.flatnonzero(~is_number)
    for text in (str(values[int(n)]).strip() for n in odd):
        if match := _AFFIXED.fullmatch(text):
            affixes.extend(part for part in match.groups() if part)
    mask = np.append(~is_number, False)[codes]
    return mask, [str(values[int(n)])[:40] for n in odd[np.argsort(-counts[odd], kind="stable")][:MOST_ROWS]]


CHECKS: tuple[Coded, ...] = ((_WORDS, missing_words), (_MIXED, mixed))
