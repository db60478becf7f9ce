"""The lessons: one file a skill in ``engine/content/lessons``, each checked when it is read.

A file begins with a head in TOML between two lines of ``+++``; the text follows in Markdown. Every number in the text
that comes from data is a name in double braces, filled with what the lesson's picture computed from the data.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from engine.data.declaration import Section
from engine.errors import ContentError, InputError

PICTURE = "[picture]"
"""A line of its own in the text: here the picture stands."""

_FENCE = "+++"
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PICTURE_NAME = re.compile(r"[a-z_]+\.[a-z_]+")
_CONTEXT = re.compile(r"[a-z]+(/[a-z-]+)?|finding:PF-[A-Z]([0-9]{2})?")
_BLANK = re.compile(r"\{\{ (\w+) \}\}")


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One lesson: a skill explained by one worked example on real data."""

    skill: str
    """Id of the skill; also the id of the lesson."""
    about: str
    """What it is about, in a few words: the text of links."""
    title: str
    """The message of the lesson."""
    minutes: int
    """Time it takes to read."""
    where: tuple[str, ...]
    """Where it is offered: pages, parts (``evaluate/curves``), findings (``finding:PF-L02``) and kinds of findings."""
    picture: str
    """Name of the picture, as ``module.function`` of ``engine.study.pictures``."""
    do: str
    """What to do with it in the current project."""
    page: str
    """The page on which that is done."""
    said: tuple[str, ...]
    """Numbers of the text that no data stand behind: years, conventions, examples that are said to be made up."""
    text: str
    """Markdown with blanks for numbers, and one line for the picture."""

    @property
    def blanks(self) -> tuple[str, ...]:
        """Names of the numbers that the picture fills in, in the order of the text."""
        return tuple(dict.fromkeys(_BLANK.findall(self.text)))

    def parts(self, facts: Mapping[str, str]) -> tuple[str, str]:
        """Return the filled text before and after the picture.

        Raises
        ------
        ContentError
            If the picture does not give a number that the text needs.
        """
        missing = [name for name in self.blanks if name not in facts]
        if missing:
            raise ContentError(f"{self.skill}.md", missing[0], f"a number that the picture {self.picture} computes")
        before, after = self.text.split(f"\n{PICTURE}\n")
        return fill(before, facts).strip(), fill(after, facts).strip()


def fill(text: str, facts: Mapping[str, str]) -> str:
    """Put the numbers into their blanks; a dollar sign is kept from being read as mathematics."""
    return _BLANK.sub(lambda found: facts[found[1]], text).replace("$", r"\$")


@cache
def lessons() -> dict[str, Lesson]:
    """Load all lessons, by skill.

    Raises
    ------
    ContentError
        If one of them is faulty; names the file, the key and what is expected.
    """
    folder = files("engine.content").joinpath("lessons")
    entries = sorted(folder.iterdir(), key=lambda item: item.name)
    found = [read(one.read_text(encoding="utf-8"), one.name) for one in entries if one.name.endswith(".md")]
    return {lesson.skill: lesson for lesson in found}


def lesson(skill: str) -> Lesson:
    """Fetch the lesson of a skill. Raises ``InputError`` if there is none."""
    found = lessons().get(skill)
    if found is None:
        raise InputError("There is no lesson at this address.", hint="Choose one from the list of lessons.")
    return found


def offered_at(context: str) -> tuple[Lesson, ...]:
    """List the lessons that belong to a page, a part of a page (``evaluate/curves``) or a finding (``finding:PF-L02``).

    A finding for which no lesson is made gets those of its kind: ``finding:PF-L02`` those of ``finding:PF-L``.
    """
    exact = tuple(one for one in lessons().values() if context in one.where)
    if exact or not context.startswith("finding:"):
        return exact
    return tuple(one for one in lessons().values() if context.rstrip("0123456789") in one.where)


def read(text: str, file: str) -> Lesson:
    """Read and check one lesson.

    Parameters
    ----------
    text : str
        Head and text.
    file : str
        Name of the file, which is the id of the skill with ``.md``.

    Raises
    ------
    ContentError
        At the first fault.
    """
    head, body = _halves(text, file)
    section = Section(file, head)
    found = Lesson(
        skill=section.text("skill"),
        about=section.text("about"),
        title=section.text("title"),
        minutes=section.whole("minutes", least=1),
        where=section.texts("where"),
        picture=section.text("picture"),
        do=section.text("do"),
        page=section.text("page"),
        said=section.texts("said") if "said" in head else (),
        text=body,
    )
    section.done()
    if file != f"{found.skill}.md" or _SLUG.fullmatch(found.skill) is None:
        raise section.fault("skill", "the id of a skill, which is also the name of the file")
    if _PICTURE_NAME.fullmatch(found.picture) is None:
        raise section.fault("picture", "a name such as trust.confusion")
    wrong = next((context for context in found.where if _CONTEXT.fullmatch(context) is None), None)
    if wrong is not None:
        raise section.fault("where", f"pages, parts of pages and findings instead of {wrong!r}")
    if body.count(f"\n{PICTURE}\n") != 1:
        raise ContentError(file, "the text", f"one line {PICTURE} between two paragraphs")
    return found


def _halves(text: str, file: str) -> tuple[dict[str, object], str]:
    opening, _, rest = text.partition(f"{_FENCE}\n")
    head, fence, body = rest.partition(f"\n{_FENCE}\n")
    if opening or not fence or not body.strip():
        raise ContentError(file, "the file", f"a head between two lines of {_FENCE}, then the text")
    try:
        return tomllib.loads(head), body
    except tomllib.TOMLDecodeError as error:
        raise ContentError(file, "the head", f"valid TOML ({error})") from error
