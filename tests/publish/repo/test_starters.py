"""Beginnings in other tools: they run on the rows of the repository, and what they write can be handed in."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.domain.data import Problem
from engine.domain.recipe import Recipe
from engine.domain.task import Task
from engine.evaluate.submission import check_submission
from engine.metrics.scores import score
from engine.publish.repo.starters import starters
from tests.automl.test_model import Part
from tests.publish.repo.test_program import exported, problem_y, table

HELD = 40


def put(folder: Path, frame: pd.DataFrame, problem: Problem) -> float:
    """Write a repository with its starters and published predictions; returns the published score."""
    model = exported(folder, frame, problem, [(1.0, Part("linear"))], Recipe())
    for name, text in starters("toy", "toy_project", problem).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    held = frame.tail(HELD)
    pred = model.predict(held)
    rows = pd.DataFrame({"row": held.index, "actual": held["target"]})
    if problem.classes:
        rows["prediction"] = np.array(problem.classes)[pred.argmax(axis=1)]
        rows[[f"probability_{label}" for label in problem.classes]] = pred
    else:
        rows["prediction"] = pred
    place = folder / "evidence" / "projects" / "toy"
    place.mkdir(parents=True)
    rows.to_csv(place / "predictions.csv", index=False)
    return score(problem.metric, problem_y(frame, problem)[held.index], pred, problem)


def run(folder: Path, *words: str) -> str:
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def handed_in(folder: Path, name: str, frame: pd.DataFrame, problem: Problem) -> np.ndarray:
    """Read predictions as they are read when they are handed in."""
    path = folder / "data" / "processed" / f"predictions_{name}.csv"
    given = pd.read_csv(path, dtype=str, keep_default_na=False)
    return check_submission(given, list(frame.tail(HELD).index), problem).pred


@pytest.mark.parametrize("task", list(Task))
def test_matrices_hold_numbers_only_and_predictions_can_be_handed_in(tmp_path: Path, task: Task) -> None:
    frame, problem = table(task)
    put(tmp_path, frame, problem)
    width = len(problem.classes) or 1
    code = (
        "import numpy as np\n"
        "from starters.tables import matrices, write\n"
        "features, y, new, rows = matrices()\n"
        "assert np.isfinite(features).all() and np.isfinite(new).all(), 'numbers without gaps'\n"
        f"assert len(new) == {HELD} and len(features) == len(y) == {len(frame) - HELD}\n"
        "assert abs(features).max() < 50, 'scaled'\n"
        f"write('own', rows, np.full((len(new), {width}), 1 / {width}))\n"
    )
    run(tmp_path, sys.executable, "-c", code)
    assert (handed_in(tmp_path, "own", frame, problem) == 1 / width).all()


@pytest.mark.parametrize("task", list(Task))
def test_the_code_is_in_the_agreed_form(tmp_path: Path, task: Task) -> None:
    frame, problem = table(task)
    put(tmp_path, frame, problem)
    ruff = str(Path(sys.executable).parent / "ruff")
    asked = ("--isolated", "--line-length", "120")
    run(tmp_path, ruff, "check", *asked, "--select", "E,F,I,UP,B", "--ignore", "E501", "starters")
    run(tmp_path, ruff, "format", "--diff", *asked, "starters")


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="needs R (Debian: r-base-core)")
def test_base_r_computes_the_published_score_and_a_model_that_beats_a_guess(tmp_path: Path, task: Task) -> None:
    frame, problem = table(task, rows=400)
    published = put(tmp_path, frame, problem)
    run(tmp_path, sys.executable, "-m", "starters.tables")
    said = run(tmp_path, "Rscript", "starters/base.R")
    assert float(said.splitlines()[0].rsplit(":", 1)[1]) == pytest.approx(published, rel=1e-6)
    pred = handed_in(tmp_path, "r", frame, problem)
    y = problem_y(frame, problem)
    assert better(y, pred, problem)


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize(("tool", "name"), [("keras", "keras"), ("torch", "torch")])
def test_a_network_beats_a_guess(tmp_path: Path, task: Task, tool: str, name: str) -> None:
    if importlib.util.find_spec(tool) is None:
        pytest.skip(f"needs {tool}, which is large: pip install {tool}")
    frame, problem = table(task, rows=400)
    put(tmp_path, frame, problem)
    run(tmp_path, sys.executable, "-m", f"starters.{name}_net")
    assert better(problem_y(frame, problem), handed_in(tmp_path, name, frame, problem), problem)


def better(y: np.ndarray, pred: np.ndarray, problem: Problem) -> bool:
    """Say whether predictions of the sealed rows beat what the training rows alone would say."""
    known, truth = y[:-HELD], y[-HELD:]
    if problem.classes:
        shares = np.bincount(known.astype(int), minlength=len(problem.classes)) / len(known)
        guess = np.tile(shares, (HELD, 1))
        return score("log_loss", truth, pred, problem) < score("log_loss", truth, guess, problem)
    return score("rmse", truth, pred, problem) < score("rmse", truth, np.full(HELD, known.mean()), problem)
