"""What goes into the store comes out as it was, whatever a person types."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from engine.domain.data import Column, Dataset, Provenance
from engine.domain.fact import Fact
from engine.domain.project import Brief, Criterion, Where
from engine.domain.run import RunKind, TrialKind
from engine.domain.task import ColumnKind
from engine.domain.writeup import Profile
from engine.errors import InputError, NotFoundError, StorageError
from engine.settings import Settings
from engine.store import datasets, files, projects, results, runs, trials, writeups
from engine.store.db import connect
from tests.conftest import MOMENT, make_project

# Lone surrogates are no text that any keyboard or file gives, and UTF-8 cannot write them.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
RELAXED = hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(
    question=TEXT,
    reader=TEXT,
    constraints=TEXT,
    unit=TEXT,
    costs=st.none() | st.dictionaries(TEXT, NUMBER, min_size=1, max_size=4),
    threshold=st.floats(-1e6, 1e6).map(lambda value: float(f"{value:g}")),
)
@RELAXED
def test_briefs(settings: Settings, question, reader, constraints, unit, costs, threshold) -> None:
    brief = Brief(
        question=question,
        reader=reader,
        constraints=constraints,
        cost_unit=unit,
        costs=costs,
        judged_on=Where.OOF,
        criteria=(Criterion(metric="roc_auc", at_least=True, threshold=threshold),),
    )
    with connect(settings) as db:
        if not projects.exists(db, "demo"):
            make_project(settings)
        version = projects.save_brief(db, "demo", brief, MOMENT)
        assert projects.save_brief(db, "demo", brief, MOMENT) == version, "unchanged: no new version"
        kept = projects.latest_brief(db, "demo")
    assert kept is not None
    assert kept.brief == brief


@given(step=TEXT, choice=TEXT, reason=TEXT)
@RELAXED
def test_decisions(settings: Settings, step: str, choice: str, reason: str) -> None:
    with connect(settings) as db:
        if not projects.exists(db, "demo"):
            make_project(settings)
        number = projects.decide(db, "demo", step, choice, reason, MOMENT)
        kept = projects.decisions(db, "demo")[-1]
    assert (kept.id, kept.step, kept.choice, kept.reason, kept.created_at) == (number, step, choice, reason, MOMENT)


@given(sections=st.dictionaries(TEXT, TEXT, max_size=4), value=NUMBER | TEXT | st.integers(-(2**60), 2**60))
@RELAXED
def test_write_ups(settings: Settings, sections, value) -> None:
    fact = Fact(id="best.score", title="Best", value=value, text=str(value), low=0.1, run_id=3, n=10)
    with connect(settings) as db:
        if not projects.exists(db, "demo"):
            make_project(settings)
        version = writeups.save(db, "demo", sections, {"best.score": fact}, MOMENT)
        kept = writeups.latest(db, "demo")
    assert kept is not None
    assert (kept.version, dict(kept.sections), kept.facts["best.score"]) == (version, sections, fact)


@given(
    config=st.dictionaries(TEXT, NUMBER | st.integers(-(2**53), 2**53) | TEXT | st.booleans(), max_size=5), score=NUMBER
)
@RELAXED
def test_trials(settings: Settings, config, score) -> None:
    with connect(settings) as db:
        if not projects.exists(db, "demo"):
            make_project(settings)
        run_id = runs.add(db, "demo", RunKind.TRAIN, {"seconds": 1.5}, MOMENT)
        trial_id = trials.add(
            db,
            run_id,
            number=1,
            family="linear",
            kind=TrialKind.SIMPLE,
            config=config,
            at=MOMENT,
            score=score,
            fold_scores=[score, score],
        )
        kept = trials.get(db, trial_id)
    assert (kept.config, kept.score, kept.fold_scores, kept.ok) == (config, score, (score, score), True)


@given(name=TEXT, about=TEXT, links=st.lists(TEXT, max_size=3))
@RELAXED
def test_profiles(settings: Settings, name: str, about: str, links: list[str]) -> None:
    profile = Profile(name=name, about=about, links=tuple(links))
    with connect(settings) as db:
        writeups.save_profile(db, profile, MOMENT)
        assert writeups.profile(db) == profile


@given(name=TEXT, source=TEXT, low=NUMBER, levels=st.lists(TEXT, max_size=3))
@RELAXED
def test_columns_and_provenance(name: str, source: str, low: float, levels: list[str]) -> None:
    column = Column(name=name, kind=ColumnKind.TEXT, missing=1, unique=2, low=low, levels=tuple(levels))
    assert Column.from_dict(column.as_dict()) == column
    provenance = Provenance(source=source, retrieved_at=MOMENT)
    assert Provenance.from_dict(provenance.as_dict()) == provenance


def test_the_same_bytes_brought_twice_keep_their_first_row(settings: Settings) -> None:
    def brought(name: str) -> Dataset:
        return Dataset(
            sha256="a" * 64,
            name=name,
            rows=1,
            size_bytes=1,
            columns=(),
            provenance=Provenance(source=name),
            created_at=MOMENT,
        )

    with connect(settings) as db:
        datasets.add(db, brought("first"))
        datasets.add(db, brought("second"))
        assert datasets.get(db, "a" * 64).name == "first"
        with pytest.raises(NotFoundError):
            datasets.get(db, "b" * 64)


def test_a_taken_short_name_is_refused(settings: Settings) -> None:
    make_project(settings)
    with pytest.raises(InputError, match="already a project"):
        make_project(settings)


def test_an_opening_is_counted_and_its_result_is_never_replaced(settings: Settings) -> None:
    make_project(settings)
    with connect(settings) as db:
        run_id = runs.add(db, "demo", RunKind.HOLDOUT, {}, MOMENT)
        trial_id = trials.add(db, run_id, number=1, family="x", kind=TrialKind.DEFAULT, config={}, at=MOMENT, score=1.0)
        opening = results.add_opening(
            db,
            project="demo",
            run_id=run_id,
            trial_id=trial_id,
            dataset_sha256="0" * 64,
            metric="roc_auc",
            expected=0.8,
            at=MOMENT,
        )
        results.set_opening_result(db, opening, {"verdict": "as it was"})
        results.set_opening_result(db, opening, {"verdict": "nicer"})
        kept = results.openings(db, "demo")
    assert [one.result["verdict"] for one in kept] == ["as it was"]


def test_evaluations_of_a_trial_replace_each_other(settings: Settings) -> None:
    make_project(settings)
    with connect(settings) as db:
        run_id = runs.add(db, "demo", RunKind.TRAIN, {}, MOMENT)
        trial_id = trials.add(db, run_id, number=1, family="x", kind=TrialKind.DEFAULT, config={}, at=MOMENT, score=1.0)
        assert results.evaluation(db, trial_id) is None
        assert not results.has(db, "evaluations", trial_id)
        results.save_evaluation(db, run_id, trial_id, {"rows": 1}, MOMENT)
        results.save_evaluation(db, run_id, trial_id, {"rows": 2}, MOMENT)
        assert results.evaluation(db, trial_id) == {"rows": 2}
        assert results.evaluations_of_run(db, run_id) == {trial_id: {"rows": 2}}
        results.save_explanation(db, run_id, trial_id, {"base": 1}, MOMENT)
        assert results.explanation(db, trial_id) == {"base": 1}


def test_skill_marks_keep_the_first_proof(settings: Settings) -> None:
    with connect(settings) as db:
        writeups.mark_skill(db, "eda", 2, "verified", {"fact": "first"}, MOMENT)
        writeups.mark_skill(db, "eda", 2, "verified", {"fact": "second"}, MOMENT)
        assert [mark["evidence"]["fact"] for mark in writeups.skill_marks(db)] == ["first"]


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "folder" / "file.bin"
    with files.whole_file(target) as path:
        path.write_bytes(b"first")

    def fail() -> None:
        with files.whole_file(target) as path:
            path.write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert target.read_bytes() == b"first"
    assert [one.name for one in target.parent.iterdir()] == ["file.bin"]


def test_a_full_disk_while_writing_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "file.bin"
    target.write_bytes(b"first")

    def fail() -> None:
        with files.whole_file(target):
            raise OSError(28, "No space left on device")

    with pytest.raises(StorageError, match="full"):
        fail()
    assert target.read_bytes() == b"first"


def test_stored_data_is_found_by_its_hash_and_a_changed_file_is_noticed(settings: Settings) -> None:
    sha256, size = files.put_dataset(settings, lambda path: path.write_bytes(b"table"))
    assert size == 5
    path = files.checked_dataset_path(settings, sha256)
    path.write_bytes(b"Table")
    with pytest.raises(StorageError, match="changed on disk"):
        files.checked_dataset_path(settings, sha256)
    path.unlink()
    with pytest.raises(NotFoundError):
        files.dataset_path(settings, sha256)
