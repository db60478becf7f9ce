"""Marking an answer: what a person gave against what is right."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

from engine.errors import InputError
from engine.study.questions import Question

# Stricter than float(), which would take “nan”, “1_000” and the digits of any script.
_PLAIN = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")


@dataclass(frozen=True)
class Marked:
    """Whether an answer was right, and the sentence that says so.

    Attributes
    ----------
    right : bool
        Whether it counts.
    said : str
        “Right.” or what the right answer is; plain text, to be escaped where it is shown.
    """

    right: bool
    said: str


def mark(question: Question, given: str | float | Collection[int]) -> Marked:
    """Mark an answer.

    Parameters
    ----------
    question : Question
        What was asked.
    given : str, number or collection of int
        The index of a choice; the indices of all choices picked; the indices of the choices in the order given; or a
        number, also as text: a decimal comma, spaces or commas between thousands, the unit and a sign for per cent
        are understood.

    Raises
    ------
    InputError
        If it is no answer at all: a text that is no number, a choice that does not exist, an order that leaves a
        choice out. Nothing is marked then.
    """
    if question.numeric:
        values = _readings(given, question.unit)
        # A hair more than the tolerance, since 0.85 - 0.8 is a little more than 0.05 in floating point.
        slack = question.tolerance * (1 + 1e-9) + 1e-12
        right = any(abs(value - cast(float, question.answer)) <= slack for value in values)
    else:
        right = _picked(question, given) == _wanted(question)
    return Marked(right, "Right." if right else f"Not right. The answer is {solution(question)}.")


def solution(question: Question) -> str:
    """Write the right answer as it is shown: the number with its unit, or the choices."""
    if question.numeric:
        value = f"{question.answer:,.10g}"
        return f"{question.unit}{value}" if question.unit in ("£", "€", "$") else f"{value} {question.unit}".strip()
    texts = [f"“{question.choices[index].rstrip('.')}”" for index in _wanted(question)]
    if question.kind == "order":
        return ", then ".join(texts)
    return " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))


def _wanted(question: Question) -> tuple[int, ...]:
    return question.answer if isinstance(question.answer, tuple) else (int(question.answer),)


def _picked(question: Question, given: object) -> tuple[int, ...]:
    indices = tuple(given) if isinstance(given, Collection) and not isinstance(given, str) else (given,)
    count = len(question.choices)
    if any(type(index) is not int or not 0 <= index < count for index in indices) or len(set(indices)) != len(indices):
        raise InputError("This is none of the choices.", hint="Pick from the choices shown.")
    numbers = cast(tuple[int, ...], indices)
    if question.kind == "order":
        if len(numbers) != count:
            raise InputError("An order holds every step once.", hint="Place the remaining steps.")
        return numbers
    if not numbers:
        raise InputError("Nothing was picked.", hint="Pick at least one choice.")
    if question.kind != "multiple" and len(numbers) > 1:
        raise InputError("One choice is asked for.", hint="Pick one.")
    return tuple(sorted(numbers))


def _readings(given: object, unit: str) -> tuple[float, ...]:
    """Read a number; ``1,200`` has two readings, and either may be meant."""
    if type(given) in (int, float):
        values = [float(cast(float, given))]
    elif isinstance(given, str):
        values = _read_text(given, unit)
    else:
        values = []
    values = [value for value in values if math.isfinite(value)]
    if not values:
        raise InputError("A number is asked for.", hint="For example 0.75 or 0,75.")
    return tuple(values)


def _read_text(given: str, unit: str) -> list[float]:
    text = re.sub(r"\s", "", given).replace("−", "-")  # the minus sign of word processors
    bare = re.sub(r"\s", "", unit)
    if bare:
        text = text.removeprefix(bare).removesuffix(bare)
    scale = 1.0
    if bare != "%" and text.endswith("%"):
        text, scale = text.removesuffix("%"), 0.01
    spellings = [text.replace(",", ".")] if text.count(",") == 1 and "." not in text else [text]
    if _GROUPED.fullmatch(text):
        spellings.append(text.replace(",", ""))
    return [float(spelling) * scale for spelling in spellings if _PLAIN.fullmatch(spelling)]
