"""A fact: a number or a text with the place where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Trust(StrEnum):
    """How far something is checked; drawn as a filled disc, a half disc and an outline."""

    VERIFIED = "verified"
    IMPORTED = "imported"
    SELF_REPORTED = "self_reported"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One stored number or text that a sentence may point at."""

    id: str
    """Stable name within a project, such as ``best.score`` or ``holdout.roc_auc``."""
    title: str
    value: float | int | str
    text: str
    """How it is written in a sentence: rounded, with its interval where it has one."""
    low: float | None = None
    high: float | None = None
    metric: str = ""
    n: int | None = None
    """Count of rows that it was computed on."""
    method: str = ""
    run_id: int | None = None
    """The run that it came from; ``None`` for facts of the data and the brief."""

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Fact:
        """Read what :meth:`as_dict` wrote."""
        return cls(**raw)
