"""The command that lists the model families, and the file in which their ranges are changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from engine.automl.space import described
from engine.cli.output import Document, command, table
from engine.domain.task import Task
from engine.errors import InputError

_LARGEST_FILE = 1_000_000


def register(main: click.Group) -> None:
    """Add the command."""
    main.add_command(families)


@command("families", lambda document: "\n\n".join(map(_as_text, document["families"])))
@click.option("--task", type=click.Choice([str(one) for one in Task]), help="Only families that can do this task.")
def families(task: str | None) -> Document:
    """List the model families: what each is, how clear, and which settings are searched in which range."""
    return {"families": described(Task(task) if task else None)}


def _as_text(family: dict[str, Any]) -> str:
    lines = [f"{family['id']}: {family['about']} Clarity {family['clarity']} of 5: it {family['clarity_in_words']}."]
    shown = [
        {
            "setting": one["name"],
            "from": one.get("low"),
            "to": one.get("high"),
            "starts at": one["start"],
            "choices": one.get("choices"),
            "meaning": one["meaning"],
        }
        for one in family["space"]
    ]
    return "\n".join([*lines, *([table(shown)] if shown else [])])


def read_space(path: Path) -> dict[str, Any]:
    """Read a changed search space from a JSON file.

    Raises
    ------
    InputError
        If it is too large or no JSON object.
    """
    if path.stat().st_size > _LARGEST_FILE:
        raise InputError(f"{path.name} is too large for a search space.", hint="It takes one JSON object.")
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise InputError(f"{path.name} is not JSON.", hint='Write it like {"linear": {"C": {"low": 0.01}}}.') from None
    if not isinstance(found, dict):
        raise InputError(f"{path.name} holds no object.", hint='Write it like {"linear": {"C": {"low": 0.01}}}.')
    return found
