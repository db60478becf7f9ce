import json
from typing import Any

import numpy as np
import pytest

from engine.domain.project import Brief
from engine.evaluate.consequences import consequences
from tests.evaluate.conftest import cut
from tests.metrics.problems import EVERY_TASK, sample


@pytest.mark.parametrize("of", EVERY_TASK, ids=lambda of: str(of.task))
def test_everything_is_plain_values_with_a_result_or_a_reason(of: Any) -> None:
    y, pred = sample(of, 150)
    found = consequences(y, pred, of, cut(150), Brief(), resamples=20, groups=np.arange(150) // 3)
    assert set(found) == {"decision", "probability", "gains"} if of.task.is_classification else {"intervals", "quote"}
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert all("reason" in one for one in found.values())


@pytest.mark.parametrize("of", EVERY_TASK, ids=lambda of: str(of.task))
def test_very_few_rows_lose_nothing(of: Any) -> None:
    y, pred = sample(of, 8)
    found = consequences(y, pred, of, cut(8, 2), Brief(), resamples=20)
    json.dumps(found, allow_nan=False)
