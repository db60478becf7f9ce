"""Asking the model about one row: what if it were different, who is like it, what would turn the answer."""

from __future__ import annotations

import click

from engine.actions import whatif as asking
from engine.cli.output import Document, command, home
from engine.errors import InputError


def register(main: click.Group) -> None:
    """Add this command."""
    main.add_command(what_if)


def _as_text(document: Document) -> str:
    lines = [document["answer"]["words"], *document["answer"]["cautions"]]
    for one in document["turns"]:
        parts = (f"{name} {one['from'][name]} -> {value}" for name, value in one["changes"].items())
        lines.append(f"It would turn with: {', '.join(parts)}.")
    if not document["turns"] and document["looked_for_turns"]:
        lines.append("No change of one, two or three columns to values that occur in the data turns the answer.")
    lines += [f"Like it: row {one['row']}, which turned out {one['actual']}." for one in document["like"]]
    return "\n".join(lines)


@command("what-if", _as_text)
@click.argument("slug")
@click.option("--row", type=int, required=True, help="Row number in the file that was brought (from 0).")
@click.option("--set", "changes", multiple=True, help="A changed cell, such as 'income=30000' (repeatable).")
@click.option("--fixed", multiple=True, help="A column that cannot change (repeatable); replaces earlier marks.")
@click.option("--past", type=float, help="For a predicted number: the value that is to be passed.")
def what_if(slug: str, row: int, changes: tuple[str, ...], fixed: tuple[str, ...], past: float | None) -> Document:
    """Ask what the model would say of a row that is a little different."""
    settings = home()
    wrong = next((one for one in changes if "=" not in one), None)
    if wrong is not None:
        raise InputError(f"{wrong!r} is no changed cell.", hint="Write it like income=30000.")
    if fixed:
        asking.mark_fixed(settings, slug, fixed)
    desk = asking.open_desk(settings, slug)
    answer = asking.ask(settings, desk, row, {one.partition("=")[0].strip(): one.partition("=")[2] for one in changes})
    looked = desk.problem.task.is_classification or past is not None
    turns = asking.turn(settings, desk, row, target=past) if looked else []
    return {"answer": answer, "looked_for_turns": looked, "turns": turns, "like": asking.like(desk, row)}
