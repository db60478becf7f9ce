"""Which skills a posting asks for, by word lists and phrases: no model, the same answer each time, no network."""

from __future__ import annotations

from collections.abc import Sequence

from engine.career.wording import Hit, pieces, visible, words
from engine.domain.posting import Requirement

_AROUND = 70
"""Characters of the line that are shown before and after the words."""
_LONGEST_HEADING = 60


def find(text: str) -> tuple[Requirement, ...]:
    """Find the skills that a posting asks for, in its own order, each once.

    A skill counts as only helpful if every place that names it does: under a heading such as "Nice to have", or in a
    sentence with "is a plus".

    Parameters
    ----------
    text : str
        The posting, as it was pasted.
    """
    known, helpful = words("skills"), words("helpful")
    found: dict[str, Requirement] = {}
    under_helpful = False
    for piece, is_line in pieces(visible(text)):
        hits = known.find(piece)
        says_helpful = any(one.key == "words" for one in helpful.find(piece))
        if is_line and _is_heading(piece, hits):
            under_helpful = says_helpful
        for hit in hits:
            one = _requirement(piece, hit, is_helpful=says_helpful or under_helpful)
            before = found.setdefault(hit.key, one)
            if before.is_helpful and not one.is_helpful:
                found[hit.key] = one
    return tuple(found.values())


def of(text: str, skills: Sequence[str]) -> tuple[Requirement, ...]:
    """Give for each skill that the person kept where the posting says so; what the person added has no place."""
    found = {one.skill: one for one in find(text)}
    return tuple(found.get(one) or Requirement(skill=one, phrase="", said="", is_helpful=False) for one in skills)


def _is_heading(line: str, hits: Sequence[Hit]) -> bool:
    bare = line.strip("#*_-–: \t：")
    if not bare or len(bare) > _LONGEST_HEADING:
        return False
    if line.rstrip("*_ ").endswith((":", "：")):
        return True
    # "Preferred qualifications" is a heading; "Python, ideally pandas" is none.
    return not hits and line.lstrip()[:1] not in "-•*" and words("helpful").holds(bare) and len(bare.split()) <= 5


def _requirement(piece: str, hit: Hit, *, is_helpful: bool) -> Requirement:
    start, end = max(hit.start - _AROUND, 0), min(hit.end + _AROUND, len(piece))
    said = ("…" if start else "") + piece[start:end].strip("-*•· \t") + ("…" if end < len(piece) else "")
    return Requirement(skill=hit.key, phrase=hit.phrase, said=said, is_helpful=is_helpful)
