"""Small tables that the tests of the data package share."""

import numpy as np
import pandas as pd

from engine.data.schema import describe, make_problem
from engine.domain.data import Problem


def customers(rows: int = 200, seed: int = 0) -> pd.DataFrame:
    """A table with one column of every kind and a target that depends on two of them."""
    rng = np.random.default_rng(seed)
    age = rng.normal(45, 12, rows).round(1)
    visits = rng.integers(0, 40, rows)
    left = age / 30 - visits / 40 + rng.normal(0, 0.6, rows) > 1.2
    return pd.DataFrame(
        {
            "customer_id": np.arange(1000, 1000 + rows),
            "age": np.where(rng.random(rows) < 0.1, np.nan, age),
            "visits": visits,
            "plan": pd.Series(rng.choice(["basic", "plus", "pro"], rows), dtype="str"),
            "member": rng.random(rows) < 0.5,
            "joined": pd.to_datetime("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, rows), unit="D"),
            "note": pd.Series([f"called us {n} times about the bill of last month" for n in range(rows)], dtype="str"),
            "country": pd.Series(["CH"] * rows, dtype="str"),
            "left": pd.Series(np.where(left, "yes", "no"), dtype="str"),
        }
    )


def problem_of(frame: pd.DataFrame, target: str, **wishes: object) -> Problem:
    return make_problem(frame, describe(frame), target=target, **wishes)  # type: ignore[arg-type]
