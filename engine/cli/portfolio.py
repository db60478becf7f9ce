"""Commands around the portfolio: publish, verify, skills, today."""

from __future__ import annotations

from pathlib import Path

import click

from engine.actions import exporting, publishing, study
from engine.actions import rubric as judging
from engine.actions import skills as standing
from engine.cli.follow import follow
from engine.cli.output import Document, command, home, table
from engine.domain.run import RunStatus
from engine.errors import EngineError
from engine.store import projects, runs
from engine.store.db import connect


def register(main: click.Group) -> None:
    """Add these commands."""
    for one in (publish, export, rebuild, rubric, verify, skills, today):
        main.add_command(one)


@command("publish", lambda d: f"{len(d['projects'])} project(s) published to {d['folder']}.")
@click.argument("slugs", nargs=-1)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write into.")
def publish(slugs: tuple[str, ...], out: Path) -> Document:
    """Write the static portfolio site of these projects (of all with a finished run, if none is named)."""
    settings = home()
    if not slugs:
        with connect(settings) as db:
            slugs = tuple(p.slug for p in projects.all_of(db) if runs.latest_result(db, p.slug))
    done = follow(settings, publishing.start(settings, slugs, out))
    if done.status is not RunStatus.DONE:
        raise EngineError(done.error or f"Run {done.id} is {done.status}.", hint=done.hint)
    return {"run_id": done.id, "projects": list(slugs), **done.result}


@command("export", lambda d: f"{d['files']} files written to {d['folder']}; 'make reproduce' there checks them.")
@click.argument("slug")
@click.option("--as", "kind", type=click.Choice(["repo"]), default="repo", show_default=True, help="What to write.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write into.")
def export(slug: str, kind: str, out: Path) -> Document:
    """Write a project as a repository whose 'make reproduce' gives the published numbers without this program."""
    return {"kind": kind, **exporting.export_repository(home(), slug, out)}


@command("rebuild", lambda d: "Every published score is the same." if d["ok"] else f"It is not: {d['reason']}.")
@click.argument("slug")
def rebuild(slug: str) -> Document:
    """Build a project's repository again from the raw data in a clean environment, and store what came of it."""
    found = exporting.rebuild(home(), slug, tell=lambda words: click.echo(words, err=True))
    return {**found, "exit_code": 0 if found["ok"] else 1}


@command("rubric", lambda d: table([{k: c[k] for k in ("number", "result", "title", "reason")} for c in d["checks"]]))
@click.argument("slug")
def rubric(slug: str) -> Document:
    """Judge a project by the fifteen checks of what employers look at; there is no total."""
    return {"checks": judging.judge(home(), slug)}


@command("verify", lambda d: _verdict(d))
@click.argument("place")
@click.option("--rebuild", is_flag=True, help="Build a repository's model again from the raw data (runs its code).")
@click.option("--yes", is_flag=True, help="Agree to what a rebuild runs without being asked.")
@click.option(
    "--data", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Raw table that the repository lacks."
)
def verify(place: str, rebuild: bool, yes: bool, data: Path | None) -> Document:
    """Check somebody's site, repository, project folder or zip, on disk or at an address."""

    def agree(words: str) -> bool:
        click.echo(words, err=True)
        return yes or click.confirm("Run it?", err=True)

    found = publishing.verify(
        place, agree=agree if rebuild else None, tell=lambda words: click.echo(words, err=True), data=data
    )
    return {**found, "exit_code": 0 if found["ok"] else 1}


def _verdict(document: Document) -> str:
    wrong = [check for check in document["checks"] if not check["ok"]]
    if wrong:
        return "It does not hold what it claims:\n" + table(wrong)
    return f"Level {document['level']} holds: {len(document['checks'])} checks, key {document['fingerprint']}."


@command("skills", lambda d: table([{k: s[k] for k in ("id", "level", "trust")} for s in d["skills"]]))
def skills() -> Document:
    """List skills with the level that recorded facts prove."""
    return {"skills": standing.skills(home())}


@command("today", lambda d: f"{d['next']['sentence']}\n{d['next']['why']}")
def today() -> Document:
    """Say the one next step, and why."""
    return study.today(home())
