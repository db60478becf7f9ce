"""Practising for an interview: from what the person said about own decisions, and from what a posting asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal

from engine.study.questions import Question

MOST_OWN, MOST_QUESTIONS = 5, 8


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """One thing that may be asked, and what helps to answer it."""

    kind: Literal["own", "question", "asked"]
    """From an own decision, from the bank of questions, or asked in an earlier interview."""
    about: str
    """Project, skill or company."""
    text: str
    help: str
    """What was said or recorded, or the answer with its reason."""
    skill: str = ""


def prompts(
    asked: Sequence[str],
    *,
    notes: Sequence[Mapping[str, Any]],
    proofs: Mapping[str, str],
    bank: Mapping[str, Sequence[Question]],
    names: Mapping[str, str],
    before: Sequence[tuple[str, str]] = (),
    turn: int = 0,
) -> list[Prompt]:
    """Put together what to practise for a posting.

    Parameters
    ----------
    asked : sequence of str
        Skills of the posting, in its order.
    notes : sequence of mapping
        Interview notes: ``project title step choice reason words``, oldest first.
    proofs : mapping of str to str
        Skill to the project that proves it.
    bank : mapping of str to sequence of Question
        Skill to its questions.
    names : mapping of str to str
        Skill to its name.
    before : sequence of (str, str)
        Company and question of earlier interviews.
    turn : int
        Another turn gives other questions of the bank, in a fixed order.
    """
    found = [_own(note) for note in _for_posting(asked, notes, proofs)[:MOST_OWN]]
    found += [Prompt(kind="asked", about=who, text=text, help="") for who, text in dict.fromkeys(before)]
    in_turn = _in_turn(asked, bank)
    picked = [
        in_turn[(turn * MOST_QUESTIONS + place) % len(in_turn)] for place in range(min(MOST_QUESTIONS, len(in_turn)))
    ]
    found += [
        Prompt(kind="question", about=names.get(skill, skill), text=_asked(one), help=_solved(one), skill=skill)
        for skill, one in picked
    ]
    return found


def _in_turn(asked: Sequence[str], bank: Mapping[str, Sequence[Question]]) -> list[tuple[str, Question]]:
    """List the questions so that each skill comes once before any comes again; a question of two skills comes once."""
    rounds = zip_longest(*([(skill, one) for one in bank.get(skill, ())] for skill in asked))
    found = {pair[1].id: pair for one in rounds for pair in one if pair is not None}
    return list(found.values())


def _for_posting(
    asked: Sequence[str], notes: Sequence[Mapping[str, Any]], proofs: Mapping[str, str]
) -> list[Mapping[str, Any]]:
    """Order the notes: those of projects that prove what is asked first, then the newest."""
    wanted = {proofs[skill] for skill in asked if skill in proofs}
    newest = list(reversed(notes))
    return sorted(newest, key=lambda one: one["project"] not in wanted)


def _own(note: Mapping[str, Any]) -> Prompt:
    choice = f" {note['choice']}" if note["choice"] else ""
    return Prompt(
        kind="own",
        about=note["title"],
        text=f"You decided on: {note['step']}{choice}. Why, and what else did you weigh?",
        help=f"Your reason then: {note['reason']}\n\nYour words since: {note['words']}",
    )


def _asked(one: Question) -> str:
    if not one.choices:
        return one.text
    # Choices to be put in order stand in the right order in the bank.
    choices = sorted(one.choices) if one.kind == "order" else one.choices
    return "\n".join([one.text, "", *(f"- {choice}" for choice in choices)])


def _solved(one: Question) -> str:
    if one.numeric:
        return f"{one.answer} {one.unit}".strip() + f". {one.explanation}"
    right = one.answer if isinstance(one.answer, tuple) else (int(one.answer),)
    said = "; ".join(one.choices[int(place)] for place in right if int(place) < len(one.choices))
    return f"{said}. {one.explanation}" if said else one.explanation
