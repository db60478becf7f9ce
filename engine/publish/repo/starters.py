"""Small models in other tools, for the person to go on from; their predictions can be handed in and scored."""

from __future__ import annotations

from engine.domain.data import Problem
from engine.domain.metric import find_metric
from engine.domain.task import ColumnKind
from engine.publish.repo.program import rendered

_FILES = {
    "starters/__init__.py": "",
    "starters/tables.py": "starter_tables.py.j2",
    "starters/keras_net.py": "starter_keras.py.j2",
    "starters/torch_net.py": "starter_torch.py.j2",
    "starters/base.R": "starter_base.R.j2",
    "starters/README.md": "starters_readme.md.j2",
}
_IN_R = ("roc_auc", "log_loss", "rmse", "mae", "accuracy")
"""Metrics that the script in R computes; of another one's project it computes the most usual of the task."""


def starters(slug: str, module: str, problem: Problem) -> dict[str, str]:
    """Write the beginnings in Keras, PyTorch and base R; returns path to text.

    Parameters
    ----------
    slug : str
        Short name of the project.
    module : str
        Name of the repository's package, whose reading and cleaning they use.
    problem : Problem
    """
    usual = "accuracy" if problem.task.is_classification else "rmse"
    metric = problem.metric if problem.metric in _IN_R else usual
    context = {
        "slug": slug,
        "module": module,
        "classes": bool(problem.classes),
        "texts": any(problem.kinds[name] is ColumnKind.TEXT for name in problem.features),
        "metric": metric,
        "metric_title": find_metric(metric).title,
    }
    first = '"""The same question with other tools."""\n'
    return {path: rendered(template, context) if template else first for path, template in _FILES.items()}
