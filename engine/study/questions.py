"""The question bank: questions are files in ``engine/content/questions``, each checked when it is read."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, cast, get_args

from engine.data.declaration import Section
from engine.errors import ContentError, InputError
from engine.study.figures import Figure, is_number, read_figure, read_rows
from engine.study.formula import evaluate

Kind = Literal["single", "multiple", "number", "order", "fault", "output"]
FEWEST_CHOICES = 3
_CHOSEN = ("single", "multiple", "order")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question with its answer.

    Attributes
    ----------
    id : str
        Stable; reviews point at it. Begins with the first skill.
    skills : tuple of str
        Ids of the skills it practises, the main one first.
    lesson : str
        Id of the lesson that explains the matter.
    kind : str
        ``single``, ``multiple``, ``number``, ``order``, ``fault`` or ``output``.
    text, explanation : str
        What is asked, and why the answer is right.
    seconds : float
        A right answer within this time counts as a fast one.
    choices : tuple of str
        Empty where a number is asked; in the right order where an order is asked.
    answer : int, float or tuple of int
        Index of the right choice, the number, or the indices of all right choices (in order, for an order).
    tolerance : float
        How far a number may lie from the answer and still be right, in the unit of the answer.
    unit : str
        Unit of a number; empty where it has none.
    inputs : mapping of str to float
        The numbers of the formula.
    formula : str
        How the answer follows from the inputs (see `engine.study.formula`).
    table : tuple of tuples of str
        A table that belongs to the question, its first row the header.
    figure : Figure or None
        A picture that belongs to the question.
    """

    id: str
    skills: tuple[str, ...]
    lesson: str
    kind: Kind
    text: str
    explanation: str
    seconds: float
    choices: tuple[str, ...] = ()
    answer: float | tuple[int, ...]
    tolerance: float = 0.0
    unit: str = ""
    inputs: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    formula: str = ""
    table: tuple[tuple[str, ...], ...] = ()
    figure: Figure | None = None

    @property
    def numeric(self) -> bool:
        """Whether the answer is a number that is typed in."""
        return not self.choices

    @property
    def needs_work(self) -> bool:
        """Whether it asks for a calculation, or for reading a table or a figure."""
        return self.numeric or bool(self.table) or self.figure is not None or bool(self.formula)


@cache
def bank() -> tuple[Question, ...]:
    """Load all questions of the bank, file by file in the order of their names.

    Raises
    ------
    ContentError
        If a file is faulty; names the file, the question and key, and what is expected.
    """
    folder = files("engine.content").joinpath("questions")
    found: list[Question] = []
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            found += read(entry.read_text(encoding="utf-8"), entry.name, taken={item.id for item in found})
    return tuple(found)


def by_id(question: str) -> Question:
    """Fetch one question of the bank. Raises ``InputError`` if no question has this id."""
    for item in bank():
        if item.id == question:
            return item
    raise InputError(f"There is no question {question}.", hint="It may have left the bank with an update.")


def of_skill(skill: str) -> tuple[Question, ...]:
    """List the questions that practise a skill, those whose main skill it is first."""
    return tuple(sorted((item for item in bank() if skill in item.skills), key=lambda item: item.skills.index(skill)))


def read(text: str, file: str, *, taken: Collection[str] = (), skills: Collection[str] | None = None) -> list[Question]:
    """Read and check the questions of one file.

    Parameters
    ----------
    text : str
        TOML with one ``[[question]]`` each.
    file : str
        Its name, for the messages.
    taken : collection of str
        Ids that other files use.
    skills : collection of str, optional
        The skills that exist; left out, the ids of skills are not looked up.

    Raises
    ------
    ContentError
        At the first fault.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ContentError(file, "the file", f"valid TOML ({error})") from error
    items = raw.get("question")
    if not isinstance(items, list) or set(raw) != {"question"}:
        raise ContentError(file, "question", "one or more [[question]] tables and nothing else")
    found: list[Question] = []
    for place, item in enumerate(items, 1):
        question = _question(item, file, f"question {place}")
        if question.id in taken or any(question.id == other.id for other in found):
            raise ContentError(file, f"{question.id}.id", "an id that no other question has")
        if skills is not None and not set(question.skills) <= set(skills):
            raise ContentError(file, f"{question.id}.skills", "ids of skills that exist")
        found.append(question)
    return found


def _question(item: Any, file: str, place: str) -> Question:
    if not isinstance(item, dict):
        raise ContentError(file, place, "a table of keys and values")
    name = Section(file, item, f"{place}.").text("id")
    one = Section(file, item, f"{name}.")
    one.text("id")
    skills = one.texts("skills")
    if not name.startswith(f"{skills[0]}-") or _SLUG.fullmatch(name) is None:
        raise one.fault("id", f"small letters, digits and hyphens, beginning with “{skills[0]}-”")
    kind = cast(Kind, one.one_of("kind", get_args(Kind)))
    choices = _choices(one, kind) if "choices" in item or kind in _CHOSEN else ()
    question = Question(
        id=name,
        skills=skills,
        lesson=one.text("lesson", skills[0]),
        kind=kind,
        text=one.text("text"),
        explanation=one.text("explanation"),
        seconds=_positive(one, "seconds"),
        choices=choices,
        table=_table(one),
        figure=read_figure(one) if "figure" in item else None,
        **({"answer": _answer(one, kind, len(choices))} if choices else _numbers(one)),
    )
    # Whatever was not asked for has no meaning in a question of this kind, or is a slip of the pen.
    one.done()
    return question


def _positive(one: Section, key: str) -> float:
    value = one.number(key)
    if not (math.isfinite(value) and value > 0):
        raise one.fault(key, "a number above 0")
    return value


def _choices(one: Section, kind: Kind) -> tuple[str, ...]:
    if kind == "number":
        raise one.fault("choices", "no choices where a number is asked")
    texts = one.texts("choices")
    if len(texts) < FEWEST_CHOICES or len(set(texts)) < len(texts):
        raise one.fault("choices", f"at least {FEWEST_CHOICES} texts, none twice")
    return texts


def _answer(one: Section, kind: Kind, count: int) -> int | tuple[int, ...]:
    if kind == "order":
        return tuple(range(count))
    several = kind == "multiple"
    raw = one.value("answer", list if several else int, "a list of indices" if several else "one index")
    picked = raw if several and raw else [raw]
    if any(type(index) is not int or not 0 <= index < count for index in picked) or len(set(picked)) < len(picked):
        raise one.fault("answer", f"an index from 0 to {count - 1}, or several, none twice")
    return tuple(sorted(picked)) if several else int(picked[0])


def _numbers(one: Section) -> dict[str, Any]:
    inputs = one.value("inputs", dict, "a table of named numbers") or {}
    if not all(map(is_number, inputs.values())):
        raise one.fault("inputs", "a table of named numbers")
    tolerance, answer, formula = _positive(one, "tolerance"), one.number("answer"), one.text("formula")
    value = one.check("formula", evaluate, formula, inputs)
    if not abs(value - answer) <= tolerance:
        raise one.fault("answer", f"{value:.6g}, as the formula says")
    return {
        "answer": answer,
        "tolerance": tolerance,
        "unit": one.text("unit", ""),
        "inputs": MappingProxyType(dict(inputs)),
        "formula": formula,
    }


def _table(one: Section) -> tuple[tuple[str, ...], ...]:
    rows = read_rows(one, "table")
    if any(not isinstance(cell, str) for row in rows for cell in row) or len({len(row) for row in rows}) > 1:
        raise one.fault("table", "rows of texts, all of one length")
    return tuple(map(tuple, rows))
