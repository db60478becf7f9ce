"""The command that opens the sealed hold-out."""

from __future__ import annotations

import click

from engine.actions import work
from engine.cli.follow import follow
from engine.cli.output import Document, command, home
from engine.domain.run import RunStatus
from engine.errors import EngineError
from engine.store import results
from engine.store.db import connect


def register(main: click.Group) -> None:
    """Add these commands."""
    holdout.add_command(open_holdout)
    main.add_command(holdout)


@click.group()
def holdout() -> None:
    """Open the sealed hold-out."""


@command("open", lambda d: f"{d['verdict']}\nOpenings of this hold-out: {d['openings']}.")
@click.argument("slug")
@click.option("--expect", "expected", type=float, required=True, help="The score that you expect.")
def open_holdout(slug: str, expected: float) -> Document:
    """Open the sealed hold-out once, after stating the score that you expect; openings are counted."""
    settings = home()
    run_id = work.open_holdout(settings, slug, expected)
    done = follow(settings, run_id)
    with connect(settings) as db:
        opening = results.opening_of_run(db, run_id)
        count = len(results.openings(db, slug))
    if done.status is not RunStatus.DONE or opening is None:
        raise EngineError(done.error or f"Run {run_id} is {done.status}.", hint=done.hint)
    shown = opening.result
    return {
        "expected": expected,
        "openings": count,
        "metrics": shown["metrics"],
        "baseline": shown["baseline"],
        "simple": shown.get("simple", []),
        "criteria": shown.get("criteria", []),
        "verdict": shown["verdict"],
        "run_id": run_id,
    }
