"""A worker that knows a family whose fits do what the variable FAULT says."""

import ctypes
import os
import signal
import sys
from typing import Any

from engine.runs import worker

COMMAND = (sys.executable, "-m", "tests.runs.faulty_worker")


def _fault() -> None:
    what = os.environ["FAULT"]
    if what == "raise":
        raise ValueError("planted")
    if what == "hang":
        # It holds no lock and never comes back to Python: no exception reaches it.
        ctypes.CDLL(None).sleep(600)
    if what == "eat":
        eaten = []
        while True:
            eaten.append(bytearray(50 * 1024**2))
    os.kill(os.getpid(), getattr(signal, what))


def plant() -> None:
    from sklearn.linear_model import LogisticRegression

    from engine.automl import families
    from engine.automl.families.family import Family, Param

    class Faulty(LogisticRegression):  # type: ignore[misc]
        def fit(self, X: Any, y: Any) -> Any:
            del X, y
            _fault()

    given = families.registry()
    space = (Param(name="C", low=0.1, high=10.0, start=1.0, log=True),)
    given["faulty"] = Family(
        id="faulty",
        title="Faulty",
        order=2,
        clarity=1,
        encoding="ordinal",
        build=lambda config, context: Faulty(),
        defaults=({"C": 1.0},),
        space=space,
    )
    ordered = {one.id: one for one in sorted(given.values(), key=lambda one: one.order)}
    given.clear()
    given.update(ordered)


if __name__ == "__main__":
    plant()
    sys.exit(worker.main())
