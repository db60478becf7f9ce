"""Commands around what a model does not do well, and around predictions made elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from engine.actions import diagnosis, submission
from engine.cli.follow import follow
from engine.cli.output import Document, command, home
from engine.domain.metric import find_metric
from engine.domain.run import RunStatus
from engine.domain.words import number, with_interval
from engine.errors import EngineError


def register(main: click.Group) -> None:
    """Add these commands."""
    for one in (submit, diagnose):
        main.add_command(one)


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


def _diagnosed(document: Document) -> str:
    if "findings" not in document:
        return f"Run {document['run_id']} is on its way."
    lines = [f"{one['code']} [{one['outcome'].replace('_', ' ')}] {one['message']}" for one in document["findings"]]
    found = document["segments"]
    lines.append(f"\n{found['looked_at']:,} segments looked at ({found['rows']:,} of {found['of']:,} rows).")
    for one in found["segments"]:
        where = " and ".join(f"{part['column']} {part['part']}" for part in one["conditions"])
        lines.append(
            f"- {where}: {one['rows']:,} rows, {document['loss']} {number(one['loss'])} against {number(one['rest'])}"
        )
    if not found["segments"]:
        lines.append("No segment is weaker than chance explains.")
    lines += [f"{one['code']}: {one['title']}. {one['hypothesis']}" for one in document["remedies"]]
    return "\n".join(lines)


@command("diagnose", _diagnosed)
@click.argument("slug")
@click.option("--seconds", type=float, help="Time for the fits of the learning curve (60 by default).")
@click.option("--sensitive", multiple=True, help="Mark a column as sensitive (repeatable); replaces earlier marks.")
@click.option("--detach", is_flag=True, help="Return at once.")
def diagnose(slug: str, seconds: float | None, sensitive: tuple[str, ...], detach: bool) -> Document:
    """Look for over- and underfit, weak segments and unequal treatment in the model that counts."""
    settings = home()
    if sensitive:
        diagnosis.mark_sensitive(settings, slug, sensitive)
    run_id = diagnosis.start(settings, slug, seconds=seconds)
    if detach:
        return {"run_id": run_id}
    done = follow(settings, run_id)
    found = diagnosis.stored(settings, slug)
    if done.status is not RunStatus.DONE or found is None:
        raise EngineError(done.error or f"Run {run_id} is {done.status}.", hint=done.hint)
    return {"run_id": run_id, **found}
