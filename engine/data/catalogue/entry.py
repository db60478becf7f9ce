"""One data set of a catalogue, before it is brought in."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from engine.domain.task import Task

Limits = tuple[int | None, int | None]
"""Least and most, both included; ``None`` for no limit."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What is known of a data set that can be brought in."""

    source: str
    """The catalogue, as :func:`engine.data.catalogue.fetching.fetch` takes it."""
    id: str
    title: str
    rows: int
    columns: int
    tasks: tuple[Task, ...]
    """What some column allows as a target, guessed from its values."""
    licence: str
    documentation: str = ""
    """What the catalogue says of it, as Markdown or plain text."""

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self) | {"tasks": [str(task) for task in self.tasks]}
