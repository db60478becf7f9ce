"""Commands around the house: demo, backup, restore, doctor."""

from __future__ import annotations

from pathlib import Path

import click

from engine.actions import backup as keeping
from engine.actions import demo as showing
from engine.actions import doctor as looking
from engine.cli.output import Document, command, home, progress, table
from engine.errors import InputError
from engine.settings import Settings


def register(main: click.Group) -> None:
    """Add these commands."""
    for one in (demo, backup, restore, doctor):
        main.add_command(one)


@command("demo", lambda d: f"Done in {d['seconds']:.0f} s. Open {d['page']}")
@click.option("--out", type=click.Path(path_type=Path), default=Path("proofolio-demo"), show_default=True)
@click.option("--template", default="penguin-species", show_default=True)
@click.option("--seconds", type=float, default=20.0, show_default=True, help="Budget of the search.")
def demo(out: Path, template: str, seconds: float) -> Document:
    """Do the main job without a screen: from a template's data to a published page that verifies."""
    return showing.run(home(), out, template=template, seconds=seconds, say=progress)


@command("backup", lambda d: f"{d['files']} files written to {d['file']}.")
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> Document:
    """Write everything you made into one zip file; the signing key only with its own backup."""
    return keeping.backup(home(), file)


@command("restore", lambda d: f"{d['files']} files restored to {d['home']}.")
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> Document:
    """Bring a backup back into an empty home folder."""
    return keeping.restore(home(), file)


@command("doctor", lambda d: table(d["checks"]))
def doctor() -> Document:
    """Look whether everything is in order: home folder, database, files, libraries."""
    settings = _home_or_fault()
    return looking.examine(settings)


def _home_or_fault() -> Settings:
    settings = home()
    if settings.home.exists() and not settings.home.is_dir():
        raise InputError(f"{settings.home} is not a folder.", hint="Set PROOFOLIO_HOME to a folder.")
    return settings
