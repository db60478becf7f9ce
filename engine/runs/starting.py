"""Starting a project: a table and a question become a split, a sealed hold-out, findings and a row."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from engine.domain.clock import Clock
from engine.domain.data import Dataset, Finding, Problem, Provenance, SplitKind, SplitSpec
from engine.domain.intake import DataNotes
from engine.domain.metric import find_metric
from engine.domain.project import Brief, Project, ProjectStatus, check_slug
from engine.domain.reading import Reading
from engine.domain.recipe import Recipe
from engine.domain.record import Guidance, Help
from engine.domain.words import share
from engine.errors import InputError
from engine.runs.sealing import seal
from engine.settings import Settings
from engine.store import assistance, datasets, files, projects, recipes
from engine.store.db import connect, writing

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a person settled before the rows were set apart; what is ``None`` is guessed."""

    target: str
    metric: str | None = None
    task: str | None = None
    positive: str | None = None
    costs: Mapping[str, float] | None = None
    class_weight: str | Mapping[str, float] | None = None
    weight: str = ""
    """Column that says how much each row counts in a fit."""
    unused: tuple[str, ...] = ()
    """Columns that stay in the table, to split by or to judge groups by, but that no model may use."""
    log_target: bool = False
    split: SplitSpec | None = None
    holdout: float = 0.2
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a project and its table come from."""

    slug: str
    title: str
    provenance: Provenance
    template: str = ""
    domain: str = ""
    brief: Brief | None = None
    dictionary: Mapping[str, str] = field(default_factory=dict)
    """Column to what it means."""
    reading: Reading | None = None
    """How the file was read."""
    newer_than: str | None = None
    """Project whose data this is a newer version of; its brief, recipe and notes are taken over."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Why target, split and metric were chosen, by step; what is not in it stands in the log without a reason."""
    guidance: Guidance | None = None
    """With a template: how much help was asked for."""


def create(
    settings: Settings,
    frame: pd.DataFrame,
    origin: Origin,
    wish: Wish,
    *,
    clock: Clock,
    tell: Callable[[str, float], None] = lambda *_: None,
) -> str:
    """Set rows apart, seal them, look at the others, and store the project; returns its short name.

    Parameters
    ----------
    settings : Settings
    frame : DataFrame of shape (n_rows, n_columns)
    origin : Origin
    wish : Wish
    clock : Clock
    tell : callable
        Hears what is going on and how far it is, from 0 to 1.

    Raises
    ------
    InputError
        If the short name is taken, or the target, the split or a value cannot be used.
    """
    check_slug(origin.slug)
    with connect(settings) as db:
        if projects.exists(db, origin.slug):
            raise InputError(f"There is already a project {origin.slug!r}.", hint="Choose another short name.")
    frame, problem, spec = _plan(frame, wish)
    tell("Sealing the hold-out", 0.3)
    dataset, split, train = seal(settings, frame, problem, spec, origin.provenance, origin.title, clock)
    tell("Looking at the rows to learn from", 0.5)
    findings, picture = look(train, problem, spec)
    project = Project(
        slug=origin.slug,
        title=origin.title,
        status=ProjectStatus.OPEN,
        template=origin.template,
        domain=origin.domain,
        dataset_sha256=dataset.sha256,
        problem=problem,
        split=split.spec,
        promoted=None,
        created_at=clock(),
        reading=origin.reading,
        newer_than=origin.newer_than,
        changes=_changes(settings, origin.newer_than, dataset, train) if origin.newer_than else {},
    )
    with connect(settings) as db, writing(db):
        datasets.add(db, dataset)
        projects.add(db, project)
        projects.set_split(db, origin.slug, split)
        projects.set_profile(db, origin.slug, findings, picture, clock())
        if origin.brief is not None:
            projects.save_brief(db, origin.slug, origin.brief, clock())
        if origin.dictionary:
            recipes.set_notes(db, origin.slug, DataNotes(dictionary=origin.dictionary), clock())
        if origin.newer_than:
            _take_over(db, origin.newer_than, origin.slug, set(train.columns), clock())
        _record(db, origin, wish, project, clock())
    return origin.slug


def look(train: pd.DataFrame, problem: Problem, spec: SplitSpec) -> tuple[list[Finding], dict[str, Any]]:
    """Run the checks on the rows to learn from and draw up their profile."""
    from engine.data.checks import run_checks
    from engine.data.profile import profile
    from engine.data.recipe.suggesting import suggest
    from engine.data.schema import describe
    from engine.data.split import optimism

    columns = describe(train)
    findings = run_checks(train, columns, problem, split=spec)
    picture = profile(train, columns, problem)
    picture["optimism"] = optimism(train, columns, problem, spec)
    picture["suggestions"] = [
        {"step": one.step.as_dict(), "meaning": one.meaning, "strength": one.strength}
        for one in suggest(columns, train, problem, findings)
    ]
    # Through JSON and back, so that what is stored is what was looked at.
    return findings, json.loads(json.dumps(picture))


