"""The Python files of an exported repository: data, features, model, predictions, scores."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from engine.automl.model import Model
from engine.data.recipe.code import cleaning
from engine.domain.data import Problem
from engine.domain.recipe import Recipe, StepKind
from engine.domain.task import ColumnKind
from engine.domain.template import Join, Making, Stack, Table
from engine.publish.repo.layout import WIDTH, Group, Node, render
from engine.publish.repo.making import making_code, reading_code
from engine.publish.repo.metric_code import metric_code
from engine.publish.repo.model_code import ModelCode, model_code
from engine.publish.repo.objects import Imports, text, written

TEMPLATES = Path(__file__).parent / "templates"

TOLERANCE = 1e-6
"""Largest relative difference between a score that is computed again, with the same versions, and the published one."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """What the code of a project is made of."""

    module: str
    """Name of the package of the exported code."""
    problem: Problem
    recipe: Recipe
    model: Model
    """Its members were fitted on all training rows."""
    seed: int
    table: Table | None
    """Where the data lies in an installed package; otherwise it is a file of the person's own."""
    fill: Mapping[str, str | float]
    """Column to the value that an empty cell stands for."""
    sha256: str
    """Of the bytes that are read."""
    make: Sequence[Making] = ()
    """What is done with the file of a package before it is the table."""
    metrics: Sequence[str]
    """Ids of the published metrics."""


def program(given: Program) -> dict[str, str]:
    """Write the package.

    Returns
    -------
    dict of path to text
        Below the root of the repository.

    Raises
    ------
    InputError
        If a part of the model cannot be written as readable code.
    """
    home = f"{given.module}.features"
    made = model_code(given.model, {tuple(names): (home, kind) for kind, names in _by_kind(given.problem).items()})
    context = _common(given) | _features(given) | _training(given, made) | _scores(given)
    files = {
        "__init__.py": f'"""The code of the project: {given.module.replace("_", " ")}."""\n',
        "config.py": rendered("config.py.j2", context),
        "dataset.py": rendered("dataset.py.j2", context),
        "features.py": rendered("features.py.j2", context | {"imports": context["feature_imports"]}),
        "modeling/__init__.py": '"""Fitting, predicting, scoring."""\n',
        "modeling/train.py": rendered("train.py.j2", context | {"imports": context["training_imports"]}),
        "modeling/predict.py": rendered("predict.py.j2", context),
        "modeling/evaluate.py": rendered("evaluate.py.j2", context | {"imports": context["score_imports"]}),
    }
    return {f"{given.module}/{name}": source for name, source in files.items()}


def _common(given: Program) -> dict[str, Any]:
    problem, table = given.problem, given.table
    return {
        "module": given.module,
        "target": text(problem.target),
        "classes": _laid(written(list(problem.classes), Imports()), before=10) if problem.classes else "",
        "metric": text(problem.metric),
        "seed": given.seed,
        "package": text(table.package) if table else "",
        "path": text(table.path) if table else "",
        "fill": render(written(dict(given.fill), Imports()), 4, before=21) if given.fill else "",
        "sha256": text(given.sha256),
        "columns": _laid(written(list(table.names), Imports()), before=10) if table and table.names else "",
        "reading": reading_code(table) if table else "",
        "making": making_code(given.make),
        "several": any(isinstance(step, Stack | Join) for step in given.make),
        "costs": _laid(written([list(row) for row in problem.costs], Imports()), before=17) if problem.costs else "",
        "column_weights": text(problem.weight) if problem.weight else "",
        "weighted": bool(problem.weight or problem.class_weight),
        "tolerance": TOLERANCE,
    }


_CONVERSIONS = {
    "NUMBERS": 'table[name].astype("float64")',
    "CATEGORIES": 'table[name].map(as_text, na_action="ignore").astype(object)',
    "TEXTS": 'table[name].map(as_text, na_action="ignore").astype(object).fillna("")',
    "DATES": "pd.to_datetime(table[name])",
}
_KINDS = {
    ColumnKind.NUMERIC: "NUMBERS",
    ColumnKind.INTEGER: "NUMBERS",
    ColumnKind.DATETIME: "DATES",
    ColumnKind.TEXT: "TEXTS",
}


