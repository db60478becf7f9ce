"""What a step does to the columns: which it may be used on, which it makes, and of what kind those are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.data.recipe.expression import columns_of, kind_of, parse
from engine.data.recipe.options import named, options_of
from engine.domain.data import Problem
from engine.domain.recipe import Step, StepKind
from engine.domain.task import ColumnKind, Task
from engine.errors import InputError

NUMBERS = (ColumnKind.NUMERIC, ColumnKind.INTEGER)
WORDS = (ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN)
TEXTS = (*WORDS, ColumnKind.TEXT)
_ANY = (*NUMBERS, *TEXTS, ColumnKind.DATETIME)

ON_TABLE = (StepKind.DROP_DUPLICATES, StepKind.TARGET_TRANSFORM)
"""Kinds that change no feature."""
LEARNING = (
    StepKind.IMPUTE,
    StepKind.WINSORISE,
    StepKind.SCALE,
    StepKind.ENCODE,
    StepKind.GROUP_RARE,
    StepKind.TEXT,
    StepKind.BIN,
)
"""Kinds that learn from the rows of the fit."""

_TAKES: Mapping[StepKind, tuple[ColumnKind, ...]] = {
    StepKind.DROP_COLUMNS: _ANY,
    StepKind.DROP_DUPLICATES: _ANY,
    StepKind.MISSING_WORDS: (*NUMBERS, *TEXTS),
    StepKind.REPLACE: (*NUMBERS, *TEXTS),
    StepKind.TIDY_TEXT: TEXTS,
    StepKind.TO_NUMBER: (*NUMBERS, *TEXTS),
    StepKind.TO_DATE: (*TEXTS, ColumnKind.DATETIME),
    StepKind.CONVERT_UNIT: NUMBERS,
    StepKind.LIMIT: NUMBERS,
    StepKind.DATE_PARTS: (ColumnKind.DATETIME,),
    StepKind.RATIO: NUMBERS,
    StepKind.PRODUCT: NUMBERS,
    StepKind.IMPUTE: (*NUMBERS, *WORDS),
    StepKind.WINSORISE: NUMBERS,
    StepKind.SCALE: NUMBERS,
    StepKind.ENCODE: (*WORDS, ColumnKind.INTEGER),
    StepKind.GROUP_RARE: WORDS,
    StepKind.TEXT: TEXTS,
    StepKind.BIN: NUMBERS,
}
_COUNTS: Mapping[StepKind, tuple[int, int]] = {
    StepKind.DROP_DUPLICATES: (0, 100_000),
    StepKind.EXPRESSION: (0, 0),
    StepKind.TARGET_TRANSFORM: (0, 1),
    StepKind.RATIO: (2, 2),
    StepKind.PRODUCT: (2, 10),
}
"""Least and most columns; 1 or more where nothing is said."""


@dataclass(frozen=True)
class Shape:
    """The columns as they stand at one point of a recipe."""

    kinds: Mapping[str, ColumnKind]
    """By name, those that are known before anything is fitted."""
    made: frozenset[str] = field(default=frozenset())
    """Columns whose values became numbers of a count that only the fit knows (levels, words)."""
    empty_texts: frozenset[str] = field(default=frozenset())
    """Columns whose empty cells are texts without a character."""

    def after(self, step: Step, problem: Problem) -> Shape:
        """Say how the columns stand once a step was done.

        Raises
        ------
        InputError
            If the step cannot be done here.
        """
        options = options_of(step)
        self._check_columns(step, problem)
        if step.kind in ON_TABLE:
            _check_target(step, problem)
            return self
        if step.kind is StepKind.EXPRESSION:
            node = parse(options["formula"], self.kinds)
            if problem.target in columns_of(node):
                raise _of_target(step, problem)
            return self._with(step, problem, {options["name"]: kind_of(node)})
        return self._after(step, problem, options)

    def _after(self, step: Step, problem: Problem, options: Mapping[str, object]) -> Shape:
        kind, names = step.kind, step.columns
        if kind is StepKind.DROP_COLUMNS:
            return replace(self, kinds={name: one for name, one in self.kinds.items() if name not in names})
        if kind in (StepKind.RATIO, StepKind.PRODUCT):
            return self._with(step, problem, {str(options["name"]): ColumnKind.NUMERIC})
        if kind is StepKind.DATE_PARTS:
            parts = options["parts"]
            assert isinstance(parts, tuple)
            made = {part_name(name, part): _part_kind(part) for name in names for part in parts}
            return self._with(step, problem, made)
        if kind is StepKind.IMPUTE:
            self._check_impute(step, str(options["strategy"]), options["value"])
            made = {missing_name(name): ColumnKind.INTEGER for name in names} if options["indicator"] else {}
            return self._with(step, problem, made)
        if kind is StepKind.TEXT or (kind is StepKind.ENCODE and _opens(str(options["method"]), problem)):
            left = {name: one for name, one in self.kinds.items() if name not in names}
            return replace(self, kinds=left, made=self.made | set(names))
        became = {
            StepKind.TO_NUMBER: ColumnKind.NUMERIC,
            StepKind.CONVERT_UNIT: ColumnKind.NUMERIC,
            StepKind.TO_DATE: ColumnKind.DATETIME,
            StepKind.SCALE: ColumnKind.NUMERIC,
            StepKind.WINSORISE: ColumnKind.NUMERIC,
            StepKind.LIMIT: ColumnKind.NUMERIC,
            StepKind.ENCODE: ColumnKind.NUMERIC,
            StepKind.GROUP_RARE: ColumnKind.CATEGORICAL,
            StepKind.BIN: ColumnKind.CATEGORICAL,
        }.get(kind)
        if became is None:
            # Cells that a step empties are empty the usual way.
            return replace(self, empty_texts=self.empty_texts - set(names))
        kinds = {name: became if name in names else one for name, one in self.kinds.items()}
        return replace(self, kinds=kinds, empty_texts=self.empty_texts - set(names))

    def _with(self, step: Step, problem: Problem, made: Mapping[str, ColumnKind]) -> Shape:
        """Add columns under new names."""
        for name in made:
            if name in self.kinds or name in self.made or name == problem.target:
                raise InputError(
                    f"The step {named(step)} makes a column {name!r}, but there is one of that name already.",
                    hint="Give it another name.",
                )
        return replace(self, kinds={**self.kinds, **made})

    def _check_columns(self, step: Step, problem: Problem) -> None:
        least, most = _COUNTS.get(step.kind, (1, 100_000))
        if not least <= len(step.columns) <= most:
            wanted = f"{least:,}" if least == most else f"at least {least:,}" if most > 1_000 else f"{least} to {most}"
            raise InputError(f"The step {named(step)} needs {wanted} columns.", hint="Choose its columns again.")
        if len(set(step.columns)) < len(step.columns):
            raise InputError(f"The step {named(step)} names a column twice.", hint="Name each column once.")
        if step.kind is StepKind.TARGET_TRANSFORM:
            return
        for name in step.columns:
            self._check_column(name, step, problem)

    def _check_column(self, name: str, step: Step, problem: Problem) -> None:
        if name == problem.target:
            raise _of_target(step, problem)
        if name in self.made:
            raise InputError(
                f"The column {name!r} has become several numbers before the step {named(step)}.",
                hint="Put that step earlier, or leave it out.",
            )
        if name not in self.kinds:
            raise InputError(
                f"The step {named(step)} needs the column {name!r}, which is not there at that point.",
                hint="Choose another column, or put the step later.",
            )
        takes = _TAKES[step.kind]
        if self.kinds[name] not in takes:
            raise InputError(
                f"The step {named(step)} is not made for the column {name!r}, whose kind is {self.kinds[name]}.",
                hint=f"It takes columns of the kind {', '.join(takes)}.",
            )

    def _check_impute(self, step: Step, strategy: str, value: object) -> None:
        for name in step.columns:
            numeric = self.kinds[name] in NUMBERS
            if strategy in ("median", "mean") and not numeric:
                raise InputError(
                    f"The column {name!r} has words, so its empty cells cannot become the {strategy}.",
                    hint="Choose most_frequent, or constant with a value.",
                )
            if strategy == "constant" and numeric is isinstance(value, str):
                what = "a number" if numeric else "a text"
                raise InputError(f"The empty cells of {name!r} need {what} as their value.", hint="Change the value.")


def start(problem: Problem) -> Shape:
    """Return the columns of the aligned table, before the first step."""
    texts = frozenset(name for name in problem.features if problem.kinds[name] is ColumnKind.TEXT)
    return Shape({name: problem.kinds[name] for name in problem.features}, empty_texts=texts)


def part_name(column: str, part: str) -> str:
    """Name the column of a part of a date."""
    return f"{column}_{part}"


def missing_name(column: str) -> str:
    """Name the column that says where another was empty."""
    return f"{column}_missing"


def _part_kind(part: str) -> ColumnKind:
    return ColumnKind.NUMERIC if part == "elapsed" else ColumnKind.INTEGER


def _opens(method: str, problem: Problem) -> bool:
    """Whether an encoding makes as many columns as the fit finds levels or classes."""
    return method == "one_hot" or (method == "target" and problem.task is Task.MULTICLASS)


def _check_target(step: Step, problem: Problem) -> None:
    if step.kind is not StepKind.TARGET_TRANSFORM:
        return
    if problem.task is not Task.REGRESSION:
        raise InputError(
            f"The target {problem.target!r} has classes, so it has no other scale.", hint="Leave this step out."
        )
    if step.columns and step.columns[0] != problem.target:
        raise InputError(
            f"The step {named(step)} is for the target {problem.target!r} only.", hint="Use 'scale' for a feature."
        )


def _of_target(step: Step, problem: Problem) -> InputError:
    return InputError(
        f"The step {named(step)} uses the target {problem.target!r}, which is what is predicted.",
        hint="Only a target transform may touch it.",
    )
