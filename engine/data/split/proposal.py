"""Which split suits the table, and why, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from engine.data.kinds import as_text, plain, words_of
from engine.data.quick import Comparison
from engine.data.split.effect import is_material, time_effect
from engine.data.split.entities import Entity, find_entity
from engine.data.split.holdout import holdout_rows
from engine.data.split.timeline import find_time_column, time_codes, time_columns
from engine.domain.data import Column, Problem, SplitKind, SplitSpec
from engine.domain.task import ColumnKind
from engine.errors import InputError

_FEWEST_GROUPS = 10
_NUMBER = re.compile(r"([A-Za-z]{1,6}[-_ /.]?)(\d{3,})")
_SHORT_LIVED = 0.25
_SPLIT_WORDS = frozenset(["split", "set", "subset", "partition", "part", "fold", "sample", "dataset", "usage", "train",
                          "training", "test", "holdout", "is", "in", "data"])  # fmt: skip
_TEST_VALUES = frozenset(["test", "testing", "holdout", "hold-out", "hold_out", "valid", "validation", "val", "eval"])
_TRAIN_VALUES = frozenset(["train", "training", "fit", "learn", "development", "dev", "calibration"])
_FLAGS = ({"0", "1"}, {"true", "false"}, {"yes", "no"}, {"y", "n"})


def propose(frame: pd.DataFrame, columns: Sequence[Column], problem: Problem) -> SplitSpec:
    """Propose a split: as given, else by group where something repeats, else by time, else at random.

    A column says that the split is given where it holds words such as train and test. Something repeats where an
    identifier does, or where another column (or two together) makes random folds measurably better than folds of
    whole groups. If such groups come one after the other in time, the latest groups are set apart. A time is one
    clear date, or a year that makes random folds measurably better than forward ones.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        Every row has a target.
    columns : sequence of Column
    problem : Problem
    """
    others = [column for column in columns if column.name != problem.target]
    for way in (_as_given, _by_group, _by_time):
        for spec in way(frame, others, problem):
            if _possible(frame, spec, problem):
                return spec
    if problem.task.is_classification:
        return SplitSpec(
            kind=SplitKind.STRATIFIED,
            reason=f"No column groups or dates the rows, so they are drawn at random, with the same share of every "
            f"class of {problem.target!r} on both sides.",
        )
    return SplitSpec(kind=SplitKind.RANDOM, reason="No column groups or dates the rows, so they are drawn at random.")


def find_group_column(columns: Sequence[Column], rows: int) -> Column | None:
    """Find the identifier that repeats: rows of one customer, patient or place. The coarsest, if there are several."""
    found = [
        column
        for column in columns
        if (column.kind is ColumnKind.IDENTIFIER or _is_numbered(column))
        and _FEWEST_GROUPS <= column.unique < 0.9 * (rows - column.missing)
    ]
    return min(found, key=lambda column: column.unique, default=None)


def _is_numbered(column: Column) -> bool:
    """Whether all values are numbers of one kind of thing, such as ``K0042``: one prefix, one length, zeros before."""
    values = column.levels or column.examples
    found = [_NUMBER.fullmatch(value) for value in values]
    parts = {(one[1], len(one[2])) for one in found if one}
    return all(found) and len(parts) == 1 and any(one[2].startswith("0") for one in found if one)


def find_given_column(frame: pd.DataFrame, columns: Sequence[Column]) -> Column | None:
    """Find the column that says which rows are for training and which for testing."""
    for column in columns:
        if column.unique != 2 or column.missing:
            continue
        values = {as_text(value).strip().lower() for value in plain(frame[column.name]).unique()}
        words = set(words_of(column.name))
        if len(values & _TRAIN_VALUES) == 1 and len(values & _TEST_VALUES) == 1:
            return column
        if words <= _SPLIT_WORDS and words & {"train", "training", "test", "holdout"} and values in _FLAGS:
            return column
    return None


def _as_given(frame: pd.DataFrame, columns: Sequence[Column], problem: Problem) -> list[SplitSpec]:
    column = find_given_column(frame, columns)
    if column is None:
        return []
    share = 0.2
    spec = SplitSpec(
        kind=SplitKind.GIVEN,
        fraction=share,
        column=column.name,
        reason=f"{column.name!r} already says which rows are for training and which for testing "
        f"({' and '.join(column.levels[:2] or column.examples[:2])}), so the file's own split is kept.",
    )
    return [spec]


def _by_group(frame: pd.DataFrame, columns: Sequence[Column], problem: Problem) -> list[SplitSpec]:
    known = find_group_column(columns, len(frame))
    if known is not None:
        repeats = f"{known.name!r} repeats ({known.unique:,} values in {len(frame):,} rows)"
        reason = f"{repeats}, so all rows of one value stay on one side: the model is tested on values that it has "
        spec = SplitSpec(kind=SplitKind.GROUP, column=known.name, reason=f"{reason}never seen.")
    else:
        entity = find_entity(frame, columns, problem)
        if entity is None:
            return []
        spec = SplitSpec(
            kind=SplitKind.GROUP,
            column=entity.columns[0],
            more_columns=entity.columns[1:],
            reason=_entity_reason(entity),
        )
    time = find_time_column(columns, len(frame))
    return [_later_groups(frame, spec, time), spec] if time is not None and _come_in_turn(frame, spec, time) else [spec]


def _entity_reason(entity: Entity) -> str:
    effect = entity.effect
    verb = "repeats" if len(entity.columns) == 1 else "together repeat"
    measured = (
        f" Random folds score {effect.first:.3f} ({effect.metric}), folds of whole groups {effect.second:.3f}."
        if effect
        else ""
    )
    return (
        f"{entity.words} {verb} ({entity.count:,} values in {len(entity.groups):,} rows), and rows of one value are "
        f"alike, so they stay on one side: the model is tested on values that it has never seen.{measured}"
    )


def _come_in_turn(frame: pd.DataFrame, spec: SplitSpec, time: Column) -> bool:
    """Whether the groups come one after the other: each lives for a short part of the whole time."""
    from engine.data.split.ordering import group_codes

    codes = time_codes(frame, time.name)
    table = pd.DataFrame({"group": group_codes(frame, spec), "time": np.where(codes >= 0, codes, np.nan)})
    lives = table.groupby("group")["time"].agg(["min", "max", "size"])
    lives = lives[lives["size"] > 1]
    whole = float(codes.max())
    return bool(whole > 0 and len(lives) and (lives["max"] - lives["min"]).median() < _SHORT_LIVED * whole)


def _later_groups(frame: pd.DataFrame, spec: SplitSpec, time: Column) -> SplitSpec:
    return SplitSpec(
        kind=SplitKind.GROUP_TIME,
        column=spec.column,
        more_columns=spec.more_columns,
        time_column=time.name,
        reason=f"{spec.reason} The groups come one after the other in {time.name!r}, so the latest ones are set apart.",
    )


def _by_time(frame: pd.DataFrame, columns: Sequence[Column], problem: Problem) -> list[SplitSpec]:
    column = find_time_column(columns, len(frame))
    if column is not None:
        return [_time_spec(column)]
    for column in time_columns(columns, len(frame))[:2]:
        if column.kind is ColumnKind.DATETIME:
            continue
        effect = time_effect(frame, problem, time_codes(frame, column.name))
        if is_material(effect):
            return [_time_spec(column, effect)]
    return []


def _time_spec(column: Column, effect: Comparison | None = None) -> SplitSpec:
    measured = (
        f" A random split scores {effect.first:.3f} ({effect.metric}), one forward in time {effect.second:.3f}."
        if effect
        else ""
    )
    return SplitSpec(
        kind=SplitKind.TIME,
        column=column.name,
        reason=f"{column.name!r} dates every row (from {column.low} to {column.high}), so the latest rows are set "
        f"apart: the model is tested on a time that it has not seen.{measured}",
    )


def _possible(frame: pd.DataFrame, spec: SplitSpec, problem: Problem) -> bool:
    try:
        holdout_rows(frame, spec, problem)
    except InputError:
        return False
    return True
