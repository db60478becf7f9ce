"""FLAML itself; every other test of the search uses a searcher of two lines."""

from engine.automl.families import registry
from engine.automl.search import flaml_searcher, search
from engine.domain.run import Budget
from engine.domain.task import Task
from tests.automl.toys import Notes, numeric_toy


def test_proposals_are_new_lie_in_the_space_and_repeat_with_the_seed() -> None:
    for family in registry().values():
        if not family.space:
            continue

        def proposals(seed: int, family: object = family) -> list[dict[str, object]]:
            known = [(config, 1.0 + place) for place, config in enumerate(family.defaults)]  # type: ignore[attr-defined]
            searcher = flaml_searcher(family, known, seed)  # type: ignore[arg-type]
            found = []
            for place in range(12):
                config = searcher.suggest()
                if config is None:
                    break
                found.append(dict(config))
                searcher.learn(config, 1.0 - 0.01 * place if place % 3 else 2.0, 1.0)
            return found

        first = proposals(7)
        assert len(first) == 12
        assert first == proposals(7)
        keys = [tuple(sorted(config.items())) for config in first]
        assert len(set(keys)) == len(keys)
        for config in first:
            assert not any(config == dict(default) for default in family.defaults)
            for param in family.space:
                value = config[param.name]
                assert isinstance(value, int | float | str)
                assert value in param.choices if param.choices else param.low <= value <= param.high


def test_a_search_with_flaml_repeats_itself() -> None:
    given = numeric_toy(Task.REGRESSION, rows=80)

    def leaderboard() -> list[tuple[str, float | None]]:
        result = search(
            given.X,
            given.y,
            given.problem,
            given.folds,
            budget=Budget(trials=14),
            seed=3,
            threads=2,
            listener=Notes(),
            families=["linear", "lightgbm", "xgboost"],
        )
        return [(str(sorted(one.config.items())), one.score) for one in result.outcomes] + [
            (str(result.ensemble), result.ensemble_score)
        ]

    first = leaderboard()
    assert len(first) == 15
    assert first == leaderboard()
