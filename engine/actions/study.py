"""The one next step, computed from what is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from engine.domain.data import Finding
from engine.domain.project import Project, ProjectStatus
from engine.settings import Settings
from engine.store import projects, recipes, results, runs, writeups
from engine.store.db import connect

STATIONS = ("brief", "data", "prepare", "train", "evaluate", "explain", "holdout", "writeup")
"""The stations of a project, in the order of the stepper; each is a page of that name."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A next step: where it is done, what it is, why, how long it takes."""

    page: str
    project: str
    sentence: str
    button: str
    why: str
    minutes: int


def today(settings: Settings) -> dict[str, Any]:
    """Return the next step and up to two alternatives (the fields of ``today``)."""
    with connect(settings) as db:
        found = [(project, next_step(db, project)) for project in projects.all_of(db)]
    steps = [step for project, step in found if project.status is ProjectStatus.OPEN and step is not None]
    if not steps:
        steps = [_START]
    return {"next": _plain(steps[0]), "alternatives": [_plain(step) for step in steps[1:3]]}


def stations(db: Database, project: Project) -> dict[str, str]:
    """Say of each station of a project whether it is ``done``, ``open`` or needs ``attention``."""
    brief = projects.latest_brief(db, project.slug)
    run = runs.latest_result(db, project.slug)
    newest = runs.latest(db, project.slug)
    decided = {decision.step for decision in projects.decisions(db, project.slug)}
    issues = [
        one for one in projects.get_findings(db, project.slug) if one.outcome == "issue" and one.severity == "high"
    ]
    written = writeups.latest(db, project.slug)
    state = dict.fromkeys(STATIONS, "open")
    if brief is not None:
        state["brief"] = "done" if brief.brief.complete else "attention"
    state["data"] = "attention" if _unsettled(db, project.slug, issues) and "data" not in decided else "done"
    state["prepare"] = "done"
    if newest is not None and str(newest.status) in ("failed", "lost"):
        state["train"] = "attention"
    if run is not None:
        state["train"] = "done"
        trial = project.promoted or int(run.result["recommended"])
        state["evaluate"] = "done" if results.has(db, "evaluations", trial) else "open"
        state["explain"] = "done" if results.has(db, "explanations", trial) else "open"
    openings = results.openings(db, project.slug)
    if openings:
        state["holdout"] = "done" if len(openings) == 1 else "attention"
    if written is not None:
        state["writeup"] = "attention" if run is not None and _outdated(written.facts, run.id) else "done"
    return state


def _unsettled(db: Database, slug: str, issues: list[Finding]) -> bool:
    """Whether a finding was neither mended nor accepted."""
    accepted = {(one.code, one.columns) for one in recipes.acceptances(db, slug)}
    mended = [step.as_dict() for step in recipes.latest(db, slug)[1].steps]
    return any(
        (one.code, one.columns) not in accepted and (one.fix is None or one.fix.as_dict() not in mended)
        for one in issues
    )


def _outdated(facts: Any, run_id: int) -> bool:
    return any(
        fact.run_id is not None and fact.id.startswith("best.") and fact.run_id != run_id for fact in facts.values()
    )


def next_step(db: Database, project: Project) -> Step | None:
    """Find the first station of a project that is still open, and say what to do there."""
    state = stations(db, project)
    brief = projects.latest_brief(db, project.slug)
    missing = ", ".join(brief.brief.missing) if brief else "everything"
    order: tuple[str, ...] = ("train", "brief", "data", "evaluate", "explain", "holdout", "writeup")
    if state["train"] != "open" or brief is not None:
        order = STATIONS
    for station in order:
        if state[station] != "done" and not (station == "holdout" and state[station] == "attention"):
            return _step(station, project, missing)
    published = any(project.slug in one.projects for one in writeups.publications(db))
    return None if published else _step("portfolio", project, missing)


def _step(station: str, project: Project, missing: str) -> Step:
    sentence, button, why, minutes = _TEXTS[station]
    return Step(
        page=station,
        project=project.slug,
        sentence=sentence.format(title=project.title, missing=missing),
        button=button,
        why=why,
        minutes=minutes,
    )


def _plain(step: Step) -> dict[str, Any]:
    return {
        "page": step.page,
        "project": step.project or None,
        "sentence": step.sentence,
        "button": step.button,
        "why": step.why,
        "minutes": step.minutes,
    }


_START = Step(
    page="gallery",
    project="",
    sentence="Start with a real question, or bring your own data.",
    button="Choose a project",
    why="A finished project on a real question says more than any list of courses.",
    minutes=5,
)

_TEXTS = {
    "brief": (
        "Complete the brief of “{title}”: {missing}.",
        "Write the brief",
        "A result counts as evidence only if it was said beforehand what would be good enough.",
        10,
    ),
    "data": (
        "Look at what is wrong in the data of “{title}”.",
        "Look at the data",
        "A leak or a broken column that is found later makes every score before it worthless.",
        10,
    ),
    "train": (
        "Start the first search for “{title}”.",
        "Go to the search",
        "A minute of search shows whether the columns say anything about the target at all.",
        3,
    ),
    "evaluate": (
        "Read how good the model of “{title}” is, and where it fails.",
        "Read the evaluation",
        "One score hides which errors are made; the reader of your page will ask.",
        10,
    ),
    "explain": (
        "See what drives the model of “{title}”.",
        "See the explanation",
        "You will be asked why it predicts what it predicts.",
        10,
    ),
    "holdout": (
        "State the score that you expect for “{title}”, then open the sealed rows.",
        "Go to the hold-out",
        "These rows were never looked at: they show what the model does on new cases, once.",
        5,
    ),
    "writeup": (
        "Write up “{title}”.",
        "Write it up",
        "The page is composed from stored facts; your own words say what they mean.",
        30,
    ),
    "portfolio": (
        "Publish “{title}” as a page that anybody can verify.",
        "Publish the page",
        "A stranger recomputes your number with one command, without asking you.",
        5,
    ),
}
