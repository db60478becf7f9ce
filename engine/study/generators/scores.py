"""Questions about scores: folds, baselines, the luck of a search, one explained row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.study.generators.values import DUMMY, RunValues, apart, choice, finite, number, shown
from engine.study.questions import Question

MOST_CONTRIBUTIONS = 6


def fold_mean(values: RunValues) -> Question | None:
    """Ask for the mean of the fold scores."""
    scores = _folds(values)
    if len(scores) < 3:
        return None
    names = [f"f{place}" for place in range(1, len(scores) + 1)]
    return number(
        values,
        "folds",
        "cross-validation",
        f"the folds have the scores of the table ({values.scored_by.title}). What is their mean?",
        formula=f"({' + '.join(names)}) / {len(scores)}",
        inputs=dict(zip(names, scores, strict=True)),
        table=_fold_table(scores),
        explanation=f"The sum of the {len(scores)} scores divided by {len(scores)} is {{answer}}. The best fold alone "
        "would promise too much, the worst too little.",
    )


def worst_fold(values: RunValues) -> Question | None:
    """Ask which fold did worst, which depends on the direction of the metric."""
    scores = _folds(values)
    up = values.scored_by.higher_is_better
    if len(scores) < 3 or len(set(scores)) < len(scores):
        return None
    worst = scores.index(min(scores) if up else max(scores))
    return choice(
        values,
        "worst-fold",
        "cross-validation",
        f"the folds have the scores of the table ({values.scored_by.title}). Which fold did worst?",
        choices=[f"Fold {place}" for place in range(1, len(scores) + 1)],
        answer=worst,
        table=_fold_table(scores),
        explanation=f"Of this metric {'higher' if up else 'lower'} values are better, so the worst fold is the "
        "one with "
        f"{shown(scores[worst])}. Asking what is different about its rows is often worth the time.",
    )


def against_baseline(values: RunValues) -> Question | None:
    """Ask by how many per cent an error fell against the baseline; for metrics where lower is better."""
    model, dummy = finite(values.score()), finite(values.score("dummy"))
    if values.scored_by.higher_is_better or model is None or not dummy or dummy <= 0 or model == dummy:
        return None
    fell = model < dummy
    return number(
        values,
        "baseline",
        "baseline-first",
        f"the model has {values.scored_by.title} {shown(model)}, and {DUMMY} has {shown(dummy)}. By "
        "how many "
        f"per cent of the baseline did the error {'fall' if fell else 'rise'}?",
        formula="(dummy - model) / dummy * 100" if fell else "(model - dummy) / dummy * 100",
        inputs={"dummy": dummy, "model": model},
        unit="%",
        explanation=f"The difference of {shown(dummy)} and {shown(model)}, divided by the baseline's "
        f"{shown(dummy)}, is "
        "{answer} %. Divided by the model's error it would be another number for the same thing.",
    )


def gain(values: RunValues) -> Question | None:
    """Ask how far a score lies above the baseline; for metrics where higher is better."""
    ends = apart(values.score(), values.score("dummy"))
    if (
        not values.scored_by.higher_is_better
        or ends is None
        or (values.score() or 0.0) < (values.score("dummy") or 0.0)
    ):
        return None
    model, dummy = ends
    return number(
        values,
        "gain",
        "baseline-first",
        f"the model has {values.scored_by.title} {shown(model)}, and {DUMMY} has {shown(dummy)}. By "
        "how much "
        "is the model ahead?",
        formula="model - dummy",
        inputs={"model": model, "dummy": dummy},
        explanation=f"{shown(model)} − {shown(dummy)} = {{answer}}. A score by itself says little: what counts is what "
        "the model adds to a guess.",
    )


def luck(values: RunValues) -> Question | None:
    """Ask how much of the best score was luck of the search."""
    ends = apart(values.best, values.corrected)
    if ends is None or values.best is None or values.corrected is None:
        return None
    high, low = ends
    best, corrected = ends if values.best > values.corrected else (low, high)
    return number(
        values,
        "luck",
        "hyperparameters",
        f"the best of {values.trials} tries has {values.scored_by.title} {shown(best)}; corrected for having "
        "been chosen "
        f"it is {shown(corrected)}. How far are the two apart?",
        formula="high - low",
        inputs={"high": high, "low": low},
        explanation=f"{shown(high)} − {shown(low)} = {{answer}}. So much of the best score is put down to "
        "having been the "
        "best of many on the same folds, and the corrected one is the one to quote.",
    )


def fits(values: RunValues) -> Question | None:
    """Ask how many fits a search takes."""
    if values.trials < 2 or values.folds < 2:
        return None
    return number(
        values,
        "fits",
        "cross-validation",
        f"{values.trials} configurations were tried. How many fits are that, if each is fitted once for each of "
        f"{values.folds} folds?",
        formula="trials * folds",
        inputs={"trials": values.trials, "folds": values.folds},
        tolerance=0.5,
        explanation=f"Each of the {values.trials} is fitted once per fold: {{answer}} fits. A last fit on all the "
        "training rows would come on top.",
    )


def gap(values: RunValues) -> Question | None:
    """Ask for the gap between the fitted rows and the held-back ones."""
    ends = apart(values.train, values.validation)
    up = values.scored_by.higher_is_better
    if (
        ends is None
        or values.train is None
        or values.validation is None
        or (values.train > values.validation) is not up
    ):
        return None
    high, low = ends
    train, validation = ends if up else (low, high)
    return number(
        values,
        "gap",
        "fit-diagnosis",
        f"the model has {values.scored_by.title} {shown(train)} on the rows it was fitted on and "
        f"{shown(validation)} on "
        "rows held back. How large is the gap?",
        formula="high - low",
        inputs={"high": high, "low": low},
        explanation=f"{shown(high)} − {shown(low)} = {{answer}}. This much of what was learned does not carry "
        "over to new "
        "rows; what counts in use is the second number.",
    )


def explained_row(values: RunValues) -> Question | None:
    """Ask for a prediction as the sum of its base value and contributions."""
    found: Mapping[str, Any] = values.explained
    parts = [(str(one["column"]), finite(one["value"])) for one in found.get("contributions", ())]
    base = finite(found.get("base"))
    if base is None or len(parts) < 2 or any(part is None for _, part in parts):
        return None
    largest = _largest([(name, part or 0.0) for name, part in parts])
    inputs = {"base": base} | {f"c{place}": part for place, (_, part) in enumerate(largest, 1)}
    total = sum(inputs.values())
    stated, label = finite(found.get("prediction")), found.get("label")
    # Contributions that do not add up (a link function, parts left out) make no such question.
    if stated is None or abs(total - stated) > 0.005 * max(abs(value) for value in inputs.values()):
        return None
    return number(
        values,
        "contributions",
        "explainability",
        f"one prediction{f' of “{label}”' if label else ''} is explained as the table shows. What does the "
        "model predict for this row, on the scale of the table?",
        formula=" + ".join(inputs),
        inputs=inputs,
        tolerance=0.01 * max(abs(value) for value in inputs.values()),
        table=[
            ("Part", "Contribution"),
            ("average prediction", shown(base)),
            *((name, shown(part)) for name, part in largest),
        ],
        explanation="The contributions add up from the average prediction to {answer}. They tell how this model "
        "got there, "
        "not what would happen if the row were different.",
    )


def _largest(parts: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Keep the largest contributions and add the others up, so that the sum can be done by hand."""
    ordered = sorted(parts, key=lambda part: -abs(part[1]))
    if len(ordered) <= MOST_CONTRIBUTIONS:
        return ordered
    rest = finite(sum(value for _, value in ordered[MOST_CONTRIBUTIONS - 1 :]))
    return [*ordered[: MOST_CONTRIBUTIONS - 1], ("all other columns", rest or 0.0)]


def _folds(values: RunValues) -> list[float]:
    found = (finite(one["value"]) for one in values.report.get("folds", ()))
    return [value for value in found if value is not None]


def _fold_table(scores: list[float]) -> list[tuple[str, str]]:
    return [("Fold", "Score"), *((str(place), shown(score)) for place, score in enumerate(scores, 1))]
