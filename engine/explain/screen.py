"""Wide tables: which columns are explained one by one, and which together as one."""

from __future__ import annotations

import numpy as np

from engine.explain.game import Game, predict_distinct
from engine.explain.output import Places

MOST_COLUMNS, LEAST_COLUMNS = 40, 20
"""Columns explained one by one, with a fast and with a slow model; the rest of a wider table counts as one player."""

_PREDICTIONS_PER_COLUMN = 2_500
_MOST_ROWS, _LEAST_ROWS = 100, 5
_SHARE = 0.1


def players(game: Game, rows: Places, *, predictions: float, seed: int) -> Places:
    """Give every column its player: itself, or in a wide table the last one for all that count little.

    Parameters
    ----------
    game : Game
        Whose model is asked; its players are not looked at.
    rows : ndarray
        Codes of sampled rows, shape (n_rows, n_columns).
    predictions : float
        Rows that may be predicted in all; a tenth of them for the choice.

    Returns
    -------
    ndarray
        The player of every column, shape (n_columns,).

    Notes
    -----
    The choice is a quick permutation importance (Breiman, 2001; Fisher et al., 2019): in each sampled
    row one column after the other takes its value from another row, and the mean size of the
    prediction's change counts.
    """
    columns = rows.shape[1]
    most = int(np.clip(predictions // _PREDICTIONS_PER_COLUMN, LEAST_COLUMNS, MOST_COLUMNS))
    if columns <= most:
        return np.arange(columns)
    size = int(np.clip(_SHARE * predictions // columns, _LEAST_ROWS, _MOST_ROWS))
    rows = rows[:size]
    others = rows[np.random.default_rng(seed).permutation(len(rows))]
    before = predict_distinct(game, rows)
    change = np.empty(columns)
    step = max(1, game.rows_per_call // len(rows))
    for start in range(0, columns, step):
        part = range(start, min(start + step, columns))
        mixed = np.tile(rows, (len(part), 1, 1))
        for place, column in enumerate(part):
            mixed[place, :, column] = others[:, column]
        after = predict_distinct(game, mixed.reshape(-1, columns)).reshape(len(part), len(rows), -1)
        change[list(part)] = np.abs(after - before).mean(axis=(1, 2))
    chosen = np.sort(np.argsort(-change, kind="stable")[:most])
    player_of = np.full(columns, most, dtype=np.intp)
    player_of[chosen] = np.arange(most)
    return player_of


def names(columns: list[str], player_of: Places) -> list[str]:
    """Name the players: columns by their names, several in one by their count."""
    counts = np.bincount(player_of)
    return [
        columns[int(np.flatnonzero(player_of == player)[0])] if count == 1 else f"{count} other columns"
        for player, count in enumerate(counts)
    ]
