"""Formulas: what they compute, what is refused and where, and that nothing else than a formula ever runs."""

import random

import numpy as np
import pandas as pd
import pytest

from engine.data.recipe.compiling import compile
from engine.data.recipe.expression import columns_of, parse
from engine.data.recipe.lowering import lower
from engine.data.recipe.safety import verify_formula
from engine.domain.data import Problem
from engine.domain.task import ColumnKind, Task
from engine.errors import InputError
from tests.data.recipe.steps import recipe, step

KINDS = {
    "a": ColumnKind.NUMERIC,
    "b": ColumnKind.INTEGER,
    "odd `name": ColumnKind.NUMERIC,
    "two words": ColumnKind.NUMERIC,
    "name": ColumnKind.CATEGORICAL,
    "yes": ColumnKind.BOOLEAN,
    "day": ColumnKind.DATETIME,
    "note": ColumnKind.TEXT,
}
PROBLEM = Problem(target="y", task=Task.BINARY, metric="roc_auc", features=tuple(KINDS), kinds=KINDS)
NAN = np.nan
FRAME = pd.DataFrame(
    {
        "a": [4.0, -9.0, NAN, 0.0],
        "b": [2.0, 0.0, 3.0, NAN],
        "odd `name": [1.0, 2.0, 3.0, 4.0],
        "two words": [10.0, 20.0, 30.0, 40.0],
        "name": pd.Series(["Anna", "bob", NAN, "it's `@x` #;\n\\"], dtype=object),
        "yes": pd.Series(["True", "False", NAN, "True"], dtype=object),
        "day": pd.to_datetime(["2024-01-01", None, "2024-01-03", "2024-01-04"]),
        "note": ["a b", "", "c", "d"],
    }
)


BITS = (
    *("a", "b", "name", "yes", "`two words`", "1", "2.5", "'x'", "+", "-", "*", "/", "**", "%", "(", ")", ",", "<"),
    *("==", "!=", " and ", " or ", " not ", "log(", "where(", "min(", "isempty(", "len(", "contains(", "coalesce("),
)


