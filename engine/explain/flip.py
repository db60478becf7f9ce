"""The smallest change that gives another answer, and the nearest real row that has one.

The values tried are those of real training rows: quantiles of numbers and dates, frequent levels of everything else.
Changes of one column come before those of two and three, and among them the nearest in Gower's distance, as proposed
for counterfactual explanations (Wachter, Mittelstadt and Russell 2017; Mothilal, Sharma and Tan 2020).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np
import pandas as pd

from engine.domain.data import Problem
from engine.domain.task import ColumnKind, Task
from engine.domain.words import number
from engine.errors import InputError
from engine.explain import similar, words
from engine.explain.cells import as_numbers
from engine.explain.goal import Goal, check_wanted
from engine.explain.output import Predictor, labels, predict_outputs, quantity
from engine.explain.ranges import listed
from engine.explain.similar import Space
from engine.explain.whatif import decide

OPTIONS = 5
"""Changes that are kept."""
_QUANTILES = np.linspace(0.02, 0.98, 13)
_LEVELS = 8
_RARE_LEVEL = 5
"""A level with fewer rows than this is not proposed."""
_PAIR_COLUMNS, _PAIR_VALUES = 8, 6
_TRIPLE_COLUMNS, _TRIPLE_VALUES = 7, 3
_STEPS = 24
"""Real values looked at between the old and the found one, to make a change smaller."""
_MOST_CHECKED = 200

Change = tuple[tuple[str, Any], ...]
"""New values by column, in the order of the features."""


def search(
    model: Predictor,
    frame: pd.DataFrame,
    row: pd.DataFrame,
    problem: Problem,
    space: Space,
    *,
    wanted: str | float | None = None,
    fixed: Sequence[str] = (),
) -> dict[str, Any]:
    """Search the smallest plausible changes of a row that give another answer.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_features)
        The aligned training part.
    row : DataFrame of shape (1, n_features)
        Aligned.
    wanted : str, float or None
        A class, or the value that a regression is to pass.
    fixed : sequence of str
        Columns that are never changed; free text is never changed either.

    Returns
    -------
    dict
        ``goal wanted reached fixed left_out tried options[{changes[{column before after}] distance prediction
        decision}] words``. ``tried`` counts the predictions; ``reached``: the row answers so already.
    """
    present = predict_outputs(model, row, problem)[0]
    wanted = check_wanted(wanted, problem)
    if problem.task is not Task.REGRESSION and wanted == decide(present, problem):
        raise InputError(
            f"The model says '{wanted}' for this row already.", hint="Choose another class, or leave it open."
        )
    goal = Goal(problem, wanted if problem.task is not Task.BINARY else None, present)
    free = [name for name in problem.features if name not in fixed and problem.kinds[name] is not ColumnKind.TEXT]
    hunt = _Hunt(model, row, problem, goal, space)
    singles = hunt.tried([((name, value),) for name in free for value in _values(frame[name], row, name, problem)])
    options = hunt.plausible(singles, [])
    for count in (2, 3):
        if len(options) < OPTIONS:
            options = hunt.plausible(hunt.tried(_joined(singles, count)), options)
    smaller = [hunt.smaller(one, frame) for one in options]
    payload: dict[str, Any] = {
        "row": int(row.index[0]),
        "goal": goal.text,
        "wanted": wanted,
        "fixed": [name for name in problem.features if name in fixed],
        "left_out": [name for name in problem.features if problem.kinds[name] is ColumnKind.TEXT],
        "tried": hunt.count,
        "before": float(present[int(present.argmax())]),
        "options": [hunt.written(one) for one in sorted(smaller, key=hunt.size)],
    }
    return payload | {"words": _sentences(payload)}


def nearest_other(
    frame: pd.DataFrame,
    row: pd.DataFrame,
    outcomes: Sequence[Any],
    space: Space,
    *,
    actual: Any,
    beyond: float | None = None,
    present: float | None = None,
) -> dict[str, Any] | None:
    """Find the nearest training row that turned out otherwise.

    Parameters
    ----------
    outcomes : sequence of length n_rows
        Class labels, or values of a regression.
    actual : str or float
        What became of the row itself; for a classification another row must differ from it.
    beyond, present : float, optional
        For a regression: the value to lie beyond, seen from the present answer.
    """
    values = np.asarray(outcomes)
    if beyond is None:
        among = values != actual
    else:
        among = values > beyond if present is None or beyond >= present else values < beyond
    places = similar.nearest(space, row, count=1, among=among)
    return similar.compared(frame, row, places, space, outcomes)[0] if len(places) else None


class _Hunt:
    """One search: what is asked of the model, how large a change is, and how it is written down."""

    def __init__(self, model: Predictor, row: pd.DataFrame, problem: Problem, goal: Goal, space: Space) -> None:
        self.model, self.row, self.problem, self.goal, self.space = model, row, problem, goal, space
        self.count = 0

    def rows(self, changes: Sequence[Change]) -> pd.DataFrame:
        """Write changed copies of the row."""
        table = {}
        for name in self.problem.features:
            value = self.row[name].iloc[0]
            table[name] = pd.Series([dict(one).get(name, value) for one in changes], dtype=self.row[name].dtype)
        return pd.DataFrame(table)

    def tried(self, changes: Iterable[Change]) -> list[tuple[Change, float]]:
        """Ask the model about changes, all in one call; each with how far beyond the goal it is."""
        asked = list(changes)
        if not asked:
            return []
        self.count += len(asked)
        margins = self.goal.margin(predict_outputs(self.model, self.rows(asked), self.problem))
        return list(zip(asked, margins.tolist(), strict=True))

    def size(self, change: Change) -> tuple[int, float]:
        """Count the columns, then measure the distance."""
        apart = 0.0
        for name, value in change:
            apart += self.space.weights[name] * _gap(self.row, name, value, self.space)
        return len(change), apart

    def plausible(self, tried: Sequence[tuple[Change, float]], known: Sequence[Change]) -> list[Change]:
        """Add the smallest that reach the goal and that no rare pair of values speaks against.

        Only one for the same columns is kept, and none whose columns hold those of a smaller one.
        """
        kept = {tuple(name for name, _ in change): change for change in known}
        reached = [change for change, margin in tried if margin > 0]
        for change in sorted(reached, key=self.size)[:_MOST_CHECKED]:
            names = tuple(name for name, _ in change)
            if len(kept) == OPTIONS:
                break
            if any(set(one) <= set(names) for one in kept):
                continue
            if not similar.rare_pairs(self.space, self.rows([change]), names):
                kept[names] = change
        return list(kept.values())

    def smaller(self, change: Change, frame: pd.DataFrame) -> Change:
        """Bring each changed number as near to its old value as the goal allows, through values of real rows."""
        for place, (name, value) in enumerate(change):
            steps = _between(frame[name], self.row[name], value, self.problem.kinds[name])
            versions = [(*change[:place], (name, one), *change[place + 1 :]) for one in steps]
            reached = [one for one, margin in self.tried(versions) if margin > 0]
            likely = [one for one in reached if not similar.rare_pairs(self.space, self.rows([one]), [name])]
            change = min([change, *likely], key=self.size)
        return change

    def written(self, change: Change) -> dict[str, Any]:
        """Write a change down with its answer."""
        outputs = predict_outputs(self.model, self.rows([change]), self.problem)[0]
        place = int(outputs.argmax())
        return {
            "changes": [
                {
                    "column": name,
                    "before": words.cell_text(self.row[name].iloc[0]),
                    "after": words.cell_text(value),
                }
                for name, value in change
            ],
            "distance": self.size(change)[1],
            # Of several classes the probability of the one that is decided then.
            "what": _what(self.problem, place),
            "prediction": float(outputs[place]),
            "decision": decide(outputs, self.problem),
        }


def _what(problem: Problem, place: int) -> str:
    label = labels(problem)[place]
    return quantity(problem, label) if label is None else f"the {quantity(problem, label)}"


def _gap(row: pd.DataFrame, name: str, value: Any, space: Space) -> float:
    """Measure one column's part of the distance, between 0 and 1."""
    if name not in space.numbers:
        return 1.0
    both = pd.Series([row[name].iloc[0], value], dtype=row[name].dtype)
    ends = as_numbers(both, space.problem.kinds[name])
    if ends is None or not np.isfinite(ends).all():
        return 1.0
    return float(min(abs(ends[1] - ends[0]) / space.scales[name][1], 1.0))


