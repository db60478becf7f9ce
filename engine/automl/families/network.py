"""A small neural network: one or two hidden layers on standardised columns."""

from __future__ import annotations

from typing import Any

from engine.automl.families.family import Config, Context, Family, Param

_ROWS_SEEN = 1_500_000
_FEWEST_ROWS_FOR_EARLY_STOPPING = 120


def _build(config: Config, context: Context) -> Any:
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.preprocessing import StandardScaler

    params: dict[str, Any] = {
        "hidden_layer_sizes": (int(config["width"]),) * int(config["layers"]),
        "alpha": float(config["alpha"]),
        "learning_rate_init": float(config["learning_rate"]),
        "batch_size": min(256, max(16, context.rows // 40), context.rows),
        "max_iter": max(8, min(150, _ROWS_SEEN // max(context.rows, 1))),
        # The rows that stop it come out of the rows that it is fitted on, never out of those that score it.
        "early_stopping": context.rows >= _FEWEST_ROWS_FOR_EARLY_STOPPING,
        "n_iter_no_change": 8,
        "random_state": context.seed,
    }
    if context.problem.task.is_classification:
        return MLPClassifier(**params)
    return TransformedTargetRegressor(MLPRegressor(**params), transformer=StandardScaler())


FAMILY = Family(
    id="network",
    title="Neural network",
    order=6,
    clarity=1,
    encoding="scaled",
    build=_build,
    defaults=(
        {"width": 64, "layers": 1, "alpha": 1e-3, "learning_rate": 5e-3},
        {"width": 96, "layers": 2, "alpha": 0.1, "learning_rate": 3e-3},
    ),
    space=(
        Param(name="width", low=8, high=256, start=32, whole=True, log=True, meaning="Units of each hidden layer."),
        Param(name="layers", choices=(1, 2), start=1, meaning="Hidden layers one after the other."),
        Param(
            name="alpha",
            low=1e-5,
            high=10.0,
            start=1e-3,
            log=True,
            meaning="Regularisation: larger values keep the weights closer to zero.",
        ),
        Param(name="learning_rate", low=3e-4, high=2e-2, start=2e-3, log=True, meaning="Size of each step of the fit."),
    ),
    cost=lambda config: 4.0 * float(config["layers"]) * (float(config["width"]) / 64) ** 0.7,
    objectives=("log",),
    most_cells=5e7,
    by_chance=True,
    always=True,
)
