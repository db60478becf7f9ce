"""The job boards: presets of the content file, joined with what the person noted of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from engine.career.wording import content
from engine.domain.posting import Board
from engine.errors import ContentError

_FILE = "boards.toml"


@cache
def presets() -> tuple[Board, ...]:
    """Load the presets, in the order of the content file. Raises ``ContentError`` if one is faulty."""
    found = []
    for item in content(_FILE)["board"]:
        for key in ("id", "name", "kind", "link"):
            if not isinstance(item.get(key), str) or not item[key]:
                raise ContentError(_FILE, f"{item.get('id', '?')}.{key}", "a text")
        listed: dict[str, Any] = {key: tuple(item.get(key, ())) for key in ("prepare", "skills")}
        texts = {key: item[key] for key in ("id", "name", "kind", "link")}
        found.append(Board(**texts, **listed, tip=item.get("tip", "")))
    return tuple(found)


def joined(noted: Mapping[str, Board], applications: Mapping[str, int]) -> list[Board]:
    """Join the presets and own boards with the notes and the count of applications; presets come first."""
    found = []
    for preset in presets():
        note = noted.get(preset.id)
        # The name of a preset is the content's; its link is the person's, since boards move.
        if note is not None:
            noted_here = {key: getattr(note, key) for key in ("link", "visited_on", "search", "mark", "note")}
            preset = replace(preset, **noted_here)
        found.append(preset)
    found += [one for one in noted.values() if one.is_own]
    return [replace(one, applications=applications.get(one.id, 0)) for one in found]


def fits(board: Board, wanted: Collection[str]) -> bool:
    """Whether a board is of use to who aims at some skills; without an aim every board is."""
    return not board.skills or not wanted or bool(set(board.skills) & set(wanted))
