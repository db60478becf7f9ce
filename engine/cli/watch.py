"""Commands around a model in use: new rows, a replay over time, retraining, promotion, going back."""

from __future__ import annotations

from pathlib import Path

import click

from engine.actions import retraining
from engine.actions import watch as watching
from engine.cli.follow import follow
from engine.cli.output import Document, command, home
from engine.domain.metric import find_metric
from engine.domain.run import Run, RunStatus
from engine.domain.watch import Champion
from engine.domain.words import number, with_interval
from engine.errors import EngineError
from engine.settings import Settings
from engine.store import watch as stored
from engine.store.db import connect


def register(main: click.Group) -> None:
    """Add these commands."""
    for one in (watch, retrain, rollback, replay_time, promote_challenger):
        main.add_command(one)


def _told(document: Document) -> str:
    advice = document["retrain"]
    lines = [f"{advice['headline']} {advice['reason']}", ""]
    lines += [f"{one['code']} [{one['outcome'].replace('_', ' ')}] {one['message']}" for one in document["findings"]]
    shown = [one for one in document["drift"] if one["verdict"] == "drift"]
    lines += ["", f"{document['drifted']} of {document['columns']} columns drifted."]
    lines += [f"- {one['column']}: {one['scale']} {one['effect']:.3g} (limit {one['limit']:g})" for one in shown]
    return "\n".join(lines)


def _done(settings: Settings, run_id: int) -> Run:
    run = follow(settings, run_id)
    if run.status is not RunStatus.DONE:
        error = EngineError(run.error or f"Run {run_id} is {run.status}.", hint=run.hint)
        raise error
    return run


@command("watch", _told)
@click.argument("slug")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--labels", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Labels that came later.")
def watch(slug: str, file: Path, labels: Path | None) -> Document:
    """Compare new rows with those that the model learned from, and say whether to retrain."""
    settings = home()
    run = _done(settings, watching.look(settings, slug, file, file.name, labels=labels))
    with connect(settings) as db:
        return watching.described(stored.of_run(db, run.id)[0])


def _replayed(document: Document) -> str:
    lines = [document["words"]]
    for one in document["batches"]:
        score = one["performance"]
        said = ""
        if score:
            new = score["new"]
            said = f", {find_metric(score['metric']).title} {with_interval(new['value'], new['low'], new['high'])}"
        lines.append(f"- {one['name']}: {one['drifted']} columns drifted{said}; {one['retrain']['advice']}")
    return "\n".join(lines)


@command("watch-simulate", _replayed)
@click.argument("slug")
@click.option("--column", default="", help="Column to cut the rows by; the one that tells the time by default.")
@click.option("--plant", "planted", is_flag=True, help="Plant a growing shift in the column instead.")
def replay_time(slug: str, column: str, planted: bool) -> Document:
    """Replay a project's own rows over time, so that drift can be watched."""
    settings = home()
    run = _done(settings, watching.simulate(settings, slug, column=column, planted=planted))
    with connect(settings) as db:
        found = [watching.described(one) for one in stored.of_run(db, run.id)]
    return {"words": found[0]["simulation"], "batches": found}


def _compared(document: Document) -> str:
    found = document["comparison"]
    gap, title = found["difference"], find_metric(found["metric"]).title
    return (
        f"Challenger {document['challenger']}: {title} {number(found['challenger']['value'])}, champion "
        f"{number(found['champion']['value'])}, difference {with_interval(gap['value'], gap['low'], gap['high'])} on "
        f"{found['rows']:,} rows that neither learned from: {gap['verdict']}.\n"
        f'Next: proofolio promote-challenger {document["project"]} "reason"'
    )


@command("retrain", _compared)
@click.argument("slug")
@click.option("--batch", "batch_id", type=int, help="Number of the batch; the newest labelled one by default.")
@click.option("--seconds", type=float, help="Time for the search (60 by default).")
@click.option("--trials", "trial_budget", type=int, help="Count of trials instead of seconds.")
def retrain(slug: str, batch_id: int | None, seconds: float | None, trial_budget: int | None) -> Document:
    """Train a challenger on old and new rows, from the old winner, and compare it with the champion."""
    settings = home()
    found, run_id = retraining.retrain(settings, slug, batch_id=batch_id, seconds=seconds, trial_budget=trial_budget)
    _done(settings, run_id)
    with connect(settings) as db:
        done = stored.retraining(db, found.id)
    return {
        "project": slug,
        "retraining": done.id,
        "batch": done.batch_id,
        "challenger": done.challenger,
        "comparison": done.comparison,
    }


def _moved(one: Champion) -> Document:
    return {
        "project": one.project,
        "champion": one.champion,
        "trial": one.trial_id,
        "move": one.move,
        "reason": one.reason,
    }


@command("promote-challenger", lambda d: f"{d['champion']} (trial {d['trial']}) stands from now on.")
@click.argument("slug")
@click.argument("reason")
@click.option("--retraining", "retraining_id", type=int, help="Number of the challenger; the newest by default.")
def promote_challenger(slug: str, reason: str, retraining_id: int | None) -> Document:
    """Let the challenger stand in place of the champion, with a reason."""
    return _moved(retraining.promote(home(), slug, reason, retraining_id=retraining_id))


@command("rollback", lambda d: f"{d['champion']} (trial {d['trial']}) stands again.")
@click.argument("slug")
@click.argument("reason")
def rollback(slug: str, reason: str) -> Document:
    """Let the model stand again that stood before the last promotion, with a reason."""
    return _moved(retraining.rollback(home(), slug, reason))
