"""The question bank: questions are files in ``engine/content/questions``, each checked when it is read."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, cast

from engine.errors import ContentError, InputError
from engine.study import fields
from engine.study.formula import evaluate

Kind = Literal["single", "multiple", "number", "order", "fault", "output"]
FIGURES = ("bars", "line", "scatter", "matrix")
_NUMBER_KEYS = ("tolerance", "unit", "inputs", "formula")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A picture that belongs to a question, as numbers; whoever shows it draws it.

    Attributes
    ----------
    kind : str
        ``bars`` (rows of label and value), ``line`` or ``scatter`` (rows of x and y, and a third cell that names the
        series where there are several) or ``matrix`` (rows of numbers, all of one length).
    x_title, y_title : str
        Titles of the axes; of a matrix, what its columns and its rows are, in their order.
    values : tuple of tuples
        The rows.
    """

    kind: str
    x_title: str
    y_title: str
    values: tuple[tuple[str | float, ...], ...]


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
    one = fields.Fields(item, file, place)
    name = one.text("id")
    one = fields.Fields(item, file, name)
    one.only(Question.__dataclass_fields__)
    skills = one.texts("skills", at_least=1)
    if not name.startswith(f"{skills[0]}-") or fields.SLUG.fullmatch(name) is None:
        raise one.fault("id", f"small letters, digits and hyphens, beginning with “{skills[0]}-”")
    kind = one.one_of("kind", ("single", "multiple", "number", "order", "fault", "output"))
    choices = one.texts("choices", at_least=2) if kind != "number" and "choices" in item else ()
    if kind in ("single", "multiple", "order") and len(choices) < 3:
        raise one.fault("choices", "at least three texts")
    if kind == "number" and "choices" in item:
        raise one.fault("choices", "no choices where a number is asked")
    if choices:
        one.none_of(_NUMBER_KEYS, "nothing here, since the answer is chosen")
    return Question(
        id=name,
        skills=skills,
        lesson=one.text("lesson") if "lesson" in item else skills[0],
        kind=cast(Kind, kind),
        text=one.text("text"),
        explanation=one.text("explanation"),
        seconds=one.number("seconds", above=0),
        choices=choices,
        answer=_answer(one, kind, len(choices)),
        table=_table(one),
        figure=_figure(one),
        **({} if choices else _numbers(one)),
    )


def _answer(one: fields.Fields, kind: str, count: int) -> float | tuple[int, ...]:
    if not count:
        return one.number("answer")
    if kind == "order":
        one.none_of(("answer",), "nothing here: the choices stand in the right order")
        return tuple(range(count))
    raw = one.raw.get("answer")
    picked = raw if isinstance(raw, list) else [raw]
    if isinstance(raw, list) is not (kind == "multiple"):
        raise one.fault("answer", "a list of indices" if kind == "multiple" else "one index")
    if any(type(index) is not int or not 0 <= index < count for index in picked):
        raise one.fault("answer", f"an index from 0 to {count - 1}")
    if kind != "multiple":
        return int(picked[0])
    if not picked or len(set(picked)) != len(picked):
        raise one.fault("answer", "at least one index, none twice")
    return tuple(sorted(picked))


def _numbers(one: fields.Fields) -> dict[str, Any]:
    inputs = one.raw.get("inputs", {})
    if not isinstance(inputs, dict) or not all(fields.is_number(value) for value in inputs.values()):
        raise one.fault("inputs", "a table of named numbers")
    formula = one.text("formula")
    tolerance = one.number("tolerance", above=0)
    try:
        value = evaluate(formula, inputs)
    except InputError as error:
        raise one.fault("formula", f"a formula over the inputs ({error.message})") from error
    if abs(value - one.number("answer")) > tolerance:
        raise one.fault("answer", f"{value:.6g}, as the formula says")
    return {
        "tolerance": tolerance,
        "unit": one.text("unit") if "unit" in one.raw else "",
        "inputs": MappingProxyType(dict(inputs)),
        "formula": formula,
    }


def _table(one: fields.Fields) -> tuple[tuple[str, ...], ...]:
    if "table" not in one.raw:
        return ()
    rows = one.rows("table", at_least=2)
    if any(not isinstance(cell, str) for row in rows for cell in row) or len({len(row) for row in rows}) != 1:
        raise one.fault("table", "rows of texts, all of one length")
    return cast(tuple[tuple[str, ...], ...], rows)


def _figure(one: fields.Fields) -> Figure | None:
    if "figure" not in one.raw:
        return None
    part = fields.Fields(one.raw["figure"], one.file, f"{one.place}.figure")
    part.only(("kind", "x_title", "y_title", "values"))
    kind, rows = part.one_of("kind", FIGURES), part.rows("values", at_least=2)
    for row in rows:
        numbers = row if kind == "matrix" else row[1:2] if kind == "bars" else row[:2]
        named = () if kind == "matrix" else row[:1] if kind == "bars" else row[2:]
        sizes = (len(rows[0]),) if kind == "matrix" else (2,) if kind == "bars" else (2, 3)
        if (
            len(row) not in sizes
            or not all(fields.is_number(cell) for cell in numbers)
            or not all(isinstance(cell, str) for cell in named)
        ):
            raise part.fault("values", "rows of numbers, of label and value, or of x, y and series, as the kind asks")
    return Figure(kind=kind, x_title=part.text("x_title"), y_title=part.text("y_title"), values=rows)
