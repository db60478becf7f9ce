"""Evidence that was made elsewhere: a file that was brought, or something that the person states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from engine.domain.fact import Trust


class ClaimKind(StrEnum):
    """What was brought or stated."""

    NOTEBOOK = "notebook"
    PYTHON = "python"
    R_SCRIPT = "r_script"
    SQL = "sql"
    COMMITS = "commits"
    PATCH = "patch"
    TEST_REPORT = "test_report"
    WORKFLOW = "workflow"
    LINK = "link"
    """An address and a note that nothing here can check."""
    LEARNED = "learned"
    """What the person learned, from where, and what they will do otherwise."""

    @property
    def trust(self) -> Trust:
        """How far it can be checked: what is read from a file is imported, the rest is the person's word."""
        return Trust.SELF_REPORTED if self in (ClaimKind.LINK, ClaimKind.LEARNED) else Trust.IMPORTED


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One piece of evidence that was made elsewhere."""

    id: int
    skill: str
    kind: ClaimKind
    project: str
    """Project of one's own that it belongs to, empty for none."""
    note: str
    link: str
    made_on: date
    """When the person says that it was made."""
    file_name: str
    file_sha256: str
    found: Mapping[str, Any] = field(default_factory=dict)
    """What was read from the file: names and counts, none of its text."""
    is_public: bool = False
    """Whether it may be shown on published pages."""
    created_at: datetime
