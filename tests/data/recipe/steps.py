"""One or more steps of every kind, on the mixed table of the tests, in an order in which all can be done."""

from typing import Any

from engine.domain.recipe import Recipe, Step, StepKind

FORMULA = (
    "where(`size` > 5 and not isempty(colour), log(size) / count, min(size, 2, count)) + member"
    " + len(note) ** 2 + round(size, 1) + contains(city, '1') - coalesce(count, 3) % 4 + size // 3"
)


def step(kind: str, *columns: str, **options: Any) -> Step:
    return Step(kind=StepKind(kind), columns=columns, options=options)


def recipe(*steps: Step) -> Recipe:
    return Recipe(steps=steps)


ALL = recipe(
    step("drop_duplicates"),
    step("missing_words", "size", "colour", words=["red", 3]),
    step("replace", "colour", "count", values={"blue": "navy", "green": None, "4": 5}),
    step("tidy_text", "city", "note", spellings={"city 1": "city 2"}),
    step("convert_unit", "size", above=12, factor=0.5, offset=1),
    step("limit", "size", low=3.0, high=11),
    step("limit", "count", high=7, empty=True),
    step("expression", name="e", formula=FORMULA),
    step("expression", name="kind", formula="where(member, 'a', 'b')"),
    step("expression", name="first", formula="coalesce(colour, lower(city), 'none')"),
    step("expression", name="odd", formula="isempty(note) or size != 3"),
    step("date_parts", "since", parts=["year", "month", "day", "weekday", "hour", "elapsed"]),
    step("ratio", "size", "count", name="r"),
    step("product", "size", "count", "e", name="p {x}__"),
    step("impute", "size", "count", indicator=True),
    step("impute", "colour", strategy="most_frequent", indicator=True),
    step("winsorise", "r", "p {x}__", low=0.05, high=0.9),
    step("scale", "size", method="yeo_johnson"),
    step("scale", "r", method="robust"),
    step("group_rare", "city", "kind", least=4),
    step("bin", "e", bins=3),
    step("text", "note", size=3),
    step("encode", "city", method="target"),
    step("encode", "kind", "colour", method="one_hot"),
    step("encode", "member", method="ordinal", order=["False", "True"]),
    step("drop_columns", "first", "since_day"),
)
