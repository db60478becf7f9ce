"""The stored evaluation of the model that counts, and any two models beside each other."""

from __future__ import annotations

from typing import Any

import click

from engine.actions import work
from engine.automl.choosing import model_name
from engine.cli.output import Document, command, home
from engine.domain.metric import find_metric
from engine.domain.run import Run
from engine.errors import InputError, StateError
from engine.evaluate.comparison import compare, comparison_words
from engine.store import projects, results, runs
from engine.store.db import connect

_SHOWN = (
    "rows",
    "method",
    "metrics",
    "baselines",
    "differences",
    "criteria",
    "folds",
    "classes",
    "decision",
    "probability",
    "gains",
    "intervals",
)


def register(main: click.Group) -> None:
    """Add this command."""
    main.add_command(evaluate)


@command("evaluate", lambda document: "\n".join(document["words"]))
@click.argument("slug")
@click.option("--against", type=int, help="Number of another trial of the leaderboard to compare with.")
@click.option("--band", type=click.FloatRange(min=0), help="Smallest difference that would matter; else the brief's.")
def evaluate(slug: str, against: int | None, band: float | None) -> Document:
    """Show how good the model that counts is, how sure that is, and what follows from it."""
    settings = home()
    trial = work.winner(settings, slug)
    with connect(settings) as db:
        payload = results.evaluation(db, trial.id)
        run = runs.get(db, trial.run_id)
        brief = projects.latest_brief(db, slug)
    if payload is None:
        raise StateError("This model was not evaluated.", hint=f"Look at its run: proofolio run show {run.id}")
    words = [str(one) for one in payload["words"]]
    for part in ("decision", "probability", "intervals"):
        words += (payload.get(part) or {}).get("words", [])
    compared: dict[str, Any] | None = None
    if against is not None:
        given = band if band is not None else brief.brief.matters if brief else None
        compared = _compared(run, trial.id, against, given)
        words.append(compared["words"])
    shown = {name: payload.get(name) for name in _SHOWN}
    return {
        "slug": slug,
        "trial": trial.number,
        "family": trial.family,
        **shown,
        "comparison": compared,
        "words": words,
    }


def _compared(run: Run, trial_id: int, against: int, band: float | None) -> dict[str, Any]:
    rows = {row["trial"]: row for row in run.result.get("leaderboard", ())}
    other = next((one for one, row in rows.items() if row["number"] == against), None)
    found = compare(run.result.get("differences", ()), trial_id, other, band) if other is not None else None
    if found is None or other is None:
        numbers = ", ".join(str(row["number"]) for one, row in rows.items() if one != trial_id)
        raise InputError(
            f"Trial {against} of run {run.id} is not compared with this one.",
            hint=f"On its leaderboard are: {numbers}." if run.result.get("differences") else "Train again first.",
        )
    metric = find_metric(str(run.result["metric"]))
    said = comparison_words(found, model_name(rows[trial_id]), model_name(rows[other]), metric)
    return found | {"against": against, "words": said}
