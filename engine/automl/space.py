"""The search space as a person may change it: which families, and the range of each hyper-parameter.

A change is plain JSON, kept with the run: ``{"lightgbm": {"learning_rate": {"low": 0.02, "high": 0.2}, "num_leaves":
{"value": 31}}}``. A setting that has a choice of values takes ``{"choices": [...]}``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.automl.families import about, find, registry
from engine.automl.families.family import CLARITY, Config, Family, Param
from engine.domain.run import TrialKind
from engine.domain.task import Task
from engine.domain.words import family_name
from engine.errors import InputError

Change = Mapping[str, Any]
"""``{"low", "high"}``, ``{"value"}`` or ``{"choices"}`` of one setting."""
Space = Mapping[str, Mapping[str, Change]]


def described(task: Task | None = None) -> list[dict[str, Any]]:
    """List the families (of a task) with what they are and what can be searched in them, as plain JSON."""
    return [
        {
            "id": one.id,
            "title": one.title,
            "about": about(one.id),
            "clarity": one.clarity,
            "clarity_in_words": CLARITY[one.clarity],
            "tasks": [str(each) for each in one.tasks],
            "space": [_described(param) for param in one.space],
        }
        for one in registry().values()
        if task is None or task in one.tasks
    ]


def _described(param: Param) -> dict[str, Any]:
    if param.choices:
        return {"name": param.name, "meaning": param.meaning, "choices": list(param.choices), "start": param.start}
    lowest, highest = (_typed(param, one) for one in param.limits)
    return {
        "name": param.name,
        "meaning": param.meaning,
        "low": _typed(param, param.low),
        "high": _typed(param, param.high),
        "start": param.start,
        "lowest": lowest,
        "highest": highest,
        "whole": param.whole,
        "log": param.log,
    }


def why_not(family: Family, rows: int, columns: int) -> str:
    """Say why a family is not tried on a table of this size; empty if it is."""
    if rows * columns > family.most_cells:
        return f"One fit on {rows:,} rows and {columns:,} columns would take most of the time."
    return ""


def checked_families(chosen: Sequence[str] | None, task: Task) -> list[str] | None:
    """Check a choice of families; ``None`` stands for all. The baselines that run always need not be named.

    Raises
    ------
    InputError
        If one does not exist or cannot do the task, or nothing is left to try.
    """
    if chosen is None:
        return None
    ids = list(dict.fromkeys(one.strip() for one in chosen if one.strip()))
    for one in ids:
        if task not in find(one).tasks:
            raise InputError(f"{family_name(one)} cannot do this task.", hint="Leave it out.")
    if not any(find(one).first_kind is not TrialKind.DUMMY for one in ids):
        raise InputError("No family is chosen.", hint="Choose at least one; 'proofolio families' lists them.")
    # The simple model is the measure of the others: like the dummy it is never left out.
    always = [one.id for one in registry().values() if one.first_kind is TrialKind.SIMPLE and task in one.tasks]
    return [*(one for one in always if one not in ids), *ids]


def checked(space: Mapping[str, Any] | None, families: Sequence[str] | None = None) -> dict[str, dict[str, Any]]:
    """Check a changed search space and keep what really differs from the usual one.

    Parameters
    ----------
    space : mapping of family id to mapping of setting to change
        A change is a range, a list of choices, or one value, also without the word around it.
    families : sequence of str, optional
        Families that are tried; all by default.

    Raises
    ------
    InputError
        With one sentence, at the first thing that is not possible.
    """
    found: dict[str, dict[str, Any]] = {}
    for family_id, changes in _mapping(space or {}, "The search space").items():
        family = find(family_id)
        if families is not None and family_id not in families:
            raise InputError(f"{family.title} has a changed range but is not tried.", hint="Choose it as well.")
        params = {one.name: one for one in family.space}
        for name, change in _mapping(changes, f"What is changed in {family.title}").items():
            if name not in params:
                known = ", ".join(params) or "none"
                raise InputError(f"{family.title} has no setting {name!r}.", hint=f"Its settings: {known}.")
            kept = _checked(family, params[name], change)
            if kept is not None:
                found.setdefault(family_id, {})[name] = kept
    return found


def _mapping(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InputError(f"{what} is not a list of names with values.", hint='Write it like {"linear": {"C": 1.0}}.')
    return value


def _checked(family: Family, param: Param, change: Any) -> dict[str, Any] | None:
    """Check one change and bring it into its one form; nothing if it changes nothing."""
    name = f"{param.name} of {family.title}"
    if isinstance(change, list | tuple):
        change = {"choices": list(change)}
    if not isinstance(change, Mapping):
        change = {"value": change}
    strange = set(change) - {"low", "high", "value", "choices"}
    if strange or not change:
        raise InputError(f"{name} cannot be changed like that.", hint="Give low and high, a value, or choices.")
    if param.choices:
        return _choices(name, param, change)
    if "choices" in change:
        raise InputError(f"{name} takes a range, not choices.", hint="Give low and high, or a value.")
    if "value" in change:
        return {"value": _number(name, param, change["value"])}
    low = _number(name, param, change.get("low", param.low))
    high = _number(name, param, change.get("high", param.high))
    if low > high:
        raise InputError(f"The range of {name} ends at {high:g}, before its start at {low:g}.", hint="Swap the two.")
    if low == high:
        return {"value": low}
    return None if (low, high) == (param.low, param.high) else {"low": low, "high": high}


def _choices(name: str, param: Param, change: Mapping[str, Any]) -> dict[str, Any] | None:
    wanted = [change["value"]] if "value" in change else list(change.get("choices") or ())
    if not wanted or any(one not in param.choices for one in wanted):
        said = ", ".join(map(str, param.choices))
        raise InputError(f"{name} is one of: {said}.", hint="Choose from these.")
    if len(wanted) == 1:
        return {"value": wanted[0]}
    kept = [one for one in param.choices if one in wanted]
    return None if len(kept) == len(param.choices) else {"choices": kept}


def _number(name: str, param: Param, value: Any) -> float | int:
    lowest, highest = param.limits
    kind = "a whole number" if param.whole else "a number"
    fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not fits or (param.whole and value != int(value)) or not lowest <= value <= highest:
        raise InputError(
            f"{value!r} is not possible for {name}.", hint=f"It takes {kind} from {lowest:g} to {highest:g}."
        )
    return _typed(param, value)


def _typed(param: Param, value: float) -> float | int:
    return int(value) if param.whole else float(value)


def adapted(families: Sequence[Family], space: Space) -> list[Family]:
    """Apply a checked space: ranges replaced, fixed settings taken out, good starts moved into the ranges."""
    return [_adapted(one, space[one.id]) if space.get(one.id) else one for one in families]


def _adapted(family: Family, changes: Mapping[str, Change]) -> Family:
    fixed = {name: change["value"] for name, change in changes.items() if "value" in change}
    params = tuple(_param(one, changes.get(one.name, {})) for one in family.space if one.name not in fixed)
    starts: list[Config] = []
    for config in family.defaults:
        moved = dict(config) | {one.name: _inside(one, config[one.name]) for one in params if one.name in config}
        if moved | fixed not in starts:
            starts.append(moved | fixed)
    return replace(family, space=params, defaults=tuple(starts))


def _param(param: Param, change: Change) -> Param:
    if not change:
        return param
    narrowed = replace(
        param,
        low=change.get("low", param.low),
        high=change.get("high", param.high),
        choices=tuple(change.get("choices", param.choices)),
    )
    return replace(narrowed, start=_inside(narrowed, param.start))


def _inside(param: Param, value: Any) -> Any:
    """Move a value to the nearest one that the range or the choices hold."""
    if param.choices:
        return value if value in param.choices else param.choices[0]
    return value if value is None else _typed(param, min(max(value, param.low), param.high))


def holds(family: Family, config: Config) -> bool:
    """Whether a configuration lies within a family's space."""
    given = [(one, config[one.name]) for one in family.space if one.name in config]
    return all(_inside(one, value) == value for one, value in given)


