"""Curves, pairs and the small tree as pictures: what is drawn is what was computed, whatever the columns are called."""

import re
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.charts import effects as curves
from engine.charts import glassbox as trees
from engine.charts import interactions as couples
from engine.charts import svg
from engine.charts.figure import Figure
from engine.domain.task import Task
from engine.explain.effects import effects
from engine.explain.glassbox import glassbox
from engine.explain.grid import Sampled
from engine.explain.interactions import interactions
from tests.explain.toys import Formula, mixed, mixed_chance, problem_of

HOSTILE = "<script>alert(1)</script> \\ \n 'q' * _x_"


@cache
def computed() -> dict[str, Any]:
    frame = mixed(100).rename(columns={"tag": HOSTILE})
    problem = problem_of(frame, Task.BINARY, ("no", "yes"))
    model = Formula(lambda rows: mixed_chance(rows.rename(columns={HOSTILE: "tag"})))
    sampled = Sampled.of(model, frame, problem)
    rng = np.random.default_rng(0)
    chances = model.predict(frame)
    y = (rng.random(100) < chances[:, 1]).astype(int)
    folds = [(np.arange(50, 100), np.arange(50)), (np.arange(50), np.arange(50, 100))]
    return {
        "effects": effects(sampled, ["size", HOSTILE, "since", "members"]),
        "interactions": interactions(sampled, ["grade", "paid", HOSTILE, "since"]),
        "glassbox": glassbox(frame, y, problem, folds, chances),
    }


def figures() -> dict[str, Figure]:
    found = computed()
    made = {}
    for one in found["effects"]["columns"]:
        for name, draw in (("partial", curves.partial), ("local", curves.local)):
            figure = draw(one, one["curves"][0], found["effects"], "probability of 'yes'")
            assert figure is not None
            made[f"{name} {one['column']}"] = figure
    pairs = couples.pairs(found["interactions"])
    assert pairs is not None
    return made | {
        "pairs": pairs,
        "grid": couples.grid(found["interactions"]["grids"][0]),
        "tree": trees.tree(found["glassbox"]),
    }


@pytest.mark.parametrize(
    "name", ["partial size", f"local {HOSTILE}", "partial since", "local members", "pairs", "grid", "tree"]
)
def test_a_picture_has_its_words_and_holds_no_code(name: str) -> None:
    one = figures()[name]
    drawn = svg.to_svg(one, identifier="one")
    assert drawn == svg.to_svg(one, identifier="one"), "the same bytes each time"
    assert "<script" not in drawn
    assert "<title" in drawn
    assert set(re.findall(r"https?://[^\"' )<]+", drawn)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert one.title
    assert one.table


def test_the_table_holds_what_is_drawn() -> None:
    found = computed()["effects"]
    one = next(one for one in found["columns"] if one["column"] == "members")
    table = figures()["partial members"].table
    assert [row["x"] for row in table] == [*one["x"], "empty"]
    assert [row["effect"] for row in table[:-1]] == one["curves"][0]["partial"]["effect"]
    assert table[-1]["mean prediction"] == one["curves"][0]["missing"]


def test_cells_that_do_not_occur_are_not_drawn() -> None:
    grid = computed()["interactions"]["grids"][0]
    (drawn,) = figures()["grid"].specification()["datasets"].values()
    assert len(drawn) == len(grid["cells"]) == len(grid["x"]) * len(grid["y"]) - grid["empty"]


def test_every_leaf_of_the_tree_is_in_the_text_for_those_who_do_not_see_it() -> None:
    found = computed()["glassbox"]
    told = figures()["tree"].alt
    assert all(rule["rule"] in told for rule in found["rules"])
    assert sum(node["leaf"] for node in found["nodes"]) == len(found["rules"])


def test_spans_with_few_rows_are_shaded_and_said() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": np.concatenate([rng.uniform(0, 1, 60), rng.uniform(9, 10, 60)])})
    found = effects(Sampled.of(Formula(lambda rows: rows["x"]), frame, problem_of(frame)), ["x"])
    one = found["columns"][0]
    figure = curves.partial(one, one["curves"][0], found, "outcome")
    assert "shaded: hardly any rows" in figure.subtitle
    assert any(layer["mark"]["type"] == "rect" for layer in figure.specification()["layer"])


def test_nothing_to_pair_draws_nothing() -> None:
    assert couples.pairs({"pairs": [], "shown": 0, "scale": "outcome"}) is None
