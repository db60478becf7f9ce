"""Reading a pasted posting: title, place, pay, remote, engagement, degree and skills, each open to correction."""

from __future__ import annotations

from datetime import datetime

from engine.career import pay, requirements
from engine.career.wording import first, fold, pieces, visible, words
from engine.domain.posting import Posting
from engine.errors import InputError

MOST_CHARACTERS = 100_000
"""The longest postings have some tens of thousands."""
LONGEST_LINE = 200


def read(text: str, *, at: datetime, board: str = "", link: str = "") -> Posting:
    """Read a posting by rules and word lists.

    Raises
    ------
    InputError
        If there is no text, or more than a posting has.
    """
    if len(text) > MOST_CHARACTERS:
        raise InputError(
            f"The text has {len(text):,} characters; no posting is so long.",
            hint=f"Paste the posting alone, at most {MOST_CHARACTERS:,} characters.",
        )
    shown = visible(text).strip()
    if not shown:
        raise InputError("There is no text to read.", hint="Paste the text of the posting.")
    labels = _labelled(shown)
    paid = pay.find(shown)
    return Posting(
        id=0,
        title=labels.get("title") or _first_line(shown),
        company=labels.get("company", ""),
        place=labels.get("place", ""),
        remote=remote(shown),
        pay_low=paid.low if paid else None,
        pay_high=paid.high if paid else None,
        currency=paid.currency if paid else "",
        period=paid.period if paid else "",
        skills=tuple(one.skill for one in requirements.find(shown)),
        degree=degree(shown),
        engagement=first(hit for piece, _ in pieces(shown) for hit in words("engagement").find(piece)),
        text=shown,
        saved_at=at,
        board=board,
        link=link,
    )


def remote(text: str) -> bool | None:
    """Say whether the whole work can be done from elsewhere; nothing where the posting does not speak of it."""
    said = [hit.key for piece, _ in pieces(text) for hit in words("remote").find(piece)]
    # "No remote work" holds the word as well: what limits it weighs more.
    if "no" in said:
        return False
    return True if said else None


def degree(text: str) -> str:
    """Say how far a degree is asked for: ``yes``, ``equivalent``, ``no``, or empty where it is not spoken of."""
    said = set()
    under_helpful = False
    for piece, _ in pieces(text):
        keys = {hit.key for hit in words("degrees").find(piece)}
        is_helpful = any(hit.key == "words" for hit in words("helpful").find(piece))
        if piece.rstrip("*_ ").endswith((":", "：")):
            under_helpful = is_helpful
        if "not_asked" in keys or ("asked" in keys and (is_helpful or under_helpful)):
            said.add("no")
        elif "asked" in keys or ("equivalent" in keys and "degree" in fold(piece)):
            said.add("equivalent" if "equivalent" in keys else "yes")
    return next((one for one in ("equivalent", "yes", "no") if one in said), "")


def _labelled(text: str) -> dict[str, str]:
    """Read lines such as ``Company: Example Ltd``."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        label, sign, value = line.replace("：", ":", 1).partition(":")
        value = value.strip(" \t*_")
        if not sign or not value or len(label) > 30 or value.startswith("//"):
            continue
        bare = label.strip("#*_-• \t")
        hit = next((one for one in words("labels").find(bare) if fold(one.phrase) == fold(bare)), None)
        if hit is not None:
            found.setdefault(hit.key, value[:LONGEST_LINE])
    return found


def _first_line(text: str) -> str:
    for line in text.splitlines():
        bare = " ".join(line.strip("#*_-• \t").split())
        if bare:
            return bare[:LONGEST_LINE]
    return ""
