"""Commands around learning: evidence from elsewhere, the role that is aimed at, the rhythm of a week."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from engine.actions import rhythm, skills
from engine.actions.projects import templates
from engine.cli.output import Document, command, home, table
from engine.domain.claim import ClaimKind
from engine.domain.clock import utc_now
from engine.domain.fact import Trust
from engine.errors import InputError

_DAY = click.DateTime(["%Y-%m-%d"])


def register(main: click.Group) -> None:
    """Add these commands."""
    for one in (bring, aim, pause):
        main.add_command(one)


@command("bring", lambda d: f"Kept as number {d['id']} ({d['trust']}).")
@click.argument("skill")
@click.argument("kind", type=click.Choice([str(kind) for kind in ClaimKind]))
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--note", default="", help="What you did, and what came of it.")
@click.option("--link", default="", help="Address at which a reader finds it.")
@click.option("--project", default="", help="Project of your own that it belongs to.")
@click.option("--made-on", type=_DAY, help="Day on which it was made (today, if left out).")
@click.option("--public", is_flag=True, help="May be shown on published pages.")
def bring(
    skill: str, kind: str, file: Path | None, note: str, link: str, project: str, made_on: datetime | None, public: bool
) -> Document:
    """Bring evidence that was made elsewhere: a FILE that is read and never run, or a statement."""
    chosen = ClaimKind(kind)
    content = None
    if file is not None and chosen.trust is Trust.IMPORTED:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise InputError(f"{file} cannot be read.", hint="Give the path of a file.") from error
    claim_id = skills.bring(
        home(),
        skill,
        chosen,
        made_on=(made_on or utc_now().astimezone()).date(),
        note=note,
        link=link,
        file_name=file.name if file else "",
        content=content,
        project=project,
        is_public=public,
    )
    return {"id": claim_id, "skill": skill, "kind": kind, "trust": str(chosen.trust)}


def _gap(document: Document) -> str:
    if not document["role"]:
        return "No role is aimed at. One of: " + ", ".join(document["roles"])
    missing = [{"skill": one["id"], "asked": one["wanted"], "level": one["level"]} for one in document["missing"]]
    return f"{document['name']}: {len(missing)} skills are still to be proved.\n{table(missing)}"


@command("aim", _gap)
@click.argument("role", required=False)
def aim(role: str | None) -> Document:
    """Aim at a ROLE, or show what the one that you aim at still asks for."""
    settings = home()
    if role is not None:
        skills.set_target_role(settings, role)
    chosen = skills.target_role(settings)
    if not chosen:
        return {"role": "", "roles": list(skills.roles()), "missing": []}
    gap = skills.role_gap(settings, chosen, {slug: one.skills for slug, one in templates().items()})
    missing = [
        {key: one[key] for key in ("id", "level", "wanted", "core", "advice", "templates")}
        for one in gap["asked"]
        if not one["is_there"]
    ]
    return {"role": chosen, "name": gap["name"], "share": gap["share"], "missing": missing}


@command("pause", lambda d: d["sentence"])
@click.option("--from", "first", type=_DAY, help="First day of a break.")
@click.option("--to", "last", type=_DAY, help="Last day of it.")
@click.option("--note", default="", help="What the break is for.")
@click.option("--days", type=int, help="Days a week on which you want to work.")
def pause(first: datetime | None, last: datetime | None, note: str, days: int | None) -> Document:
    """Plan a break, or say on how many days a week you want to work; shows the week."""
    settings = home()
    if (first is None) != (last is None):
        raise InputError("A break needs its first and its last day.", hint="Give both --from and --to.")
    if days is not None:
        rhythm.set_days(settings, days)
    if first is not None and last is not None:
        rhythm.plan_break(settings, first.date(), last.date(), note)
    week = rhythm.week(settings)
    return {
        "sentence": week.sentence,
        "wanted": week.wanted,
        "worked": week.worked,
        "breaks": [
            {"from": begin.isoformat(), "to": end.isoformat(), "note": told}
            for _, begin, end, told in rhythm.breaks(settings)
        ],
    }
