"""Changing a recipe: every change gives a new one, and none that does not hold together."""

from __future__ import annotations

from collections.abc import Sequence

from engine.data.recipe.checking import check
from engine.data.recipe.options import named
from engine.data.recipe.shape import LEARNING
from engine.domain.data import Column, Problem
from engine.domain.recipe import Recipe, Step, StepKind
from engine.errors import InputError


def insert(recipe: Recipe, index: int, step: Step, columns: Sequence[Column], problem: Problem) -> Recipe:
    """Put a step at a place, 0 being the first; at the end with the count of the steps.

    Raises
    ------
    InputError
        If there is no such place, or the step or a later one cannot be done then.
    """
    _check_place(index, len(recipe.steps) + 1)
    return _sound((*recipe.steps[:index], step, *recipe.steps[index:]), columns, problem)


def add(recipe: Recipe, step: Step, columns: Sequence[Column], problem: Problem) -> Recipe:
    """Put a step where it belongs: one for repeated rows before the first step that learns, others at the end.

    Raises
    ------
    InputError
        If it cannot be done there.
    """
    place = len(recipe.steps)
    if step.kind is StepKind.DROP_DUPLICATES:
        place = next((number for number, one in enumerate(recipe.steps) if one.kind in LEARNING), place)
    return insert(recipe, place, step, columns, problem)


def remove(recipe: Recipe, index: int, columns: Sequence[Column], problem: Problem) -> Recipe:
    """Take a step out.

    Raises
    ------
    InputError
        If there is no such step, or a later one needs what it makes.
    """
    _check_place(index, len(recipe.steps))
    gone = recipe.steps[index]
    left = (*recipe.steps[:index], *recipe.steps[index + 1 :])
    try:
        return _sound(left, columns, problem)
    except InputError as error:
        raise InputError(
            f"The step {named(gone)} cannot be removed: {error.message[0].lower()}{error.message[1:]}",
            hint="Remove the later step first.",
        ) from None


def move(recipe: Recipe, index: int, to: int, columns: Sequence[Column], problem: Problem) -> Recipe:
    """Put a step elsewhere.

    Raises
    ------
    InputError
        If one of the places does not exist, or a step cannot be done in the new order.
    """
    _check_place(index, len(recipe.steps))
    _check_place(to, len(recipe.steps))
    steps = list(recipe.steps)
    steps.insert(to, steps.pop(index))
    return _sound(tuple(steps), columns, problem)


def _sound(steps: tuple[Step, ...], columns: Sequence[Column], problem: Problem) -> Recipe:
    made = Recipe(steps=steps)
    check(made, columns, problem)
    return made


def _check_place(index: int, count: int) -> None:
    if not 0 <= index < count:
        raise InputError(f"The recipe has no place {index + 1}.", hint=f"It has the places 1 to {count}.")
