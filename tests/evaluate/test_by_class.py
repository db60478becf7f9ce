import json

import numpy as np
import pytest
from sklearn.metrics import precision_recall_fscore_support

from engine.evaluate.by_class import by_class
from tests.metrics.problems import BINARY, MULTICLASS, sample


@pytest.mark.parametrize("of", [BINARY, MULTICLASS])
def test_each_class_scores_as_scikit_learn_has_it(of: object) -> None:
    y, pred = sample(of, 240)  # type: ignore[arg-type]
    found = by_class(y, pred, of, resamples=100)  # type: ignore[arg-type]
    wanted = precision_recall_fscore_support(y, pred.argmax(axis=1), zero_division=0)
    for place, name in enumerate(("precision", "recall", "f1")):
        assert [one[name]["value"] for one in found] == pytest.approx(list(wanted[place]))
        assert all(one[name]["low"] <= one[name]["value"] <= one[name]["high"] for one in found)
    assert [one["rows"] for one in found] == list(wanted[3])
    assert sum(one["said"] for one in found) == 240


def test_a_class_that_is_absent_or_never_said_has_no_score_there() -> None:
    y = np.repeat([0, 1], 30)
    pred = np.tile([0.6, 0.3, 0.1], (60, 1))
    ash, birch, cedar = by_class(y, pred, MULTICLASS, resamples=50)
    assert (ash["precision"]["value"], ash["recall"]["value"]) == (0.5, 1.0)
    assert (birch["precision"]["value"], birch["recall"]["value"], birch["f1"]["value"]) == (None, 0.0, 0.0)
    assert [cedar[name]["value"] for name in ("precision", "recall", "f1")] == [None] * 3
    json.dumps([ash, birch, cedar], allow_nan=False)


def test_few_rows_have_no_intervals() -> None:
    y, pred = sample(BINARY, 9)
    assert by_class(y, pred, BINARY)[1]["recall"]["low"] is None
