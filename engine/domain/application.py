"""An application: where it stands, what is next, with whom, and what was asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class ApplicationStatus(StrEnum):
    """Where an application stands; the person moves it, in any direction."""

    DRAFT = "draft"
    APPLIED = "applied"
    INTERVIEW = "interview"
    OFFER = "offer"
    REJECTED = "rejected"
    EXPIRED = "expired"
    ARCHIVED = "archived"


EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)
"""Days that can be named."""

LIVE = (
    ApplicationStatus.DRAFT,
    ApplicationStatus.APPLIED,
    ApplicationStatus.INTERVIEW,
    ApplicationStatus.OFFER,
)
"""Those in which something may still happen; the others have ended."""


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A person on the other side."""

    name: str
    role: str = ""
    address: str = ""
    """Mail address, telephone number or page."""


@dataclass(frozen=True, kw_only=True)
class Interview:
    """One talk, with what was asked."""

    on: date | None = None
    kind: str = ""
    questions: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file of the person's own that belongs to an application; its bytes are kept under their hash."""

    id: int
    application: int
    name: str
    sha256: str
    size_bytes: int
    added_at: datetime


@dataclass(frozen=True, kw_only=True)
class Application:
    """One application as it is kept."""

    id: int
    uid: str
    """Stays the same in every copy: the calendar and the CSV file know it by this."""
    title: str
    status: ApplicationStatus
    posting: int | None = None
    company: str = ""
    board: str = ""
    link: str = ""
    applied_on: date | None = None
    closes_on: date | None = None
    """Last day for applying."""
    next_step: str = ""
    next_on: date | None = None
    pay_low: float | None = None
    pay_high: float | None = None
    currency: str = ""
    period: str = ""
    contacts: tuple[Contact, ...] = ()
    interviews: tuple[Interview, ...] = ()
    note: str = ""
    created_at: datetime
    updated_at: datetime
