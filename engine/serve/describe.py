"""The input schema of a model, from its training data."""

from __future__ import annotations

from typing import Any

import pandas as pd

from engine.automl.stored import rows_as_json
from engine.domain.task import ColumnKind
from engine.serve.answers import Served
from engine.serve.inputs import NUMBERS

_MOST_LEVELS = 50


def row_schema(served: Served) -> dict[str, Any]:
    """Describe one row as a JSON Schema: every column is required, every value may be null."""
    problem = served.problem
    columns: dict[str, Any] = {}
    for name in problem.features:
        kind = problem.kinds[name]
        if kind in NUMBERS:
            columns[name] = {"type": ["number", "null"]}
        elif kind is ColumnKind.DATETIME:
            columns[name] = {"type": ["string", "null"], "description": "A date as 2026-01-31."}
        else:
            columns[name] = {"type": ["string", "number", "boolean", "null"]}
            levels = served.levels.get(name, frozenset())
            if levels and len(levels) <= _MOST_LEVELS:
                columns[name]["examples"] = sorted(levels)
    return {"type": "object", "required": list(problem.features), "properties": columns, "additionalProperties": True}


def body_schema(served: Served) -> dict[str, Any]:
    """Describe the body of a prediction: several rows, or one."""
    row = row_schema(served)
    switch = {"type": "object", "properties": {"explain": {"type": "boolean"}}}
    several = {"instances": {"type": "array", "items": row, "minItems": 1}, "parameters": switch}
    one = {"instance": row, "parameters": switch}
    return {
        "oneOf": [
            {"type": "object", "required": ["instances"], "properties": several},
            {"type": "object", "required": ["instance"], "properties": one},
        ]
    }


def example(served: Served) -> dict[str, Any]:
    """Make a row out of what is usual in each column; it is nobody's."""
    usual: dict[str, Any] = {}
    for name in served.problem.features:
        values = served.background[name].dropna()
        if served.problem.kinds[name] in NUMBERS:
            usual[name] = float(values.median()) if len(values) else None
        elif served.problem.kinds[name] is ColumnKind.TEXT:
            usual[name] = "some words"
        else:
            usual[name] = values.mode().iloc[0] if len(values) else None
    return {name: cells[0] for name, cells in rows_as_json(pd.DataFrame([usual])).items()}


def overview(served: Served, routes: list[str]) -> dict[str, Any]:
    """Say what answers here and how to ask it."""
    return {
        "name": served.name,
        "title": served.title,
        "version": served.version,
        "target": served.problem.target,
        "task": str(served.problem.task),
        "classes": list(served.problem.classes),
        "explain": served.explain,
        **served.facts,
        "input": row_schema(served),
        "example": {"instances": [example(served)]},
        "routes": routes,
    }
