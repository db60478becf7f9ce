"""Which rows are set apart as the hold-out, and which folds the others form.

Row numbers are positions in the table that is given. Nothing is drawn from a global generator: the same
table, the same :class:`~engine.domain.data.SplitSpec` and the same seed give the same rows.
"""

from engine.data.split.folds import folds, repeated
from engine.data.split.holdout import holdout_rows, rows_sha256
from engine.data.split.optimism import optimism
from engine.data.split.proposal import find_group_column, propose
from engine.data.split.timeline import find_time_column

__all__ = [
    "find_group_column",
    "find_time_column",
    "folds",
    "holdout_rows",
    "optimism",
    "propose",
    "repeated",
    "rows_sha256",
]
