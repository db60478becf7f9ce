"""The cleaning steps of a recipe in PySpark, for tables that do not fit into memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from engine.data.recipe.checking import shapes, without_unused
from engine.data.recipe.expression import parse
from engine.data.recipe.formula_code import column_in_spark as col
from engine.data.recipe.formula_code import in_spark
from engine.data.recipe.options import options_of
from engine.data.recipe.shape import NUMBERS, Shape, missing_name, part_name
from engine.data.recipe.values import pairs_for, unit_bound, words_for
from engine.data.recipe.words import sentence
from engine.domain.data import Problem
from engine.domain.recipe import Recipe, Step, StepKind

Lines = list[str]
Options = Mapping[str, Any]

_JAVA = {
    **{"%Y": "yyyy", "%y": "yy", "%m": "MM", "%d": "dd", "%H": "HH", "%M": "mm", "%S": "ss", "%b": "MMM"},
    **{"%B": "MMMM", "%I": "hh", "%p": "a", "%f": "SSSSSS", "%a": "E", "%A": "EEEE", "%j": "DDD", "%%": "%"},
}
"""Parts of a date form, in Python's spelling and in Java's."""


def script(recipe: Recipe, problem: Problem) -> str:
    """Write the cleaning steps as a PySpark 4 script; steps for a model stand there as a comment.

    Parameters
    ----------
    recipe : Recipe
    problem : Problem

    Returns
    -------
    str
        Python source that reads ``table.parquet`` and leaves ``table`` behind.

    Raises
    ------
    InputError
        If a step cannot be done.
    """
    head = [
        "from pyspark.sql import SparkSession",
        "from pyspark.sql import functions as F",
        "",
        "spark = SparkSession.builder.getOrCreate()",
        "# Dates are read and counted as they stand there, in no time zone.",
        'spark.conf.set("spark.sql.session.timeZone", "UTC")',
        'table = spark.read.parquet("table.parquet")',
    ]
    body = [line for _, lines in steps(recipe, problem) for line in ["", *lines]]
    return "\n".join([*head, *body]) + "\n"


def steps(recipe: Recipe, problem: Problem) -> list[tuple[Step, Lines]]:
    """Write each step, with the sentence that says what it does as a comment above it.

    Raises
    ------
    InputError
        If a step cannot be done.
    """
    written = []
    for step, before, _ in shapes(without_unused(recipe, problem), problem):
        said = f"# {sentence(step)}"
        writer = WRITTEN.get(step.kind)
        if writer is None:
            written.append((step, [said, "# This step belongs to the model, whose pipeline does it."]))
        else:
            written.append((step, [said, *writer(step, options_of(step), before, problem)]))
    return written


def _with(name: str, value: str) -> str:
    return f"table = table.withColumn({name!r}, {value})"


def _drop(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del options, shape, problem
    return [f"table = table.drop({', '.join(map(repr, step.columns))})"]


def _duplicates(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del options
    names = [*(step.columns or shape.kinds), problem.target]
    return ["# On the training rows only.", f"table = table.dropDuplicates({names!r})"]


def _missing_words(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del problem
    lines = []
    for name in step.columns:
        words = words_for(options["words"], shape, name)
        if words:
            lines.append(_with(name, f"F.when(~F.coalesce({col(name)}.isin({words!r}), F.lit(False)), {col(name)})"))
    return lines


def _replace(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del problem
    lines = []
    for name in step.columns:
        pairs = pairs_for(options["values"], shape, name)
        value = "F"
        for old, new in pairs.items():
            value += f".when({col(name)} == F.lit({old!r}), F.lit({None if new != new else new!r}))"
        if pairs:
            lines.append(_with(name, f"{value}.otherwise({col(name)})"))
    return lines


def _tidy(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del shape, problem
    lines = []
    for name in step.columns:
        lines.append(_with(name, f"F.trim(F.regexp_replace({col(name)}, r'\\s+', ' '))"))
        lines.append(_with(name, f"F.when({col(name)} != '', {col(name)})"))
        if options["spellings"]:
            value = "F" + "".join(
                f".when({col(name)} == F.lit({old!r}), F.lit({new!r}))" for old, new in options["spellings"].items()
            )
            lines.append(_with(name, f"{value}.otherwise({col(name)})"))
    return lines


def _to_number(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del problem
    times = f" * {options['scale']!r}" if options["scale"] != 1.0 else ""
    lines = []
    for name in step.columns:
        value = col(name)
        if shape.kinds[name] not in NUMBERS:
            for one in (*options["affixes"], *([options["thousands"]] if options["thousands"] else [])):
                value = f"F.replace({value}, F.lit({one!r}), F.lit(''))"
            if options["decimal"] == ",":
                value = f"F.replace({value}, F.lit(','), F.lit('.'))"
            value = f"F.trim({value}).try_cast('double')"
        lines.append(_with(name, f"{value}{times}"))
    return lines


def _to_date(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del shape, problem
    formats = [_java_format(one) for one in options["formats"]] or _usual_formats(options["day_first"])
    lines = []
    for name in step.columns:
        readings = [f"F.try_to_timestamp({col(name)}, F.lit({one!r}))" for one in formats]
        value = readings[0] if len(readings) == 1 else f"F.coalesce({', '.join(readings)})"
        lines.append(_with(name, f"{value}.cast('timestamp_ntz')"))
    return lines


def _usual_formats(day_first: bool) -> list[str]:
    """List the usual forms; as in pandas, a number above 12 is a day whatever was wished."""
    orders = ("d{0}M{0}yyyy", "M{0}d{0}yyyy") if day_first else ("M{0}d{0}yyyy", "d{0}M{0}yyyy")
    # As in pandas, the wish holds for a form that begins with the year, too.
    iso = ("yyyy-d-M", "yyyy-M-d") if day_first else ("yyyy-M-d", "yyyy-d-M")
    days = [*iso, *(order.format(mark) for order in orders for mark in "/.-")]
    return [f"{one}[ ]['T'][HH:mm[:ss]]" for one in days]


def _java_format(text: str) -> str:
    """Spell a date form as Java does; letters that stand for themselves are put in quotes."""
    parts = re.findall(r"%.|[A-Za-z]+|[^%A-Za-z]+", text)
    return "".join(_JAVA.get(one, f"'{one}'" if one[0].isalpha() else one) for one in parts)


def _convert(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del shape, problem
    sign, bound = unit_bound(options)
    lines = []
    for name in step.columns:
        changed = f"{col(name)} * {options['factor']!r} + {options['offset']!r}"
        lines.append(_with(name, f"F.when({col(name)} {sign} {bound!r}, {changed}).otherwise({col(name)})"))
    return lines


def _limit(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del shape, problem
    lines = []
    for name in step.columns:
        for sign, end in (("<", options["low"]), (">", options["high"])):
            if end is not None:
                limit = "F.lit(None)" if options["empty"] else f"F.lit({end!r})"
                lines.append(_with(name, f"F.when({col(name)} {sign} {end!r}, {limit}).otherwise({col(name)})"))
    return lines


def _expression(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del step, problem
    node = parse(options["formula"], shape.kinds)
    value = f"({in_spark(node, shape.empty_texts)})"
    if node.type == "text":
        return [_with(options["name"], value)]
    made, name = col(options["name"]), options["name"]
    # What is too large to count with is empty, as in the pipeline.
    return [_with(name, f"{value}.cast('double')"), _with(name, f"F.when(F.abs({made}) < 1e300, {made})")]


def _ratio(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del shape, problem
    first, second = map(col, step.columns)
    return [_with(options["name"], f"F.when({second} != 0, {first} / {second})")]


def _product(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del shape, problem
    return [_with(options["name"], " * ".join(map(col, step.columns)))]


def _date_parts(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del shape, problem
    lines = []
    for name in step.columns:
        for part in options["parts"]:
            value = {
                "year": f"F.year({col(name)})",
                "month": f"F.month({col(name)})",
                "day": f"F.dayofmonth({col(name)})",
                # Monday is 0, as in pandas.
                "weekday": f"F.weekday({col(name)})",
                "hour": f"F.hour({col(name)})",
                "elapsed": f"F.unix_micros({col(name)}) / 86400000000.0",
            }[part]
            lines.append(_with(part_name(name, part), f"({value}).cast('double')"))
    return lines


def _impute(step: Step, options: Options, shape: Shape, problem: Problem) -> Lines:
    del shape, problem
    lines = []
    for name in step.columns:
        learned = {
            "median": f"table.select(F.median({col(name)})).first()[0]",
            "mean": f"table.select(F.mean({col(name)})).first()[0]",
            "most_frequent": f"table.select(F.mode({col(name)}, True)).first()[0]",
        }.get(options["strategy"], repr(options["value"]))
        if options["indicator"]:
            lines.append(_with(missing_name(name), f"{col(name)}.isNull().cast('double')"))
        lines.append(f"value = {learned}  # learned from the training rows")
        lines.append(_with(name, f"F.coalesce({col(name)}, F.lit(value))"))
    return lines


WRITTEN: Mapping[StepKind, Callable[[Step, Options, Shape, Problem], Lines]] = {
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
    StepKind.IMPUTE: _impute,
}
"""What writes the code of each kind; the others are left to the model's pipeline."""
