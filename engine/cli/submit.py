"""Commands around what a model does not do well, and around predictions made elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from engine.actions import candidates, diagnosis, hypotheses, submission
from engine.cli.follow import follow
from engine.cli.output import Document, command, home, table
from engine.domain.metric import find_metric
from engine.domain.run import RunStatus
from engine.domain.words import number, with_interval
from engine.errors import EngineError
from engine.store import runs
from engine.store.db import connect


def register(main: click.Group) -> None:
    """Add these commands."""
    for one in (submit, leaderboard, diagnose, tag):
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


def _ranked(document: Document) -> str:
    rows = [
        {name: one.get(name) for name in ("rank", "number", "family", "kind", "score", "low", "high", "tie_group")}
        for one in document["out_of_fold"]
    ]
    lines = ["On the rows to learn from:", table(rows)] if rows else ["No finished run yet."]
    if document["rows"]:
        theirs = [
            {key: one[key] for key in ("rank", "name", "language", "value", "low", "high", "opening", "note")}
            | {"against_ours": one["difference"]["verdict"] if one["difference"] else ""}
            for one in document["rows"]
        ]
        lines += ["", document["words"], table(theirs)]
    lines += [f"{one['name']} ({one['language']}): {one['reason']}" for one in document["waiting"]]
    return "\n".join(lines)


@command("leaderboard", _ranked)
@click.argument("slug")
def leaderboard(slug: str) -> Document:
    """Show the models of the newest run, and on the hold-out ours beside what was made elsewhere."""
    settings = home()
    found = candidates.board(settings, slug)
    with connect(settings) as db:
        run = runs.latest_result(db, slug)
    return {"slug": slug, "out_of_fold": run.result["leaderboard"] if run else [], **found}


@command("tag", lambda d: f"{len(d['tags'])} tags scored." if d["run_id"] else "The tags are kept.")
@click.argument("slug")
@click.argument("row", type=int)
@click.argument("tags", nargs=-1)
def tag(slug: str, row: int, tags: tuple[str, ...]) -> Document:
    """Tag a row to learn from by its number in the file, from 0; each tag is scored as a part of the rows."""
    settings = home()
    run_id = diagnosis.tag(settings, slug, {row: tags})
    if run_id is not None:
        done = follow(settings, run_id)
        if done.status is not RunStatus.DONE:
            raise EngineError(done.error or f"Run {run_id} is {done.status}.", hint=done.hint)
    found = (diagnosis.stored(settings, slug) or {}) if run_id is not None else {}
    return {"slug": slug, "row": row, "run_id": run_id, "tags": found.get("tags", [])}


def _diagnosed(document: Document) -> str:
    if "findings" not in document:
        said = document.get("sentence")
        return f"Run {document['run_id']}: {said}" if said else f"Run {document['run_id']} is on its way."
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
@click.option(
    "--follow", "code", help="Start the run that this finding of the last diagnosis proposes, such as PF-F01."
)
@click.option("--hypothesis", default="", help="With --follow: what you expect of it, in your words.")
@click.option("--detach", is_flag=True, help="Return at once.")
def diagnose(
    slug: str, seconds: float | None, sensitive: tuple[str, ...], code: str | None, hypothesis: str, detach: bool
) -> Document:
    """Look for over- and underfit, weak segments and unequal treatment in the model that counts."""
    settings = home()
    if code is not None:
        run_id = diagnosis.follow_up(settings, slug, code, hypothesis=hypothesis)
        if not detach:
            follow(settings, run_id)
        with connect(settings) as db:
            stated = hypotheses.hypothesis_of(runs.get(db, run_id))
        return {"run_id": run_id, "code": code, **hypotheses.as_plain(stated)}
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
