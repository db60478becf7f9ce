"""Commands around the portfolio: publish, verify, skills, today."""

from __future__ import annotations

from pathlib import Path

import click

from engine.actions import publishing, study
from engine.actions import skills as standing
from engine.cli.follow import follow
from engine.cli.output import Document, command, home, table
from engine.domain.run import RunStatus
from engine.errors import EngineError
from engine.store import projects, runs
from engine.store.db import connect


def register(main: click.Group) -> None:
    """Add these commands."""
    for one in (publish, verify, skills, today):
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


@command("verify", lambda d: _verdict(d))
@click.argument("place")
def verify(place: str) -> Document:
    """Check somebody's site, project folder or zip, on disk or at an address."""
    found = publishing.verify(place)
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
