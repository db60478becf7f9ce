"""Commands around the resume."""

from __future__ import annotations

from pathlib import Path

import click

from engine.actions import resume as room
from engine.cli.jobs import write_file
from engine.cli.output import Document, command, home
from engine.errors import InputError


def register(main: click.Group) -> None:
    """Add these commands."""
    for one in (export, bring):
        resume.add_command(one)
    main.add_command(resume)


@click.group()
def resume() -> None:
    """Resume: put together from what is recorded, as JSON Resume, page or PDF."""


@command("export")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--for", "posting", type=int, help="Number of a posting whose order the resume follows.")
@click.option("--format", "form", type=click.Choice(room.FORMATS), help="By default as the file's ending says.")
@click.option("--project", "slugs", multiple=True, help="Name this project only; may repeat.")
def export(path: Path, posting: int | None, form: str | None, slugs: tuple[str, ...]) -> Document:
    """Write the resume to a file."""
    ending = path.suffix.lower().lstrip(".")
    chosen = form or (ending if ending in room.FORMATS else "json")
    known = {one.slug for one in room.sources(home()).projects} if slugs else set()
    for slug in slugs:
        if slug not in known:
            raise InputError(f"{slug!r} is no finished project.", hint=f"Finished are: {', '.join(known) or 'none'}.")
    content = room.export(home(), chosen, room.Tailoring(posting=posting, projects=slugs or None))
    write_file(path, content)
    return {"file": str(path), "format": chosen, "bytes": len(content)}


@command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def bring(path: Path) -> Document:
    """Bring a JSON Resume file in; every key of it is kept."""
    return {"file": str(path), **room.bring(home(), path.read_bytes())}
