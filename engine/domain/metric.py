"""Which metrics exist, what they are called, which direction is better.

Ids are scikit-learn's scorer names without ``neg_``; common short names (``rmse``) are the ids where
the field uses them, the long names are accepted as aliases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.domain.task import Task
from engine.errors import InputError


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric."""

    id: str
    title: str
    meaning: str
    """One plain sentence: what the number says."""
    higher_is_better: bool
    tasks: tuple[Task, ...]
    unit: str = ""
    """``target`` where the number is in the unit of the target, ``cost`` for the person's own units."""
    aliases: tuple[str, ...] = ()

    def better(self, a: float, b: float) -> bool:
        """Whether score ``a`` is better than score ``b``."""
        return a > b if self.higher_is_better else a < b


@dataclass(frozen=True, kw_only=True)
class MetricValue:
    """A score with its 95 % interval (``None`` where none can be given)."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the fields that other programs read."""
        return {"name": self.name, "value": self.value, "low": self.low, "high": self.high}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> MetricValue:
        """Read what :meth:`as_dict` wrote."""
        return cls(name=raw["name"], value=raw["value"], low=raw.get("low"), high=raw.get("high"))


_BIN, _MULTI, _REG = Task.BINARY, Task.MULTICLASS, Task.REGRESSION
_CLS = (_BIN, _MULTI)


def _m(
    id_: str,
    title: str,
    meaning: str,
    tasks: tuple[Task, ...],
    *,
    up: bool = True,
    unit: str = "",
    aliases: tuple[str, ...] = (),
) -> Metric:
    return Metric(id=id_, title=title, meaning=meaning, higher_is_better=up, tasks=tasks, unit=unit, aliases=aliases)


METRICS: dict[str, Metric] = {
    metric.id: metric
    for metric in (
        _m("roc_auc", "ROC AUC", "how often a random positive is ranked above a random negative", (_BIN,)),
        _m(
            "average_precision",
            "Average precision",
            "precision averaged over all recall levels; a guess scores the share of positives",
            (_BIN,),
        ),
        _m(
            "log_loss",
            "Log loss",
            "how surprised the predicted probabilities are by the truth",
            _CLS,
            up=False,
        ),
        _m(
            "brier_score",
            "Brier score",
            "mean squared error of the predicted probabilities",
            _CLS,
            up=False,
            aliases=("brier_score_loss",),
        ),
        _m("accuracy", "Accuracy", "share of rows that are labelled correctly", _CLS),
        _m("balanced_accuracy", "Balanced accuracy", "recall averaged over the classes", _CLS),
        _m("precision", "Precision", "share of predicted positives that are positive", (_BIN,)),
        _m("recall", "Recall", "share of positives that are found", (_BIN,)),
        _m("f1", "F1", "harmonic mean of precision and recall", (_BIN,)),
        _m("precision_macro", "Precision (macro)", "precision averaged over the classes", (_MULTI,)),
        _m("recall_macro", "Recall (macro)", "recall averaged over the classes", (_MULTI,)),
        _m("f1_macro", "F1 (macro)", "F1 averaged over the classes, each counted alike", _CLS),
        _m(
            "precision_weighted",
            "Precision (weighted)",
            "precision averaged over the classes, weighted by their size",
            (_MULTI,),
        ),
        _m(
            "recall_weighted",
            "Recall (weighted)",
            "recall averaged over the classes, weighted by their size",
            (_MULTI,),
        ),
        _m("f1_weighted", "F1 (weighted)", "F1 averaged over the classes, weighted by their size", (_MULTI,)),
        _m(
            "matthews_corrcoef",
            "Matthews correlation",
            "correlation between truth and prediction, from -1 to 1",
            _CLS,
            aliases=("mcc",),
        ),
        _m(
            "mean_cost",
            "Mean cost",
            "what the errors cost per row, at the decision that the stated costs make cheapest",
            _CLS,
            up=False,
            unit="cost",
        ),
        _m(
            "lift_top_decile",
            "Lift in the top tenth",
            "how many times more positives the highest-scored tenth holds than a random tenth",
            (_BIN,),
        ),
        _m(
            "rmse",
            "RMSE",
            "typical size of an error, large errors counting more",
            (_REG,),
            up=False,
            unit="target",
            aliases=("root_mean_squared_error",),
        ),
        _m(
            "mae",
            "MAE",
            "mean size of an error",
            (_REG,),
            up=False,
            unit="target",
            aliases=("mean_absolute_error",),
        ),
        _m(
            "median_absolute_error",
            "Median absolute error",
            "half of the errors are smaller",
            (_REG,),
            up=False,
            unit="target",
        ),
        _m(
            "rmsle",
            "RMSLE",
            "typical error on the logarithmic scale, close to a relative error",
            (_REG,),
            up=False,
            aliases=("root_mean_squared_log_error",),
        ),
        _m(
            "mape",
            "MAPE",
            "mean error as a share of the true value",
            (_REG,),
            up=False,
            aliases=("mean_absolute_percentage_error",),
        ),
        _m(
            "median_ape",
            "Median absolute percentage error",
            "half of the errors are a smaller share of the true value",
            (_REG,),
            up=False,
            aliases=("median_absolute_percentage_error",),
        ),
        _m("r2", "R2", "share of the variance that is explained", (_REG,)),
        _m(
            "d2_absolute_error",
            "D2 (absolute error)",
            "share of the absolute error that is spared beside always saying the median",
            (_REG,),
            aliases=("d2_absolute_error_score", "d2"),
        ),
        _m(
            "d2_poisson",
            "D2 (Poisson)",
            "share of the deviance of counts that is explained; always saying the mean scores 0",
            (_REG,),
            aliases=("d2_tweedie_score",),
        ),
    )
}

INTERVAL_METRICS: dict[str, Metric] = {
    metric.id: metric
    for metric in (
        _m(
            f"coverage_error_{level}",
            f"Coverage error of {level} % intervals",
            f"how far the share of true values inside {level} % prediction intervals lies from {level} %",
            (_REG,),
            up=False,
        )
        for level in (80, 90)
    )
}
"""What a success criterion may name but no search can use: measured on prediction intervals, not on predictions."""

DEFAULT_METRIC: dict[Task, str] = {_BIN: "roc_auc", _MULTI: "log_loss", _REG: "rmse"}

_ALIASES = {alias: metric.id for metric in METRICS.values() for alias in metric.aliases}


def find_metric(name: str, task: Task | None = None, *, criterion: bool = False) -> Metric:
    """Look a metric up by id, alias or scorer name (``neg_…``).

    Parameters
    ----------
    name : str
    task : Task, optional
        Where it is given, the metric has to fit it and be a score of predictions.
    criterion : bool
        Whether it is for a success criterion, which may also name what is measured on prediction intervals.

    Raises
    ------
    InputError
        If there is no such metric, or it does not fit the task.
    """
    key = name.strip().lower().removeprefix("neg_")
    known = METRICS | INTERVAL_METRICS if criterion or task is None else METRICS
    metric = known.get(_ALIASES.get(key, key))
    fitting = sorted(m.id for m in known.values() if task is None or task in m.tasks)
    if metric is None or metric.id not in fitting:
        reason = f"There is no metric {name!r}" if metric is None else f"The metric {metric.id!r} is not defined"
        where = f" for {task} targets" if task else ""
        raise InputError(f"{reason}{where}.", hint=f"Choose one of: {', '.join(fitting)}.")
    return metric
