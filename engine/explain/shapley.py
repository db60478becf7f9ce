"""SHAP values of any model over groups of original columns, on the scale of its output.

The contribution of a column is its Shapley value in the game whose worth is the prediction for a row
in which the columns outside the coalition are taken from a background row, averaged over the
background (interventional SHAP: Lundberg and Lee, 2017; Janzing et al., 2020). With few columns all coalitions
are counted. With more, each pair of explained and background row is walked from the one to the other in
random order of the columns (Castro et al., 2009; Strumbelj and Kononenko, 2014), every second walk in
the reverse of the order before it (antithetic pairs: Mitchell et al., 2022). Either way the
contributions of a row add up to its prediction minus the base.
"""

from __future__ import annotations

from collections.abc import Callable
from math import factorial

import numpy as np
import numpy.typing as npt

from engine.explain.game import Game, predict_distinct
from engine.explain.output import Floats, Places

_NOISE = 1e-12
"""Contributions below this part of the largest prediction are rounding errors and count as zero."""


def contributions(
    game: Game, rows: Places, *, seed: int, go_on: Callable[[int], bool] = lambda done: True
) -> tuple[Floats, Floats]:
    """Share out the predictions of rows between the players.

    Parameters
    ----------
    rows : ndarray
        Codes of the rows to explain, shape (n_rows, n_columns).
    seed : int
        Each row has walks of its own, seeded by its place: how rows fall into batches changes nothing.
    go_on : callable
        Asked after every batch with the number of rows done; ``False`` ends there.

    Returns
    -------
    values : ndarray
        Shape (n_done, n_players, n_outputs).
    base : ndarray
        The mean prediction of the background, shape (n_outputs,).
    """
    step = max(1, game.rows_per_call // game.rows_per_row)
    found: list[Floats] = []
    base = predict_distinct(game, game.background).mean(axis=0)
    for start in range(0, len(rows), step):
        places = range(start, min(start + step, len(rows)))
        orders = [_orders(game, np.random.default_rng([seed, place])) for place in places]
        mixed = np.concatenate([_mix(game, rows[place], order) for place, order in zip(places, orders, strict=True)])
        worth = predict_distinct(game, mixed).reshape(len(places), len(game.background), -1, len(base))
        found += [_share_out(game, one, order) for one, order in zip(worth, orders, strict=True)]
        if not go_on(len(found)):
            break
    values = np.stack(found)
    values[np.abs(values) <= _NOISE * np.abs(worth).max()] = 0.0
    return values, base


def _orders(game: Game, rng: np.random.Generator) -> Places:
    """Draw each player's place in the walk from each background row, shape (n_background, n_players)."""
    if game.exact:
        return np.empty((0, game.players), dtype=np.intp)
    pairs = -(-len(game.background) // 2)
    drawn = rng.permuted(np.tile(np.arange(game.players, dtype=np.intp), (pairs, 1)), axis=1)
    orders = np.stack([drawn, game.players - 1 - drawn], axis=1).reshape(-1, game.players)
    return orders[: len(game.background)]


def _mix(game: Game, row: Places, orders: Places) -> Places:
    """Make all rows between the background rows and one row, shape (n_background * n_steps, n_columns)."""
    if game.exact:
        masks = _coalitions(game.players)[None, :, game.player_of]
    else:
        steps = np.arange(game.players + 1)
        masks = (orders[:, None, :] < steps[None, :, None])[:, :, game.player_of]
    mixed: Places = np.where(masks, row, game.background[:, None, :])
    return mixed.reshape(-1, len(row))


def _share_out(game: Game, worth: Floats, orders: Places) -> Floats:
    """Turn predictions, shape (n_background, n_steps, n_outputs), into contributions (n_players, n_outputs)."""
    if game.exact:
        shared: Floats = _weights(game.players) @ worth.mean(axis=0)
        return shared
    moved = np.diff(worth, axis=1)
    by_player: Floats = np.take_along_axis(moved, orders[:, :, None], axis=1).mean(axis=0)
    return by_player


def _coalitions(players: int) -> npt.NDArray[np.bool_]:
    """List all coalitions, shape (2 ** players, players)."""
    return (np.arange(2**players)[:, None] >> np.arange(players) & 1).astype(bool)


def _weights(players: int) -> Floats:
    """Weigh the worth of each coalition in each player's Shapley value, shape (players, 2 ** players)."""
    inside = _coalitions(players)
    size = inside.sum(axis=1)
    # s! (p - 1 - s)! / p! for joining a coalition of s others (Shapley, 1953): with plus where the player is in.
    joining = np.array([factorial(s) * factorial(players - 1 - s) for s in range(players)]) / factorial(players)
    weights = np.where(
        inside, joining[np.maximum(size - 1, 0)][:, None], -joining[np.minimum(size, players - 1)][:, None]
    )
    by_player: Floats = weights.T
    return by_player
