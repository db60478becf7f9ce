"""Commands around the recipe: show, add, remove, suggest, measure, code; findings mended or accepted."""

from __future__ import annotations

import json
from typing import Any

import click

from engine.actions import recipe as kitchen
from engine.cli.follow import follow
from engine.cli.output import Document, command, home
from engine.cli.run import describe
from engine.domain.recipe import Recipe, Step, StepKind
from engine.errors import InputError
from engine.settings import Settings
from engine.store import projects
from engine.store.db import connect


def register(main: click.Group) -> None:
    """Add these commands."""
    for one in (show, add, remove, suggest, measure, code):
        recipe.add_command(one)
    for one in (accept, mend):
        finding.add_command(one)
    for one in (recipe, finding):
        main.add_command(one)


@click.group()
def recipe() -> None:
    """Change and measure the recipe: cleaning and features as a list of steps."""


@click.group()
def finding() -> None:
    """Mend a finding, or accept it with a reason."""


def _listed(settings: Settings, slug: str, version: int | None = None) -> dict[str, Any]:
    steps = kitchen.current(settings, slug).steps
    return {
        "slug": slug,
        "version": version,
        "steps": [{"place": n, "words": kitchen.words(step), **step.as_dict()} for n, step in enumerate(steps)],
    }


def _as_text(document: Document) -> str:
    if not document["steps"]:
        return "The recipe is empty. See: proofolio recipe suggest"
    return "\n".join(f"{step['place']}. {step['words']}" for step in document["steps"])


@command("show", _as_text)
@click.argument("slug")
def show(slug: str) -> Document:
    """Show the recipe of a project."""
    return _listed(home(), slug)


@command("add", _as_text)
@click.argument("slug")
@click.argument("kind", type=click.Choice([str(kind) for kind in StepKind]))
@click.argument("columns", nargs=-1)
@click.option("--option", "options", multiple=True, help="NAME=VALUE; the value as JSON, or as it is (repeatable).")
@click.option("--reason", default="", help="One line: why.")
@click.option("--at", type=int, help="Place in the list, from 0; at its end by default.")
def add(
    slug: str, kind: str, columns: tuple[str, ...], options: tuple[str, ...], reason: str, at: int | None
) -> Document:
    """Add a step."""
    settings = home()
    step = Step(kind=StepKind(kind), columns=columns, options=_options(options), reason=reason)
    return _listed(settings, slug, kitchen.add(settings, slug, step, at=at, reason=reason))


def _options(texts: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise InputError(f"{text!r} is not an option of a step.", hint="Write it like strategy=median.")
        try:
            found[name.strip()] = json.loads(value)
        except ValueError:
            found[name.strip()] = value
    return found


@command("remove", _as_text)
@click.argument("slug")
@click.argument("place", type=int)
def remove(slug: str, place: int) -> Document:
    """Take a step out by its place (from 0)."""
    settings = home()
    return _listed(settings, slug, kitchen.remove(settings, slug, place))


@command("suggest", lambda d: "\n".join(f"- {one['meaning']}" for one in d["suggestions"]) or "Nothing stands out.")
@click.argument("slug")
def suggest(slug: str) -> Document:
    """List steps worth trying, strongest first."""
    found = kitchen.suggestions(home(), slug)
    return {"slug": slug, "suggestions": [{**one, "step": one["step"].as_dict()} for one in found]}


@command("measure", lambda d: str(d.get("sentence") or d["status"]))
@click.argument("slug")
@click.option("--without", type=int, help="Leave the step at this place out instead of comparing with no recipe.")
@click.option("--seed", default=0, show_default=True)
def measure(slug: str, without: int | None, seed: int) -> Document:
    """Measure what the recipe (or one step of it) does, on the same folds."""
    settings = home()
    after = kitchen.current(settings, slug)
    if without is None:
        before, subject = Recipe(), "the whole recipe"
    elif 0 <= without < len(after.steps):
        steps = [step for place, step in enumerate(after.steps) if place != without]
        before, subject = Recipe(steps=tuple(steps)), f"step {without}"
    else:
        raise InputError(f"There is no step {without}.", hint=f"The recipe has {len(after.steps)} steps, from 0.")
    return _measured(settings, kitchen.measure(settings, slug, before, after, subject, seed=seed))


def _measured(settings: Settings, run_id: int) -> dict[str, Any]:
    run = follow(settings, run_id)
    found = describe(settings, run_id)
    told = ("run_id", "status", "error", "exit_code")
    return {**{key: found[key] for key in told}, **dict(run.result)}


@command("code", lambda d: str(d["script"]))
@click.argument("slug")
def code(slug: str) -> Document:
    """Write the recipe as pandas and scikit-learn code; with --json each step too, and as PySpark."""
    return {"slug": slug, **kitchen.code(home(), slug)}


@command("accept", lambda d: f"{d['code']} is accepted.")
@click.argument("slug")
@click.argument("code")
@click.argument("reason")
@click.option("--column", "columns", multiple=True, help="Column it speaks of, where several have the code.")
def accept(slug: str, code: str, reason: str, columns: tuple[str, ...]) -> Document:
    """Accept a finding with a reason instead of mending it."""
    settings = home()
    one = kitchen.find(_findings(settings, slug), code, columns or None)
    kitchen.accept(settings, slug, one, reason)
    return {"slug": slug, "code": code, "columns": list(one.columns), "reason": reason}


@command("fix", lambda d: str(d.get("sentence") or d["status"]))
@click.argument("slug")
@click.argument("code")
@click.option("--column", "columns", multiple=True, help="Column it speaks of, where several have the code.")
def mend(slug: str, code: str, columns: tuple[str, ...]) -> Document:
    """Put the fix of a finding into the recipe, and measure what it does on the same folds."""
    settings = home()
    one = kitchen.find(_findings(settings, slug), code, columns or None)
    return _measured(settings, kitchen.mend(settings, slug, one))


def _findings(settings: Settings, slug: str) -> list[Any]:
    with connect(settings) as db:
        projects.get(db, slug)
        return list(projects.get_findings(db, slug))
