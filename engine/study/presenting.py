"""How a question is put before a person: the order of its choices, and its text for programs that show only text."""

from __future__ import annotations

import random
from collections.abc import Iterable

from engine.study.anki import Note
from engine.study.figures import Row
from engine.study.marking import solution
from engine.study.questions import Question


def order_of_choices(question: Question, seed: int) -> tuple[int, ...]:
    """Say in which order the choices are shown.

    Parameters
    ----------
    question : Question
    seed : int
        For example the count of earlier reviews: the same seed shows the same order, the next one another.

    Returns
    -------
    tuple of int
        Indices of the choices. The steps of an order are never shown in the right one; choices that have an order of
        their own, such as the folds of a run, are best shown as they stand, without this function.
    """
    shown = list(range(len(question.choices)))
    # The id is mixed in, since otherwise all questions of a session would be shuffled alike.
    random.Random(f"{question.id} {seed}").shuffle(shown)
    if question.kind == "order" and shown == sorted(shown):
        shown.append(shown.pop(0))
    return tuple(shown)


def hint(question: Question, seed: int = 0) -> str:
    """Write a hint: a choice that is wrong, how many are right, the first step, or what the sum is made of."""
    if question.numeric:
        names = ", ".join(f"{name} = {value:,.10g}" for name, value in question.inputs.items())
        return f"The sum is made of: {names}." if names else "Look at the units of what is given."
    if question.kind == "order":
        return f"It begins with “{question.choices[0]}”."
    wanted = question.answer if isinstance(question.answer, tuple) else (int(question.answer),)
    if question.kind == "multiple":
        return f"{len(wanted)} of the {len(question.choices)} choices are right."
    wrong = [index for index in order_of_choices(question, seed) if index not in wanted]
    return f"It is not “{question.choices[wrong[0]]}”."


def as_note(question: Question) -> Note:
    """Write a question as a note for Anki: everything that is shown on the front, answer and reason on the back."""
    parts = [question.text]
    if question.table:
        parts.append(_lines(question.table))
    if question.figure is not None:
        parts += [f"{question.figure.x_title} | {question.figure.y_title}", _lines(question.figure.values)]
    # The same order at each export, so that a second import changes nothing.
    parts += [f"- {question.choices[index]}" for index in order_of_choices(question, 0)]
    if question.unit:
        parts.append(f"Unit: {question.unit}")
    return Note(
        item=question.id,
        front="\n".join(parts),
        back=f"{solution(question)}\n{question.explanation}",
        tags=question.skills,
    )


def _lines(rows: Iterable[Row]) -> str:
    return "\n".join(" | ".join(f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in row) for row in rows)
