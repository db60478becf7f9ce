from itertools import permutations
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from engine.explain.game import Game, make_game, predict_distinct
from engine.explain.shapley import contributions
from tests.explain.toys import Floats, Formula, numbers, problem_of

TWISTED = Formula(lambda f: f["x0"] * f["x1"] * f["x2"] + 2 * f["x0"] - f["x1"].abs())


def brute_force(model: Formula, background: pd.DataFrame, row: pd.DataFrame) -> Floats:
    """Shapley values by their definition: every order of the columns, every background row."""
    names = list(row.columns)
    total = np.zeros(len(names))
    orders = list(permutations(range(len(names))))
    for order in orders:
        table = background.copy()
        before = model.predict(table).mean()
        for place in order:
            table[names[place]] = row[names[place]].iloc[0]
            after = model.predict(table).mean()
            total[place] += after - before
            before = after
    return total / len(orders)


def game_on(model: Formula, frame: pd.DataFrame, background: int) -> tuple[Game, np.ndarray]:
    game, codes = make_game(model, frame, problem_of(frame))
    return Game(predict=game.predict, background=codes[:background], player_of=game.player_of), codes


def test_three_columns_are_exact() -> None:
    frame = numbers(12, 3)
    game, codes = game_on(TWISTED, frame, 8)
    values, base = contributions(game, codes[8:], seed=0)
    assert game.exact
    assert base[0] == pytest.approx(TWISTED.predict(frame.head(8)).mean())
    for place in range(4):
        expected = brute_force(TWISTED, frame.head(8), frame.iloc[[8 + place]])
        np.testing.assert_allclose(values[place, :, 0], expected, atol=1e-12)


def test_walks_agree_with_counting_all_coalitions(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = numbers(410, 3)
    game, codes = game_on(TWISTED, frame, 400)
    exact, _ = contributions(game, codes[400:], seed=0)
    monkeypatch.setattr("engine.explain.game.EXACT_PLAYERS", 0)
    assert not game.exact
    walked, _ = contributions(game, codes[400:], seed=0)
    assert np.abs(walked - exact).max() < 0.06 * np.ptp(TWISTED.predict(frame))


def test_an_additive_model_is_exact_on_every_walk() -> None:
    frame = numbers(40, 12)
    slopes = np.arange(12.0)
    game, codes = game_on(Formula(lambda f: f.to_numpy() @ slopes), frame, 30)
    values, _ = contributions(game, codes[30:], seed=3)
    expected = (frame.to_numpy()[30:] - frame.to_numpy()[:30].mean(axis=0)) * slopes
    np.testing.assert_allclose(values[:, :, 0], expected, atol=1e-10)


@pytest.mark.parametrize("columns", [1, 2, 6, 7, 15])
@pytest.mark.parametrize("background", [1, 2, 9])
def test_contributions_add_up(columns: int, background: int) -> None:
    frame = numbers(background + 5, columns)
    model = Formula(lambda f: np.column_stack([f.prod(axis=1), f.max(axis=1), f.sum(axis=1) ** 2]))
    game, codes = game_on(model, frame, background)
    values, base = contributions(game, codes[background:], seed=1)
    assert values.shape == (5, columns, 3)
    np.testing.assert_allclose(base + values.sum(axis=1), model.predict(frame.iloc[background:]), atol=1e-10)


def test_it_agrees_with_the_shap_library(shap: ModuleType) -> None:
    frame = numbers(60, 5)
    model = Formula(lambda f: np.tanh(f["x0"] * f["x1"]) + f["x2"] * (f["x3"] > 0))
    game, codes = game_on(model, frame, 50)
    ours, base = contributions(game, codes[50:], seed=0)
    masker = shap.maskers.Independent(frame.head(50).to_numpy(), max_samples=50)
    theirs = shap.explainers.Exact(lambda X: model.predict(pd.DataFrame(X, columns=frame.columns)), masker)(
        frame.iloc[50:].to_numpy()
    )
    np.testing.assert_allclose(ours[:, :, 0], theirs.values, atol=1e-12)
    np.testing.assert_allclose(base[0], theirs.base_values, atol=1e-12)


def test_it_is_closer_than_the_shap_library_with_fewer_predictions(shap: ModuleType) -> None:
    frame = numbers(60, 8)
    model = Formula(lambda f: np.tanh(f["x0"] * f["x1"] * f["x2"]) + f["x3"] * f["x4"] * f["x5"])
    game, codes = game_on(model, frame, 50)
    masker = shap.maskers.Independent(frame.head(50).to_numpy(), max_samples=50)
    ask = lambda X: model.predict(pd.DataFrame(X, columns=frame.columns))  # noqa: E731
    true = shap.explainers.Exact(ask, masker)(frame.iloc[50:].to_numpy()).values

    model.calls.clear()
    ours = contributions(game, codes[50:], seed=0)[0][:, :, 0]
    our_rows = sum(model.calls)
    model.calls.clear()
    explainer = shap.PermutationExplainer(ask, masker, seed=0)
    theirs = explainer(frame.iloc[50:].to_numpy(), max_evals=2 * 8 + 1, silent=True).values
    assert our_rows < sum(model.calls)
    assert ((ours - true) ** 2).mean() < ((theirs - true) ** 2).mean()


def test_batches_change_nothing_and_a_seed_repeats_it(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = numbers(50, 9)
    model = Formula(lambda f: f.max(axis=1) * f["x0"])
    game, codes = game_on(model, frame, 20)
    first, _ = contributions(game, codes[20:], seed=5)
    monkeypatch.setattr("engine.explain.game._MOST_ROWS_PER_CALL", 500)
    model.calls.clear()
    again, _ = contributions(game, codes[20:], seed=5)
    assert max(model.calls) <= 500
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, contributions(game, codes[20:], seed=6)[0])


def test_it_ends_when_told() -> None:
    frame = numbers(300, 9)
    game, codes = game_on(Formula(lambda f: f["x0"]), frame, 100)
    values, _ = contributions(game, codes, seed=0, go_on=lambda done: done < 50)
    assert 50 <= len(values) < 300


def test_columns_of_one_player_count_as_one() -> None:
    frame = numbers(20, 4)
    model = Formula(lambda f: f["x0"] + f["x1"] * f["x2"] + f["x3"])
    game, codes = game_on(model, frame, 10)
    grouped = Game(predict=game.predict, background=game.background, player_of=np.array([0, 1, 1, 2]))
    values, _ = contributions(grouped, codes[10:], seed=0)
    assert values.shape == (10, 3, 1)
    product = (frame["x1"] * frame["x2"]).to_numpy()
    np.testing.assert_allclose(values[:, 1, 0], product[10:] - product[:10].mean(), atol=1e-12)


def test_equal_rows_are_predicted_once() -> None:
    frame = pd.DataFrame({"a": [1, 1, 2, 2], "b": ["x", "x", "y", "x"]})
    model = Formula(lambda f: f["a"])
    game, codes = make_game(model, frame, problem_of(frame))
    np.testing.assert_array_equal(predict_distinct(game, codes)[:, 0], [1, 1, 2, 2])
    assert model.calls == [3]
