"""The command that fits recorded trials again."""

from __future__ import annotations

import click

from engine.actions import work
from engine.cli.follow import follow
from engine.cli.output import Document, command, home, table
from engine.errors import EngineError


def _compared(document: Document) -> str:
    lines = [table(document["trials"])]
    lines += [f"Another version than recorded: {one}." for one in document["versions_differ"]]
    lines.append("The scores are the recorded ones." if document["equal"] else "Not every score is the recorded one.")
    return "\n".join(lines)


@command("replay", _compared)
@click.argument("run_id", type=int)
@click.option("--trial", "numbers", type=int, multiple=True, help="Number of a trial; the best one by default.")
@click.option("--all", "everything", is_flag=True, help="All successful trials.")
def replay(run_id: int, numbers: tuple[int, ...], everything: bool) -> Document:
    """Fit recorded trials again from their record alone and compare the scores."""
    settings = home()
    done = follow(settings, work.replay(settings, run_id, numbers=numbers, everything=everything))
    if not done.result:
        raise EngineError(done.error or f"Run {done.id} is {done.status}.", hint=done.hint)
    shown = dict(done.result)
    return {"run_id": done.id, **shown, "exit_code": 0 if shown["equal"] else 1}
