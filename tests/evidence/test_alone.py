"""The checker of one file finds what the program finds, without the program."""

import random
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from engine.domain.task import Task
from engine.evidence import alone
from engine.metrics.scores import decide, reported, score
from tests.automl.toys import problem_of
from tests.evidence.test_tamper import tamper


def check(folder: Path) -> tuple[int, str]:
    """Run the published file as a stranger does: no packages, no environment."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "check.py"], cwd=folder, env={}, capture_output=True, text=True, check=False
    )
    assert not done.stderr
    return done.returncode, done.stdout


def test_an_untouched_site_holds(site: Path) -> None:
    code, said = check(site)
    assert code == 0, said
    assert "2 project(s)" in said
    assert "Everything that was checked holds." in said


def test_it_says_what_does_not_hold(site: Path) -> None:
    table = next(site.rglob("predictions.csv"))
    table.write_text(table.read_text().replace("0.1", "0.7", 1))
    code, said = check(site)
    assert code == 1
    assert f"{table.name} was changed" in said
    assert ", not " in said, "the score that does not follow any more"
    shutil.rmtree(table.parent)
    assert check(site)[0] == 1


@pytest.mark.parametrize("count", [25, pytest.param(1000, marks=pytest.mark.slow)])
def test_random_changes_are_reported(site: Path, count: int, capsys: pytest.CaptureFixture[str]) -> None:
    rng = random.Random(7)
    argv = sys.argv
    sys.argv = ["check.py", str(site)]
    try:
        for number in range(count):
            what, before = tamper(site, rng)
            assert alone.main() == 1, f"change {number} passed: {what}"
            for path, data in before.items():
                path.write_bytes(data)
        assert alone.main() == 0, capsys.readouterr().out
    finally:
        sys.argv = argv


def test_nothing_outside_the_folder_is_read(site: Path) -> None:
    with pytest.raises(ValueError, match="outside"):
        alone.inside(site, "../elsewhere")


@pytest.mark.parametrize(
    ("task", "with_costs"), [*((task, False) for task in Task), (Task.BINARY, True), (Task.MULTICLASS, True)]
)
def test_scores_are_those_of_the_program(task: Task, with_costs: bool) -> None:
    rng = np.random.default_rng(3)
    problem = problem_of(task)
    size = len(problem.classes)
    if with_costs:
        costs = rng.uniform(0, 5, (size, size)) * (1 - np.eye(size))
        problem = problem_of(task, costs=tuple(tuple(float(one) for one in row) for row in costs))
    if size:
        y = rng.integers(0, size, 300)
        # Rounded, so that scores are tied.
        raw = np.round(rng.uniform(0.01, 1, (300, size)), 1) + 0.05
        pred = raw / raw.sum(axis=1, keepdims=True)
        table = alone.Table(y.tolist(), pred.tolist(), list(problem.classes), [list(row) for row in problem.costs])
        assert table.said == decide(pred, problem).tolist()
    else:
        y, pred = np.round(rng.uniform(0, 9, 300)), rng.uniform(-1, 9, 300)
        table = alone.Table(y.tolist(), pred.tolist(), [], [])
    names = reported(problem)
    assert set(names) <= set(alone.METRICS)
    for name in names:
        assert alone.METRICS[name](table) == pytest.approx(score(name, y, pred, problem), rel=1e-9), name


def test_signatures_are_checked_as_a_library_does() -> None:
    rng = random.Random(1)
    for _ in range(8):
        key = Ed25519PrivateKey.generate()
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        data = rng.randbytes(rng.randrange(200))
        signature = key.sign(data)
        assert alone.is_signed(data, signature, public)
        assert not alone.is_signed(data + b"x", signature, public)
        wrong = bytearray(signature)
        wrong[rng.randrange(64)] ^= 1 << rng.randrange(8)
        assert not alone.is_signed(data, bytes(wrong), public)
        other = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        assert not alone.is_signed(data, signature, other)
    high = (int.from_bytes(signature[32:], "little") + alone.ORDER).to_bytes(32, "little")
    assert not alone.is_signed(data, signature[:32] + high, public), "one signature, one way of writing it"
