"""Commands around runs: train, runs, run show|cancel|resume, predict, explain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from engine.actions import hypotheses, tables, whatif, work
from engine.automl.choosing import PREFERENCES, SCORE
from engine.cli import one_row
from engine.cli.board import choices_as_text, record_as_text
from engine.cli.families import read_space
from engine.cli.follow import follow
from engine.cli.output import Document, command, home, plain, table
from engine.cli.replay import replay
from engine.domain.metric import find_metric
from engine.domain.record import Claim
from engine.domain.run import RunStatus
from engine.domain.words import family_name, with_interval
from engine.errors import InputError
from engine.settings import Settings
from engine.store import results, runs, trials
from engine.store.db import connect


def register(main: click.Group) -> None:
    """Add these commands."""
    for one in (show, cancel, resume, replay):
        run.add_command(one)
    for one in (train, list_runs, run, predict, explain):
        main.add_command(one)


@click.group()
def run() -> None:
    """Show, cancel, resume and repeat runs."""


def describe(settings: Settings, run_id: int) -> dict[str, Any]:
    """Return the fields of ``run show``."""
    with connect(settings) as db:
        one = runs.get(db, run_id)
        count = trials.count(db, run_id)
        said = [event.message for event in runs.events(db, run_id)]
    shown = one.result
    return {
        "run_id": one.id,
        "project": one.project,
        "kind": str(one.kind),
        "status": str(one.status),
        "metric": shown.get("metric"),
        "seed": one.params.get("seed"),
        "seconds": shown.get("seconds"),
        "trials": shown.get("trials", count),
        "taken_over": shown.get("taken_over", 0),
        "failed": shown.get("failed"),
        "engine": one.params.get("engine"),
        "master": one.params.get("master"),
        "workers": one.params.get("workers"),
        "exploratory": one.params.get("exploratory"),
        "hypothesis": hypotheses.as_plain(hypotheses.hypothesis_of(one)) if one.params.get("hypothesis") else None,
        "best": shown.get("best"),
        "recommended": shown.get("recommended"),
        "recommendation": shown.get("recommendation"),
        "simple_enough": shown.get("simple_enough"),
        "families": one.params.get("families"),
        "space": one.params.get("space") or {},
        "ensemble": shown.get("ensemble", []),
        "leaderboard": shown.get("leaderboard", []),
        "events": said,
        "error": {"message": one.error, "hint": one.hint} if one.error else None,
        "exit_code": 1 if one.status in (RunStatus.FAILED, RunStatus.LOST) else 0,
    }


def as_text(document: Document) -> str:
    """Write a run for people: status, best score, leaderboard."""
    lines = [f"Run {document['run_id']} ({document['kind']}) of {document['project']}: {document['status']}."]
    best = document["best"]
    if best:
        title = find_metric(document["metric"]).title
        score = with_interval(best["score"], best["low"], best["high"])
        lines.append(f"Best: {family_name(best['family'])}, {title} {score}, {document['trials']} trials.")
        names = (
            "rank",
            "number",
            "family",
            "kind",
            "score",
            "low",
            "high",
            "outer",
            "fit_seconds",
            "clarity",
            "tie_group",
        )
        lines.append(table([{name: row.get(name) for name in names} for row in document["leaderboard"]]))
        lines += choices_as_text(document)
        lines += record_as_text(document)
    if document["error"]:
        lines.append(f"{document['error']['message']} {document['error']['hint']}")
    return "\n".join(lines)


@command("train", as_text)
@click.argument("slug")
@click.option("--seconds", type=float, help="Budget in seconds of wall clock (60 by default).")
@click.option("--trials", "trial_budget", type=int, help="Budget in trials; the same seed repeats the whole search.")
@click.option("--seed", default=0, show_default=True)
@click.option("--from", "warm", type=int, help="Run to go on from; with seconds the newest alike by default.")
@click.option("--fresh", is_flag=True, help="Begin anew, whatever is recorded.")
@click.option("--families", help="Families to try, parted by commas ('proofolio families' lists them); all by default.")
@click.option("--space", type=click.Path(path_type=Path), help="JSON file with changed ranges, by family and setting.")
@click.option(
    "--prefer", type=click.Choice(PREFERENCES), default=SCORE, show_default=True, help="What a blend must do."
)
@click.option("--engine", type=click.Choice(["local", "spark"]), default="local", help="Where trials are fitted.")
@click.option("--master", help="With --engine spark: the master, such as spark://HOST:7077 (local[N] by default).")
@click.option("--workers", type=int, help="With --engine spark: trials that are fitted at a time.")
@click.option("--hypothesis", default="", help="One line: what you expect of this run against the one before.")
@click.option(
    "--claim", type=click.Choice([str(one) for one in Claim]), default="better", help="What the hypothesis says of it."
)
@click.option("--detach", is_flag=True, help="Return at once.")
def train(
    slug: str,
    seconds: float | None,
    trial_budget: int | None,
    seed: int,
    warm: int | None,
    fresh: bool,
    families: str | None,
    space: Path | None,
    prefer: str,
    engine: str,
    master: str | None,
    workers: int | None,
    hypothesis: str,
    claim: str,
    detach: bool,
) -> Document:
    """Search for the best model within a budget, evaluate it and explain it."""
    settings = home()
    run_id = hypotheses.start(
        settings,
        slug,
        hypothesis=hypothesis,
        claim=claim,
        seconds=seconds,
        trial_budget=trial_budget,
        seed=seed,
        families=None if families is None else families.split(","),
        space=None if space is None else read_space(space),
        prefer=prefer,
        warm=warm,
        fresh=fresh,
        engine=work.checked_engine(settings, engine, master, workers),
    )
    if not detach:
        follow(settings, run_id)
    return describe(settings, run_id)


@command("runs", lambda d: table(d["runs"]) if d["runs"] else "No runs yet.")
@click.argument("slug", required=False)
def list_runs(slug: str | None) -> Document:
    """List runs, newest first."""
    from engine.runs.watch import reap
    from engine.store import projects

    settings = home()
    reap(settings)
    with connect(settings) as db:
        if slug is not None:
            projects.get(db, slug)
        found = runs.all_of(db, slug)
    return {
        "runs": [{"run_id": r.id, "project": r.project, "kind": str(r.kind), "status": str(r.status)} for r in found]
    }


@command("show", as_text)
@click.argument("run_id", type=int)
def show(run_id: int) -> Document:
    """Show one run with its leaderboard."""
    from engine.runs.watch import reap

    settings = home()
    reap(settings)
    return {**describe(settings, run_id), "exit_code": 0}


@command("cancel", lambda d: f"Run {d['run_id']}: {d['status']}.")
@click.argument("run_id", type=int)
def cancel(run_id: int) -> Document:
    """Stop a run and keep what it has found."""
    settings = home()
    work.cancel(settings, run_id)
    return describe(settings, run_id)


@command("resume", as_text)
@click.argument("run_id", type=int)
@click.option("--detach", is_flag=True, help="Return at once.")
def resume(run_id: int, detach: bool) -> Document:
    """Go on with a run that was cancelled, failed or lost its worker."""
    settings = home()
    work.resume(settings, run_id)
    if not detach:
        follow(settings, run_id)
    return describe(settings, run_id)


@command("predict", lambda d: f"{d['rows']:,} predictions written to {d['out']}.")
@click.argument("slug")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="CSV file to write.")
def predict(slug: str, file: Path, out: Path) -> Document:
    """Predict every row of a file with the model that counts."""
    return tables.predict(home(), slug, file, out)


@command("explain", lambda d: "\n".join(d["words"]) or plain(d))
@click.argument("slug")
@click.option("--row", type=int, help="Row number in the file that was brought (from 0).")
@click.option("--set", "changes", multiple=True, metavar="COLUMN=VALUE", help="Ask what the model says then.")
@click.option("--fixed", multiple=True, metavar="COLUMN", help="Mark a column that cannot change.")
@click.option("--free", multiple=True, metavar="COLUMN", help="Take such a mark away.")
@click.option("--target", "wanted", help="The class to reach, or the value to pass, by the smallest change.")
@click.option("--held-out", is_flag=True, help="Measure columns on held-out rows too, however long the fits take.")
@click.option("--detach", is_flag=True, help="Return at once.")
def explain(
    slug: str,
    row: int | None,
    changes: tuple[str, ...],
    fixed: tuple[str, ...],
    free: tuple[str, ...],
    wanted: str | None,
    held_out: bool,
    detach: bool,
) -> Document:
    """Say what the model pays attention to, for all rows or for one, and what it would say to other values."""
    settings = home()
    marked = one_row.mark(settings, slug, fixed, free) if fixed or free else None
    if changes:
        return one_row.answer(settings, slug, row, changes)
    if marked is not None and row is None:
        return marked
    if wanted is not None and row is None:
        raise InputError("A target belongs to a row, and none was named.", hint="Add --row and its number in the file.")
    asked = row is not None
    run_id = (
        whatif.start(settings, slug, int(row or 0), wanted=wanted)
        if asked
        else work.explain(settings, slug, held_out=held_out)
    )
    if run_id is not None and detach:
        return {"run_id": run_id, "words": []}
    result = one_row.finish(settings, run_id) if run_id is not None else {}
    with connect(settings) as db:
        stored = results.explanation(db, work.winner(settings, slug).id) or {}
    about = one_row.described(settings, slug, result) if asked else {"row": None, "words": stored.get("words", [])}
    return {
        "importance": stored.get("importance", []),
        "scale": stored.get("scale"),
        "method": stored.get("method"),
        "held_out": stored.get("held_out"),
        "trees": stored.get("trees"),
        **about,
    }