def _changes(settings: Settings, older: str, dataset: Dataset, train: pd.DataFrame) -> dict[str, Any]:
    """Say in plain words what is different from the data of an older project; sealed rows are not looked at."""
    import pandas as pd

    from engine.data.versions import diff

    with connect(settings) as db:
        before = datasets.get(db, projects.get(db, older).dataset_sha256)
        split = projects.get_split(db, older)
    earlier = pd.read_parquet(files.checked_dataset_path(settings, split.train_sha256))
    found = diff(
        before.columns,
        dataset.columns,
        old_rows=before.rows,
        new_rows=dataset.rows,
        old_frame=earlier,
        new_frame=train,
    )
    return found.as_dict()


def _take_over(db: Database, older: str, newer: str, columns: set[str], at: datetime) -> None:
    """Copy brief, notes and recipe of an older project; steps on columns that are gone are left out."""
    brief = projects.latest_brief(db, older)
    if brief is not None:
        projects.save_brief(db, newer, brief.brief, at)
    recipes.set_notes(db, newer, recipes.notes(db, older), at)
    _, recipe = recipes.latest(db, older)
    kept = tuple(step for step in recipe.steps if set(step.columns) <= columns)
    if kept:
        recipes.save(db, newer, Recipe(steps=kept), at)


def _plan(frame: pd.DataFrame, wish: Wish) -> tuple[pd.DataFrame, Problem, SplitSpec]:
    """Settle what is predicted and how rows are set apart."""
    from engine.data.schema import describe, drop_unlabelled, make_problem
    from engine.data.split import propose
    from engine.data.weights import check_weight, class_weights
    from engine.domain.task import Task

    if wish.target not in frame.columns:
        raise InputError(
            f"There is no column {wish.target!r} in the file.",
            hint=f"It has: {', '.join(map(str, frame.columns[:20]))}.",
        )
    frame, _ = drop_unlabelled(frame, wish.target)
    if wish.weight:
        check_weight(frame, wish.weight, wish.target)
    columns = describe(frame)
    problem = make_problem(
        frame,
        columns,
        target=wish.target,
        task=Task(wish.task) if wish.task else None,
        metric=wish.metric,
        positive=wish.positive,
        costs=wish.costs,
        log_target=wish.log_target,
        drop=_never_used(wish),
    )
    weights = class_weights(wish.class_weight, problem.classes)
    problem = replace(problem, class_weight=weights, weight=wish.weight)
    if wish.split is not None:
        return frame, problem, wish.split
    return frame, problem, replace(propose(frame, columns, problem), fraction=wish.holdout, seed=wish.seed)


def _never_used(wish: Wish) -> list[str]:
    """Name the columns that no model may use; which part a row is in is the same for all rows to learn from."""
    given = wish.split.column if wish.split is not None and wish.split.kind is SplitKind.GIVEN else ""
    return [name for name in dict.fromkeys([*wish.unused, wish.weight, given]) if name]


def _record(db: Database, origin: Origin, wish: Wish, project: Project, at: datetime) -> None:
    """Write down what was chosen when the project started; what a template chose is not the person's choice."""
    if origin.template:
        assistance.add(db, origin.slug, Help.DEGREE, str(origin.guidance or Guidance.GUIDED), at)
        return
    spec, metric = project.split, find_metric(project.problem.metric).title
    kind = f"{spec.kind}".replace("_", " and ") + (f" by {spec.column}" if spec.column else "")
    choices = {
        "target": f"{project.problem.target} ({project.problem.task})",
        "split": f"{kind}, {share(spec.fraction)} sealed" + (", as proposed" if wish.split is None else ""),
        "metric": metric + (", as proposed" if wish.metric is None else ""),
    }
    for step, choice in choices.items():
        projects.decide(db, origin.slug, step, choice, origin.reasons.get(step, "").strip(), at)


def slug_from(title: str) -> str:
    """Make a short name from a title: lower-case letters, digits, hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "project"


def free_slug(settings: Settings, wanted: str) -> str:
    """Return the wanted short name, with a number behind it if it is taken."""
    with connect(settings) as db:
        taken = {project.slug for project in projects.all_of(db)}
    candidates = (wanted if n == 1 else f"{wanted}-{n}" for n in range(1, len(taken) + 2))
    return next(name for name in candidates if name not in taken)
