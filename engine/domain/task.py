"""What is predicted, and what kinds of columns there are."""

from enum import StrEnum


class Task(StrEnum):
    """The kind of prediction."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"

    @property
    def is_classification(self) -> bool:
        """Whether the target is a class."""
        return self is not Task.REGRESSION


class ColumnKind(StrEnum):
    """What the values of a column mean."""

    NUMERIC = "numeric"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    CATEGORICAL = "categorical"
    DATETIME = "datetime"
    TEXT = "text"
    IDENTIFIER = "identifier"
    CONSTANT = "constant"

    @property
    def is_feature(self) -> bool:
        """Whether a model may use a column of this kind; identifiers and constants are left out."""
        return self not in (ColumnKind.IDENTIFIER, ColumnKind.CONSTANT)
