"""The same recipe as a script in pandas and scikit-learn, for people to read, run and change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.data.recipe.checking import shape_after, shapes, without_unused
from engine.data.recipe.expression import parse
from engine.data.recipe.formula_code import in_pandas
from engine.data.recipe.learned_code import LEARNED
from engine.data.recipe.options import options_of
from engine.data.recipe.shape import NUMBERS, Shape, part_name
from engine.data.recipe.values import pairs_for, unit_bound, words_for
from engine.data.recipe.words import sentence
from engine.domain.data import Problem
from engine.domain.recipe import Recipe, Step, StepKind
from engine.domain.task import ColumnKind

Lines = list[str]
Options = Mapping[str, Any]

_IMPORTS = {
    "KBinsDiscretizer(": "from sklearn.preprocessing import KBinsDiscretizer",
    "KFold(": "from sklearn.model_selection import KFold",
    "MinMaxScaler(": "from sklearn.preprocessing import MinMaxScaler",
    "OneHotEncoder(": "from sklearn.preprocessing import OneHotEncoder",
    "OrdinalEncoder(": "from sklearn.preprocessing import OrdinalEncoder",
    "PowerTransformer(": "from sklearn.preprocessing import PowerTransformer",
    "RobustScaler(": "from sklearn.preprocessing import RobustScaler",
    "StandardScaler(": "from sklearn.preprocessing import StandardScaler",
    "StratifiedKFold(": "from sklearn.model_selection import StratifiedKFold",
    "StringEncoder(": "from skrub import StringEncoder",
    "TargetEncoder(": "from sklearn.preprocessing import TargetEncoder",
}


def script(recipe: Recipe, problem: Problem, *, seed: int = 0) -> str:
    """Write the whole recipe as a script.

    It reads ``train.parquet`` (with the target) and ``new.parquet``; every step that learns does so from the first
    and is then done to both, as a pipeline does.

    Parameters
    ----------
    recipe : Recipe
    problem : Problem
    seed : int
        The seed that the pipeline was compiled with.

    Returns
    -------
    str
        Python source that leaves ``train``, ``new`` and ``y`` behind.

    Raises
    ------
    InputError
        If a step cannot be done.
    """
    imports, body = cleaning(recipe, problem, seed=seed)
    return "\n".join([*imports, "", *_reading(problem), *_types(problem), *body]) + "\n"


def cleaning(recipe: Recipe, problem: Problem, *, seed: int = 0) -> tuple[Lines, Lines]:
    """Write what is done to ``train`` and ``new``, which hold the features by their kinds, and to ``y``.

    Returns
    -------
    tuple of (list of str, list of str)
        The import lines, and the lines that change the three.

    Raises
    ------
    InputError
        If a step cannot be done.
    """
    body = [line for _, lines in steps(recipe, problem, seed=seed) for line in ["", *lines]]
    final = shape_after(without_unused(recipe, problem), problem).kinds
    texts = [name for name, kind in final.items() if kind is ColumnKind.TEXT]
    if texts:
        body += ["", "# A text without words is empty for what reads words.", *_each(texts, 'column.fillna("")')]
    text = "\n".join(body)
    needed = sorted({line for word, line in _IMPORTS.items() if _uses(text, word)})
    return ["import numpy as np", "import pandas as pd", *needed], body


def steps(recipe: Recipe, problem: Problem, *, seed: int = 0) -> list[tuple[Step, Lines]]:
    """Write each step, with the sentence that says what it does as a comment above it.

    Raises
    ------
    InputError
        If a step cannot be done.
    """
    written = []
    for step, before, _ in shapes(without_unused(recipe, problem), problem):
        options = options_of(step)
        if step.kind in LEARNED:
            lines = LEARNED[step.kind](step, options, problem, seed)
        else:
            lines = _WRITTEN[step.kind](step, options, before, problem)
        written.append((step, [f"# {sentence(step)}", *lines]))
    return written


def _uses(text: str, word: str) -> bool:
    return any(text[max(place - 1, 0)] in " =(" for place in range(len(text)) if text.startswith(word, place))


def _reading(problem: Problem) -> Lines:
    lines = ['train, new = pd.read_parquet("train.parquet"), pd.read_parquet("new.parquet")']
    lines.append(f"y = train[{problem.target!r}]")
    if problem.task.is_classification:
        codes = {label: code for code, label in enumerate(problem.classes)}
        lines.append(f"y = y.astype(str).map({codes!r})")
    return [
        *lines,
        f"features = {list(problem.features)!r}",
        "train, new = train[features].copy(), new[features].copy()",
    ]


def _types(problem: Problem) -> Lines:
    numbers = [name for name in problem.features if problem.kinds[name] in NUMBERS]
    dates = [name for name in problem.features if problem.kinds[name] is ColumnKind.DATETIME]
    words = [name for name in problem.features if name not in {*numbers, *dates}]
    texts = [name for name in words if problem.kinds[name] is ColumnKind.TEXT]
    lines = []
    if numbers:
        lines += [f"for name in {numbers!r}:", '    table[name] = table[name].astype("float64")']
    if words:
        lines.append(f"for name in {words!r}:")
        lines.append('    table[name] = table[name].map(str, na_action="ignore").astype(object)')
    if texts:
        lines += [f"for name in {texts!r}:", '    table[name] = table[name].fillna("")']
    lines += [f"for name in {dates!r}:", "    table[name] = pd.to_datetime(table[name])"] if dates else []
    return _both(lines) if lines else []


def _both(lines: Sequence[str]) -> Lines:
    """Do something to both tables."""
    return ["for table in (train, new):", *(f"    {line}" for line in lines)]


def _each(names: Sequence[str], value: str, *, before: Sequence[str] = ()) -> Lines:
    """Change several columns alike; ``column`` stands for each as it was."""
    inner = ["column = table[name]", *before, f"table[name] = {value}"]
    return _both([f"for name in {list(names)!r}:", *(f"    {line}" for line in inner)])


def _drop(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del options, shape, problem
    return [f"train, new = (table.drop(columns={list(step.columns)!r}) for table in (train, new))"]


def _duplicates(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del options, problem
    names = list(step.columns) or list(shape.kinds)
    return [
        f"repeated = pd.concat([train[{names!r}], y.rename(0)], axis=1).duplicated()",
        "train, y = train[~repeated].copy(), y[~repeated]",
    ]


def _missing_words(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del problem
    lines = []
    for name in step.columns:
        words = words_for(options["words"], shape, name)
        lines.append(f"table[{name!r}] = table[{name!r}].replace({words!r}, np.nan)")
    return _both(lines)


def _replace(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del problem
    lines = []
    for name in step.columns:
        pairs = pairs_for(options["values"], shape, name)
        written = ", ".join(f"{old!r}: {'np.nan' if new != new else repr(new)}" for old, new in pairs.items())
        lines.append(f"table[{name!r}] = table[{name!r}].replace({{{written}}})")
    return _both(lines)


def _tidy(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del shape, problem
    value = 'column.str.split().str.join(" ").replace("", np.nan)'
    if options["spellings"]:
        value += f".replace({dict(options['spellings'])!r})"
    return _each(step.columns, value)


def _to_number(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del problem
    text = "column"
    for one in (*options["affixes"], *([options["thousands"]] if options["thousands"] else [])):
        text += f".str.replace({one!r}, '', regex=False)"
    if options["decimal"] == ",":
        text += ".str.replace(',', '.', regex=False)"
    times = f" * {options['scale']!r}" if options["scale"] != 1.0 else ""
    words = [name for name in step.columns if shape.kinds[name] not in NUMBERS]
    numbers = [name for name in step.columns if shape.kinds[name] in NUMBERS]
    lines = []
    if words:
        lines += _each(words, f"pd.to_numeric({text}.str.strip(), errors='coerce').astype('float64'){times}")
    if numbers and times:
        lines += _each(numbers, f"column{times}")
    return lines or ["pass"]


def _to_date(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del shape, problem
    readings = [
        f"pd.to_datetime(column, errors='coerce', dayfirst={options['day_first']!r}, format={one!r})"
        for one in options["formats"] or ("mixed",)
    ]
    value = readings[0] + "".join(f".fillna({one})" for one in readings[1:])
    return _each(step.columns, value)


def _convert(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del shape, problem
    sign, bound = unit_bound(options)
    changed = f"column * {options['factor']!r} + {options['offset']!r}"
    return _each(step.columns, f"column.mask(column {sign} {bound!r}, {changed})")


def _limit(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del shape, problem
    low, high = options["low"], options["high"]
    if not options["empty"]:
        return _each(step.columns, f"column.clip({low!r}, {high!r})")
    ends = [f"(column {sign} {end!r})" for sign, end in ((">=", low), ("<=", high)) if end is not None]
    return _each(step.columns, f"column.where({' & '.join(ends)})")


def _expression(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del step, problem
    node = parse(options["formula"], shape.kinds)
    lines = [f"value = {in_pandas(node, shape.empty_texts)}"]
    if node.type == "number":
        lines.append("value = value.where(value.abs() < 1e300)")
    return _both([*lines, f"table[{options['name']!r}] = value{'.astype(float)' if node.type == 'truth' else ''}"])


def _ratio(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del shape, problem
    first, second = (f"table[{name!r}]" for name in step.columns)
    return _both([f"table[{options['name']!r}] = ({first} / {second}).where({second} != 0)"])


def _product(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del shape, problem
    return _both([f"table[{options['name']!r}] = {' * '.join(f'table[{name!r}]' for name in step.columns)}"])


def _date_parts(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del shape, problem
    lines = []
    for name in step.columns:
        for part in options["parts"]:
            value = f"table[{name!r}].dt.{'day_of_week' if part == 'weekday' else part}.astype('float64')"
            if part == "elapsed":
                value = f"(table[{name!r}] - pd.Timestamp('1970-01-01')) / pd.Timedelta(days=1)"
            lines.append(f"table[{part_name(name, part)!r}] = {value}")
    return _both(lines)


def _target(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del step, shape, problem
    if options["method"] == "log1p":
        return ["y = np.log1p(y)  # predictions are turned back by np.expm1"]
    return [
        "target_scale = PowerTransformer()",
        "y = pd.Series(target_scale.fit_transform(y.to_frame()).ravel(), index=y.index)",
        "# predictions are turned back by target_scale.inverse_transform",
    ]


_WRITTEN: Mapping[StepKind, Callable[[Step, Options, Shape, Problem], Lines]] = {
    StepKind.DROP_COLUMNS: _drop,
    StepKind.DROP_DUPLICATES: _duplicates,
    StepKind.MISSING_WORDS: _missing_words,
    StepKind.REPLACE: _replace,
    StepKind.TIDY_TEXT: _tidy,
    StepKind.TO_NUMBER: _to_number,
    StepKind.TO_DATE: _to_date,
    StepKind.CONVERT_UNIT: _convert,
    StepKind.LIMIT: _limit,
    StepKind.EXPRESSION: _expression,
    StepKind.RATIO: _ratio,
    StepKind.PRODUCT: _product,
    StepKind.DATE_PARTS: _date_parts,
    StepKind.TARGET_TRANSFORM: _target,
}
