"""Each metric as one expression of scikit-learn or NumPy over ``y``, ``predicted`` and ``said``."""

from __future__ import annotations

from collections.abc import Mapping

from engine.domain.data import Problem
from engine.domain.task import Task

_SKLEARN: Mapping[str, str] = {
    "roc_auc": "roc_auc_score(y, predicted[:, 1])",
    "average_precision": "average_precision_score(y, predicted[:, 1])",
    "log_loss": "log_loss(y, predicted, labels=range(len(CLASSES)))",
    "accuracy": "accuracy_score(y, said)",
    "balanced_accuracy": "balanced_accuracy_score(y, said)",
    "precision": "precision_score(y, said, zero_division=0)",
    "recall": "recall_score(y, said)",
    "f1": "f1_score(y, said)",
    "precision_macro": 'precision_score(y, said, average="macro", zero_division=0)',
    "recall_macro": 'recall_score(y, said, average="macro", zero_division=0)',
    "f1_macro": 'f1_score(y, said, average="macro", zero_division=0)',
    "precision_weighted": 'precision_score(y, said, average="weighted", zero_division=0)',
    "recall_weighted": 'recall_score(y, said, average="weighted", zero_division=0)',
    "f1_weighted": 'f1_score(y, said, average="weighted", zero_division=0)',
    "matthews_corrcoef": "matthews_corrcoef(y, said)",
    "rmse": "root_mean_squared_error(y, predicted)",
    "mae": "mean_absolute_error(y, predicted)",
    "median_absolute_error": "median_absolute_error(y, predicted)",
    "rmsle": "root_mean_squared_log_error(y, predicted.clip(0))",
    "r2": "r2_score(y, predicted)",
    "d2_absolute_error": "d2_absolute_error_score(y, predicted)",
    "d2_poisson": "d2_tweedie_score(y, predicted.clip(1e-6), power=1)",
}
_NUMPY: Mapping[str, str] = {
    # Of a true value of zero no error is a share.
    "mape": "np.mean(np.abs(predicted[y != 0] / y[y != 0] - 1))",
    "median_ape": "np.median(np.abs(predicted[y != 0] / y[y != 0] - 1))",
    "mean_cost": "np.mean(COSTS[y, said])",
}


def metric_code(names: list[str], problem: Problem) -> tuple[list[tuple[str, str]], list[str]]:
    """Write metrics as code.

    Parameters
    ----------
    names : list of str
        Ids of metrics; those without a short expression are left out.
    problem : Problem

    Returns
    -------
    tuple of (list of (name, expression), list of str)
        The expressions, and the functions of ``sklearn.metrics`` that they call.
    """
    brier = "np.mean((y - predicted[:, 1]) ** 2)"
    if problem.task is Task.MULTICLASS:
        brier = "np.mean(np.sum((predicted - np.eye(len(CLASSES))[y]) ** 2, axis=1))"
    known = {**_SKLEARN, **_NUMPY, "brier_score": brier}
    found = [(name, f"float({known[name]})") for name in names if name in known]
    return found, sorted({known[name].split("(")[0] for name, _ in found if name in _SKLEARN})
