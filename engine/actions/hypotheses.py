"""One hypothesis for each follow-up run: stated with the request, judged when the run is done."""

from __future__ import annotations

from typing import Any

from engine.actions import record, work
from engine.automl.space import in_words
from engine.domain.clock import Clock, utc_now
from engine.domain.record import Claim, Hypothesis
from engine.domain.run import Run, RunKind
from engine.domain.words import family_name
from engine.errors import InputError, StateError
from engine.settings import Settings
from engine.store import projects, runs
from engine.store.db import connect

LONGEST = 300
"""Characters of a hypothesis: it is one line."""

_ALL = 1_000_000


def start(
    settings: Settings,
    slug: str,
    *,
    hypothesis: str = "",
    claim: str = Claim.BETTER,
    proposed_by: str = "",
    clock: Clock = utc_now,
    **training: Any,
) -> int:
    """Queue a training run with what is expected of it, and record the choices that it rests on; returns its id.

    Parameters
    ----------
    settings : Settings
    slug : str
    hypothesis : str
        One line, such as ``dropping the five largest houses lowers RMSLE``; empty for none.
    claim : str
        A :class:`~engine.domain.record.Claim`: how the new run compares with the one before, by the project's metric.
    proposed_by : str
        Code of the finding that worded the hypothesis, where the person did not: it is no reason of the person's then.
    clock : Clock
    **training
        As :func:`engine.actions.work.start_training` takes it.

    Raises
    ------
    InputError
        If the hypothesis is too long, claims sameness without a band, or the training cannot be started.
    StateError
        If there is no run to compare with.
    """
    stated = _stated(settings, slug, hypothesis, claim)
    if stated and proposed_by:
        stated["proposed_by"] = proposed_by
    run_id = work.start_training(settings, slug, hypothesis=stated, clock=clock, **training)
    with connect(settings) as db:
        run = runs.get(db, run_id)
    if stated:
        choice, reason = _claimed(stated), stated["text"]
        if proposed_by:
            choice, reason = f"{choice}, as {proposed_by} proposes: {reason}", ""
        record.choose(settings, slug, "hypothesis", choice, reason, run_id=run_id, clock=clock)
    for step, choice in _choices(run):
        record.choose(settings, slug, step, choice, run_id=run_id, clock=clock)
    return run_id


def of(settings: Settings, slug: str) -> list[Hypothesis]:
    """List the hypotheses of a project, newest first, each with its outcome once its run is done."""
    with connect(settings) as db:
        projects.get(db, slug)
        found = runs.all_of(db, slug, limit=_ALL)
    return [hypothesis_of(run) for run in found if run.params.get("hypothesis")]


def hypothesis_of(run: Run) -> Hypothesis:
    """Read the hypothesis that a run was asked for with."""
    stated = run.params["hypothesis"]
    return Hypothesis(
        text=stated["text"],
        claim=Claim(stated["claim"]),
        run_id=run.id,
        against=int(stated["against"]),
        stated_at=run.created_at,
        outcome=run.result.get("hypothesis") or {},
    )


def as_plain(one: Hypothesis) -> dict[str, Any]:
    """Return the fields that other programs read."""
    return {
        "run_id": one.run_id,
        "hypothesis": one.text,
        "claim": str(one.claim),
        "against": one.against,
        "stated_at": one.stated_at.isoformat(),
        "outcome": one.outcome.get("outcome") or None,
        "difference": {key: one.outcome.get(key) for key in ("value", "low", "high", "metric")},
        "sentence": one.outcome.get("sentence"),
    }


def _stated(settings: Settings, slug: str, text: str, claim: str) -> dict[str, Any] | None:
    """Check a hypothesis and name the run and the model that the new one is compared with."""
    text = " ".join(text.split())
    if not text:
        return None
    if len(text) > LONGEST:
        raise InputError(f"The hypothesis has {len(text):,} characters.", hint=f"Say it in {LONGEST}: one line.")
    if claim not in list(Claim):
        raise InputError(f"{claim!r} is no claim.", hint=f"Choose one of: {', '.join(Claim)}.")
    with connect(settings) as db:
        project = projects.get(db, slug)
        before = runs.latest_result(db, slug)
        brief = projects.latest_brief(db, slug)
    if before is None:
        raise StateError(
            "There is no run yet that a hypothesis could be compared with.",
            hint="Start a first search without one, then change one thing and say what you expect.",
        )
    if claim == Claim.SAME and not (brief and brief.brief.matters):
        raise InputError(
            "That two runs are the same can only be shown if it is said which difference would matter.",
            hint="Write the smallest difference that would matter into the brief.",
        )
    rows = {row["trial"] for row in before.result["leaderboard"]}
    promoted = project.promoted
    trial = promoted if promoted is not None and promoted in rows else int(before.result["recommended"])
    return {"text": text, "claim": str(claim), "against": before.id, "trial": trial}


def _claimed(stated: dict[str, Any]) -> str:
    return {
        Claim.BETTER: f"better than run {stated['against']}",
        Claim.SAME: f"practically the same as run {stated['against']}",
        Claim.WORSE: f"worse than run {stated['against']}",
    }[Claim(stated["claim"])]


def _choices(run: Run) -> list[tuple[str, str]]:
    """Say what was chosen for a search; what was left as it comes is no choice."""
    if run.kind is not RunKind.TRAIN:
        return []
    found = []
    families = run.params.get("families")
    if families:
        found.append(("family", "only " + ", ".join(family_name(one, within=True) for one in families)))
    found += [("search", line) for line in in_words(run.params.get("space") or {})]
    return found
