"""What contributions are shared out between whom: the model, its background and the columns as players."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.domain.data import Problem
from engine.explain.cells import encode
from engine.explain.output import Floats, Places, Predictor, predict_outputs

EXACT_PLAYERS = 6
"""Up to so many players all coalitions are counted; 64 of them cost as much as five dozen columns walked."""

_CELLS_PER_CALL = 2_000_000
_MOST_ROWS_PER_CALL = 20_000


def steps(players: int) -> int:
    """Count the rows to predict for one explained row and one background row, before equal ones are left out."""
    return 2**players if players <= EXACT_PLAYERS else players + 1


@dataclass(frozen=True, kw_only=True)
class Game:
    """A prediction, seen as what columns achieve together."""

    predict: Callable[[Places], Floats]
    """Predicts rows of codes, shape (n_rows, n_columns) to (n_rows, n_outputs)."""
    background: Places
    """Codes of the rows that stand for "unknown", shape (n_background, n_columns)."""
    player_of: Places
    """The player of every column, shape (n_columns,): columns of the same player count as one."""

    @property
    def players(self) -> int:
        """Count of players."""
        return int(self.player_of.max()) + 1

    @property
    def exact(self) -> bool:
        """Whether all coalitions are counted."""
        return self.players <= EXACT_PLAYERS

    @property
    def rows_per_row(self) -> int:
        """Rows to predict for one explained row, before equal ones are left out."""
        return len(self.background) * steps(self.players)

    @property
    def rows_per_call(self) -> int:
        """Rows in one call of the model: many, since a call costs much, but within the memory."""
        return int(min(_MOST_ROWS_PER_CALL, max(1, _CELLS_PER_CALL // len(self.player_of))))


def make_game(model: Predictor, table: pd.DataFrame, problem: Problem) -> tuple[Game, Places]:
    """Set up a game on the cells of a table, each column a player.

    Returns
    -------
    Game
        With the whole table as background.
    ndarray
        Codes of the table, shape (n_rows, n_columns).
    """
    cells, codes = encode(table)

    def predict(rows: Places) -> Floats:
        return predict_outputs(model, cells.frame(rows), problem)

    return Game(predict=predict, background=codes, player_of=np.arange(codes.shape[1])), codes


def predict_distinct(game: Game, codes: Places) -> Floats:
    """Predict rows of codes, each distinct row once, in calls of at most ``rows_per_call`` rows."""
    slim = np.ascontiguousarray(codes, dtype=np.int32)
    packed = slim.view(np.dtype((np.void, slim.itemsize * slim.shape[1]))).ravel()
    _, first, inverse = np.unique(packed, return_index=True, return_inverse=True)
    step = game.rows_per_call
    parts = [game.predict(codes[first[start : start + step]]) for start in range(0, len(first), step)]
    values: Floats = np.concatenate(parts)[inverse]
    return values
