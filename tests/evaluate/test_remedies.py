"""Each remedy is a run that can be asked for: its settings are checked by the search itself."""

from typing import Any

import pytest

from engine.automl.families import find, registry
from engine.automl.space import checked, checked_families
from engine.domain.metric import METRICS
from engine.evaluate import diagnose
from engine.evaluate.remedies import remedies, stiffer_half
from tests.metrics.problems import BINARY, REGRESSION

AUC = METRICS["roc_auc"]
OVERFIT = diagnose.overfit(AUC, 1.0, 0.55, 0.5)


def differences(against: str, verdict: str) -> list[dict[str, Any]]:
    return [{"against": against, "metric": "roc_auc", "value": 0.01, "low": -0.01, "high": 0.03, "verdict": verdict}]


def edge(name: str, best: float) -> dict[str, Any]:
    return {"name": name, "best": best, "edge": True}


def proposed(*findings: Any, family: str = "lightgbm", curves: Any = ()) -> dict[str, dict[str, Any]]:
    found = remedies(findings, problem=BINARY, family=family, curves=curves, seconds=60)
    for one in found:
        assert one["hypothesis"]
        families = checked_families(one["families"] or None, BINARY.task)
        assert checked(one["space"], families) == one["space"], "the search takes it as it stands"
    return {one["code"]: one for one in found}


def test_what_passed_needs_no_remedy() -> None:
    assert proposed(diagnose.overfit(AUC, 0.86, 0.84, 0.5), diagnose.luck(AUC, 0.9, 0.9, 0.5, 9)) == {}
    assert proposed(diagnose.luck(AUC, 0.70, 0.66, 0.5, 200)) == {}, "fewer tries are no run to start"


def test_an_overfit_model_is_searched_again_with_stiffer_settings() -> None:
    one = proposed(OVERFIT)["PF-F01"]
    usual = {param.name: param for param in find("lightgbm").space}
    changed = one["space"]["lightgbm"]
    assert one["families"] == ["lightgbm", "linear"]
    assert changed["num_leaves"]["high"] < usual["num_leaves"].high
    assert changed["num_leaves"]["low"] == usual["num_leaves"].low
    assert changed["min_child_samples"]["low"] > usual["min_child_samples"].low
    assert changed["reg_lambda"]["low"] > usual["reg_lambda"].low
    assert "learning_rate" not in changed


def test_an_overfit_linear_model_is_regularised_more() -> None:
    one = proposed(OVERFIT, family="linear")["PF-F01"]
    assert one["families"] == ["linear"]
    assert one["space"]["linear"]["C"]["high"] < 1e3


@pytest.mark.parametrize("family", sorted(registry()))
def test_every_family_has_a_remedy(family: str) -> None:
    of = BINARY if BINARY.task in find(family).tasks else REGRESSION
    (one,) = remedies([OVERFIT], problem=of, family=family, seconds=60)
    assert one["space"] or one["families"] == ["linear"]
    for name, half in stiffer_half(find(family)).items():
        param = next(param for param in find(family).space if param.name == name)
        assert param.low <= half["low"] < half["high"] <= param.high


def test_underfit_is_searched_longer_with_all_families() -> None:
    found = proposed(
        diagnose.underfit(differences("dummy", "within chance"), AUC),
        diagnose.against_simple(differences("simple", "worse beyond chance"), AUC, is_simple=False),
    )
    assert set(found) == {"PF-F02", "PF-F05"}
    assert all(one["families"] == [] and one["seconds"] == 120 for one in found.values())


def test_a_range_is_moved_on_at_the_end_where_the_best_value_lies() -> None:
    param = next(one for one in find("lightgbm").space if one.name == "learning_rate")
    for best, side in ((param.high, "high"), (param.low, "low")):
        curves = [edge("learning_rate", best)]
        one = proposed(diagnose.ranges(AUC, curves, "LightGBM"), curves=curves)["PF-F07"]
        changed = one["space"]["lightgbm"]["learning_rate"]
        other = "low" if side == "high" else "high"
        assert changed[other] == getattr(param, other)
        assert (changed["high"] > param.high) if side == "high" else (changed["low"] < param.low)
        assert "learning_rate" in one["title"]


def test_a_range_that_cannot_be_moved_is_searched_longer() -> None:
    curves = [edge("subsample", 1.0)]
    one = proposed(diagnose.ranges(AUC, curves, "LightGBM"), curves=curves)["PF-F07"]
    assert one["space"] == {}
    assert one["title"] == "Search twice as long"


def test_the_time_stays_within_bounds() -> None:
    for seconds, wanted in ((1.0, 30.0), (60.0, 60.0), (9000.0, 3600.0)):
        (one,) = remedies([OVERFIT], problem=BINARY, family="linear", seconds=seconds)
        assert one["seconds"] == wanted