def special(family_id: str, config: Config, most: int = 3) -> str:
    """Say in which settings a configuration differs most from the plain default of its family."""
    known = registry().get(family_id)
    if known is None:
        return ""
    plain = known.defaults[0]
    apart = {name: _distance(plain.get(name), value) for name, value in config.items() if plain.get(name) != value}
    names = sorted((one for one in apart if apart[one] > 0), key=lambda one: -apart[one])[:most]
    if not names:
        return "its plain default"
    return ", ".join(f"{_plain(name)} {_shown(config[name])}" + _instead(plain.get(name)) for name in names)


def _distance(plain: Any, value: Any) -> float:
    """Tell how far a value is from the plain one: by ratio where both are positive numbers."""
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) and one > 0 for one in (plain, value))
    return abs(math.log(value / plain)) if numbers else float(plain != value)


def _instead(plain: Any) -> str:
    return "" if plain is None else f" instead of {_shown(plain)}"


def _shown(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def in_words(space: Space) -> list[str]:
    """Say what was changed, one line for each family."""
    return [
        f"{family_name(family)}: " + "; ".join(f"{_plain(name)} {_said(change)}" for name, change in changes.items())
        for family, changes in space.items()
    ]


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _said(change: Change) -> str:
    if "value" in change:
        return f"fixed at {change['value']}"
    if "choices" in change:
        return "one of " + ", ".join(map(str, change["choices"]))
    return f"from {change['low']:g} to {change['high']:g}"
