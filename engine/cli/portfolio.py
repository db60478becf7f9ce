"""Commands around the portfolio: publish, export, share, verify, skills, today."""

from __future__ import annotations

from pathlib import Path

import click

from engine.actions import exporting, publishing, sharing, study
from engine.actions import rubric as judging
from engine.actions import skills as standing
from engine.cli.follow import follow
from engine.cli.output import Document, command, home, table
from engine.domain.run import RunStatus
from engine.errors import EngineError, InputError
from engine.store import projects, runs
from engine.store.db import connect


def register(main: click.Group) -> None:
    """Add these commands."""
    for one in (publish, export, share, rebuild, rubric, verify, skills, today):
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


_KINDS = ("repo", "notebook", "pdf", "onepage", "cards", "talk")


@command("export", lambda d: _exported(d))
@click.argument("slugs", nargs=-1, required=True)
@click.option(
    "--as", "kind", type=click.Choice(_KINDS), default="repo", show_default=True, help="What to write."
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder, or with pdf, onepage, talk a file."
)
def export(slugs: tuple[str, ...], kind: str, out: Path) -> Document:
    """Write a project as a repository, notebook, PDF, one page, cards for the hub, or the outline of a talk.

    A repository's 'make reproduce' gives the published numbers without this program. Several projects make one PDF.
    """
    settings = home()
    if kind == "pdf":
        return {"kind": kind, **sharing.export_pdf(settings, slugs, out)}
    if len(slugs) > 1:
        raise InputError("Several projects make a PDF only.", hint="Name one project, or use --as pdf.")
    slug = slugs[0]
    if kind == "onepage":
        return {"kind": kind, **sharing.export_pdf(settings, slugs, out, one_page=True)}
    one = {
        "repo": exporting.export_repository,
        "notebook": sharing.export_notebook,
        "cards": sharing.export_cards,
        "talk": sharing.export_talk,
    }[kind]
    return {"kind": kind, **one(settings, slug, out)}


def _exported(document: Document) -> str:
    if document["kind"] == "repo":
        return f"{document['files']} files written to {document['folder']}; 'make reproduce' there checks them."
    if "file" in document:
        return f"Written to {document['file']}."
    return f"{len(document['files'])} files written to {document['folder']}."


@command("share", lambda d: _shared(d))
@click.argument("slug")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the drafts, the social card and the badges.")
def share(slug: str, out: Path | None) -> Document:
    """Draft posts about a project for LinkedIn, X and Facebook within their limits, from stored facts alone."""
    return sharing.kit(home(), slug) if out is None else sharing.write_kit(home(), slug, out)


def _shared(document: Document) -> str:
    told = []
    for one in document["drafts"]:
        told.append(f"== {one['title']}: {one['length']} of {one['limit']} characters\n{one['text']}")
        told += [f"   Seen {fold['where']}: {fold['seen']}…" for fold in one["folds"]]
        told += [f"   {one['link']}"] if one["link"] else []
    if not document["address"]:
        told.append("Give the site address on the Profile page: without it there are no share links.")
    elif not document["published"]:
        told.append("The newest site does not show this project: publish it before you share the link.")
    if "folder" in document:
        told.append(f"{len(document['files'])} files written to {document['folder']}.")
    return "\n\n".join(told)


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
