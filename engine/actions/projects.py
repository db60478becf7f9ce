"""Starting a project: a table and a question become a split, a sealed hold-out and a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.resources import files as package_files
from pathlib import Path

from engine.domain.clock import Clock, utc_now
from engine.domain.data import Problem, Provenance, SplitSpec
from engine.domain.reading import Reading
from engine.domain.record import Guidance
from engine.domain.template import Template
from engine.errors import ContentError, InputError, NotFoundError
from engine.runs.starting import Origin, Wish, create, free_slug, slug_from
from engine.settings import Settings
from engine.store import files, projects
from engine.store.db import connect

TEMPLATES = Path(str(package_files("engine"))).parent / "projects"


def templates() -> dict[str, Template]:
    """Load all template projects that can be used, by slug."""
    return shelf()[0]


def shelf() -> tuple[dict[str, Template], list[str]]:
    """Load the template projects, and say in one sentence each which of them are faulty.

    A folder that somebody added and that is not right yet takes nothing away from the others.
    """
    from engine.data.template_declared import LEVELS
    from engine.data.templates import load

    found, faults = [], []
    folders = sorted(TEMPLATES.iterdir()) if TEMPLATES.is_dir() else []
    for folder in folders:
        if folder.is_dir() and not folder.name.startswith((".", "_")):
            try:
                found.append(load(folder))
            except ContentError as error:
                faults.append(error.message)
    found.sort(key=lambda one: (LEVELS.index(one.level), one.minutes, one.title))
    return {one.slug: one for one in found}, faults


def check_template(folder: Path) -> list[ContentError]:
    """Look for everything that is wrong with a folder that is to become a template."""
    from engine.data.templates import faults_of
    from engine.evidence import skill_content

    return faults_of(folder, skills={one.id for one in skill_content.skills()})


def template(slug: str) -> Template:
    """Load one template project.

    Raises
    ------
    NotFoundError
        If there is none of that name.
    ContentError
        If its folder is faulty.
    """
    # Only names of folders that are there lead anywhere: a name never becomes a path of its own.
    if slug in {path.name for path in TEMPLATES.iterdir() if path.is_dir()}:
        from engine.data.templates import load

        return load(TEMPLATES / slug)
    raise NotFoundError("template", slug, hint=f"Choose one of: {', '.join(sorted(templates()))}.")


def create_from_template(
    settings: Settings,
    name: str,
    *,
    slug: str | None = None,
    guidance: Guidance = Guidance.GUIDED,
    clock: Clock = utc_now,
) -> str:
    """Start a project on a template's question and data, with some degree of help; returns its short name."""
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
    origin = Origin(
        slug=slug or free_slug(settings, chosen.slug),
        title=chosen.title,
        template=chosen.slug,
        domain=chosen.domain,
        provenance=provenance,
        brief=chosen.brief,
        dictionary={name: text for name, text in chosen.dictionary.items() if name in frame.columns},
        guidance=guidance,
    )
    return create(settings, frame, origin, _wish(chosen), clock=clock)


def _wish(chosen: Template) -> Wish:
    return Wish(
        target=chosen.target,
        metric=chosen.metric,
        positive=chosen.positive or None,
        costs=chosen.brief.costs,
        unused=tuple(chosen.unused),
        weight=chosen.weight,
        log_target=chosen.log_target,
        split=chosen.split,
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
    reading: Reading | None = None,
    split: SplitSpec | None = None,
    class_weight: str | Mapping[str, float] | None = None,
    weight: str = "",
    reasons: Mapping[str, str] | None = None,
    clock: Clock = utc_now,
) -> str:
    """Start a project on a file of one's own; returns its short name.

    Parameters
    ----------
    settings : Settings
    path : Path
        A file of any kind that can be read.
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
    reading : Reading, optional
        How the file is read; detected if not given.
    split : SplitSpec, optional
        How rows are set apart; proposed if not given.
    class_weight : str or mapping, optional
        ``balanced``, or how much a row of each class counts when a model is fitted.
    weight : str
        Column that says how much each row counts when a model is fitted; no model reads it.
    reasons : mapping, optional
        Why target, split and metric were chosen, by step, for the decision log.
    clock : Clock

    Raises
    ------
    InputError
        If the file, the target or a value cannot be used.
    """
    from engine.data.sources import detect, read_table

    if not 0 <= holdout <= 0.5:
        raise InputError(f"A hold-out of {holdout:g} is not between 0 and 0.5.", hint="0.2 is a fifth of the rows.")
    shown = original_name or path.name
    reading = reading or detect(path, settings)
    frame = read_table(path, settings, reading=reading)
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
    origin = Origin(
        slug=slug or free_slug(settings, slug_from(name)),
        title=name,
        provenance=provenance,
        reading=reading,
        reasons=reasons or {},
    )
    wish = Wish(
        target=target,
        metric=metric,
        task=task,
        positive=positive,
        split=split,
        holdout=holdout,
        seed=seed,
        class_weight=class_weight,
        weight=weight,
    )
    return create(settings, frame.drop(columns=list(drop)), origin, wish, clock=clock)


def own_projects(settings: Settings) -> dict[str, str]:
    """Name the projects on a file of one's own, short name to title, newest first."""
    with connect(settings) as db:
        return {one.slug: one.title for one in projects.all_of(db) if not one.template}


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
