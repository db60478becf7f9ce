"""The search for a model. FLAML proposes; fitting, folds, out-of-fold predictions, failures and times are ours.

FLAML's cost-frugal search (Wu, Wang, Huang: Frugal Optimization for Cost-related Hyperparameters, AAAI 2021) goes
from the best start of a family in small steps. This is the only module that imports it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.automl.bench import Bench, Fold, used_folds
from engine.automl.families import for_task
from engine.automl.families.family import Config, Family, Param
from engine.automl.finish import Finisher
from engine.automl.limits import quiet
from engine.automl.outcome import Listener, Recorded, SearchResult, TrialOutcome
from engine.automl.pace import Pace
from engine.automl.race import MakeSearcher, Race, Searcher
from engine.automl.reserve import Reserve
from engine.domain.data import Problem
from engine.domain.recipe import Recipe
from engine.domain.run import Budget
from engine.errors import InputError

__all__ = ["Listener", "Recorded", "SearchResult", "TrialOutcome", "search"]

_MOST_ASKED = 20
"""Proposals in a row that are known already, after which a searcher counts as exhausted."""


def search(
    X: pd.DataFrame,
    y: npt.NDArray[np.generic],
    problem: Problem,
    folds: Sequence[Fold],
    *,
    budget: Budget,
    seed: int,
    threads: int,
    listener: Listener,
    families: Sequence[str] | None = None,
    recipe: Recipe | None = None,
    recorded: Sequence[Recorded] = (),
    clock: Callable[[], float] = time.monotonic,
    started: float | None = None,
    make_searcher: MakeSearcher | None = None,
    make_race: Callable[..., Race] = Race,
) -> SearchResult:
    """Search for the best model within a budget.

    Parameters
    ----------
    X : DataFrame of shape (n_rows, n_features)
    y : ndarray of shape (n_rows,)
        Class codes or values.
    problem : Problem
    folds : sequence of (fit rows, score rows)
    budget : Budget
        Seconds (from ``started`` to the fitted model) or a count of trials.
    seed, threads : int
    listener : Listener
    families : sequence of str, optional
        Ids of the families to try; all by default.
    recipe : Recipe, optional
        Steps that are done, and fitted, inside each fold before anything else.
    recorded : sequence of Recorded
        Trials of an earlier attempt at the same search.
    clock : callable
        Monotonic seconds.
    started : float, optional
        Reading of ``clock`` at which the budget began; now by default.
    make_searcher : callable, optional
        Makes the searcher of a family; FLAML's by default.
    make_race : callable
        Makes the race of its parts; another one fits trials elsewhere.

    Returns
    -------
    SearchResult

    Raises
    ------
    InputError
        If not a single trial succeeded, a chosen family does not exist, or the table or the recipe does not fit
        the problem.
    """
    began = clock() if started is None else started
    used = used_folds(folds, len(y))
    bench = Bench(raw=X, y=y, problem=problem, folds=used, seed=seed, threads=threads, recipe=recipe or Recipe())
    deadline = None if budget.seconds is None or budget.trials is not None else began + budget.seconds
    reserve = Reserve(bench=bench, clock=clock, deadline=deadline)
    finisher = Finisher(bench=bench, reserve=reserve, stopping=listener.stopping)
    cells = X.shape[0] * X.shape[1]
    race = make_race(
        bench=bench,
        families=[one for one in for_task(problem.task, families or ()) if cells <= one.most_cells],
        listener=listener,
        pace=Pace(budget=budget, clock=clock, started=began, time_left=reserve.time_left),
        finisher=finisher,
        make_searcher=make_searcher or flaml_searcher,
        outcomes=list(recorded),
    )
    race.run()
    if not race.has_one():
        raise _nothing(race.outcomes)
    listener.tell("Blending the best trials and fitting them on all rows", 1.0)
    few = f"There are {len(y):,} rows, so {len(used)} of {len(folds)} folds were fitted and scored."
    return finisher.finish(race.outcomes, (few,) if len(used) < len(folds) else ())


def _nothing(outcomes: Sequence[TrialOutcome]) -> InputError:
    reasons = [one.reason for one in outcomes if one.reason]
    return InputError(
        f"No model could be fitted: {reasons[0] if reasons else 'there was nothing to try.'}",
        hint="Look at the findings on the data page, or give the search more time.",
    )


def flaml_searcher(family: Family, known: Sequence[tuple[Config, float]], seed: int) -> Searcher:
    """Make FLAML's cost-frugal searcher for a family, starting from the best that is known of it."""
    return _Flaml(family, known, seed)


class _Flaml:
    """FLAML's CFO behind two methods."""

    def __init__(self, family: Family, known: Sequence[tuple[Config, float]], seed: int) -> None:
        # Imported here: the first trials need nothing of it, and it takes a second.
        with quiet():
            # Where pyspark is installed, FLAML loads it, and pyspark says which pandas it likes better.
            from flaml import tune
            from flaml.tune.searcher.blendsearch import CFO

        names = [one.name for one in family.space]
        best, loss = min(known, key=lambda pair: pair[1], default=(family.defaults[0], None))
        self._fixed = {name: value for name, value in best.items() if name not in names}
        self._seen = {_key(config): known_loss for config, known_loss in known}
        self._asked: dict[tuple[Any, ...], tuple[str, Config]] = {}
        self._count = 0
        self._searcher = CFO(
            metric="loss",
            mode="min",
            space={one.name: _domain(tune, one) for one in family.space},
            low_cost_partial_config={one.name: one.start for one in family.space if not one.choices},
            points_to_evaluate=[{name: best[name] for name in names if name in best}],
            evaluated_rewards=None if loss is None else [loss],
            seed=seed,
            cost_attr="cost",
        )

    def suggest(self) -> Config | None:
        """Propose a configuration that was not tried yet."""
        for _ in range(_MOST_ASKED):
            self._count += 1
            trial = str(self._count)
            found = self._searcher.suggest(trial)
            if found is None:
                continue
            config = self._fixed | {name: _plain(value) for name, value in found.items()}
            if _key(config) in self._seen:
                # What is known need not be fitted again: the searcher hears the same and goes on.
                self._tell(trial, found, self._seen[_key(config)], 0.0)
                continue
            if _key(config) in self._asked:
                # With several trials at a time: it is being fitted already.
                self._searcher.on_trial_complete(trial, error=True)
                continue
            self._asked[_key(config)] = (trial, found)
            return config
        return None

    def learn(self, config: Config, loss: float, cost: float) -> None:
        """Tell FLAML how its proposal did."""
        trial, found = self._asked.pop(_key(config))
        self._seen[_key(config)] = loss
        self._tell(trial, found, loss, cost)

    def _tell(self, trial: str, found: Config, loss: float, cost: float) -> None:
        self._searcher.on_trial_complete(trial, {"loss": loss, "cost": cost, "config": found})


def _key(config: Config) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(config.items()))


def _plain(value: Any) -> Any:
    """Turn NumPy's numbers into Python's, so that a configuration is plain JSON; six digits are enough."""
    plain = value.item() if isinstance(value, np.generic) else value
    return float(f"{plain:.6g}") if isinstance(plain, float) else plain


def _domain(tune: Any, param: Param) -> Any:
    if param.choices:
        return tune.choice(list(param.choices))
    if param.whole:
        return (tune.lograndint if param.log else tune.randint)(int(param.low), int(param.high) + 1)
    return (tune.loguniform if param.log else tune.uniform)(param.low, param.high)
