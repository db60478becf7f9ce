"""Which family is searched next: the one whose next improvement is expected to cost least.

Estimated cost for improvement (ECI) as in Wang, Wu, Weimer, Zhu: FLAML, a fast and lightweight AutoML library
(MLSys 2021), section 4.2: each family is drawn with a probability that falls with its ECI, so none is starved.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

_GROWTH = 2.0
"""A better configuration of a family is expected to cost up to so many times its best one."""
_FLOOR = 1e-6


@dataclass(kw_only=True)
class Account:
    """What a family has cost, and what it has brought."""

    costs: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    """Loss of each trial, lower is better; infinite where it failed."""

    def book(self, loss: float, cost: float) -> None:
        """Add a trial."""
        self.losses.append(loss)
        self.costs.append(max(cost, _FLOOR))

    @property
    def spent(self) -> float:
        """Cost of all trials."""
        return math.fsum(self.costs)

    @property
    def best(self) -> float:
        """Lowest loss; infinite before the first success."""
        return min(self.losses, default=math.inf)

    def expected_cost(self, best_of_all: float) -> float:
        """Estimate what the next improvement will cost; for a family that lags, what catching up will cost.

        Parameters
        ----------
        best_of_all : float
            Lowest loss of any family.
        """
        records = self._records()
        if not records:
            return _GROWTH * self.spent
        last, before = records[-1], records[-2] if len(records) > 1 else None
        earlier = before.spent if before else 0.0
        own = min(max(self.spent - last.spent, last.spent - earlier), _GROWTH * last.cost)
        gap = self.best - best_of_all
        if gap <= 0 or not math.isfinite(gap):
            return own
        first = records[0]
        gained = first.loss - last.loss
        if gained <= 0:
            # A single trial says nothing about the speed of catching up.
            return max(own, _GROWTH * self.spent)
        return max(own, _GROWTH * gap * (last.spent - first.spent + first.cost) / gained)

    def _records(self) -> list[_Record]:
        """List the trials that were better than all before, with what had been spent by then."""
        found, spent, best = [], 0.0, math.inf
        for loss, cost in zip(self.losses, self.costs, strict=True):
            spent += cost
            if loss < best:
                best = loss
                found.append(_Record(loss=loss, cost=cost, spent=spent))
        return found


@dataclass(frozen=True, kw_only=True)
class _Record:
    loss: float
    cost: float
    spent: float


def choose(accounts: Mapping[str, Account], always: frozenset[str], share: float, rng: np.random.Generator) -> str:
    """Draw the family that is searched next.

    Parameters
    ----------
    accounts : mapping of family id to Account
        At least one.
    always : frozenset of str
        Families that get ``share`` of the cost whatever their score.
    share : float
    rng : Generator

    Returns
    -------
    str
        Id of a family.
    """
    total = math.fsum(account.spent for account in accounts.values())
    # A family that has not even been tried, or is owed its share, comes first.
    for name in sorted(accounts):
        if not accounts[name].costs or (name in always and accounts[name].spent < share * total):
            return name
    best = min(account.best for account in accounts.values())
    names = sorted(accounts)
    weights = np.array([1.0 / max(accounts[name].expected_cost(best), _FLOOR) for name in names])
    return str(rng.choice(np.array(names, dtype=object), p=weights / weights.sum()))
