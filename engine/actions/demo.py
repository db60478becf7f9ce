"""The main job without a screen: a template project from its data to a published page that verifies."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.actions import projects, publishing, record, work
from engine.domain.clock import Clock, utc_now
from engine.domain.metric import find_metric
from engine.domain.project import Where
from engine.domain.run import Run, RunStatus
from engine.domain.words import family_name, number, with_interval
from engine.errors import EngineError
from engine.settings import Settings
from engine.store import projects as stored
from engine.store import results, runs
from engine.store.db import connect

Say = Callable[[str], None]


def run(
    settings: Settings, out: Path, *, template: str, seconds: float, say: Say, clock: Clock = utc_now
) -> dict[str, Any]:
    """Go the whole way on a template and say each step.

    Raises
    ------
    EngineError
        If a step fails, or the published folder does not verify.
    """
    began = time.monotonic()
    slug = projects.create_from_template(settings, template, clock=clock)
    with connect(settings) as db:
        project = stored.get(db, slug)
        split = stored.get_split(db, slug)
        brief = stored.latest_brief(db, slug)
        findings = stored.get_findings(db, slug)
    say(f"1. Question: {brief.brief.question if brief else project.title}")
    say(f"2. Data: {split.train_rows:,} rows to learn from, {split.holdout_rows:,} sealed ({split.spec.kind} split).")
    for finding in [one for one in findings if one.outcome == "issue"][:3]:
        say(f"   {finding.code} {finding.message}")
    say(f"3. Search for {seconds:g} s …")
    trained = _wait(settings, work.start_training(settings, slug, seconds=seconds, clock=clock))
    metric, best = find_metric(project.problem.metric), trained.result["best"]
    score = with_interval(best["score"], best["low"], best["high"])
    say(f"   {trained.result['trials']} trials; best {family_name(best['family'])}: {metric.title} {score}.")
    record.decide(
        settings,
        slug,
        "promote",
        f"Demonstration: the recommended model of run {trained.id}, the best within 30 ms a row.",
        run_id=trained.id,
        clock=clock,
    )
    with connect(settings) as db:
        winner = work.winner(settings, slug)
        words = (results.explanation(db, winner.id) or {}).get("words", [])
        judged = (results.evaluation(db, winner.id) or {}).get("criteria", [])
    for sentence in words[:2]:
        say(f"4. {sentence}")
    expected = float(best["corrected"])
    say(f"5. Expected on the sealed rows: {metric.title} {number(expected)}. Opening them …")
    opened = _wait(settings, work.open_holdout(settings, slug, expected, clock=clock))
    with connect(settings) as db:
        opening = results.opening_of_run(db, opened.id)
    say(f"   {opened.result['verdict']}")
    judged = [*judged, *(opening.result.get("criteria", []) if opening else [])]
    say("6. Write-up composed from the stored facts.")
    publishing.save_writeup(settings, slug, publishing.draft(settings, slug), clock=clock)
    say(f"7. Publishing to {out} …")
    _wait(settings, publishing.start(settings, [slug], out, clock=clock))
    checked = publishing.verify(str(out))
    say(f"8. Verified to level {checked['level']}: {sum(c['ok'] for c in checked['checks'])} checks hold.")
    if not checked["ok"]:
        raise EngineError("The published folder does not verify.", hint=f"Run 'proofolio verify {out}' to see why.")
    return {
        "project": slug,
        "run_id": trained.id,
        "best": best,
        "holdout": opening.result["metrics"] if opening else [],
        "judged_on": str(brief.brief.judged_on if brief else Where.HOLDOUT),
        "criteria": judged,
        "verified_level": checked["level"],
        "page": str((out / "index.html").resolve()),
        "seconds": round(time.monotonic() - began, 1),
    }


def _wait(settings: Settings, run_id: int) -> Run:
    done = work.wait(settings, run_id)
    if done.status is not RunStatus.DONE:
        with connect(settings) as db:
            said = [event.message for event in runs.events(db, run_id)]
        raise EngineError(done.error or f"Run {run_id} ended as {done.status}.", hint=done.hint or " ".join(said[-1:]))
    return done
