"""The recipe of a project: changed, measured on the same folds, written as code; findings mended or accepted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from engine.actions import record
from engine.domain.clock import Clock, utc_now
from engine.domain.data import Column, Finding, Problem
from engine.domain.intake import Acceptance, DataNotes
from engine.domain.recipe import Recipe, Step
from engine.domain.run import RunKind
from engine.errors import InputError, NotFoundError
from engine.runs import launch
from engine.settings import Settings
from engine.store import datasets, projects, recipes
from engine.store.db import connect, writing

WHOLE = "the whole recipe"
"""Subject of a measure of the recipe against none."""


def subject_of(finding: Finding) -> str:
    """Name the measured effect of a finding's fix."""
    return f"{finding.code}: {', '.join(finding.columns[:5]) or finding.title}"


def subject_of_step(recipe: Recipe, place: int) -> str:
    """Name the measured effect of the step at a place; another recipe around it gives another name."""
    step = recipe.steps[place]
    text = json.dumps(recipe.as_dict(), sort_keys=True)
    return f"{words(step)} [{sha256(text.encode()).hexdigest()[:8]}]"


def told(subject: str) -> str:
    """Return a subject as people read it, without the mark that tells recipes apart."""
    return subject.rpartition(" [")[0] or subject


def current(settings: Settings, slug: str) -> Recipe:
    """Fetch the recipe that counts now."""
    with connect(settings) as db:
        projects.get(db, slug)
        return recipes.latest(db, slug)[1]


def save(settings: Settings, slug: str, recipe: Recipe, *, clock: Clock = utc_now) -> int:
    """Store a recipe as the next version; returns its number.

    Raises
    ------
    InputError
        If a step cannot be done on this table.
    """
    from engine.data.recipe.checking import check

    columns, problem = _table(settings, slug)
    check(recipe, columns, problem)
    with connect(settings) as db:
        return recipes.save(db, slug, recipe, clock())


def add(
    settings: Settings, slug: str, step: Step, *, at: int | None = None, reason: str = "", clock: Clock = utc_now
) -> int:
    """Put a step into the recipe (where it belongs, if no place is named); returns the new version.

    It stands in the record of decisions with ``reason``, the person's own: what proposed the step is no reason.
    """
    from engine.data.recipe import editing

    columns, problem = _table(settings, slug)
    recipe = current(settings, slug)
    if at is None:
        changed = editing.add(recipe, step, columns, problem)
    else:
        changed = editing.insert(recipe, at, step, columns, problem)
    version = save(settings, slug, changed, clock=clock)
    record.choose(settings, slug, "prepare", words(step), reason, clock=clock)
    return version


def remove(settings: Settings, slug: str, place: int, *, clock: Clock = utc_now) -> int:
    """Take the step at a place (from 0) out; returns the new version."""
    from engine.data.recipe import editing

    recipe = current(settings, slug)
    version = save(settings, slug, editing.remove(recipe, place, *_table(settings, slug)), clock=clock)
    record.choose(settings, slug, "prepare", f"taken out again: {words(recipe.steps[place])}", clock=clock)
    return version


def move(settings: Settings, slug: str, place: int, to: int, *, clock: Clock = utc_now) -> int:
    """Move a step to another place (from 0); returns the new version."""
    from engine.data.recipe import editing

    return save(settings, slug, editing.move(current(settings, slug), place, to, *_table(settings, slug)), clock=clock)


def _table(settings: Settings, slug: str) -> tuple[tuple[Column, ...], Problem]:
    with connect(settings) as db:
        project = projects.get(db, slug)
        return datasets.get(db, project.dataset_sha256).columns, project.problem


def words(step: Step) -> str:
    """Say in one sentence what a step does."""
    from engine.data.recipe.words import sentence

    return sentence(step)


def measure(
    settings: Settings,
    slug: str,
    before: Recipe,
    after: Recipe,
    subject: str,
    *,
    seed: int = 0,
    clock: Clock = utc_now,
) -> int:
    """Queue a comparison of two recipes on the same folds; returns the run's id."""
    if before == after:
        raise InputError("The two recipes are the same.", hint="Add or change a step first.")
    params = {"before": before.as_dict(), "after": after.as_dict(), "subject": subject, "seed": seed}
    return launch.enqueue(settings, slug, RunKind.RECIPE, params, clock=clock)


def measure_step(settings: Settings, slug: str, place: int, *, clock: Clock = utc_now) -> int:
    """Queue the comparison of the recipe with and without one step; returns the run's id.

    Raises
    ------
    InputError
        If there is no such step, or a later one cannot do without it.
    """
    from engine.data.recipe import editing

    recipe = current(settings, slug)
    before = editing.remove(recipe, place, *_table(settings, slug))
    return measure(settings, slug, before, recipe, subject_of_step(recipe, place), clock=clock)


