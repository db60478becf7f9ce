"""Each step of a recipe as one sentence in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.data.recipe.options import MOST_ONE_HOT, options_of
from engine.domain.recipe import Recipe, Step, StepKind

Options = Mapping[str, Any]

_MOST_NAMED = 3
_LEARNED = "of the rows it is fitted on"


def sentences(recipe: Recipe) -> tuple[str, ...]:
    """Say what each step does, in their order.

    Raises
    ------
    InputError
        If an option is wrong.
    """
    return tuple(sentence(step) for step in recipe.steps)


def sentence(step: Step) -> str:
    """Say what one step does.

    Raises
    ------
    InputError
        If an option is wrong.
    """
    return _SAID[step.kind](_listed(step.columns), options_of(step), step)


def _listed(names: Sequence[Any]) -> str:
    shown = [str(name) for name in names]
    if len(shown) > _MOST_NAMED + 1:
        return f"{', '.join(shown[:_MOST_NAMED])} and {len(shown) - _MOST_NAMED} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def _number(value: float) -> str:
    return f"{value:,.12g}"


def _plural(step: Step, one: str, many: str) -> str:
    return one if len(step.columns) == 1 else many


def _drop(names: str, options: Options, step: Step) -> str:
    del options
    return f"{names} {_plural(step, 'is', 'are')} left out."


def _duplicates(names: str, options: Options, step: Step) -> str:
    del options
    where = f"in {names} and the target" if step.columns else "in every column and the target"
    return f"Training rows that are the same as an earlier one {where} are left out; rows that are scored all stay."


def _missing_words(names: str, options: Options, step: Step) -> str:
    del step
    words = _listed([_quoted(word) for word in options["words"]])
    return f"In {names}, {words} {'means' if len(options['words']) == 1 else 'mean'} that the cell is empty."


def _quoted(value: Any) -> str:
    return _number(value) if isinstance(value, float) else f"“{value}”"


def _replace(names: str, options: Options, step: Step) -> str:
    del step
    pairs = [
        f"{_quoted(old)} becomes {'an empty cell' if new is None else _quoted(new)}"
        for old, new in options["values"].items()
    ]
    return f"In {names}, {_listed(pairs)}."


def _tidy(names: str, options: Options, step: Step) -> str:
    del step
    spellings = len(options["spellings"])
    more = f", and {spellings} spelling{'s become' if spellings > 1 else ' becomes'} another" if spellings else ""
    return f"In {names}, blanks at the ends and doubled ones are removed{more}; what is left without a word is empty."


def _to_number(names: str, options: Options, step: Step) -> str:
    marks = []
    if options["affixes"]:
        marks.append(f"without {_listed([_quoted(one) for one in options['affixes']])}")
    if options["thousands"]:
        marks.append(f"with {_quoted(options['thousands'])} between thousands")
    if options["decimal"] == ",":
        marks.append("with a decimal comma")
    if options["scale"] != 1.0:
        marks.append(f"times {_number(options['scale'])}")
    how = f" ({', '.join(marks)})" if marks else ""
    verb = _plural(step, "is read as a number", "are read as numbers")
    return f"{names} {verb}{how}; what is none becomes empty."


def _to_date(names: str, options: Options, step: Step) -> str:
    order = ", the day first" if options["day_first"] else ""
    forms = f" in the form {_listed(options['formats'])}" if options["formats"] else ""
    verb = _plural(step, "is read as a date", "are read as dates")
    return f"{names} {verb}{forms}{order}; what is none becomes empty."


def _convert(names: str, options: Options, step: Step) -> str:
    del step
    above = options["above"] is not None
    bound = _number(options["above" if above else "below"])
    plus = f" plus {_number(options['offset'])}" if options["offset"] else ""
    return (
        f"Values of {names} {'above' if above else 'below'} {bound} are in another unit: "
        f"they are multiplied by {_number(options['factor'])}{plus}."
    )


def _limit(names: str, options: Options, step: Step) -> str:
    del step
    ends = [f"{word} {_number(options[end])}" for end, word in (("low", "below"), ("high", "above"))
            if options[end] is not None]  # fmt: skip
    what = "become empty" if options["empty"] else "become that limit"
    return f"Values of {names} {' or '.join(ends)} {what}."


def _expression(names: str, options: Options, step: Step) -> str:
    del names, step
    return f"A new column {options['name']} is computed as {' '.join(options['formula'].split())}."


def _date_parts(names: str, options: Options, step: Step) -> str:
    parts = ["days since 1970" if part == "elapsed" else part for part in options["parts"]]
    return (
        f"The {_listed(parts)} of {names} {'becomes a column' if len(parts) == 1 else 'become columns'} of their own."
    )


def _ratio(names: str, options: Options, step: Step) -> str:
    del names
    first, second = step.columns
    return f"A new column {options['name']} is {first} divided by {second}, empty where {second} is 0."


def _product(names: str, options: Options, step: Step) -> str:
    del names
    return f"A new column {options['name']} is {' times '.join(step.columns)}."


def _impute(names: str, options: Options, step: Step) -> str:
    strategy = options["strategy"]
    value = {
        "median": f"the median {_LEARNED}",
        "mean": f"the mean {_LEARNED}",
        "most_frequent": f"the most frequent value {_LEARNED}",
    }.get(strategy) or _quoted(options["value"])
    more = f", with {_plural(step, 'a column that says', 'columns that say')} where they were"
    return f"Empty cells of {names} become {value}{more if options['indicator'] else ''}."


def _winsorise(names: str, options: Options, step: Step) -> str:
    del step
    ends = [f"{word} the {100 * options[end]:g} % quantile" for end, word in (("low", "below"), ("high", "above"))
            if options[end] is not None]  # fmt: skip
    return f"Values of {names} {' or '.join(ends)} {_LEARNED} become the nearest value within."


def _scale(names: str, options: Options, step: Step) -> str:
    del step
    how = {
        "standard": "mean 0 and spread 1",
        "robust": "median 0 and a middle half of length 1",
        "min_max": "the range from 0 to 1",
        "yeo_johnson": "a shape as close to a bell as the Yeo-Johnson transform makes it",
    }[options["method"]]
    return f"{names} is brought to {how}, learned from the rows it is fitted on."


def _encode(names: str, options: Options, step: Step) -> str:
    if options["method"] == "one_hot":
        return (
            f"Every value of {names} becomes a column of 0 and 1; of more than {MOST_ONE_HOT} values "
            "the rarest share one."
        )
    if options["method"] == "ordinal":
        order = f"in the order {_listed(options['order'])}" if options["order"] else "in the order of their spelling"
        return f"Values of {names} become whole numbers {order}; one never seen is empty."
    return f"Every value of {names} becomes the mean target of its rows, computed without the row itself."


def _group_rare(names: str, options: Options, step: Step) -> str:
    del step
    return f"Values of {names} with fewer than {options['least']:,} {_LEARNED} become “(rare)”, new ones too."


def _text(names: str, options: Options, step: Step) -> str:
    del step
    what = "weighted by how rare they are" if options["method"] == "tf_idf" else "hashed"
    return f"The words of {names}, {what}, become {options['size']} numbers."


def _bin(names: str, options: Options, step: Step) -> str:
    how = f"holding about as many {_LEARNED} each" if options["method"] == "quantile" else "of equal length"
    return f"{names} {_plural(step, 'is', 'are')} cut into {options['bins']} ranges {how}, which count as categories."


def _target(names: str, options: Options, step: Step) -> str:
    del names, step
    scale = "a logarithmic scale" if options["method"] == "log1p" else "the Yeo-Johnson scale, learned from its rows,"
    return f"The target is fitted on {scale} and turned back."


_SAID: Mapping[StepKind, Callable[[str, Options, Step], str]] = {
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
    StepKind.DATE_PARTS: _date_parts,
    StepKind.RATIO: _ratio,
    StepKind.PRODUCT: _product,
    StepKind.IMPUTE: _impute,
    StepKind.WINSORISE: _winsorise,
    StepKind.SCALE: _scale,
    StepKind.ENCODE: _encode,
    StepKind.GROUP_RARE: _group_rare,
    StepKind.TEXT: _text,
    StepKind.BIN: _bin,
    StepKind.TARGET_TRANSFORM: _target,
}
