"""What the person states and decides: the brief, reasons, the promoted model, the ending."""

from __future__ import annotations

from typing import Any

from engine.domain.clock import Clock, utc_now
from engine.domain.project import Brief, Decision, ProjectStatus
from engine.domain.run import RunKind
from engine.errors import InputError, StateError
from engine.runs import launch
from engine.settings import Settings
from engine.store import projects, results, runs, trials
from engine.store.db import connect, writing

LONGEST_TEXT = 4_000


def save_brief(settings: Settings, slug: str, brief: Brief, *, clock: Clock = utc_now) -> int:
    """Store the brief as its next version and return the version; an unchanged one stores nothing.

    Raises
    ------
    InputError
        If a text is longer than 4,000 characters, or a criterion's metric does not fit the task.
    """
    from engine.domain.metric import find_metric

    for name, text in (("question", brief.question), ("reader", brief.reader), ("decision", brief.decision)):
        _check_length(name, text)
    _check_length("constraints", brief.constraints)
    with connect(settings) as db:
        task = projects.get(db, slug).problem.task
        for criterion in brief.criteria:
            find_metric(criterion.metric, task, criterion=True)
        return projects.save_brief(db, slug, brief, clock())


def decide(
    settings: Settings,
    slug: str,
    step: str,
    reason: str,
    *,
    choice: str = "",
    run_id: int | None = None,
    clock: Clock = utc_now,
) -> int:
    """Record a decision with its one line of reason; the same one twice in a row is stored once.

    Raises
    ------
    InputError
        If the step or the reason is empty or too long.
    """
    step, reason = step.strip(), reason.strip()
    if not step or not reason:
        raise InputError("A decision needs a step and a reason.", hint="Write one line: what you chose and why.")
    _check_length("reason", reason)
    _check_length("step", step)
    with connect(settings) as db, writing(db):
        projects.get(db, slug)
        last = [one for one in projects.decisions(db, slug) if one.step == step][-1:]
        if last and (last[0].reason, last[0].choice, last[0].run_id) == (reason, choice, run_id):
            return last[0].id
        return projects.decide(db, slug, step, choice, reason, clock(), run_id)


def choose(
    settings: Settings,
    slug: str,
    step: str,
    choice: str,
    reason: str = "",
    *,
    run_id: int | None = None,
    clock: Clock = utc_now,
) -> int:
    """Record what was chosen, with its reason or without one; the same choice twice in a row is stored once.

    Unlike :func:`decide` this never refuses: the choice was made, and a missing reason is shown as missing until it
    is added.

    Raises
    ------
    InputError
        If a text is too long.
    """
    step, choice, reason = step.strip(), " ".join(choice.split()), reason.strip()
    for name, text in (("step", step), ("choice", choice), ("reason", reason)):
        _check_length(name, text)
    with connect(settings) as db, writing(db):
        projects.get(db, slug)
        last = [one for one in projects.decisions(db, slug) if one.step == step][-1:]
        if last and (last[0].choice, last[0].run_id) == (choice, run_id) and reason in ("", last[0].reason):
            return last[0].id
        return projects.decide(db, slug, step, choice, reason, clock(), run_id)


def add_reason(settings: Settings, slug: str, decision_id: int, reason: str, *, clock: Clock = utc_now) -> None:
    """Write the reason of a choice that has none yet; when it was written is kept beside when it was chosen.

    Raises
    ------
    InputError
        If the reason is empty or too long.
    StateError
        If the choice has a reason already: what was written is never replaced.
    NotFoundError
        If the project has no such decision.
    """
    reason = reason.strip()
    if not reason:
        raise InputError("The reason is empty.", hint="Write one line, or leave the choice without a reason.")
    _check_length("reason", reason)
    with connect(settings) as db, writing(db):
        projects.get_decision(db, slug, decision_id)
        if not projects.set_reason(db, decision_id, reason, clock()):
            raise StateError(
                "This choice has its reason already, and the record is not rewritten.",
                hint="Record a new decision if you think otherwise by now.",
            )


def skip_reason(settings: Settings, slug: str, decision_id: int) -> None:
    """Go on without a reason: the log says that none is recorded, and it can still be added."""
    with connect(settings) as db:
        projects.get_decision(db, slug, decision_id)
        projects.skip_reason(db, decision_id)


def log(settings: Settings, slug: str) -> list[dict[str, Any]]:
    """Return the decision log as plain values, oldest first; times in UTC, ``reason`` empty where none is recorded."""
    return [
        {
            "id": one.id,
            "step": one.step,
            "choice": one.choice,
            "reason": one.reason,
            "chosen_at": one.created_at.isoformat(),
            "reasoned_at": ((one.reasoned_at or one.created_at).isoformat() if one.reason else None),
            "added_later": one.added_later,
            "run_id": one.run_id,
        }
        for one in decisions(settings, slug)
    ]


def decisions(settings: Settings, slug: str) -> list[Decision]:
    """Fetch the decision log of a project, oldest first."""
    with connect(settings) as db:
        projects.get(db, slug)
        return projects.decisions(db, slug)


def promote(settings: Settings, slug: str, trial_id: int, reason: str | None, *, clock: Clock = utc_now) -> int | None:
    """Promote a model; returns the run that evaluates and explains it, if that is still to be done.

    ``reason`` is one line; ``None`` promotes without one, and the log says so.

    Raises
    ------
    InputError
        If the trial failed, belongs to another project, or the reason is empty.
    """
    with connect(settings) as db:
        projects.get(db, slug)
        trial = trials.get(db, trial_id)
        run = runs.get(db, trial.run_id)
        known = results.explanation(db, trial_id) is not None
    if run.project != slug:
        raise InputError(
            f"Trial {trial_id} belongs to the project {run.project!r}.", hint="Choose one of this project."
        )
    if not trial.ok:
        raise InputError(f"Trial {trial_id} failed: {trial.reason}", hint="Choose one that has a score.")
    if not run.status.is_over:
        raise StateError(f"Run {run.id} is still going on.", hint="Wait until it is done, then promote a model.")
    choice = f"trial {trial_id} ({trial.family})"
    if reason is None:
        choose(settings, slug, "promote", choice, run_id=run.id, clock=clock)
    else:
        decide(settings, slug, "promote", reason, choice=choice, run_id=run.id, clock=clock)
    with connect(settings) as db:
        projects.promote(db, slug, trial_id)
    if known:
        return None
    params = {"trial": trial_id, "seed": run.params.get("seed", 0)}
    return launch.enqueue(settings, slug, RunKind.EXPLAIN, params, clock=clock)


def close(settings: Settings, slug: str, status: ProjectStatus, reason: str, *, clock: Clock = utc_now) -> None:
    """Close a project as met, not met or stopped, with a reason; ``OPEN`` opens it again.

    It is possible at any time, without a run and without a brief: to stop is a result too.
    """
    decide(settings, slug, "close", reason, choice=str(status).replace("_", " "), clock=clock)
    with connect(settings) as db:
        projects.close(db, slug, status, None if status is ProjectStatus.OPEN else clock())


def _check_length(name: str, text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise InputError(f"The {name} has {len(text):,} characters.", hint=f"Shorten it to {LONGEST_TEXT:,}.")