def add_and_measure(settings: Settings, slug: str, step: Step, *, reason: str = "", clock: Clock = utc_now) -> int:
    """Put a step into the recipe and queue the measurement of its effect; returns the run's id."""
    before = current(settings, slug)
    add(settings, slug, step, reason=reason, clock=clock)
    after = current(settings, slug)
    place = next(n for n, one in enumerate(after.steps) if n >= len(before.steps) or one != before.steps[n])
    return measure(settings, slug, before, after, subject_of_step(after, place), clock=clock)


def find(findings: Sequence[Finding], code: str, columns: Sequence[str] | None = None) -> Finding:
    """Find one finding by its code, and its columns where there are several. Raises ``NotFoundError``."""
    for one in findings:
        if one.code == code and (columns is None or list(one.columns) == list(columns)):
            return one
    raise NotFoundError("finding", code, hint="See 'proofolio project show'.")


def mend(settings: Settings, slug: str, finding: Finding, *, clock: Clock = utc_now) -> int:
    """Put the fix of a finding into the recipe and queue the measurement of its effect; returns the run's id.

    Raises
    ------
    InputError
        If the finding has no fix, or the fix stands in the recipe already.
    """
    if finding.fix is None:
        raise InputError(f"{finding.code} has no fix that could be done for you.", hint=finding.advice)
    before = current(settings, slug)
    if any(step.as_dict() == finding.fix.as_dict() for step in before.steps):
        raise InputError("This fix stands in the recipe already.", hint="See the recipe on the Prepare page.")
    add(settings, slug, finding.fix, clock=clock)
    return measure(settings, slug, before, current(settings, slug), subject_of(finding), clock=clock)


def accept(settings: Settings, slug: str, finding: Finding, reason: str, *, clock: Clock = utc_now) -> None:
    """Accept a finding with a reason instead of mending it; it stands in the record of decisions.

    Raises
    ------
    InputError
        If no reason is given.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise InputError("A finding is accepted with a reason.", hint="Write one line: why it does no harm here.")
    with connect(settings) as db, writing(db):
        recipes.accept(db, slug, finding.code, finding.columns, reason, clock())
        projects.decide(db, slug, "data", f"accepted {finding.code} ({finding.title})", reason, clock())


def reopen(settings: Settings, slug: str, finding: Finding) -> None:
    """Take the acceptance of a finding back; the record of decisions keeps it."""
    with connect(settings) as db:
        recipes.reopen(db, slug, finding.code, finding.columns)


def accepted(settings: Settings, slug: str) -> Mapping[tuple[str, tuple[str, ...]], Acceptance]:
    """Fetch the accepted findings by code and columns."""
    with connect(settings) as db:
        return {(one.code, one.columns): one for one in recipes.acceptances(db, slug)}


def suggestions(settings: Settings, slug: str) -> list[dict[str, Any]]:
    """List steps worth trying (``step``, ``meaning``), strongest first, those that stand in the recipe left out."""
    with connect(settings) as db:
        profile = projects.get_profile(db, slug)
        _, recipe = recipes.latest(db, slug)
    known = [(step.kind, step.columns) for step in recipe.steps]
    found = [{**one, "step": Step.from_dict(one["step"])} for one in profile.get("suggestions", ())]
    return [one for one in found if (one["step"].kind, one["step"].columns) not in known]


def code(settings: Settings, slug: str) -> dict[str, Any]:
    """Write the recipe and each of its steps as code: pandas with scikit-learn, and PySpark for the cleaning steps."""
    from engine.data.recipe import code as python
    from engine.data.recipe import spark

    recipe, (_, problem) = current(settings, slug), _table(settings, slug)
    pairs = zip(python.steps(recipe, problem), spark.steps(recipe, problem), strict=True)
    return {
        "script": python.script(recipe, problem),
        "pyspark": spark.script(recipe, problem),
        "steps": [
            {"words": words(step), "pandas": "\n".join(lines), "pyspark": "\n".join(other)}
            for (step, lines), (_, other) in pairs
        ],
    }


def save_notes(settings: Settings, slug: str, notes: DataNotes, *, clock: Clock = utc_now) -> None:
    """Store the data dictionary and the questions for the domain expert."""
    with connect(settings) as db:
        projects.get(db, slug)
        kept = {name: " ".join(text.split()) for name, text in notes.dictionary.items() if text and text.strip()}
        asked = tuple((q.strip(), a.strip()) for q, a in notes.questions if q.strip())
        recipes.set_notes(db, slug, DataNotes(dictionary=kept, questions=asked), clock())
