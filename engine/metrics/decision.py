"""From probabilities to a decision."""

from __future__ import annotations

import numpy as np

from engine.domain.data import Problem
from engine.metrics.weighted import Floats, Ints


def decide(pred: Floats, problem: Problem) -> Ints:
    """Choose a class for each row: the one of least expected cost under the stated costs, else the likeliest.

    Parameters
    ----------
    pred : ndarray of shape (n_rows, n_classes)
        Probabilities in the order of ``problem.classes``, without NaN.
    problem : Problem
        Of ``costs``, entry ``[i][j]`` is what it costs to say class j when it is class i.

    Returns
    -------
    ndarray of int, shape (n_rows,)
        Class codes; of equally good classes the first.

    Notes
    -----
    Elkan, C. (2001). The foundations of cost-sensitive learning. IJCAI 17, 973-978, equation 1.
    """
    if not problem.costs:
        likeliest: Ints = np.argmax(pred, axis=1)
        return likeliest
    costs = np.asarray(problem.costs, dtype=np.float64)
    # Not a BLAS product: ties at a round threshold must fall the same way at any number of threads.
    cheapest: Ints = np.argmin(np.einsum("ni,ij->nj", pred, costs), axis=1)
    return cheapest
