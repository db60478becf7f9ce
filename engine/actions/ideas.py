"""Ideas for the next project and how varied the projects are: what is stored is gathered, ranked and started."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, replace
from typing import Any

from engine.domain.clock import Clock, utc_now
from engine.domain.data import Provenance
from engine.domain.project import Project
from engine.domain.run import Run
from engine.domain.words import family_name
from engine.errors import NotFoundError
from engine.evidence.dossier import bundled_data
from engine.evidence.skills import evaluate_skills
from engine.runs.starting import Origin, Wish, create, free_slug, slug_from
from engine.settings import Settings
from engine.store import datasets, projects, runs, submissions
from engine.store.db import connect
from engine.study import diversity
from engine.study.ideas import Idea, Person, Suggestion, areas, ideas, suggest

_APPLIED = 3
_ROWS, _COLUMNS = (300, 60_000), (5, 60)
"""Sizes from which a table carries a project that fits an evening."""
_BY_WORDS = 12
_TASKS = {"binary": "two classes", "multiclass": "several classes", "regression": "a number"}


def find(settings: Settings, *, interests: Collection[str] = (), words: str = "") -> list[dict[str, Any]]:
    """Suggest three projects with the reasons for each; the same record and interests give the same three.

    Parameters
    ----------
    settings : Settings
    interests : collection of str
        Ids of areas.
    words : str
        Anything else; tables of the catalogue that speak of it join in.

    Raises
    ------
    NotFoundError
        If there is no such area.
    """
    for one in interests:
        if one not in areas():
            raise NotFoundError("area of interest", one, hint=f"Choose from: {', '.join(areas())}.")
    asked = words.split()[:5]
    with connect(settings) as db:
        known, origins = projects.all_of(db), datasets.origins(db)
        states = evaluate_skills(db)
    used = {origins[one.dataset_sha256].original_sha256 for one in known if one.dataset_sha256 in origins}
    person = Person(
        areas=interests,
        words=asked,
        tasks={str(one.problem.task) for one in known},
        domains={one.domain for one in known if one.domain},
        open_skills={one.skill.id: one.skill.name.lower() for one in states if one.level < _APPLIED},
    )
    return [_plain(one) for one in suggest(_candidates(asked, used | bundled_data()), person)]


def start(settings: Settings, identifier: str, *, target: str = "", clock: Clock = utc_now) -> str:
    """Start an own project with an empty brief on a public table; returns its short name.

    Raises
    ------
    NotFoundError
        If there is no such table.
    InputError
        If no column of it can be predicted.
    """
    from engine.data.catalogue import rdatasets
    from engine.data.schema import describe, guess_target

    frame, provenance = rdatasets.load(identifier, clock=clock)
    # A count of the rows is no feature.
    frame = frame.drop(columns="rownames", errors="ignore")
    known = next((one for one in ideas() if one.id == identifier), None)
    wanted = target or (known.target if known else "") or guess_target(frame, describe(frame)) or ""
    title = _title(provenance)
    origin = Origin(
        slug=free_slug(settings, slug_from(title)),
        title=title,
        domain=known.domain if known else "",
        provenance=provenance,
    )
    return create(settings, frame, origin, Wish(target=wanted), clock=clock)


def variety(settings: Settings) -> diversity.Diversity:
    """Measure how different the projects are from each other."""
    with connect(settings) as db:
        known, origins = projects.all_of(db), datasets.origins(db)
        found = {one.slug: runs.latest_result(db, one.slug) for one in known}
        families = {one.slug: _family(one, found[one.slug]) for one in known}
        languages = {one.slug: [sent.language for sent in submissions.of_project(db, one.slug)] for one in known}
    return diversity.measure(
        [
            diversity.Trait(
                title=one.title,
                domain=one.domain or "no field named",
                task=_TASKS[str(one.problem.task)],
                source=_source(one, origins.get(one.dataset_sha256)),
                family=families[one.slug],
                language=next((name for name in languages[one.slug] if name), "Python"),
            )
            for one in known
        ]
    )


def _candidates(words: list[str], used: Collection[str]) -> list[Idea]:
    """Gather the ideas, and the tables that speak of the words; each with what the catalogue knows of it."""
    from engine.data.catalogue import rdatasets

    written = {one.id: one for one in ideas()}
    entries = {one: rdatasets.listed(one) for one in written}
    for word in words:
        found = rdatasets.search(word, rows=_ROWS, columns=_COLUMNS, limit=_BY_WORDS)
        entries |= {one.id: one for one in found if one.tasks}
    candidates = []
    for name, entry in entries.items():
        if rdatasets.sha256_of(name) in used:
            continue
        idea = written.get(name) or Idea(id=name, area="", domain="", target="", ask=_OPEN, skills=())
        task = idea.task or str(entry.tasks[0])
        candidates.append(replace(idea, title=entry.title, rows=entry.rows, columns=entry.columns, task=task))
    return candidates


_OPEN = "What in this table would somebody like to know beforehand, and what would they do with it?"


def _plain(one: Suggestion) -> dict[str, Any]:
    return asdict(one.idea) | {"skills": list(one.idea.skills), "reasons": list(one.reasons)}


def _title(provenance: Provenance) -> str:
    return provenance.source.partition(": ")[0][:80].strip() or "Own project"


def _family(project: Project, run: Run | None) -> str:
    """Name the family of the model that counts, as far as the newest leaderboard knows it."""
    if run is None:
        return ""
    wanted = project.promoted or run.result.get("recommended")
    row = next((row for row in run.result["leaderboard"] if row["trial"] == wanted), None)
    return family_name(row["family"], within=True) if row else ""


def _source(project: Project, origin: Provenance | None) -> str:
    if project.template:
        return "a template"
    source = origin.source if origin else ""
    if source.startswith("own file"):
        return "a file of your own"
    return "a catalogue" if "package" in source or "scikit-learn" in source else "elsewhere"
