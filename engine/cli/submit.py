"""Commands around what a model does not do well, and around predictions made elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from engine.actions import submission
from engine.cli.output import Document, command, home
from engine.domain.metric import find_metric
from engine.domain.words import with_interval


def register(main: click.Group) -> None:
    """Add these commands."""
    main.add_command(submit)


def _submitted(document: Document) -> str:
    lines = [f"{document['name']}: {document['rows']:,} predictions, every row checked."]
    if document["metrics"] is None:
        return "\n".join([*lines, document["reason"]])
    first, gap = document["metrics"][0], document["difference"]
    title = find_metric(first["name"]).title
    lines.append(f"{title} {with_interval(first['value'], first['low'], first['high'])} on the hold-out.")
    if gap["value"] is not None:
        lines.append(f"Against ours: {with_interval(gap['value'], gap['low'], gap['high'])}, {gap['verdict']}.")
    lines.append(f"Scored at opening {document['opening']} of {document['openings']}.")
    return "\n".join(lines)


@command("submit", _submitted)
@click.argument("slug")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", default="", help="What to call it on the leaderboard.")
@click.option("--language", default="", help="What it was made with, such as R or PyTorch.")
@click.option("--note", default="", help="What its author wants to say of it.")
def submit(slug: str, file: Path, name: str, language: str, note: str) -> Document:
    """Hand in predictions made elsewhere; scored with ours when the hold-out is opened. Again: shows the score."""
    return submission.submit_file(home(), slug, file, name=name, language=language, note=note)
