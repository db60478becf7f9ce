"""Whether a recipe holds together, and what the features are once it was done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.data.recipe.options import named, options_of
from engine.data.recipe.shape import LEARNING, ON_TABLE, Shape, missing_name, part_name, start
from engine.domain.data import Column, Problem
from engine.domain.recipe import Recipe, Step, StepKind
from engine.domain.task import ColumnKind
from engine.errors import InputError

MOST_STEPS = 200


def check(recipe: Recipe, columns: Sequence[Column], problem: Problem) -> None:
    """Check that every step of a recipe can be done where it stands.

    Parameters
    ----------
    recipe : Recipe
    columns : sequence of Column
        All columns of the table, so that one that no model may use is told from one that does not exist; with none,
        a step that drops columns may name any.
    problem : Problem

    Raises
    ------
    InputError
        One sentence: a missing column, a wrong option, a name that is made twice, the target used, no feature left.
    """
    if len(recipe.steps) > MOST_STEPS:
        raise InputError(f"The recipe has more than {MOST_STEPS} steps.", hint="Leave some out.")
    unused = {column.name for column in columns} - set(problem.features) - {problem.target}
    for step in recipe.steps:
        if step.kind is StepKind.DROP_COLUMNS:
            continue
        for name in step.columns:
            if name in unused:
                raise InputError(
                    f"No model uses the column {name!r}, so the step {named(step)} has nothing to work on.",
                    hint="Change its kind where the table is described, or leave the step out.",
                )
    final = shape_after(without_unused(recipe, problem, unused if columns else None), problem)
    if not final.kinds and not final.made:
        raise InputError("The recipe leaves no feature to predict from.", hint="Leave a step out that drops columns.")


def shapes(recipe: Recipe, problem: Problem) -> Iterator[tuple[Step, Shape, Shape]]:
    """Go through the steps with the columns before and after each.

    Raises
    ------
    InputError
        At the first step that cannot be done.
    """
    before, transformed, learned = start(problem), False, False
    for step in recipe.steps:
        learned = learned or step.kind in LEARNING
        if learned and step.kind is StepKind.DROP_DUPLICATES:
            raise InputError(
                "Repeated rows are left out before anything is learned from rows, so that step must stand earlier.",
                hint="Move it before the first step that learns, such as one that fills empty cells.",
            )
        if step.kind is StepKind.TARGET_TRANSFORM:
            if transformed:
                raise InputError("The recipe transforms the target twice.", hint="Leave one of the two steps out.")
            transformed = True
        after = before.after(step, problem)
        yield step, before, after
        before = after


def shape_after(recipe: Recipe, problem: Problem) -> Shape:
    """Return the columns as the whole recipe leaves them."""
    after = start(problem)
    for _, _, after in shapes(recipe, problem):  # noqa: B007 - the last one is wanted
        pass
    return after


def without_unused(recipe: Recipe, problem: Problem, unused: set[str] | None = None) -> Recipe:
    """Take columns out of drop steps that are no features anyway; without ``unused``, all that are never made."""
    if unused is None:
        created = {str(step.options.get("name")) for step in recipe.steps}
        for step in recipe.steps:
            if step.kind in (StepKind.DATE_PARTS, StepKind.IMPUTE):
                created |= set(_made(step))
        unused = {name for step in recipe.steps for name in step.columns} - set(problem.features) - created
        unused -= {problem.target}
    steps = []
    for step in recipe.steps:
        if step.kind is StepKind.DROP_COLUMNS and unused & set(step.columns):
            left = tuple(name for name in step.columns if name not in unused)
            if left:
                steps.append(replace(step, columns=left))
        else:
            steps.append(step)
    return Recipe(steps=tuple(steps))


def _made(step: Step) -> list[str]:
    if step.kind is StepKind.IMPUTE:
        return [missing_name(name) for name in step.columns]
    return [part_name(name, part) for name in step.columns for part in options_of(step)["parts"]]


def output(recipe: Recipe, problem: Problem, produced: Sequence[str] | None = None) -> Problem:
    """Derive the problem that an encoding works on once the recipe was done.

    Parameters
    ----------
    recipe : Recipe
    problem : Problem
        The columns as they are brought.
    produced : sequence of str, optional
        Names of the columns that the fitted recipe makes; one-hot columns and those of texts are known only then,
        and are numbers. Without it they are left out.

    Returns
    -------
    Problem
        With the scale of the target that the recipe asks for.

    Raises
    ------
    InputError
        If a step cannot be done.
    """
    if not recipe.steps:
        return problem
    kinds = shape_after(without_unused(recipe, problem), problem).kinds
    names = tuple(kinds) if produced is None else tuple(produced)
    method = target_method(recipe)
    return replace(
        problem,
        features=names,
        kinds={name: kinds.get(name, ColumnKind.NUMERIC) for name in names},
        log_target=problem.log_target or method == "log1p",
        power_target=problem.power_target or method == "yeo_johnson",
    )


def target_method(recipe: Recipe) -> str:
    """Name the scale on which the target is fitted: ``log1p``, ``yeo_johnson``, or nothing."""
    for step in recipe.steps:
        if step.kind is StepKind.TARGET_TRANSFORM:
            return str(options_of(step)["method"])
    return ""


def changes_features(recipe: Recipe) -> bool:
    """Whether a recipe has any step that is part of the pipeline."""
    return any(step.kind not in ON_TABLE for step in recipe.steps)
