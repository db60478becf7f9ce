"""What was done in a project beside training: measured recipes, accepted findings, marks on rows and columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from engine.domain.intake import Acceptance, DataNotes, Measure
from engine.domain.run import Run, RunKind, RunStatus
from engine.domain.submission import Submission
from engine.store import workshop as stored


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """What is recorded of one project beside its runs, brief and decisions."""

    measures: Sequence[Measure] = ()
    """Measured effects of recipes, oldest first."""
    acceptances: Sequence[Acceptance] = ()
    notes: DataNotes = field(default_factory=DataNotes)
    noted_at: datetime | None = None
    sensitive: Mapping[str, datetime] = field(default_factory=dict)
    """Column that was marked as sensitive to when."""
    tagged: Mapping[int, datetime] = field(default_factory=dict)
    """Row to when it was first tagged, oldest first."""
    submissions: Sequence[Submission] = ()
    done: Sequence[Run] = ()
    """Finished runs of other kinds than training, oldest first."""

    def jobs(self, kind: RunKind) -> list[Run]:
        """Fetch the finished runs of a kind, oldest first."""
        return [run for run in self.done if run.kind is kind]


def workshops(db: Database, every_run: Mapping[str, Iterable[Run]]) -> dict[str, Workshop]:
    """Fetch what is recorded of each project, in one query for each kind of thing.

    Parameters
    ----------
    db : Database
    every_run : mapping
        The runs of each project, oldest first.
    """
    tables: dict[str, Mapping[str, Any]] = {
        "measures": stored.measures(db),
        "acceptances": stored.acceptances(db),
        "sensitive": stored.sensitive(db),
        "tagged": stored.tagged(db),
        "submissions": stored.submissions(db),
    }
    notes = stored.notes(db)
    found = {}
    for slug, runs in every_run.items():
        told, at = notes.get(slug, (DataNotes(), None))
        done = tuple(run for run in runs if run.status is RunStatus.DONE and run.kind is not RunKind.TRAIN)
        of_project = {name: table[slug] for name, table in tables.items() if slug in table}
        found[slug] = Workshop(notes=told, noted_at=at, done=done, **of_project)
    return found