def _values(column: pd.Series[Any], row: pd.DataFrame, name: str, problem: Problem) -> list[Any]:
    """Take values of real rows that the row itself does not have."""
    present, mine = column.dropna(), row[name].iloc[0]
    if not len(present):
        return []
    if similar.is_ordered(problem.kinds[name]):
        found = present.sort_values().iloc[np.unique((_QUANTILES * (len(present) - 1)).round().astype(int))].unique()
    else:
        counts = present.value_counts()
        found = counts.index[counts >= min(_RARE_LEVEL, counts.iloc[0])][:_LEVELS].to_numpy()
    # Not through tolist(): it would turn moments into whole numbers.
    return [value for value in pd.Series(found) if value != mine]


def _between(column: pd.Series[Any], old: pd.Series[Any], found: Any, kind: ColumnKind) -> list[Any]:
    """List real values between the old and the found one, evenly over them."""
    mine = old.iloc[0]
    if not similar.is_ordered(kind) or pd.isna(mine):
        return []
    low, high = min(mine, found), max(mine, found)
    inside = np.sort(column[(column > low) & (column < high)].unique())
    places = np.unique(np.linspace(0, len(inside) - 1, min(_STEPS, len(inside))).round().astype(int))
    return list(pd.Series(inside[places]))


def _joined(singles: Sequence[tuple[Change, float]], count: int) -> list[Change]:
    """Join single changes of several columns: of the columns that help most, the values that help most."""
    columns, values = (_PAIR_COLUMNS, _PAIR_VALUES) if count == 2 else (_TRIPLE_COLUMNS, _TRIPLE_VALUES)
    best: dict[str, list[Change]] = {}
    for change, _ in sorted(singles, key=lambda one: -one[1]):
        best.setdefault(change[0][0], []).append(change)
    helpful = list(best)[:columns]
    order = {name: place for place, name in enumerate(dict.fromkeys(change[0][0] for change, _ in singles))}
    joined: list[Change] = []
    for names in combinations(sorted(helpful, key=order.__getitem__), count):
        every = product(*(best[name][:values] for name in names))
        joined.extend(tuple(part[0] for part in parts) for parts in every)
    return joined


def _sentences(payload: Mapping[str, Any]) -> list[str]:
    held = f" {listed(payload['fixed'])} {_held(payload['fixed'])}." if payload["fixed"] else ""
    looked = f"{number(payload['tried'])} changes of one, two and three columns were tried, with values of real rows."
    if not payload["options"]:
        return [f"No change that {payload['goal']} was found: {looked}{held}"]
    first = payload["options"][0]
    said = listed([f"{one['column']} = {one['after']} (was {one['before']})" for one in first["changes"]])
    return [
        f"The smallest change found that {payload['goal']}: {said}. The model then says "
        f"{number(first['prediction'])} for {first['what']}.",
        looked + held,
    ]


def _held(names: Sequence[str]) -> str:
    return "stays as it is" if len(names) == 1 else "stay as they are"
