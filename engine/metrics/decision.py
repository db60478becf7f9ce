"""From probabilities to a decision."""

from __future__ import annotations

import numpy as np

from engine.domain.data import Problem
from engine.metrics.weighted import Floats, Ints, Truth


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
    cheapest: Ints = np.argmin(expected_costs(pred, stated_costs(problem)), axis=1)
    return cheapest


def stated_costs(problem: Problem) -> Floats:
    """Return the costs of a problem, shape (n_classes, n_classes): each error 1 where none are stated."""
    return np.asarray(problem.costs, dtype=np.float64) if problem.costs else 1.0 - np.eye(len(problem.classes))


def expected_costs(pred: Floats, costs: Floats) -> Floats:
    """Return what saying each class is expected to cost, shape (n_rows, n_classes)."""
    # Not a BLAS product: ties at a round threshold must fall the same way at any number of threads.
    found: Floats = np.einsum("ni,ij->nj", pred, costs)
    return found


def implied_threshold(costs: Floats) -> float | None:
    """Return the probability from which on the positive of two classes is cheaper; ``None`` where one always is.

    Elkan, C. (2001). The foundations of cost-sensitive learning. IJCAI 17, 973-978, equation 2.
    """
    harm, benefit = costs[0, 1] - costs[0, 0], costs[1, 0] - costs[1, 1]
    return float(harm / (harm + benefit)) if harm > 0 and benefit > 0 else None


def best_threshold(y: Truth, p: Floats, costs: Floats) -> float:
    """Find the threshold that costs least on some rows: the positive class is said from it on.

    Parameters
    ----------
    y : ndarray of int, shape (n_rows,)
        1 for the positive class, else 0; at least one row.
    p : ndarray of shape (n_rows,)
        Probability of the positive class.
    costs : ndarray of shape (2, 2)
        Entry ``[i, j]`` is what it costs to say j when it is i.

    Returns
    -------
    float
        Half way between two neighbouring probabilities; 0 where saying it to all is cheapest, 2 where saying it to
        none is. Of equally cheap ones the highest.
    """
    from engine.metrics.ranking import thresholds

    codes = y.astype(np.intp)
    order, ends = thresholds(p)
    saved = np.append(0.0, np.cumsum((costs[codes, 0] - costs[codes, 1])[order])[ends])
    best = int(np.argmax(saved))
    if best == 0:
        return 2.0
    if best == len(ends):
        return 0.0
    above, below = (float(p[order[ends[place]]]) for place in (best - 1, best))
    middle = (above + below) / 2
    return middle if middle > below else above
