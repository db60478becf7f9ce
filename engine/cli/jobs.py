"""Commands around postings and applications."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from engine.actions import application_files, jobs
from engine.actions import applications as room
from engine.actions import projects as starting
from engine.cli.output import Document, command, home, table
from engine.domain.application import Application, ApplicationStatus
from engine.domain.posting import ENGAGEMENTS, Posting
from engine.errors import InputError

_MOST_BYTES = 5_000_000


def register(main: click.Group) -> None:
    """Add these commands."""
    for one in (add_posting, list_postings, show_posting, delete_posting):
        posting.add_command(one)
    for other in (add, list_all, move, export, bring, calendar):
        application.add_command(other)
    main.add_command(posting)
    main.add_command(application)


@click.group()
def posting() -> None:
    """Job postings: pasted as text, held against what you have proved."""


@click.group()
def application() -> None:
    """Applications: where each stands and what is next."""


def read_text(source: str) -> str:
    """Read a file, or standard input for ``-``. Raises ``InputError`` if it cannot be read."""
    try:
        raw = sys.stdin.buffer.read(_MOST_BYTES + 1) if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise InputError(f"{source} cannot be read.", hint="Check the path.") from error
    return raw[: _MOST_BYTES + 1].decode("utf-8", errors="replace")


def write_file(path: Path, content: bytes) -> None:
    """Write a file. Raises ``InputError`` if it cannot be written."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputError(f"{path.name} cannot be written.", hint="Choose another place.") from error


def _told(one: Posting) -> dict[str, Any]:
    return {
        "posting": one.id,
        "title": one.title,
        "company": one.company,
        "place": one.place,
        "remote": one.remote,
        "pay_low": one.pay_low,
        "pay_high": one.pay_high,
        "currency": one.currency,
        "period": one.period,
        "degree": one.degree,
        "engagement": one.engagement,
        "skills": list(one.skills),
        "saved_at": one.saved_at.isoformat(),
    }


@command("add")
@click.argument("source")
@click.option("--board", default="", help="Id of the board on which it was found.")
@click.option("--link", default="", help="Address of the posting.")
def add_posting(source: str, board: str, link: str) -> Document:
    """Keep a posting from a text file, or from standard input with '-', and say what was recognised."""
    return _told(jobs.add(home(), read_text(source), board=board, link=link))


@command("list", lambda document: table(document["postings"]) if document["postings"] else "No posting is kept.")
@click.option("--text", default="", help="Part of the title, the company or the place.")
@click.option("--engagement", type=click.Choice(list(ENGAGEMENTS)), help="Kind of engagement.")
@click.option("--skill", default="", help="Id of a skill that it asks for.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
def list_postings(text: str, engagement: str | None, skill: str, limit: int) -> Document:
    """List postings, newest first."""
    found, total = jobs.find(home(), text=text, engagement=engagement or "", skill=skill, limit=limit)
    names = ("posting", "title", "company", "place", "engagement", "saved_at")
    return {"total": total, "postings": [{name: _told(one)[name] for name in names} for one in found]}


def _shown_text(document: Document) -> str:
    lines = [f"{document['title']}, {document['company'] or 'company not named'}", ""]
    for one in document["requirements"]:
        if one["missing"]:
            where = f" Project: {one['templates'][0]}." if one["templates"] else ""
            lines.append(f"- {one['name']}: missing. {one['todo']}{where}")
        else:
            place = one["link"] or one["project_title"]
            lines.append(
                f"- {one['name']}: {one['level_name'].lower()} ({one['trust']}). {one['value']} {place}".rstrip()
            )
    return "\n".join(lines)


@command("show", _shown_text)
@click.argument("number", type=int)
def show_posting(number: int) -> Document:
    """Show each requirement of a posting with your evidence, or with what would prove it."""
    found = jobs.get(home(), number)
    proves = {slug: one.skills for slug, one in starting.templates().items()}
    return _told(found) | {
        "requirements": [
            {
                "skill": one.requirement.skill,
                "name": one.name,
                "said": one.requirement.said,
                "helpful_only": one.requirement.is_helpful,
                "missing": one.is_missing,
                "level": one.level,
                "level_name": one.level_name,
                "trust": one.trust.replace("_", "-"),
                "value": one.value,
                "project": one.project,
                "project_title": one.project_title,
                "link": one.link,
                "todo": one.todo,
                "templates": list(one.templates),
            }
            for one in jobs.answered(home(), found, proves)
        ]
    }


@command("delete")
@click.argument("number", type=int)
def delete_posting(number: int) -> Document:
    """Throw a posting away; applications for it stay."""
    jobs.delete(home(), number)
    return {"deleted": number}


def _row(one: Application) -> dict[str, Any]:
    return {
        "application": one.id,
        "title": one.title,
        "company": one.company,
        "status": str(one.status),
        "next_step": one.next_step,
        "next_on": one.next_on.isoformat() if one.next_on else None,
        "posting": one.posting,
    }


@command("add")
@click.argument("title", default="")
@click.option("--posting", "number", type=int, help="Number of the posting; its title and pay are taken over.")
@click.option("--company", default="", help="Name of the company.")
@click.option(
    "--status", type=click.Choice([str(one) for one in ApplicationStatus]), default="draft", show_default=True
)
def add(title: str, number: int | None, company: str, status: str) -> Document:
    """Begin an application, for a posting or with a title."""
    return _row(room.add(home(), title, posting=number, company=company, status=status))


@command(
    "list", lambda document: table(document["applications"]) if document["applications"] else "No application yet."
)
@click.option("--status", multiple=True, type=click.Choice([str(one) for one in ApplicationStatus]), help="May repeat.")
@click.option("--text", default="", help="Part of the title, the company or the next step.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
def list_all(status: tuple[str, ...], text: str, limit: int) -> Document:
    """List applications, the last touched first."""
    found, total = room.find(home(), statuses=status, text=text, limit=limit)
    return {"total": total, "applications": [_row(one) for one in found]}


@command("move")
@click.argument("number", type=int)
@click.argument("status", type=click.Choice([str(one) for one in ApplicationStatus]))
@click.option("--next", "next_step", help="What is to be done next.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Day of the next step, as 2026-03-01.")
def move(number: int, status: str, next_step: str | None, day: datetime | None) -> Document:
    """Move an application to another status and name its next step."""
    return _row(room.move(home(), number, status, next_step=next_step, next_on=day.date() if day else None))


@command("export")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def export(path: Path) -> Document:
    """Write all applications as CSV; nothing in it is read as a formula, and all of it comes back."""
    text = application_files.export_csv(home())
    write_file(path, text.encode())
    return {"file": str(path), "bytes": len(text.encode())}


@command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def bring(path: Path) -> Document:
    """Bring applications in from CSV: all, or none if a line cannot be read."""
    return application_files.import_csv(home(), path.read_bytes())


@command("calendar")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def calendar(path: Path) -> Document:
    """Write next steps, last days and interviews as a calendar file (.ics)."""
    text = application_files.as_calendar(home())
    write_file(path, text.encode())
    return {"file": str(path), "events": text.count("BEGIN:VEVENT")}
