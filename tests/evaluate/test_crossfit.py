import numpy as np

from engine.evaluate.crossfit import crossed
from tests.evaluate.conftest import cut


def test_nothing_is_judged_by_what_was_learned_from_it() -> None:
    scored = np.ones(100, dtype=bool)
    scored[:10] = False
    judged = np.concatenate([judge for _, judge in crossed(cut(100), scored, 5)])
    assert sorted(judged) == list(range(10, 100))
    for learn, judge in crossed(cut(100), scored, 5):
        assert not set(learn) & set(judge)
        assert scored[learn].all()


def test_folds_in_time_learn_from_the_past_alone() -> None:
    rows = np.arange(100)
    folds = [(rows[:start], rows[start : start + 25]) for start in (25, 50, 75)]
    scored = rows >= 25
    found = [(learn.max(), judge.min()) for learn, judge in crossed(folds, scored, 5)]
    assert found == [(49, 50), (74, 75)]
