"""The search for a model. FLAML proposes; fitting, folds, out-of-fold predictions, failures and times are ours.

FLAML's cost-frugal search (Wu, Wang, Huang: Frugal Optimization for Cost-related Hyperparameters, AAAI 2021) goes
from the best start of a family in small steps. This is the only module that imports it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.automl.aside import Aside
from engine.automl.bench import Bench, Fold, used_folds
from engine.automl.families import fitting
from engine.automl.families.family import Config, Family, Param
from engine.automl.families.targets import shape_of
from engine.automl.finish import Finisher
from engine.automl.limits import quiet
from engine.automl.outcome import Listener, Recorded, SearchResult, TrialOutcome
from engine.automl.pace import Pace
from engine.automl.race import MakeSearcher, Race, Searcher
from engine.automl.reserve import Reserve
from engine.automl.space import adapted, holds
from engine.domain.data import Problem
from engine.domain.recipe import Recipe
from engine.domain.run import PROCESS_ENDED, Budget
from engine.errors import InputError

__all__ = ["Listener", "Recorded", "SearchResult", "TrialOutcome", "search"]

_REPLACED_SECONDS = 1.5
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
    space: Mapping[str, Any] | None = None,
    recipe: Recipe | None = None,
    aside: Aside | None = None,
    recorded: Sequence[Recorded] = (),
    starts: Sequence[tuple[str, Config]] = (),
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
    space : mapping of family id to changes, optional
        What :func:`engine.automl.space.checked` returns: the search space as the person changed it.
    recipe : Recipe, optional
        Steps that are done, and fitted, inside each fold before anything else.
    aside : Aside, optional
        Group, place in time and weight of each row.
    recorded : sequence of Recorded
        Trials of an earlier attempt at the same search, or taken over from an earlier search on the same rows.
    starts : sequence of (family id, configuration)
        What did well on an earlier version of the data; tried early.
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
    bench.aside = aside or Aside()
    reserve = Reserve(bench=bench, clock=clock, deadline=_deadline(budget, began, recorded))
    able, left_out = fitting(problem.task, families or (), shape_of(y, used, X.shape[1], bench.target_scale))
    race = make_race(
        bench=bench,
        families=adapted(able, space or {}),
        listener=listener,
        pace=Pace(budget=budget, clock=clock, started=began, time_left=reserve.time_left, long=len(bench.samples) > 1),
        finisher=Finisher(bench=bench, reserve=reserve, stopping=listener.stopping),
        make_searcher=make_searcher or flaml_searcher,
        zero_shot=partial(zero_shot, bench=bench),
        given=starts,
        **_before(recorded, counted=reserve.deadline is None),
    )
    return _finished(race, (*_fewer(len(y), folds, used), *left_out))


def _before(recorded: Sequence[Recorded], *, counted: bool) -> dict[str, Any]:
    """Part what was recorded: where trials are counted, only what was taken over is there before the first."""
    return {
        "outcomes": [one for one in recorded if one.taken or not counted],
        "repeated": {one.number: one for one in recorded if counted and not one.taken},
    }


def _finished(race: Race, notes: tuple[str, ...]) -> SearchResult:
    race.run()
    _must_have_one(race.outcomes)
    race.listener.tell("Blending the best trials and fitting them on all rows", 1.0)
    return race.finisher.finish(race.outcomes, notes)


def _deadline(budget: Budget, began: float, recorded: Sequence[Recorded]) -> float | None:
    """Say when the model has to be stored; a process that took another's place has begun late and may end early."""
    if budget.seconds is None or budget.trials is not None:
        return None
    replaced = any(one.reason.startswith(PROCESS_ENDED) for one in recorded)
    return began + budget.seconds - (_REPLACED_SECONDS if replaced else 0.0)


def _fewer(rows: int, folds: Sequence[Fold], used: Sequence[Fold]) -> tuple[str, ...]:
    """Say that not all folds were fitted, where it is so."""
    few = f"There are {rows:,} rows, so {len(used)} of {len(folds)} folds were fitted and scored."
    return (few,) if len(used) < len(folds) else ()


def _must_have_one(outcomes: Sequence[TrialOutcome]) -> None:
    """Refuse to go on where not a single trial has succeeded."""
    if any(one.score is not None for one in outcomes):
        return
    reasons = [one.reason for one in outcomes if one.reason]
    raise InputError(
        f"No model could be fitted: {reasons[0] if reasons else 'there was nothing to try.'}",
        hint="Look at the findings on the data page, or give the search more time.",
    )


_ZERO_SHOT = {"lightgbm": "lgbm"}
"""What FLAML calls the families whose configurations for similar tables are tried. Those for the others are slow: a
thousand trees of forests, steps of a thousandth in XGBoost."""


def zero_shot(family: Family, bench: Bench) -> Config | None:
    """Look up the configuration that did best on the most similar table that FLAML was prepared with.

    Wang, Wu, Liu, Weimer: Mining robust default configurations for resource-constrained AutoML (2022). Values outside
    of the family's space are brought to its border; nothing is fitted.
    """
    if family.id not in _ZERO_SHOT:
        return None
    from flaml.default import suggest

    task = "classification" if bench.problem.task.is_classification else "regression"
    words = {name: "category" for name in bench.X if bench.X[name].dtype == object}
    known: Any = suggest.suggest_hyperparams
    found = known(task, bench.X.astype(words), bench.y, _ZERO_SHOT[family.id])[0]
    config = dict(family.defaults[0])
    for param in family.space:
        if param.name in found and not param.choices:
            value = min(max(float(found[param.name]), param.low), param.high)
            config[param.name] = round(value) if param.whole else float(f"{value:.6g}")
    return config


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
        # What was recorded under other bounds is no place to start from under these.
        known = [pair for pair in known if holds(family, pair[0])]
        good = [(config, known_loss) for config, known_loss in known if math.isfinite(known_loss)]
        best, loss = min(good, key=lambda pair: pair[1], default=(family.defaults[0], None))
        worst = max((known_loss for _, known_loss in good), default=0.0)
        self._fixed = {name: value for name, value in best.items() if name not in names}
        # What failed is as bad as it gets, and is not tried again.
        failed = worst + abs(worst) + 1.0
        self._seen = {_key(config): min(known_loss, failed) for config, known_loss in known}
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
