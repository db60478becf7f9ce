"""The one next step, computed from what is stored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from engine.actions import rhythm, skills
from engine.actions.projects import templates
from engine.domain.clock import Clock, utc_now
from engine.domain.data import Finding
from engine.domain.project import Project, ProjectStatus
from engine.settings import Settings
from engine.store import projects, recipes, results, runs, study, writeups
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


def today(settings: Settings, *, clock: Clock = utc_now) -> dict[str, Any]:
    """Return the next step, up to two alternatives, and the week (the fields of ``today``).

    The project that was worked on last comes first. The role that the person aims at decides which new project is
    proposed, and stands among the alternatives.
    """
    with connect(settings) as db:
        last = study.last_worked(db)
        known = sorted(
            projects.all_of(db), key=lambda one: (last.get(one.slug, one.created_at), one.slug), reverse=True
        )
        found = [(project, next_step(db, project)) for project in known]
    steps = [step for project, step in found if project.status is ProjectStatus.OPEN and step is not None]
    aimed = _towards_role(settings, {project.template for project in known}, clock) if known else None
    if not steps:
        steps = [one for one in (aimed,) if one] or [_ANOTHER if known else _START]
    elif aimed is not None:
        steps = [*steps[:2], aimed]
    week = rhythm.week(settings, clock=clock)
    return {
        "next": _plain(steps[0]),
        "alternatives": [_plain(step) for step in steps[1:3]],
        "week": {
            "sentence": week.sentence,
            "wanted": week.wanted,
            "worked": week.worked,
            "break_until": week.break_until.isoformat() if week.break_until else None,
            "days": [
                {"date": day.date.isoformat(), "worked": day.worked, "on_break": day.on_break, "today": day.is_today}
                for day in week.days
            ],
        },
        "role": skills.target_role(settings) or None,
    }


def _towards_role(settings: Settings, begun: Collection[str], clock: Clock) -> Step | None:
    """Find the template, not begun yet, that would prove most of what the role still asks for; nothing without a role.

    Where no template is left that helps, the step is the first missing skill itself.
    """
    role = skills.target_role(settings)
    if not role:
        return None
    known = templates()
    left = {slug: one.skills for slug, one in known.items() if slug not in begun}
    gap = skills.role_gap(settings, role, left, clock=clock)
    missing = [one for one in gap["asked"] if not one["is_there"]]
    best = next((slug for one in missing for slug in one["templates"][:1]), None)
    if best is not None:
        count = sum(best in one["templates"] for one in missing)
        return Step(
            page="gallery",
            project="",
            sentence=f"Begin “{known[best].title}”.",
            button="Choose a project",
            why=f"It lets you practise {count} of the skills that a {gap['name']} still needs.",
            minutes=known[best].minutes,
        )
    if not missing:
        return None
    return Step(
        page="path",
        project="",
        sentence=f"Towards {gap['name']}: {missing[0]['name'].lower()}.",
        button="See what it takes",
        why=missing[0]["advice"],
        minutes=20,
    )


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

_ANOTHER = Step(
    page="gallery",
    project="",
    sentence="Choose the next question.",
    button="Choose a project",
    why="A second project on other data shows that the first was no accident.",
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
