"""Each metric as code gives the score that is published, also where true values are zero and predictions negative."""

import numpy as np
import pytest
from sklearn import metrics

from engine.domain.metric import METRICS
from engine.domain.task import Task
from engine.metrics.scores import score
from engine.publish.repo.metric_code import metric_code
from tests.metrics.problems import REGRESSION

NAMES = [one.id for one in METRICS.values() if Task.REGRESSION in one.tasks]


@pytest.mark.parametrize("name", NAMES)
def test_counts_with_zeros_are_scored_alike(name: str) -> None:
    rng = np.random.default_rng(0)
    y = rng.poisson(2, 200).astype(float)
    predicted = y + rng.normal(size=200)
    assert (y == 0).any()
    assert (predicted < 0).any()
    code = metric_code([name], REGRESSION)[0][0][1]
    found = eval(code, {**vars(metrics), "np": np, "y": y, "predicted": predicted})
    assert found == pytest.approx(score(name, y, predicted, REGRESSION), rel=1e-9)
