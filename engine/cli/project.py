"""Commands around a project: templates, new, list, show, close, brief, decide, promote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from engine.actions import overview, record, work
from engine.actions import projects as starting
from engine.cli.output import Document, Listing, command, home, plain, table
from engine.cli.reading import READING, as_reading, reading_options
from engine.domain.data import SplitKind, SplitSpec
from engine.domain.project import Brief, Criterion, ProjectStatus, Where, check_slug
from engine.domain.record import Guidance
from engine.errors import InputError
from engine.store import projects as stored
from engine.store.db import connect


def register(main: click.Group) -> None:
    """Add these commands."""
    for one in (new, list_projects, show, close):
        project.add_command(one)
    for one in (templates, project, brief, decide, promote):
        main.add_command(one)


@click.group()
def project() -> None:
    """Start, list, show and close projects."""


@click.group(cls=Listing)
def templates() -> None:
    """List the template projects, or check a folder that is to become one."""


@command("list", lambda d: table(d["templates"]))
def list_templates() -> Document:
    """List the template projects."""
    return {
        "templates": [
            {
                "slug": t.slug,
                "id": t.id,
                "title": t.title,
                "level": t.level,
                "task": str(t.task),
                "minutes": t.minutes,
            }
            for t in starting.templates().values()
        ]
    }


def _faults(document: Document) -> str:
    found = [f"{one['file']}: {one['key']}: expected {one['expected']}." for one in document["faults"]]
    return "\n".join(found) or f"{document['folder']}: nothing is wrong with it."


@command("check", _faults)
@click.argument("folder", type=click.Path(path_type=Path))
def check_template(folder: Path) -> Document:
    """Name each fault of a template's folder by file, key and what is expected."""
    found = starting.check_template(folder)
    faults = [{"file": one.file, "key": one.key, "expected": one.expected} for one in found]
    return {"folder": folder.name, "faults": faults, "exit_code": 1 if found else 0}


templates.add_command(list_templates)
templates.add_command(check_template)

_SPLITS = [str(kind) for kind in SplitKind if kind is not SplitKind.GROUP_TIME]


@command("new", lambda d: f"Project {d['slug']} is ready. Next: proofolio train {d['slug']}")
@click.argument("slug")
@click.option("--template", help="Start from this template.")
@click.option("--data", "data_file", type=click.Path(path_type=Path), help="Start from this file.")
@click.option("--target", help="Column that is to be predicted (with --data).")
@click.option("--metric", help="Metric id, such as roc_auc, log_loss, rmse; guessed from the task if not given.")
@click.option("--task", type=click.Choice(["binary", "multiclass", "regression"]), help="Guessed if not given.")
@click.option("--positive", help="The class that counts as positive.")
@click.option("--drop", multiple=True, help="Column to leave out (repeatable).")
@click.option("--holdout", default="0.2", show_default=True, help="Share of rows that is sealed; 0 keeps all rows.")
@click.option("--seed", default=0, show_default=True, help="Seed of the split.")
@click.option("--title", default="", help="Title of the project.")
@click.option(
    "--guidance", type=click.Choice([str(one) for one in Guidance]), default="guided", help="With --template."
)
@click.option("--reason", "reasons", multiple=True, help="'target=WHY', 'split=WHY' or 'metric=WHY' (repeatable).")
@click.option(
    "--split",
    type=click.Choice(["random", "stratified", "group", "time", "given"]),
    help="How rows are set apart; proposed if not given.",
)
@click.option("--split-column", default="", help="Column of the group, the time or the parts (with --split).")
@click.option("--class-weight", default="", help="'balanced', or a JSON file with a weight for each class.")
@click.option("--weight", default="", help="Column that says how much each row counts in a fit.")
@reading_options
def new(slug: str, template: str | None, data_file: Path | None, target: str | None, **options: Any) -> Document:
    """Start a project from a template or from a file of your own."""
    if (template is None) == (data_file is None):
        raise InputError("A project starts from a template or from a file.", hint="Give either --template or --data.")
    settings = home()
    if template is not None:
        starting.create_from_template(settings, template, slug=check_slug(slug), guidance=Guidance(options["guidance"]))
        return overview.summary(settings, slug)
    if not target:
        raise InputError("It is not said which column is to be predicted.", hint="Add --target COLUMN.")
    assert data_file is not None
    starting.create_from_file(
        settings,
        data_file,
        slug=check_slug(slug),
        target=target,
        metric=options["metric"],
        task=options["task"],
        positive=options["positive"],
        drop=options["drop"],
        holdout=_fraction(options["holdout"]),
        seed=options["seed"],
        title=options["title"],
        reading=as_reading(data_file, settings, {name: options[name] for name in READING}),
        split=_split(options),
        class_weight=_class_weight(options["class_weight"]),
        weight=options["weight"],
        reasons={step.strip(): why for step, _, why in (text.partition("=") for text in options["reasons"])},
    )
    return overview.summary(settings, slug)


