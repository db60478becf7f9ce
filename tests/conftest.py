"""What every test needs: capped threads, a home folder of its own, a clock that stands still."""

import os

# Before NumPy is loaded by anything: on two cores more threads only fight each other.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.domain.data import Column, Dataset, Problem, Provenance, Split, SplitKind, SplitSpec
from engine.domain.project import Project, ProjectStatus
from engine.domain.task import ColumnKind, Task
from engine.settings import Settings
from engine.store import datasets, projects
from engine.store.db import connect

MOMENT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that goes on by one second at each look, and further when told to."""

    def __init__(self, moment: datetime = MOMENT) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment

    def pass_by(self, **duration: float) -> None:
        self.moment += timedelta(**duration)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    home = tmp_path / "home"
    monkeypatch.setenv("PROOFOLIO_HOME", str(home))
    monkeypatch.setenv("PROOFOLIO_THREADS", "1")
    return Settings(home=home, threads=1)


@pytest.fixture
def fresh_db(settings: Settings) -> Iterator[object]:
    with connect(settings) as db:
        yield db


def make_project(settings: Settings, slug: str = "demo") -> Project:
    """Store a project of two columns without any file behind it."""
    dataset = Dataset(
        sha256="0" * 64,
        name="Demo",
        rows=100,
        size_bytes=1000,
        columns=(
            Column(name="a", kind=ColumnKind.NUMERIC, missing=0, unique=100, low=0.0, high=1.0),
            Column(name="y", kind=ColumnKind.CATEGORICAL, missing=0, unique=2, levels=("no", "yes")),
        ),
        provenance=Provenance(source="made for a test", licence="CC0-1.0", retrieved_at=MOMENT),
        created_at=MOMENT,
    )
    project = Project(
        slug=slug,
        title="Demo",
        status=ProjectStatus.OPEN,
        template="",
        domain="testing",
        dataset_sha256=dataset.sha256,
        problem=Problem(
            target="y",
            task=Task.BINARY,
            metric="roc_auc",
            features=("a",),
            kinds={"a": ColumnKind.NUMERIC},
            classes=("no", "yes"),
        ),
        split=SplitSpec(kind=SplitKind.STRATIFIED),
        promoted=None,
        created_at=MOMENT,
    )
    split = Split(
        spec=project.split,
        dataset_sha256=dataset.sha256,
        train_sha256="1" * 64,
        train_rows=80,
        holdout_sha256="2" * 64,
        holdout_rows=20,
        rows_sha256="3" * 64,
        created_at=MOMENT,
    )
    with connect(settings) as db:
        datasets.add(db, dataset)
        projects.add(db, project)
        projects.set_split(db, slug, split)
    return project


@pytest.fixture
def project(settings: Settings) -> Project:
    return make_project(settings)
