"""Postings and boards: kept, corrected, held against what is proved. Nothing is fetched and nothing is published."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from sqlite_utils import Database

from engine.actions import skills as standing
from engine.career import boards as presets
from engine.career import postings, requirements
from engine.career.tailoring import Answer, answers
from engine.career.wording import visible
from engine.domain.clock import Clock, utc_now
from engine.domain.posting import BOARD_MARKS, DEGREES, ENGAGEMENTS, PERIODS, Board, Posting
from engine.errors import InputError, NotFoundError
from engine.evidence import skill_content
from engine.publish.pages import site_address
from engine.settings import Settings
from engine.store import jobs as stored
from engine.store import projects, writeups
from engine.store.applications import counts_by_board
from engine.store.db import connect

LONGEST = 300
LARGEST_PAY = 1e9
_CURRENCY = re.compile(r"[A-Z]{3}")


def add(settings: Settings, text: str, *, board: str = "", link: str = "", clock: Clock = utc_now) -> Posting:
    """Read a pasted posting and keep it.

    Raises
    ------
    InputError
        If there is no text, it is too long, or the address is none.
    """
    read = postings.read(text, at=clock(), board=board, link=address(link))
    with connect(settings) as db:
        return replace(read, id=stored.add_posting(db, read))


def save(settings: Settings, posting: Posting) -> Posting:
    """Store what the person corrected in a posting.

    Raises
    ------
    InputError
        If a value is none that can be: an unknown skill, a pay that ends below its beginning, an address without web.
    """
    known = {one.id for one in skill_content.skills()}
    for skill in posting.skills:
        if skill not in known:
            raise NotFoundError("skill", skill, hint="Choose one of the list.")
    for value, allowed in ((posting.degree, DEGREES), (posting.engagement, ENGAGEMENTS), (posting.period, PERIODS)):
        if value and value not in allowed:
            raise InputError(f"{value[:40]!r} is none of the choices.", hint=f"Choose one of: {', '.join(allowed)}.")
    fixed = replace(
        posting,
        title=line(posting.title, "title"),
        company=line(posting.company, "company"),
        place=line(posting.place, "place"),
        currency=currency(posting.currency),
        link=address(posting.link),
        skills=tuple(dict.fromkeys(posting.skills)),
    )
    check_pay(fixed.pay_low, fixed.pay_high)
    if not fixed.title:
        raise InputError("The title is empty.", hint="Write the title of the position.")
    with connect(settings) as db:
        stored.posting(db, posting.id)
        stored.save_posting(db, fixed)
    return fixed


def get(settings: Settings, number: int) -> Posting:
    """Fetch a posting with its text. Raises ``NotFoundError`` if there is none."""
    with connect(settings) as db:
        return stored.posting(db, number)


def find(settings: Settings, **filters: Any) -> tuple[list[Posting], int]:
    """Fetch postings, newest first, and their count; filters as in ``engine.store.jobs.postings``."""
    with connect(settings) as db:
        return stored.postings(db, **filters)


def delete(settings: Settings, number: int) -> None:
    """Throw a posting away; applications stay. Raises ``NotFoundError`` if there is none."""
    with connect(settings) as db:
        if not stored.remove_posting(db, number):
            raise NotFoundError("posting", str(number), hint="Choose one of the list.")


def answered(
    settings: Settings, posting: Posting, templates: Mapping[str, Sequence[str]], *, clock: Clock = utc_now
) -> tuple[Answer, ...]:
    """Hold a posting against what is proved: each requirement with its evidence, or with what would prove it.

    Parameters
    ----------
    settings : Settings
    posting : Posting
        With its text.
    templates : mapping of str to sequence of str
        Short name of each template to the ids of the skills that it can prove.
    clock : Clock
    """
    found = standing.skills(settings, clock=clock)
    with connect(settings) as db:
        titles = {one.slug: one.title for one in projects.all_of(db)}
        pages = published(db)
    asked = requirements.of(posting.text, posting.skills)
    return answers(asked, found, titles=titles, pages=pages, templates=templates)


def published(db: Database) -> dict[str, str]:
    """Return the address of each project's published page, where a site address is known."""
    address = site_address(writeups.profile(db).site_address)
    if not address:
        return {}
    slugs = {slug for one in writeups.publications(db) for slug in one.projects}
    return {slug: f"{address}projects/{slug}/" for slug in sorted(slugs)}


