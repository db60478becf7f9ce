"""How much rows count in a fit: those of a class, and each as a column says."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from engine.errors import InputError


def class_weights(wish: str | Mapping[str, float] | None, classes: Sequence[str]) -> str | tuple[float, ...]:
    """Settle how much each row of a class counts when a model is fitted.

    Parameters
    ----------
    wish : str, mapping or None
        ``balanced``, or a weight for each class.
    classes : sequence of str

    Returns
    -------
    str or tuple of float
        Weights in the order of the classes; ``balanced``; empty where all rows count alike.

    Raises
    ------
    InputError
        If the target has no classes, a class has no weight, or a weight is no number above 0.
    """
    if not wish:
        return ""
    if not classes:
        raise InputError("The target is a number, so it has no class weights.", hint="Leave the class weights out.")
    if isinstance(wish, str):
        if wish != "balanced":
            raise InputError(f"{wish!r} is no class weight.", hint="Use 'balanced', or a weight for each class.")
        return "balanced"
    named = ", ".join(classes)
    if set(wish) != set(classes):
        wrong = next((repr(name) for name in (*wish, *classes) if (name in wish) != (name in classes)), "")
        raise InputError(
            f"The class weights do not fit the classes: see {wrong}.", hint=f"Give one weight for each of: {named}."
        )
    for name, weight in wish.items():
        number = not isinstance(weight, bool) and isinstance(weight, int | float)
        if not number or not math.isfinite(weight) or weight <= 0:
            raise InputError(f"The weight of the class {name!r} is {weight!r}.", hint="Use numbers above 0, such as 5.")
    return tuple(float(wish[name]) for name in classes)


def check_weight(frame: pd.DataFrame, column: str, target: str) -> None:
    """Check that a column can say how much each row counts when a model is fitted.

    Raises
    ------
    InputError
        If there is no such column, it is the target, or it holds anything but numbers from 0, some above it.
    """
    if column == target or column not in frame.columns:
        raise InputError(f"There is no column {column!r} to weigh the rows by.", hint="Check its spelling.")
    values = frame[column]
    numbers = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    usable = values.astype(np.float64) if numbers else pd.Series(np.nan, index=values.index)
    wrong = ~(np.isfinite(usable) & (usable >= 0))
    if wrong.any():
        raise InputError(
            f"{column!r} cannot weigh the rows: {int(wrong.sum()):,} of {len(values):,} cells hold no number from 0.",
            hint="Mend the column, or leave the weights out.",
        )
    if not usable.sum() > 0:
        raise InputError(f"All weights in {column!r} are 0.", hint="Some rows must count.")
