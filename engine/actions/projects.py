"""Starting a project: a table and a question become a split, a sealed hold-out and a row."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files as package_files
from pathlib import Path
from typing import TYPE_CHECKING

from engine.actions.sealing import seal
from engine.domain.clock import Clock, utc_now
from engine.domain.data import Problem, Provenance, SplitSpec
from engine.domain.project import Brief, Project, ProjectStatus, check_slug
from engine.domain.template import Template
from engine.errors import InputError, NotFoundError
from engine.settings import Settings
from engine.store import datasets, files, projects
from engine.store.db import connect

if TYPE_CHECKING:
    import pandas as pd

TEMPLATES = Path(str(package_files("engine"))).parent / "projects"


def templates() -> dict[str, Template]:
    """Load all template projects, by slug."""
    from engine.data.templates import load_all

    return load_all(TEMPLATES)


def template(slug: str) -> Template:
    """Load one template project. Raises ``NotFoundError`` if there is none of that name."""
    found = templates().get(slug)
    if found is None:
        raise NotFoundError("template", slug, hint=f"Choose one of: {', '.join(sorted(templates()))}.")
    return found


def create_from_template(settings: Settings, name: str, *, slug: str | None = None, clock: Clock = utc_now) -> str:
    """Start a project on a template's question and data; returns its short name."""
    from engine.data.templates import read_frame

    chosen = template(name)
    frame = read_frame(chosen).drop(columns=list(chosen.drop), errors="ignore")
    provenance = Provenance(
        source=chosen.source,
        licence=chosen.licence,
        tier=chosen.tier,
        retrieved_at=clock(),
        original_name=Path(chosen.table.path).name,
        original_sha256=chosen.table.sha256,
    )
    wish = _Wish(
        target=chosen.target,
        metric=chosen.metric,
        positive=chosen.positive or None,
        costs=chosen.brief.costs,
        log_target=chosen.log_target,
        split=chosen.split,
    )
    return _create(
        settings,
        frame,
        slug=slug or _free_slug(settings, chosen.slug),
        title=chosen.title,
        template_slug=chosen.slug,
        domain=chosen.domain,
        provenance=provenance,
        wish=wish,
        brief=chosen.brief,
        clock=clock,
    )


def create_from_file(
    settings: Settings,
    path: Path,
    *,
    target: str,
    slug: str | None = None,
    title: str = "",
    metric: str | None = None,
    task: str | None = None,
    positive: str | None = None,
    drop: Sequence[str] = (),
    holdout: float = 0.2,
    seed: int = 0,
    original_name: str = "",
    source: str = "",
    licence: str = "",
    clock: Clock = utc_now,
) -> str:
    """Start a project on a file of one's own; returns its short name.

    Parameters
    ----------
    settings : Settings
    path : Path
        CSV or Parquet file.
    target : str
        Column that is to be predicted.
    slug, title : str, optional
        Short name and title; made from the file's name if empty.
    metric, task, positive : str, optional
        Guessed if empty.
    drop : sequence of str
        Columns that no model may use.
    holdout : float
        Share of rows that is sealed, 0 to 0.5; 0 keeps all rows for training.
    seed : int
        Seed of the split.
    original_name, source, licence : str
        What is known of the origin.
    clock : Clock

    Raises
    ------
    InputError
        If the file, the target or a value cannot be used.
    """
    from engine.data.sources import read_table

    if not 0 <= holdout <= 0.5:
        raise InputError(f"A hold-out of {holdout:g} is not between 0 and 0.5.", hint="0.2 is a fifth of the rows.")
    shown = original_name or path.name
    frame = read_table(path, settings)
    unknown = [name for name in drop if name not in frame.columns]
    if unknown:
        raise InputError(f"There is no column {unknown[0]!r} to leave out.", hint="Check its spelling.")
    provenance = Provenance(
        source=source or f"own file {shown}",
        licence=licence,
        retrieved_at=clock(),
        original_name=shown,
        original_sha256=files.sha256_of(path),
    )
    name = title.strip() or Path(shown).stem.replace("_", " ").strip() or "Own project"
    return _create(
        settings,
        frame.drop(columns=list(drop)),
        slug=slug or _free_slug(settings, slug_from(name)),
        title=name,
        template_slug="",
        domain="",
        provenance=provenance,
        wish=_Wish(target=target, metric=metric, task=task, positive=positive, holdout=holdout, seed=seed),
        brief=None,
        clock=clock,
    )