def boards(settings: Settings) -> list[Board]:
    """Fetch all boards: the presets first, each with what was noted and how many applications name it."""
    with connect(settings) as db:
        return presets.joined(stored.boards(db), counts_by_board(db))


def wanted_skills(settings: Settings) -> tuple[str, ...]:
    """Return the skills of the role that the person aims at; none without one."""
    aim = standing.target_role(settings)
    return next(((*one.core, *one.helpful) for one in skill_content.roles() if one.id == aim), ())


def links_to(settings: Settings, board: Board) -> bool:
    """Whether one of the person's own links leads to the site of a board."""
    host = urlsplit(board.link).netloc.removeprefix("www.")
    with connect(settings) as db:
        links = writeups.profile(db).links
    return any(urlsplit(one).netloc.removeprefix("www.") == host for one in links)


def save_board(settings: Settings, board: Board, *, clock: Clock = utc_now) -> Board:
    """Store what was noted of a board; one without an id is an own board and gets one.

    Raises
    ------
    InputError
        If the name is empty or taken, the address is none, or the mark is unknown.
    """
    if board.mark not in BOARD_MARKS:
        raise InputError(f"{board.mark!r} is none of the marks.", hint=f"Choose one of: {', '.join(BOARD_MARKS)}.")
    name = line(board.name, "name")
    if not name:
        raise InputError("The board has no name.", hint="Write its name.")
    fixed = replace(
        board,
        name=name,
        kind=line(board.kind, "kind"),
        link=address(board.link),
        search=line(board.search, "search text"),
        note=paragraphs(board.note, "note", 2_000),
    )
    with connect(settings) as db:
        known = presets.joined(stored.boards(db), {})
        if not fixed.id:
            if any(one.name.casefold() == name.casefold() for one in known):
                raise InputError(f"There is a board of the name {name!r}.", hint="Change that one, or choose a name.")
            fixed = replace(fixed, id=_own_id(name, {one.id for one in known}), is_own=True)
        elif fixed.id not in {one.id for one in known}:
            raise NotFoundError("board", fixed.id, hint="Choose one of the list.")
        stored.save_board(db, fixed, clock())
    return fixed


def _own_id(name: str, taken: set[str]) -> str:
    start = "own-" + (re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "board")
    return next(one for number in range(1, len(taken) + 2) if (one := f"{start}-{number}") not in taken)


def forget_board(settings: Settings, board: str) -> None:
    """Take an own board away, or what was noted of a preset."""
    with connect(settings) as db:
        stored.remove_board(db, board)


def line(text: str, what: str, most: int = LONGEST) -> str:
    """Put a text on one line without what is not shown. Raises ``InputError`` if it is too long."""
    shown = " ".join(visible(text).split())
    if len(shown) > most:
        raise InputError(f"The {what} has {len(shown):,} characters.", hint=f"Shorten it to {most:,}.")
    return shown


def paragraphs(text: str, what: str, most: int) -> str:
    """Clean a longer text of what is not shown. Raises ``InputError`` if it is too long."""
    shown = visible(text).strip()
    if len(shown) > most:
        raise InputError(f"The {what} has {len(shown):,} characters.", hint=f"Shorten it to {most:,}.")
    return shown


def currency(text: str) -> str:
    """Read the code of a currency; empty for none. Raises ``InputError`` if it is no code of three letters."""
    code = text.strip().upper()
    if code and not _CURRENCY.fullmatch(code):
        raise InputError(f"{text[:20]!r} is no currency.", hint="Write its code of three letters, such as EUR.")
    return code


def check_pay(low: float | None, high: float | None) -> None:
    """Raise ``InputError`` if a range of pay is none."""
    for value in (low, high):
        if value is not None and not 0 <= value <= LARGEST_PAY:
            raise InputError(f"{value} is no pay.", hint="Write an amount from 0 on.")
    if low is not None and high is not None and high < low:
        raise InputError("The pay ends below its beginning.", hint="Exchange the two amounts.")


def address(link: str) -> str:
    """Read a web address; empty for none. Raises ``InputError`` if it is none."""
    found = line(link, "address", 1_000)
    if found and not found.lower().startswith(("https://", "http://")):
        raise InputError(f"{found[:80]!r} is no web address.", hint="Begin it with https://.")
    return found
