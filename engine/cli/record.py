"""Commands around the author's record: log, reason, hint, guidance, ideas."""

from __future__ import annotations

import click

from engine.actions import guidance as helping
from engine.actions import hypotheses, overview, record
from engine.actions import ideas as finding
from engine.cli.output import Document, command, home
from engine.domain.record import Guidance
from engine.study.ideas import areas


def register(main: click.Group) -> None:
    """Add these commands."""
    for one in (log, reason, hint, guidance, ideas):
        main.add_command(one)


def _log_as_text(document: Document) -> str:
    lines = []
    for one in document["decisions"]:
        later = f", reason added {one['reasoned_at'][:10]}" if one["added_later"] else ""
        said = one["reason"] or "no reason recorded"
        choice = f" {one['choice']}:" if one["choice"] else ""
        lines.append(f"{one['id']}. {one['chosen_at'][:10]} {one['step']}:{choice} {said}{later}")
    lines += [
        f"Run {one['run_id']}, expected: {one['hypothesis']} -> {one['sentence'] or 'not judged yet'}"
        for one in document["hypotheses"]
    ]
    lines += [f"{one['at'][:10]} help: {one['kind']} {one['name']}" for one in document["help"]]
    return "\n".join(lines) or "Nothing is recorded yet."


@command("log", _log_as_text)
@click.argument("slug")
def log(slug: str) -> Document:
    """Show the decision log of a project, its hypotheses and the help that it was given."""
    settings = home()
    return {
        "slug": slug,
        "decisions": record.log(settings, slug),
        "hypotheses": [hypotheses.as_plain(one) for one in hypotheses.of(settings, slug)],
        "help": helping.record_of(settings, slug),
    }


@command("reason", lambda d: "Recorded, with the day of the choice and the day of the reason.")
@click.argument("slug")
@click.argument("decision", type=int)
@click.argument("text")
def reason(slug: str, decision: int, text: str) -> Document:
    """Add the reason of a choice that has none yet (its number in the log)."""
    record.add_reason(home(), slug, decision, text)
    return {"slug": slug, "decision": decision}


@command("hint", lambda d: str(d["hint"]))
@click.argument("slug")
@click.argument("station")
def hint(slug: str, station: str) -> Document:
    """Ask for the next hint of a station (brief, data, train ...), or for a pitfall; it is recorded."""
    if station == "pitfall":
        return {"slug": slug, "station": station, "hint": helping.ask_pitfall(home(), slug)}
    return {"slug": slug, "station": station, "hint": helping.ask_hint(home(), slug, station)}


@command("guidance", lambda d: f"Guidance of {d['slug']} from now on: {d['degree']}.")
@click.argument("slug")
@click.argument("degree", type=click.Choice([str(one) for one in Guidance]))
def guidance(slug: str, degree: str) -> Document:
    """Choose how much help a template project gives from now on; the change is recorded."""
    helping.change(home(), slug, Guidance(degree))
    return {"slug": slug, "degree": degree}


def _ideas_as_text(document: Document) -> str:
    if document.get("slug"):
        return f"Project {document['slug']} is ready, with an empty brief. Next: proofolio brief {document['slug']}"
    lines = [f"{one['id']}: {one['ask']} {' '.join(one['reasons'])}" for one in document["ideas"]]
    return "\n".join([*lines, str(document["advice"])])


@command("ideas", _ideas_as_text)
@click.option("--interest", "interests", multiple=True, help="An area (repeatable); 'health', 'sport', 'money' ...")
@click.option("--words", default="", help="Anything else that the table should speak of.")
@click.option("--start", "identifier", help="Start an own project on this table, with an empty brief.")
@click.option("--target", default="", help="Column to predict (with --start).")
def ideas(interests: tuple[str, ...], words: str, identifier: str | None, target: str) -> Document:
    """Suggest three projects of your own, with reasons; and say how varied your projects are."""
    settings = home()
    if identifier:
        return overview.summary(settings, finding.start(settings, identifier, target=target))
    variety = finding.variety(settings)
    return {
        "ideas": finding.find(settings, interests=interests, words=words),
        "areas": list(areas()),
        "diversity": {name: dict(found) for name, found in variety.counts.items()},
        "advice": variety.advice,
    }
