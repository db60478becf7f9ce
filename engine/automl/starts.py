"""What a search tries first: baselines, what did well before, plain defaults, other good configurations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from engine.automl.families.family import Config, Family, asked
from engine.domain.run import TrialKind

ZeroShot = Callable[[Family], Config | None]
"""Knows a configuration of a family that did well on similar tables."""

_MANY_ROWS = 10_000
_BEHIND = 2
_OPAQUE = 2
"""Clarity of boosted trees; an additive model of such trees is clearer, and slower to get as far."""
_BASELINES = (TrialKind.DUMMY, TrialKind.SIMPLE)


def in_order(
    families: Sequence[Family], given: Sequence[tuple[str, Config]], zero_shot: ZeroShot, rows: int
) -> Iterator[tuple[Family, Config, TrialKind]]:
    """List good configurations in the order in which they are tried; some may come twice.

    Parameters
    ----------
    families : sequence of Family
        In their order.
    given : sequence of (family id, configuration)
        What did well on an earlier version of the data.
    zero_shot : callable
    rows : int
        Of the table: with many, boosted trees have their other starts before the forests and the rest have their first.

    Yields
    ------
    tuple of (Family, configuration, TrialKind)
    """
    known = {one.id: one for one in families}
    for family in families:
        if family.first_kind in _BASELINES:
            yield family, family.defaults[0], family.first_kind
    for name, config in given:
        if name in known:
            yield known[name], asked(config), TrialKind.CANDIDATE
    behind = _BEHIND if rows > _MANY_ROWS else 0
    for turn in range(max((len(one.defaults) for one in families), default=0) + 1 + behind):
        for family in families:
            boosted = family.rounds is not None and family.clarity <= _OPAQUE
            place = turn if boosted or family.always else turn - behind
            start = _start(family, place, zero_shot) if place >= 0 else None
            if start is not None:
                yield family, start, family.first_kind if place == 0 else TrialKind.CANDIDATE


def _start(family: Family, place: int, zero_shot: ZeroShot) -> Config | None:
    """Return a family's plain default, then what is known of similar tables, then its other good configurations."""
    if place == 1:
        return zero_shot(family)
    rest = family.defaults[place - 1 if place else 0 :]
    return rest[0] if rest else None
