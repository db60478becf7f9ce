import numpy as np
import pytest

from engine.automl.families import find, registry
from engine.automl.folds import fit_folds
from engine.automl.outcome import BAGS
from engine.automl.replay import refit, refolded
from engine.domain.run import Budget
from engine.domain.task import Task
from tests.automl.test_model import Part
from tests.automl.test_search import run
from tests.automl.toys import numeric_toy, toy


@pytest.mark.parametrize("family", list(registry()))
def test_a_record_scores_the_same_when_it_is_fitted_again(family: str) -> None:
    given, part = toy(Task.MULTICLASS, rows=90), Part(family)
    first = fit_folds(given.bench(), find(family), part.config).score
    assert refolded(part, given.X, given.y, given.folds, given.problem, seed=0, threads=1).score == first


def test_a_record_of_a_search_scores_the_same() -> None:
    given = numeric_toy()
    for one in run(given, Budget(trials=6)).outcomes:
        assert refolded(one, given.X, given.y, given.folds, given.problem, seed=0, threads=1).score == one.score


def test_rounds_that_were_found_do_not_change_a_replay() -> None:
    given = numeric_toy(rows=1600)
    one = run(given, Budget(trials=3)).outcomes[2]
    assert "rounds" in one.config
    assert refolded(one, given.X, given.y, given.folds, given.problem, seed=0, threads=1).score == one.score


def test_a_fit_on_all_rows_takes_the_rounds_that_were_found() -> None:
    given = numeric_toy(rows=1600)
    part = Part("lightgbm", n_estimators=500, rounds=7)
    model = refit([(1.0, part)], given.X, given.y, given.problem, seed=0, threads=1)
    assert model.members[0].pipeline.named_steps["model"].n_estimators_ == 7


def test_a_search_and_a_refit_of_its_record_make_the_same_model() -> None:
    given = numeric_toy(Task.REGRESSION)
    result = run(given, Budget(trials=6))
    numbered = {one.number: one for one in result.outcomes}
    parts = [(weight, numbered[number]) for number, weight in result.ensemble]
    bags = int(result.winner.config.get(BAGS, 1))
    assert bags > 1
    again = refit(parts, given.X, given.y, given.problem, seed=0, threads=1, bags=bags)
    np.testing.assert_allclose(again.predict(given.X), result.model.predict(given.X), rtol=1e-6)
