"""What the picture of a lesson is: the numbers of the text, and a figure for each setting of its one control."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.charts.figure import Figure


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The one thing a reader can change."""

    label: str
    """What is changed, in words."""
    options: Sequence[Any]
    """Texts or numbers, in the order in which they are shown."""
    start: Any
    """The option at which the text looks."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture with the numbers of its lesson."""

    facts: Mapping[str, str]
    """The numbers of the text, written as they are shown."""
    draw: Callable[[Any], Figure]
    """Makes the figure for one option; called with nothing where there is no choice."""
    source: str
    """The data set, and where it comes from."""
    choice: Choice | None = None

    def figure(self, option: Any = None) -> Figure:
        """Draw the picture; without an option, or with one that does not exist, as the text looks at it."""
        if self.choice is not None and option not in self.choice.options:
            option = self.choice.start
        return self.draw(option)