def value(formula: str) -> list[object]:
    made = compile(recipe(step("expression", name="new", formula=formula)), PROBLEM)
    found = made.fit_transform(FRAME)["new"]
    return [None if one != one else one for one in found.tolist()]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("a + b * 2", [8, -9, None, None]),
        ("a / b", [2, None, None, None]),
        ("-a ** 2", [-16, -81, None, 0]),
        ("a // 3 + b % 2", [1, -3, None, None]),
        ("sqrt(a)", [2, None, None, 0]),
        ("log(a)", [np.log(4), None, None, None]),
        ("log1p(b)", [np.log1p(2), 0, np.log1p(3), None]),
        ("exp(a * 1000)", [None, 0, None, 1]),
        ("abs(a)", [4, 9, None, 0]),
        ("round(a / 3, 1)", [1.3, -3, None, 0]),
        ("floor(a / 3)", [1, -3, None, 0]),
        ("min(a, b, 3)", [2, -9, None, None]),
        ("max(1, a)", [4, 1, None, 1]),
        ("a > b", [1, 0, 0, 0]),
        ("a != b", [1, 1, 0, 0]),
        ("0 <= a < 4.5 and b == 2", [1, 0, 0, 0]),
        ("not a > 0 or yes", [1, 1, 1, 1]),
        ("where(a > 0, b, -1)", [2, -1, -1, -1]),
        ("where(a > 0, 5, b)", [5, 0, 3, None]),
        ("where(isempty(a), 1, 0)", [0, 0, 1, 0]),
        ("where(yes, 'x', 'z')", ["x", "z", "z", "x"]),
        ("coalesce(a, b, 7)", [4, -9, 3, 0]),
        ("coalesce(name, 'nobody')", ["Anna", "bob", "nobody", "it's `@x` #;\n\\"]),
        ("lower(name)", ["anna", "bob", None, "it's `@x` #;\n\\"]),
        ("len(name)", [4, 3, None, 14]),
        ("contains(name, '`@x` #;')", [0, 0, 0, 1]),
        ("name == 'Anna'", [1, 0, 0, 0]),
        ("isempty(note)", [0, 1, 0, 0]),
        ("isempty(day)", [0, 1, 0, 0]),
        ("`two words` + col('odd `name')", [11, 22, 33, 44]),
        ("  `two words`", [10, 20, 30, 40]),
        ("yes * 2 + 1", [3, 1, 1, 3]),
        ("2 ** 3 + a * 0", [8, 8, None, 8]),
    ],
)
def test_what_formulas_compute(formula: str, expected: list[object]) -> None:
    found = value(formula)
    assert len(found) == len(expected)
    for one, wanted in zip(found, expected, strict=True):
        assert one == (pytest.approx(wanted, rel=1e-12) if isinstance(wanted, float) else wanted)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("a + nothing", "names 'nothing', which is no column here, at character 5"),
        ("`two words` + `gone`", "names 'gone', which is no column here, at character 15"),
        ("a +", "cannot be read at character"),
        ("", "cannot be read"),
        ("1 + 2", "uses no column"),
        ("a.mean()", "calls something that is no function of the language at character 1"),
        ("a.b", "not part of the language at character 1"),
        ("a[0]", "not part of the language"),
        ("__import__('os')", "no function of the language"),
        ("(lambda: a)()", "no function of the language"),
        ("[x for x in a]", "not part of the language"),
        ("a if b else 1", "not part of the language"),
        ("f'{a}'", "not part of the language"),
        ("a := 3", "cannot be read"),
        ("a; b", "cannot be read"),
        ("@a", "cannot be read"),
        ("a ** b", "constant power between -10 and 10 at character 6"),
        ("a ** 11", "constant power"),
        ("a + 9 ** 9 ** 9", "constant power"),
        ("a + 1e999", "too large"),
        ("a + 1 / 0", "too large or not defined"),
        ("a + True", "neither a number nor a text"),
        ("a + 1j", "neither a number nor a text"),
        ("a + name", "has a text where a number is needed at character 5"),
        ("a + day", "has a date"),
        ("name < 'b'", "which of two texts is larger"),
        ("name == a", "compares a text with something else"),
        ("a and b", "needs a comparison"),
        ("1 < 2 and a > 1", "compares two constants"),
        ("log(a, b)", "should give log 1 values"),
        ("where(a, 1, 2)", "needs a comparison"),
        ("contains(name, name)", "a text in quotes"),
        ("round(a, b)", "whole number of digits"),
        ("log(x=a)", "should give log"),
        ("col(a)", "the name of a column in quotes"),
        ("a << 2", "not part of the language"),
        ("a in b", "not part of the language"),
        ("(" * 100 + "a" + ")" * 100, ""),
        ("-" * 120 + "a", "nested too deeply"),
        ("+".join(["a"] * 400), "more than 200 parts"),
        ("+".join(["a"] * 90), ""),
        ("a" * 2000, "longer than 1,000 characters"),
        ("a\x00", "cannot be read"),
    ],
)
def test_faults_are_one_sentence_with_their_place(formula: str, said: str) -> None:
    if not said:
        # Long or deep, but within the limits.
        verify_formula("\n".join(lower(parse(formula, KINDS))[1]))
        return
    with pytest.raises(InputError) as error:
        parse(formula, KINDS)
    assert said in error.value.message
    assert error.value.message.count("\n") == 0
    assert error.value.message.endswith(".")


def test_random_text_never_gets_past_the_language() -> None:
    """Whatever is read becomes lines that the verifier of stored models knows; all else is one sentence."""
    rng = random.Random(0)
    bits = [*BITS, ".", "[", "]", "@", "__class__", "lambda", ";", "\n", "#", "eval(", "os", "\\", '"', "é", "{", "}"]
    read = 0
    for _ in range(4000):
        text = "".join(rng.choice(bits) for _ in range(rng.randint(1, 9)))
        try:
            node = parse(text, KINDS)
        except InputError:
            continue
        read += 1
        assert set(columns_of(node)) <= set(KINDS)
        verify_formula("\n".join(lower(node)[1]))
    assert read > 50


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c0 + 1",
        "r = c0.__class__",
        "r = c0.to_pickle('x')",
        "r = c0.where(c0.__class__)",
        "r = c0.str.__class__",
        "r = c0.dt.tz",
        "r = @c0",
        "r = `c0`",
        "r = c0.values",
        "r = exec('1')",
        "r = log(c0, c0)",
        "r = c0.astype('category')",
        "r = c0.str.contains('a', regex=True)",
        "r = c0.str.contains('a', flags=c0)",
        "r = c0 + (c0 + c0)",
        "r = c0 ** 100000",
        "x = c0",
        "r, c0 = c0",
        "r = c0 if c0 else c0",
        "r = 1.0 + 1.0",
        "import os",
        "r = c0; import os",
        "r = [c0]",
        "r = c0 < c0 < c0",
    ],
)
def test_the_verifier_refuses_what_no_recipe_writes(text: str) -> None:
    with pytest.raises(InputError, match="stored model"):
        verify_formula(text)
