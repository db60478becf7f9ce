"""Commands around roles: what each asks for, where you stand, two side by side."""

from __future__ import annotations

import click

from engine.actions import career, skills
from engine.cli.output import Document, command, home, table


def register(main: click.Group) -> None:
    """Add these commands."""
    for one in (every, show, choose, compare):
        role.add_command(one)
    main.add_command(role)


@click.group()
def role() -> None:
    """Look at roles: what each asks for, and where you stand."""


@command("list", lambda document: table(document["roles"]))
def every() -> Document:
    """List the roles; the one that you aim at is marked."""
    aimed = skills.target_role(home())
    return {"roles": [{"id": one, "name": name, "aimed_at": one == aimed} for one, name in skills.roles().items()]}


def _shown(document: Document) -> str:
    rows = [
        {"skill": one["id"], "core": one["core"], "asked": one["wanted"], "level": one["level"]}
        for one in document["asked"]
    ]
    head = [document["name"], document["gist"], f"A project that shows it: {document['project']}"]
    counts = ", ".join(f"{len(document[kind])} {kind}" for kind in ("proved", "practised", "missing"))
    close = [f"Closes most of it: {', '.join(document['closing'])}"] if document["closing"] else []
    return "\n".join([*head, f"Skills: {counts}", table(rows), *close])


@command("show", _shown)
@click.argument("name")
def show(name: str) -> Document:
    """Show what the role NAME asks for, and where you stand."""
    return career.role(home(), name)


@command("choose", lambda document: f"You aim at: {document['name']}")
@click.argument("name")
def choose(name: str) -> Document:
    """Aim at the role NAME: it steers Today and the skill map."""
    skills.set_target_role(home(), name)
    return {"role": name, "name": skills.roles().get(name, "no role")}


def _compared(document: Document) -> str:
    left, right = document["left"]["name"], document["right"]["name"]
    parts = (("Both ask for", "shared"), (f"Only {left}", "only_left"), (f"Only {right}", "only_right"))
    return "\n".join(f"{title}: {', '.join(document[key]) or 'nothing'}" for title, key in parts)


@command("compare", _compared)
@click.argument("left")
@click.argument("right")
def compare(left: str, right: str) -> Document:
    """Hold two roles side by side."""
    return career.compare(home(), left, right)
