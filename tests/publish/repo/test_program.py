"""The exported code is library objects only, and fits the very model that was recorded."""

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.automl.families import registry
from engine.automl.model import Model
from engine.automl.replay import refit
from engine.data.split.holdout import rows_sha256
from engine.domain.data import Problem
from engine.domain.recipe import Recipe
from engine.domain.task import Task
from engine.metrics.scores import reported, score
from engine.publish.repo.metric_code import metric_code
from engine.publish.repo.program import Program, program
from tests.automl.test_model import Part
from tests.automl.toys import mixed, problem_of, target_of
from tests.data.recipe.steps import recipe, step

SEED = 3
CONFIGS: dict[str, dict[str, Any]] = {
    "lightgbm": {"n_estimators": 12},
    "additive": {"n_estimators": 12},
    "xgboost": {"n_estimators": 12},
    "catboost": {"n_estimators": 12},
    "random_forest": {},
}


def table(task: Task, rows: int = 150) -> tuple[pd.DataFrame, Problem]:
    problem = problem_of(task)
    frame = mixed(rows)
    y = target_of(frame, task)
    frame["target"] = np.array(problem.classes)[y.astype(int)] if problem.classes else y
    return frame, problem


def exported(
    folder: Path, frame: pd.DataFrame, problem: Problem, parts: list[tuple[float, Part]], given: Recipe, bags: int = 1
) -> Model:
    """Fit on all but the last rows and write the program that does the same."""
    y = problem_y(frame, problem)
    held = list(range(len(frame) - 40, len(frame)))
    inside = frame.index.difference(held)
    model = refit(
        parts,
        frame.loc[inside, list(problem.features)],
        y[inside],
        problem,
        seed=SEED,
        threads=1,
        recipe=given,
        bags=bags,
    )
    (folder / "data" / "raw").mkdir(parents=True)
    frame.to_parquet(folder / "data" / "raw" / "table.parquet")
    sha256 = hashlib.sha256((folder / "data" / "raw" / "table.parquet").read_bytes()).hexdigest()
    made = Program(
        module="toy_project",
        problem=problem,
        recipe=given,
        model=model,
        seed=SEED,
        table=None,
        fill={},
        sha256=sha256,
        metrics=reported(problem),
    )
    for name, text in program(made).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    rows = "".join(f"{row}\n" for row in held)
    assert hashlib.sha256(rows.encode()).hexdigest() == rows_sha256(held)
    for name in ("references", "reports"):
        (folder / name).mkdir()
    (folder / "references" / "holdout_rows.csv").write_text(rows, encoding="utf-8")
    pred = model.predict(frame.loc[held])
    scores = {name: score(name, y[held], pred, problem) for name, _ in metric_code(list(reported(problem)), problem)[0]}
    (folder / "reports" / "metrics.json").write_text(json.dumps(scores), encoding="utf-8")
    return model


def problem_y(frame: pd.DataFrame, problem: Problem) -> Any:
    if not problem.classes:
        return frame["target"].to_numpy()
    return frame["target"].map({label: code for code, label in enumerate(problem.classes)}).to_numpy()


def reproduced(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "toy_project.modeling.evaluate"],
        cwd=folder,
        env={"PATH": "", "PYTHONPATH": str(folder), "OMP_WAIT_POLICY": "PASSIVE"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("task", list(Task))
def test_all_families_together_are_fitted_again_with_the_same_scores(tmp_path: Path, task: Task) -> None:
    frame, problem = table(task)
    names = [name for name, family in registry().items() if task in family.tasks]
    parts = [(1 / len(names), Part(name, **CONFIGS.get(name, {}))) for name in names]
    steps = recipe(
        step("tidy_text", "colour"),
        step("drop_duplicates"),
        step("ratio", "size", "count", name="share"),
        step("impute", "share", strategy="median", indicator=True),
    )
    exported(tmp_path, frame, problem, parts, steps, bags=2)
    done = reproduced(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The published scores are reproduced." in done.stdout
    assert "engine" not in {line.split()[1].split(".")[0] for line in imports(tmp_path)}


def imports(folder: Path) -> list[str]:
    found = [path.read_text(encoding="utf-8").splitlines() for path in folder.rglob("*.py")]
    return [line for lines in found for line in lines if line.startswith(("import ", "from "))]


def test_weights_of_classes_and_a_scale_of_the_target_are_part_of_it(tmp_path: Path) -> None:
    frame, problem = table(Task.BINARY)
    weighed = replace(problem, class_weight="balanced", costs=((0.0, 1.0), (5.0, 0.0)))
    exported(tmp_path / "a", frame, weighed, [(0.5, Part("linear")), (0.5, Part("lightgbm", n_estimators=9))], Recipe())
    assert reproduced(tmp_path / "a").returncode == 0
    frame, problem = table(Task.REGRESSION)
    scaled = recipe(step("target_transform", method="log1p"))
    exported(tmp_path / "b", frame, problem, [(1.0, Part("linear"))], scaled)
    assert reproduced(tmp_path / "b").returncode == 0


def test_a_changed_table_and_a_changed_score_are_noticed(tmp_path: Path) -> None:
    frame, problem = table(Task.REGRESSION)
    exported(tmp_path, frame, problem, [(1.0, Part("linear"))], Recipe())
    scores = json.loads((tmp_path / "reports" / "metrics.json").read_text())
    scores["rmse"] *= 1.001
    (tmp_path / "reports" / "metrics.json").write_text(json.dumps(scores))
    assert "These are not the published scores." in reproduced(tmp_path).stderr
    frame.loc[0, "size"] = 5.0
    frame.to_parquet(tmp_path / "data" / "raw" / "table.parquet")
    assert "not the bytes" in reproduced(tmp_path).stderr


@pytest.mark.parametrize("name", ['it\'s "so"', "a\nb", "{{ x }}", "back\\slash", "\u202eright", "😀 wow"])
def test_names_are_written_as_what_they_are(tmp_path: Path, name: str) -> None:
    frame, problem = table(Task.BINARY)
    renamed = {"size": name}
    hostile = replace(
        problem,
        features=tuple(renamed.get(one, one) for one in problem.features),
        kinds={renamed.get(one, one): kind for one, kind in problem.kinds.items()},
        classes=(f"not {name}", name),
    )
    frame = frame.rename(columns=renamed)
    frame["target"] = frame["target"].map(dict(zip(problem.classes, hostile.classes, strict=True)))
    exported(tmp_path, frame, hostile, [(1.0, Part("linear"))], Recipe())
    done = reproduced(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("task", list(Task))
def test_the_code_is_in_the_agreed_form(tmp_path: Path, task: Task) -> None:
    frame, problem = table(task)
    parts = [(0.5, Part("lightgbm", n_estimators=9)), (0.3, Part("network")), (0.2, Part("linear_splines"))]
    exported(tmp_path, frame, problem, parts, recipe(step("ratio", "size", "count", name="share")))
    ruff = Path(sys.executable).parent / "ruff"
    asked = ["--isolated", "--line-length", "120"]
    checked = subprocess.run(
        [ruff, "check", *asked, "--select", "E,F,I,UP,B", "--ignore", "E501", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
    formatted = subprocess.run(
        [ruff, "format", "--diff", *asked, tmp_path], capture_output=True, text=True, check=False
    )
    assert formatted.returncode == 0, formatted.stdout
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in tmp_path.rglob("*.py"))
    assert lines < 400
