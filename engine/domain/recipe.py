"""A recipe: cleaning and features as an ordered, named, reversible list of steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class StepKind(StrEnum):
    """What a step does. All but :attr:`DROP_DUPLICATES` keep every row; those under "fitted" learn from fit rows."""

    DROP_COLUMNS = "drop_columns"
    DROP_DUPLICATES = "drop_duplicates"
    """Rows of the training part that repeat an earlier one are left out, never those of the hold-out."""
    MISSING_WORDS = "missing_words"
    """Options: ``words`` (values, text or numbers, that stand for an empty cell)."""
    REPLACE = "replace"
    """Options: ``values`` (old value as text to new value or ``None``)."""
    TIDY_TEXT = "tidy_text"
    """Blanks at the ends and doubled ones go; options: ``spellings`` (found to kept)."""
    TO_NUMBER = "to_number"
    """Options: ``decimal``, ``thousands``, ``affixes`` (texts to remove), ``scale``."""
    TO_DATE = "to_date"
    """Options: ``formats`` (tried in turn), ``day_first``."""
    CONVERT_UNIT = "convert_unit"
    """Options: ``above`` or ``below`` (which values are in the other unit), ``factor``, ``offset``."""
    LIMIT = "limit"
    """Values outside ``low`` and ``high`` become the nearest one, or empty where ``empty`` is true."""
    EXPRESSION = "expression"
    """Options: ``name``, ``formula`` over columns."""
    DATE_PARTS = "date_parts"
    """Options: ``parts`` (year, month, day, weekday, hour, elapsed)."""
    RATIO = "ratio"
    """First column divided by the second; options: ``name``."""
    PRODUCT = "product"
    """Options: ``name``."""
    # fitted
    IMPUTE = "impute"
    """Options: ``strategy`` (median, mean, most_frequent, constant), ``value``, ``indicator``."""
    WINSORISE = "winsorise"
    """Options: ``low``, ``high`` (quantiles of the fit rows)."""
    SCALE = "scale"
    """Options: ``method`` (standard, robust, min_max, yeo_johnson)."""
    ENCODE = "encode"
    """Options: ``method`` (one_hot, ordinal, target)."""
    GROUP_RARE = "group_rare"
    """Options: ``least`` (rows that a value needs to stay)."""
    TEXT = "text"
    """Options: ``method`` (tf_idf, hashed), ``size``."""
    BIN = "bin"
    """Options: ``bins``, ``method`` (quantile, uniform)."""
    TARGET_TRANSFORM = "target_transform"
    """Options: ``method`` (log1p, yeo_johnson)."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a recipe."""

    kind: StepKind
    columns: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    """Why the person wants it, in their words, or the finding that proposed it."""
    finding: str = ""
    """Code of the finding that it fixes."""

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self) | {"kind": str(self.kind), "columns": list(self.columns), "options": dict(self.options)}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Step:
        """Read what :meth:`as_dict` wrote."""
        return cls(**{**raw, "kind": StepKind(raw["kind"]), "columns": tuple(raw.get("columns", ()))})


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Steps in the order in which they are done."""

    steps: tuple[Step, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {"steps": [step.as_dict() for step in self.steps]}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Recipe:
        """Read what :meth:`as_dict` wrote."""
        return cls(steps=tuple(Step.from_dict(one) for one in raw.get("steps", ())))
