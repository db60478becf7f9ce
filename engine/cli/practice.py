"""Commands around practice: what is due, a quiz, answers, files to take away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from engine.actions import cases as flaws
from engine.actions import explain_back, own_questions
from engine.actions import practice as room
from engine.cli.output import Document, command, home, table
from engine.errors import InputError
from engine.study.presenting import as_note
from engine.study.questions import Question


def register(main: click.Group) -> None:
    """Add these commands."""
    for one in (due, answer, quiz, cases, case, statistics, export):
        practice.add_command(one)
    main.add_command(practice)


@click.group()
def practice() -> None:
    """Practise: cards of the day, quizzes, explanations of own decisions."""


def _shown(item: str) -> dict[str, Any]:
    if item.startswith(explain_back.PREFIX):
        found, title = explain_back.decision(home(), item)
        return {"id": item, "text": f"In “{title}” you decided on: {found.step} {found.choice}. Why?", "choices": []}
    question: Question = own_questions.find(home(), item)
    return {"id": item, "kind": question.kind, "text": as_note(question).front, "choices": list(question.choices)}


def _due_text(document: Document) -> str:
    head = f"Today: {len(document['cards'])} cards, about {document['minutes']} min"
    return "\n".join([head, *(f"{one['id']}: {one['text']}" for one in document["cards"][:1])])


@command("due", _due_text)
def due() -> Document:
    """Show today's cards; as text, the next one."""
    found = room.today(home())
    return {**found, "cards": [_shown(item) for item in found["cards"]]}


@command("answer", lambda document: f"{document['said']}\n{document['explanation']}")
@click.argument("item")
@click.argument("given")
@click.option("--turn", type=click.IntRange(1, 2), default=1, show_default=True)
@click.option("--quiz", "number", type=int, default=0, help="Number of the quiz; 0 for a card of the day.")
def answer(item: str, given: str, turn: int, number: int) -> Document:
    """Answer a question: a number, or the choices by their text, one a line and in order where an order is asked."""
    question = own_questions.find(home(), item)
    picked: Any = given
    if not question.numeric:
        lines = [line.strip() for line in given.splitlines() if line.strip()]
        unknown = [line for line in lines if line not in question.choices]
        if unknown:
            raise InputError(f"{unknown[0]!r} is none of the choices.", hint="Write a choice as it is shown.")
        picked = [question.choices.index(line) for line in lines]
    done = room.answer(home(), item, picked, turn=turn, quiz=number)
    return {"id": item, "right": done.is_right, "said": done.said, "explanation": question.explanation}


@command("quiz")
@click.option("--skill", default="", help="Id of a skill; all by default.")
def quiz(skill: str) -> Document:
    """Begin a quiz of eight, or go on with it."""
    found = room.quiz(home(), room.start_quiz(home(), skill).id)
    return {
        "quiz": found["quiz"].id,
        "answered": len(found["answers"]),
        "passed": found["passed"],
        "questions": [_shown(item) for item in found["open"]],
    }


@command("cases", lambda document: table(document["cases"]))
def cases() -> Document:
    """List finished projects with one hidden flaw."""
    return {
        "cases": [
            {
                "id": one.case.id,
                "title": one.case.title,
                "skill": one.case.skill,
                "state": "found" if one.found_at else "given" if one.given else "open",
            }
            for one in flaws.every(home())
        ]
    }


def _case_text(document: Document) -> str:
    steps = [f"{place}. {text}" for place, text in enumerate(document["steps"], start=1)]
    return "\n".join([document["title"], *steps, document["result"], *document["said"]])


@command("case", _case_text)
@click.argument("name")
@click.option("--step", type=int, help="Number of the step with the flaw.")
@click.option("--why", default="", help="What is wrong with it, in your own words.")
@click.option("--give-away", is_flag=True, help="Show the flaw after two guesses; it then proves nothing.")
def case(name: str, step: int | None, why: str, give_away: bool) -> Document:
    """Show a case, or name its flaw: one guess a day."""
    from engine.study.pictures import picture

    if give_away:
        found = flaws.give_away(home(), name)
    elif step is not None:
        found = flaws.guess(home(), name, step - 1, why)
    else:
        found = flaws.standing(home(), name)
    shown = found.case.filled(picture(found.case.picture).facts)
    said = [
        f"Step {one.step + 1} holds up. {shown.holds[one.step]}" for one in found.guesses if one.outcome == "elsewhere"
    ]
    if found.is_over:
        said.append(f"The flaw is step {shown.flaw + 1}. {shown.solution} {shown.mend}")
    elif found.today is not None and found.today.outcome == "unexplained":
        said.append(f"Step {found.today.step + 1} is the one, but the reason does not say yet what is wrong with it.")
    return {
        "id": shown.id,
        "title": shown.title,
        "steps": list(shown.steps),
        "result": shown.result.replace("**", ""),
        "found": found.found_at is not None,
        "said": said,
    }


@command("statistics")
def statistics() -> Document:
    """Show true retention, answers a week and recall by skill."""
    return room.statistics(home())


@command("export")
@click.option("--anki", type=click.Path(dir_okay=False, path_type=Path), help="Questions, for Anki to import.")
@click.option("--csv", "log", type=click.Path(dir_okay=False, path_type=Path), help="Your answers, as a CSV file.")
@click.option("--notes", type=click.Path(dir_okay=False, path_type=Path), help="Interview notes, as Markdown.")
def export(anki: Path | None, log: Path | None, notes: Path | None) -> Document:
    """Write the questions for Anki, your answers as CSV, or the interview notes."""
    if anki is None and log is None and notes is None:
        raise InputError("Nothing was asked for.", hint="Name a file with --anki, --csv or --notes.")
    for path, text in ((anki, room.as_anki), (log, room.as_csv), (notes, explain_back.as_markdown)):
        if path is not None:
            try:
                path.write_text(text(home()), encoding="utf-8")
            except OSError as error:
                raise InputError(f"{path.name} cannot be written.", hint="Choose another place.") from error
    return {name: str(path) if path else None for name, path in (("anki", anki), ("csv", log), ("notes", notes))}
