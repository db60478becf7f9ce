"""The write-up of a project: Markdown whose numbers are references to facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.domain.fact import Fact


@dataclass(frozen=True, kw_only=True)
class WriteUp:
    """One saved version."""

    project: str
    version: int
    sections: Mapping[str, str]
    """Section key to Markdown; a number is written ``{{ fact.id }}``."""
    facts: Mapping[str, Fact]
    """The facts that the sections refer to, as they stood when this version was saved."""
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class ValueEstimate:
    """What the author thinks that the result could be worth: an estimate, which nothing here can check."""

    low: float | None = None
    high: float | None = None
    unit: str = ""
    """Such as ``EUR a year``."""
    assumptions: tuple[str, ...] = ()
    """What has to hold for it, one sentence each."""

    @property
    def is_stated(self) -> bool:
        """Whether there is an estimate."""
        return self.low is not None and self.high is not None


@dataclass(frozen=True, kw_only=True)
class Credit:
    """Somebody who contributed."""

    name: str
    did: str
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class Extras:
    """What a page says besides its sections, in fields of its own."""

    value: ValueEstimate = ValueEstimate()
    credits: tuple[Credit, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Publication:
    """One export of one or more projects."""

    id: int
    run_id: int
    projects: tuple[str, ...]
    folder: str
    evidence_sha256: str
    fingerprint: str
    """SHA-256 of the author's public key, first 16 hexadecimal digits."""
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Profile:
    """The author."""

    name: str = ""
    headline: str = ""
    about: str = ""
    email: str = ""
    site_address: str = ""
    links: tuple[str, ...] = ()
    target_role: str = ""
    """Role that the person aims at; it steers what is proposed and is not published."""
