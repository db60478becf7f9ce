"""A regularised linear model on splines: each number may bend, and effects still only add up.

B-splines with knots at quantiles, after Eilers and Marx, Flexible smoothing with B-splines and penalties
(Statistical Science 1996); here a plain ridge penalty keeps the curves from bending more than the data ask for.
"""

from __future__ import annotations

from engine.automl.families.family import Family, Param
from engine.automl.families.linear import build

FAMILY = Family(
    id="linear_splines",
    title="Linear splines",
    order=8,
    clarity=4,
    encoding="splines",
    build=build,
    defaults=({"C": 1.0}, {"C": 0.05}, {"C": 20.0}),
    space=(
        Param(
            name="C",
            low=1e-4,
            high=1e3,
            start=1.0,
            log=True,
            meaning="Inverse strength of the regularisation: smaller values make the curves flatter.",
        ),
    ),
    cost=lambda _: 1.0,
    objectives=("poisson", "tweedie", "log"),
    # Every number becomes eight columns: with more cells, one fit takes longer than what it could bring.
    most_cells=3e6,
)