def _features(given: Program) -> dict[str, Any]:
    # The scale of the target is part of the model: its members turn their predictions back themselves.
    kept = tuple(step for step in given.recipe.steps if step.kind is not StepKind.TARGET_TRANSFORM)
    imports, body = cleaning(Recipe(steps=kept), given.problem, seed=given.seed)
    kinds = _by_kind(given.problem)
    code = "\n".join([*body, *(_CONVERSIONS[kind] for kind in kinds)])
    return {
        "feature_imports": [one for one in imports if one[:7] != "import " or f"{one.split(' as ')[-1]}." in code],
        "body": [_in_double_quotes(line) for line in body],
        "kinds": [(kind, _laid(written(names, Imports()), before=len(kind) + 3)) for kind, names in kinds.items()],
        "conversions": _CONVERSIONS,
        "features": " + ".join(kinds),
    }


def _by_kind(problem: Problem) -> dict[str, list[str]]:
    """Group the features by the name that the code gives to their kind."""
    found: dict[str, list[str]] = {}
    for name in problem.features:
        found.setdefault(_KINDS.get(problem.kinds[name], "CATEGORIES"), []).append(name)
    return {kind: found[kind] for kind in _CONVERSIONS if kind in found}


def _in_double_quotes(line: str) -> str:
    """Write the texts of a line of code as formatters do, where that needs no escape."""
    found = list(tokenize.generate_tokens(io.StringIO(line.strip() + "\n").readline)) if "'" in line else []
    for token in reversed(found):
        inner = token.string[1:-1]
        if token.type == tokenize.STRING and token.string[0] == "'" and not set(inner) & set("\"'\\"):
            place = len(line) - len(line.lstrip())
            start, end = token.start[1] + place, token.end[1] + place
            line = f'{line[:start]}"{inner}"{line[end:]}'
    return line


def _training(given: Program, made: ModelCode) -> dict[str, Any]:
    members = given.model.members
    balanced = ""
    if given.problem.class_weight:
        chosen = given.problem.class_weight
        balanced = text(chosen) if isinstance(chosen, str) else repr(dict(enumerate(chosen)))
        made.imports.add("sklearn.utils.class_weight", "compute_sample_weight")
    return {
        "training_imports": made.imports.lines(),
        "encodings": made.encodings,
        "members": made.members,
        "balanced": balanced,
        "weights": bool(given.problem.weight),
        "said": "one pipeline" if len(members) == 1 else f"{len(members)} pipelines that vote",
    }


def _scores(given: Program) -> dict[str, Any]:
    expressions, functions = metric_code(list(given.metrics), given.problem)
    imports = []
    if functions:
        names: Node = Group("from sklearn.metrics import (", functions, ")")
        flat = f"from sklearn.metrics import {', '.join(functions)}"
        imports.append(flat if len(flat) <= WIDTH else render(names))
    return {
        "score_imports": imports,
        "metrics": [(text(name), code) for name, code in expressions],
        "uses_classes": any("CLASSES" in code for _, code in expressions),
        "uses_costs": any("COSTS" in code for _, code in expressions),
    }


def _laid(node: Node, *, before: int) -> str:
    return render(node, 0, before=before, after=0)


def rendered(name: str, context: Mapping[str, Any]) -> str:
    """Fill a template; lines end without blanks, the file with one line end."""
    source = _environment().get_template(name).render(context)
    lines = [line.rstrip() for line in source.splitlines()]
    return "\n".join(lines).strip("\n") + "\n"


@cache
def _environment() -> Environment:
    # Python, not HTML: nothing is escaped as markup; every text of a person is written as a literal beforehand.
    return Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=False)
