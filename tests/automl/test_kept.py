import errno
from typing import Any

import numpy as np
import pytest

from engine.automl import kept as module
from engine.automl.families import find
from engine.automl.folds import Fitted, fit_folds
from engine.automl.kept import Kept
from engine.domain.task import Task
from tests.automl.test_model import Part
from tests.automl.toys import toy

GIVEN = toy(Task.BINARY, rows=90)


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    part = Part("lightgbm", n_estimators=5)
    return fit_folds(GIVEN.bench(), find("lightgbm"), part.config)


def test_what_was_kept_answers_as_before_and_shares_its_encoding(fitted: Fitted) -> None:
    kept = Kept()
    kept.keep(1, fitted, float)
    rows = GIVEN.bench().X
    for before, after in zip(fitted.pipelines, kept.pipelines(1), strict=True):
        np.testing.assert_array_equal(before.predict_proba(rows), after.predict_proba(rows))
        assert after.named_steps["columns"] is before.named_steps["columns"]
        assert after.named_steps["model"] is not before.named_steps["model"]
    assert kept.pipelines(1) is kept.pipelines(1)


def test_only_the_best_are_kept(fitted: Fitted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_TRIALS", 2)
    kept = Kept()
    for number in (3, 1, 4, 2):
        kept.keep(number, fitted, float)
    assert sorted(kept) == [1, 2]
    assert 3 not in kept


def test_what_does_not_fit_is_left_out_but_never_the_best(fitted: Fitted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 10)
    kept = Kept()
    kept.keep(2, fitted, float)
    kept.keep(1, fitted, float)
    kept.keep(3, fitted, float)
    assert list(kept) == [1]


def test_on_a_full_disk_nothing_is_kept_and_nothing_fails(fitted: Fitted, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module.pickle, "dump", full)
    kept = Kept()
    kept.keep(1, fitted, float)
    assert list(kept) == []