def _class_weight(text: str) -> str | dict[str, float] | None:
    """Read the class weights: the word, or a file."""
    if not text or text == "balanced":
        return text or None
    try:
        found = json.loads(Path(text).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise InputError(
            f"The class weights cannot be read from {text!r}.",
            hint='Use \'balanced\', or a JSON file such as {"no": 1, "yes": 5}.',
        )
    return found


def _split(options: dict[str, Any]) -> SplitSpec | None:
    if not options["split"]:
        return None
    kind, column = SplitKind(options["split"]), options["split_column"]
    if kind in (SplitKind.GROUP, SplitKind.TIME, SplitKind.GIVEN) and not column:
        raise InputError(f"A {kind} split needs a column.", hint="Add --split-column COLUMN.")
    return SplitSpec(
        kind=kind,
        column=column,
        fraction=_fraction(options["holdout"]),
        seed=options["seed"],
        reason="Chosen by the person.",
    )


def _fraction(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"The hold-out {text!r} is not a number.", hint="Give a share such as 0.2, or 0.") from None


@command("list", lambda d: table(d["projects"]) if d["projects"] else "No projects yet. See: proofolio templates list")
def list_projects() -> Document:
    """List your projects."""
    with connect(home()) as db:
        found = stored.all_of(db)
    return {
        "projects": [
            {"slug": p.slug, "title": p.title, "status": str(p.status), "task": str(p.problem.task)} for p in found
        ]
    }


@command("show", plain)
@click.argument("slug")
def show(slug: str) -> Document:
    """Show one project."""
    return overview.summary(home(), slug)


@command("close", lambda d: f"Project {d['slug']} is closed: {d['status'].replace('_', ' ')}.")
@click.argument("slug")
@click.option("--as", "status", type=click.Choice(["met", "not_met", "stopped", "open"]), required=True)
@click.option("--reason", required=True, help="One line: why.")
def close(slug: str, status: str, reason: str) -> Document:
    """Close a project as met, not met or stopped; not met is a result too."""
    record.close(home(), slug, ProjectStatus(status), reason)
    return {"slug": slug, "status": status}


@command("brief", plain)
@click.argument("slug")
@click.option("--question", help="What is asked.")
@click.option("--reader", help="Who decides something with the answer.")
@click.option("--decision", help="What they decide with it.")
@click.option("--criterion", multiple=True, help="Success criterion, such as 'roc_auc >= 0.84' (repeatable).")
@click.option("--on", "judged_on", type=click.Choice(["oof", "holdout"]), help="On which rows it is judged.")
@click.option("--constraints", help="Time, money, law, latency.")
@click.option("--cost", multiple=True, help="What an error costs, such as 'Yes -> No = 5' (repeatable).")
@click.option("--cost-unit", help="Unit of the costs.")
@click.option("--matters", type=click.FloatRange(min=0), help="Smallest difference in the metric that would matter.")
def brief(
    slug: str, criterion: tuple[str, ...], cost: tuple[str, ...], matters: float | None, **parts: str | None
) -> Document:
    """Write or change the brief of a project; without options, show it."""
    settings = home()
    with connect(settings) as db:
        stored.get(db, slug)
        last = stored.latest_brief(db, slug)
    old = last.brief if last else Brief()
    changed = Brief(
        question=_either(parts["question"], old.question),
        reader=_either(parts["reader"], old.reader),
        decision=_either(parts["decision"], old.decision),
        constraints=_either(parts["constraints"], old.constraints),
        criteria=tuple(Criterion.parse(text) for text in criterion) or old.criteria,
        judged_on=Where(parts["judged_on"]) if parts["judged_on"] else old.judged_on,
        costs=_costs(cost) or old.costs,
        cost_unit=_either(parts["cost_unit"], old.cost_unit),
        matters=old.matters if matters is None else matters or None,
    )
    version = record.save_brief(settings, slug, changed) if changed != old else (last.version if last else 0)
    if cost:
        starting.change_problem(settings, slug, costs=changed.costs)
    return {"slug": slug, "version": version, **changed.as_dict(), "missing": list(changed.missing)}


def _either(new_text: str | None, old: str) -> str:
    return old if new_text is None else new_text


def _costs(texts: tuple[str, ...]) -> dict[str, float]:
    found = {}
    for text in texts:
        name, _, value = text.rpartition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            raise InputError(f"{text!r} is not a cost.", hint="Write it like 'Yes -> No = 5'.") from None
    return found


@command("decide", lambda d: "Recorded.")
@click.argument("slug")
@click.argument("step")
@click.argument("reason")
def decide(slug: str, step: str, reason: str) -> Document:
    """Record a decision: the step and one line of reason."""
    return {"slug": slug, "step": step, "id": record.decide(home(), slug, step, reason)}


@command("promote", lambda d: f"Trial {d['number']} ({d['family']}) is promoted.")
@click.argument("slug")
@click.argument("trial", type=int)
@click.argument("reason", required=False)
@click.option("--without-reason", is_flag=True, help="Promote it all the same; the log says that none is recorded.")
@click.option("--run", "run_id", type=int, help="The run that the trial belongs to (the newest by default).")
def promote(slug: str, trial: int, reason: str | None, run_id: int | None, *, without_reason: bool) -> Document:
    """Promote a trial (its number on the leaderboard) with a reason."""
    settings = home()
    chosen = work.find_trial(settings, slug, trial, run_id)
    follow_up = record.promote(settings, slug, chosen.id, reason or (None if without_reason else ""))
    if follow_up is not None:
        work.wait(settings, follow_up)
    return {"slug": slug, "trial": chosen.id, "number": chosen.number, "family": chosen.family}