def slug_from(title: str) -> str:
    """Make a short name from a title: lower-case letters, digits, hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "project"


def change_problem(
    settings: Settings,
    slug: str,
    *,
    metric: str | None = None,
    costs: Mapping[str, float] | None = None,
) -> Problem:
    """Change how a project is scored; target and split stay, since the hold-out is sealed.

    Raises
    ------
    InputError
        If the metric does not fit the task, or a cost names a class that does not exist.
    """
    from engine.data.schema import cost_matrix
    from engine.domain.metric import find_metric

    with connect(settings) as db:
        problem = projects.get(db, slug).problem
        if metric is not None:
            problem = replace(problem, metric=find_metric(metric, problem.task).id)
        if costs is not None:
            problem = replace(problem, costs=cost_matrix(costs, problem.classes))
        projects.set_problem(db, slug, problem)
    return problem


@dataclass(frozen=True, kw_only=True)
class _Wish:
    target: str
    metric: str | None = None
    task: str | None = None
    positive: str | None = None
    costs: Mapping[str, float] | None = None
    log_target: bool = False
    split: SplitSpec | None = None
    holdout: float = 0.2
    seed: int = 0


def _create(
    settings: Settings,
    frame: pd.DataFrame,
    *,
    slug: str,
    title: str,
    template_slug: str,
    domain: str,
    provenance: Provenance,
    wish: _Wish,
    brief: Brief | None,
    clock: Clock,
) -> str:
    from engine.data.checks import run_checks
    from engine.data.profile import profile
    from engine.data.schema import describe

    check_slug(slug)
    with connect(settings) as db:
        if projects.exists(db, slug):
            raise InputError(f"There is already a project {slug!r}.", hint="Choose another short name.")
    frame, problem, spec = _plan(frame, wish)
    dataset, split, train = seal(settings, frame, problem, spec, provenance, title, clock)
    columns = describe(train)
    findings = run_checks(train, columns, problem, split=spec)
    picture = json.loads(json.dumps(profile(train, columns, problem)))
    project = Project(
        slug=slug,
        title=title,
        status=ProjectStatus.OPEN,
        template=template_slug,
        domain=domain,
        dataset_sha256=dataset.sha256,
        problem=problem,
        split=split.spec,
        promoted=None,
        created_at=clock(),
    )
    with connect(settings) as db, db.atomic():
        datasets.add(db, dataset)
        projects.add(db, project)
        projects.set_split(db, slug, split)
        projects.set_profile(db, slug, findings, picture, clock())
        if brief is not None:
            projects.save_brief(db, slug, brief, clock())
    return slug


def _plan(frame: pd.DataFrame, wish: _Wish) -> tuple[pd.DataFrame, Problem, SplitSpec]:
    """Settle what is predicted and how rows are set apart."""
    from engine.data.schema import describe, drop_unlabelled, make_problem
    from engine.data.split import propose
    from engine.domain.task import Task

    if wish.target not in frame.columns:
        raise InputError(
            f"There is no column {wish.target!r} in the file.",
            hint=f"It has: {', '.join(map(str, frame.columns[:20]))}.",
        )
    frame, _ = drop_unlabelled(frame, wish.target)
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
    )
    if wish.split is not None:
        return frame, problem, wish.split
    return frame, problem, replace(propose(frame, columns, problem), fraction=wish.holdout, seed=wish.seed)


def _free_slug(settings: Settings, wanted: str) -> str:
    with connect(settings) as db:
        taken = {project.slug for project in projects.all_of(db)}
    candidates = (wanted if n == 1 else f"{wanted}-{n}" for n in range(1, len(taken) + 2))
    return next(name for name in candidates if name not in taken)
