"""Weights of classes and rows by command: kept with the project, refused in one sentence where they do not fit."""

import json
from pathlib import Path

from engine.runs.jobs.material import training
from engine.settings import Settings
from engine.store import projects
from engine.store.db import connect
from tests.cli.test_bad_input import ROWS, csv, run


def test_class_weights_are_kept_with_the_project(settings: Settings, tmp_path: Path) -> None:
    path = csv(tmp_path, "a,b,y\n" + ROWS)
    given = tmp_path / "weights.json"
    given.write_text(json.dumps({"no": 4, "yes": 1}))
    own = ("--data", path, "--target", "y", "--positive", "yes", "--class-weight")
    run("project", "new", "one", *own, "balanced", code=0)
    run("project", "new", "two", *own, given, code=0)
    with connect(settings) as db:
        assert projects.get(db, "one").problem.class_weight == "balanced"
        assert projects.get(db, "two").problem.class_weight == (4.0, 1.0)


def test_class_weights_that_do_not_fit_leave_nothing_half_made(settings: Settings, tmp_path: Path) -> None:
    path = csv(tmp_path, "a,b,y\n" + ROWS)
    given = csv(tmp_path, json.dumps({"no": 4, "maybe": 1}), "weights.json")
    for wish, said in ((given, "maybe"), (path, "cannot be read"), (tmp_path / "none.json", "cannot be read")):
        error = run("project", "new", "own", "--data", path, "--target", "y", "--class-weight", wish)["error"]
        assert said in error["message"]
        assert error["hint"]
    assert run("project", "list", code=0)["projects"] == []


def test_a_column_can_weigh_the_rows_and_no_model_reads_it(settings: Settings, tmp_path: Path) -> None:
    rows = [f"{i},{i % 3},{1 + i % 4},{'yes' if i % 2 else 'no'}" for i in range(80)]
    path = csv(tmp_path, "a,b,w,y\n" + "\n".join(rows) + "\n")
    run("project", "new", "own", "--data", path, "--target", "y", "--weight", "w", code=0)
    with connect(settings) as db:
        problem = projects.get(db, "own").problem
    assert problem.weight == "w"
    assert "w" not in problem.features
    material, frame = training(settings, "own")
    assert material.aside.weights.tolist() == frame["w"].tolist()


def test_a_column_that_cannot_weigh_is_refused_in_one_sentence(settings: Settings, tmp_path: Path) -> None:
    rows = [f"{i},{-1 if i == 7 else 1},0,{'yes' if i % 2 else 'no'}" for i in range(80)]
    path = csv(tmp_path, "a,minus,none,y\n" + "\n".join(rows) + "\n")
    for column, said in (("minus", "1 of 80 cells"), ("none", "are 0"), ("y", "to weigh"), ("x", "to weigh")):
        error = run("project", "new", "own", "--data", path, "--target", "y", "--weight", column)["error"]
        assert said in error["message"]
        assert error["hint"]
    assert run("project", "list", code=0)["projects"] == []
