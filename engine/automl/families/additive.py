"""An additive model of boosted trees: each tree looks at one column only, so the prediction is a sum of curves.

The idea is that of Lou, Caruana, Gehrke: Intelligible models for classification and regression (KDD 2012).
"""

from __future__ import annotations

from typing import Any

from engine.automl.families import lightgbm
from engine.automl.families.family import Config, Context, Family


def _build(config: Config, context: Context) -> Any:
    columns = context.width + len(context.categories)
    # Each column may only be joined with itself. (LightGBM reads several lists of one column each.)
    alone = [[column] for column in range(columns)]
    return lightgbm.build(config, context).set_params(interaction_constraints=alone)


def _start(**changes: Any) -> Config:
    return lightgbm.start(**{"num_leaves": 6, "learning_rate": 0.06, "colsample_bytree": 0.5} | changes)


FAMILY = Family(
    id="additive",
    title="Additive boosting",
    order=9,
    clarity=4,
    encoding="ordinal",
    build=_build,
    fit=lightgbm.fit,
    rounds=lightgbm.rounds,
    defaults=(_start(num_leaves=4, learning_rate=0.1, reg_lambda=5.0), _start()),
    space=lightgbm.SPACE,
    cost=lightgbm.cost,
    objectives=("poisson", "tweedie", "absolute", "log"),
    side_by_side=True,
    most_columns=1_000,
)
