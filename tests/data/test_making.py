"""Tables that are made from several files, step by step."""

import sys
from pathlib import Path

import pandas as pd
import pytest

from engine.data import making
from engine.data.making import made
from engine.data.template_declared import declared
from engine.data.templates import faults_of, load, read_frame
from engine.domain.template import Blocks, Date, Flag, Join, Keep, Sample, Stack, Table, Unique
from engine.errors import ContentError
from tests.data.test_templates import PROJECTS, copy, edit

__all__ = ["copy"]

FILE = Table(package="p", path="f", sha256="0" * 64)
FRAME = pd.DataFrame(
    {"key": ["a", "b", "b", "c"], "delay": [5.0, 40.0, None, 31.0], "text": ["x", "long one", "x", None]}
)


@pytest.fixture(autouse=True)
def other(monkeypatch: pytest.MonkeyPatch) -> None:
    beside = pd.DataFrame({"key": ["b", "a", "b"], "wind": [7.0, 3.0, 9.0]})
    monkeypatch.setattr(making, "read_packaged", lambda table: beside)


def test_each_step_does_what_it_says() -> None:
    joined = made(FRAME, (Join(table=FILE, on=("key",), columns={"wind": "gust"}),), "t")
    assert joined["gust"].tolist()[:3] == [3.0, 7.0, 7.0], "the first row of a key counts; no row is multiplied"
    assert len(joined) == 4
    assert pd.isna(joined["gust"][3])
    flagged = made(FRAME, (Flag(column="delay", into="late", above=30, yes="late", no="in time"),), "t")
    assert flagged["late"].tolist() == ["in time", "late", "in time", "late"]
    filled = made(FRAME, (Flag(column="text", into="told", above=None, yes="yes", no="no"),), "t")
    assert filled["told"].tolist() == ["yes", "yes", "yes", "no"]
    assert made(FRAME, (Keep(column="delay", longer_than=None),), "t")["key"].tolist() == ["a", "b", "c"]
    assert made(FRAME, (Keep(column="text", longer_than=3),), "t")["text"].tolist() == ["long one"]
    assert made(FRAME, (Unique(column="key"),), "t").index.tolist() == [0, 1, 2]
    assert made(FRAME, (Blocks(into="block", size=3),), "t")["block"].tolist() == [0, 0, 0, 1]
    drawn = made(FRAME, (Sample(rows=2, seed=1),), "t")
    assert drawn.equals(made(FRAME, (Sample(rows=2, seed=1),), "t"))
    assert drawn.index.tolist() == [0, 1]
    stacked = made(FRAME[["key"]], (Stack(table=FILE, column="part", names=("train", "test")),), "t")
    assert stacked["part"].tolist() == ["train"] * 4 + ["test"] * 3
    dated = made(pd.DataFrame({"day": ["8/21/1997"]}), (Date(column="day", format="%m/%d/%Y"),), "t")
    assert dated["day"][0] == pd.Timestamp("1997-08-21")


@pytest.mark.parametrize(
    "step",
    [
        Keep(column="nowhere", longer_than=None),
        Join(table=FILE, on=("key",), columns={"nowhere": "x"}),
        Sample(rows=99, seed=0),
        Date(column="text", format="%m/%d/%Y"),
    ],
)
def test_a_step_that_the_data_does_not_allow_is_named(step: object) -> None:
    with pytest.raises(ContentError) as caught:
        made(FRAME, (Unique(column="key"), step), "t")  # type: ignore[arg-type]
    assert caught.value.file == "t/project.toml"
    assert caught.value.key == "make[1]"


def test_every_fault_of_a_folder_is_named_at_once(copy: Path) -> None:
    edit(copy, 'level = "intermediate"', 'level = "hard"')
    edit(copy, 'kind = "stratified"', 'kind = "sorted"')
    edit(copy, 'cost_unit = "price of one offer"\n', "")
    edit(copy, "minutes = 60", 'minutes = "long"')
    edit(copy, 'title = "', 'colour = "red"\ntitle = "')
    template, faults = declared(copy)
    assert template is None
    assert {one.key for one in faults} == {"level", "split.kind", "brief.cost_unit", "minutes", "colour"}
    assert {one.file for one in faults} == {"telecom-churn/project.toml"}


def test_words_and_data_that_do_not_fit_are_named(copy: Path) -> None:
    edit(copy, 'skills = ["problem-framing"', 'skills = ["juggling"')
    edit(copy, 'tenure = "', 'tenor = "')
    (copy / "brief.md").write_text("# Short\n\nToo short.\n", encoding="utf-8")
    (copy / "notes.txt").write_text("x", encoding="utf-8")
    found = {one.key for one in faults_of(copy, skills={"problem-framing", "business-acumen"})}
    assert {"notes.txt", "skills", "the text", "dictionary.tenor"} <= found
    assert [one.key for one in faults_of(copy / "nowhere", skills=())] == ["the folder"]


def test_a_group_that_stands_on_both_sides_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = PROJECTS / "solder-defects"
    assert faults_of(folder, skills=load(folder).skills) == []
    kept = sys.modules["engine.data.split.folds"]
    monkeypatch.setattr(kept, "_grouped", lambda groups, *_: [(range(100), range(100))])
    assert [one.key for one in faults_of(folder, skills=load(folder).skills)] == ["split.column"]


def test_the_digits_are_those_of_scikit_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    from sklearn.datasets import load_digits

    monkeypatch.undo()
    frame, known = read_frame(load(PROJECTS / "handwritten-digits")), load_digits()
    assert (frame["digit"].to_numpy() == known.target).all()
    assert (frame.iloc[:, :64].to_numpy() == known.data).all()
