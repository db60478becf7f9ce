"""Library objects as the code that makes them: what a person would have typed to get this pipeline.

A parameter that has its default is not written, so that what is written is what was chosen.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline, make_pipeline

from engine.errors import InputError
from engine.publish.repo.layout import Group, Node, flat, prefixed

_LONG = 4
"""Items from which on a list of equal ones is written as ``["q"] * 12``."""
_FUNCTIONS = {np.log1p: "np.log1p", np.expm1: "np.expm1"}
_PUBLIC = {"catboost.core": "catboost", "lightgbm.sklearn": "lightgbm", "xgboost.sklearn": "xgboost"}
_LAST = frozenset({"verbose", "verbosity", "logging_level", "allow_writing_files", "metric_period"})
"""Parameters without influence on the model; they come after the others."""


@dataclass(kw_only=True)
class Imports:
    """Collects what the written code has to import."""

    names: dict[str, set[str]] = field(default_factory=dict)
    modules: set[str] = field(default_factory=set)
    constants: Mapping[tuple[str, ...], tuple[str, str]] = field(default_factory=dict)
    """Lists of columns that have a name: the module that defines it, and the name."""

    def add(self, home: str, name: str) -> str:
        """Note a name of a module and return it."""
        self.names.setdefault(home, set()).add(name)
        return name

    def lines(self) -> list[str]:
        """Write the import lines in the order of isort's rules: modules, then names, then those of the code itself."""
        own = {home for home, _ in self.constants.values()}
        whole = [f"import {name}" for name in sorted(self.modules)]
        parts = {
            home: f"from {home} import {', '.join(sorted(names, key=_in_isort))}" for home, names in self.names.items()
        }
        first = [line for home, line in parts.items() if home not in own]
        last = [line for home, line in parts.items() if home in own]
        return [*whole, *sorted(first), *([""] if last else []), *sorted(last)]


def _in_isort(name: str) -> tuple[bool, str]:
    # Classes first, then functions.
    return (not name[0].isupper(), name)


def written(value: Any, imports: Imports) -> Node:
    """Write a value as the expression that makes it.

    Parameters
    ----------
    value : object
        A plain value, a container of such, or an estimator of a library; what a fit has learned is left out.
    imports : Imports
        Takes what the expression needs.

    Raises
    ------
    InputError
        If it is an object that no library constructor with plain arguments makes.
    """
    if isinstance(value, Pipeline):
        return _pipeline(value, imports)
    if isinstance(value, ColumnTransformer):
        return _columns(value, imports)
    if hasattr(value, "get_params"):
        return _call(imports.add(_home(type(value)), type(value).__name__), _chosen(value), imports)
    if type(value).__module__.startswith("sklearn.model_selection"):
        return _call(imports.add("sklearn.model_selection", type(value).__name__), _of_splitter(value), imports)
    if callable(value) and value in _FUNCTIONS:
        imports.modules.add("numpy as np")
        return _FUNCTIONS[value]
    return _plain(value, imports)


def _plain(value: Any, imports: Imports) -> Node:
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, str):
        return text(value)
    if isinstance(value, float) and value != value:
        return 'float("nan")'
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    if isinstance(value, Mapping):
        return Group("{", [prefixed(f"{text(str(key))}: ", written(one, imports)) for key, one in value.items()], "}")
    if isinstance(value, tuple):
        return Group("(", [written(one, imports) for one in value], ")")
    if isinstance(value, list):
        return _list(value, imports)
    raise InputError(
        f"A part of this model, {type(value).__name__}, cannot be written as readable code.",
        hint="Promote another model of the leaderboard, and export that.",
    )


def text(value: str) -> str:
    """Write text as a literal, in double quotes where that needs no escape."""
    literal = repr(value)
    return literal if "'" in value or '"' in value else f'"{literal[1:-1]}"'


def _list(value: Sequence[Any], imports: Imports) -> Node:
    if len(value) > _LONG and all(isinstance(one, bool | int | float | str) for one in value):
        if all(type(one) is int for one in value) and value == list(range(value[0], value[0] + len(value))):
            return f"list(range({value[0]}, {value[0] + len(value)}))"
        runs = [(key, len(list(same))) for key, same in groupby(value)]
        if len(runs) * _LONG <= len(value):
            return " + ".join(f"[{flat(written(one, imports))}] * {count}" for one, count in runs)
    return Group("[", [written(one, imports) for one in value], "]")


def _chosen(estimator: Any) -> dict[str, Any]:
    """Return the parameters that differ from the defaults of the class, in the order of its signature."""
    known = inspect.signature(type(estimator).__init__).parameters
    params = estimator.get_params(deep=False)
    found = {name: one for name, one in params.items() if name not in known or not _same(one, known[name].default)}
    order = {name: place for place, name in enumerate(known)}
    return dict(sorted(found.items(), key=lambda item: (item[0] in _LAST, order.get(item[0], len(order)))))


def _same(value: Any, default: Any) -> bool:
    if value is default:
        return True
    if type(value) is not type(default):
        return False
    if isinstance(value, float):
        return bool(value == default or (value != value and default != default))
    return isinstance(value, bool | int | str | list | tuple) and bool(value == default)


def _of_splitter(value: Any) -> dict[str, Any]:
    known = inspect.signature(type(value).__init__).parameters
    return {name: vars(value)[name] for name in known if vars(value).get(name) is not None}


def _pipeline(value: Pipeline, imports: Imports) -> Node:
    parts = [one for _, one in value.steps]
    if [name for name, _ in value.steps] == [name for name, _ in make_pipeline(*parts).steps]:
        name = imports.add("sklearn.pipeline", "make_pipeline")
        return Group(f"{name}(", [written(one, imports) for one in parts], ")")
    name = imports.add("sklearn.pipeline", "Pipeline")
    steps = [Group("(", [text(step), written(one, imports)], ")") for step, one in value.steps]
    return Group(f"{name}(", [Group("[", steps, "]")], ")")


def _columns(value: ColumnTransformer, imports: Imports) -> Node:
    name = imports.add("sklearn.compose", "ColumnTransformer")
    blocks = []
    for block, step, columns in value.transformers:
        chosen = text(columns) if isinstance(columns, str) else _named(list(columns), imports)
        blocks.append(Group("(", [text(block), written(step, imports), chosen], ")"))
    options = [
        prefixed(f"{key}=", written(one, imports)) for key, one in _chosen(value).items() if key != "transformers"
    ]
    return Group(f"{name}(", [Group("[", blocks, "]"), *options], ")")


def _named(columns: list[str], imports: Imports) -> Node:
    known = imports.constants.get(tuple(columns))
    return imports.add(*known) if known else written(columns, imports)


def _call(name: str, arguments: Mapping[str, Any], imports: Imports) -> Node:
    return Group(f"{name}(", [prefixed(f"{key}=", written(one, imports)) for key, one in arguments.items()], ")")


def _home(kind: type) -> str:
    """Name the module that people import a class from."""
    module = kind.__module__
    if module in _PUBLIC:
        return _PUBLIC[module]
    if module.startswith("skrub"):
        return "skrub"
    return ".".join(part for part in module.split(".") if not part.startswith("_"))
