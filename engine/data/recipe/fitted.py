"""Steps that learn from the rows of the fit, as bricks of a pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PowerTransformer,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)

from engine.data.recipe.blocks import RESULT, beside, call, chain, each, formula, over, registers, renamed
from engine.data.recipe.options import EMPTY, INNER_FOLDS, MOST_GROUPS, MOST_ONE_HOT
from engine.data.recipe.shape import Shape
from engine.domain.data import Problem
from engine.domain.recipe import Step, StepKind

_TIE = 1e-12
"""A value on a bound is within it, whatever rounding says."""

Options = Mapping[str, Any]


def impute(step: Step, options: Options) -> Any:
    """Fill empty cells, and say where they were."""
    fill = {"fill_value": options["value"]} if options["strategy"] == "constant" else {}
    filler = SimpleImputer(strategy=options["strategy"], keep_empty_features=True, **fill)
    if not options["indicator"]:
        return over(step.columns, filler)
    where = renamed(list(step.columns), chain(call("isna"), call("astype", "float64")), "{feature_name}_missing")
    return chain(beside(step.columns, where), over(step.columns, filler))


def winsorise(step: Step, options: Options) -> Any:
    """Bring values beyond two quantiles of the fit rows to the nearest value within them.

    No library has this as one object. Robust scaling without centring divides by a range of quantiles: after the
    column was moved so that its largest value is 0 (or its smallest), a quantile stands at -1 (or at 1). What lies
    beyond is emptied in a copy, which is imputed by the smallest (or largest) value that is left.
    """
    return chain(*[_winsorised(name, options["low"], options["high"]) for name in step.columns])


def _winsorised(name: str, low: float | None, high: float | None) -> Any:
    ends: list[tuple[str, tuple[int, int], tuple[float, float], Any, str]] = []
    if low is not None and low > 0:
        ends.append(("c1", (-1, 0), (100 * low, 100), np.min, f">= {-1 - _TIE!r}"))
    if high is not None and high < 1:
        ends.append(("c2", (0, 1), (0, 100 * high), np.max, f"<= {1 + _TIE!r}"))
    blocks: list[Any] = [("c0", "passthrough", [name])]
    lines, fills = [], []
    for register, span, quantiles, extreme, within in ends:
        scaled = chain(MinMaxScaler(span), RobustScaler(with_centering=False, quantile_range=quantiles))
        blocks.append((register, scaled, [name]))
        inside = f"t{register[1]}"
        lines += [f"{inside} = {register} {within}", f"{register} = c0.where({inside})"]
        fills.append((register, SimpleImputer(strategy=extreme, keep_empty_features=True)))
    if not ends:
        return over([name], "passthrough")
    names = [register for register, _, _ in blocks]
    masked = [ColumnTransformer(blocks, verbose_feature_names_out="{transformer_name}")]
    masked += [call("eval", "\n".join(_in_place(lines))), each(fills)]
    # Beyond the low end the value became larger, beyond the high end smaller; an empty cell stays empty.
    ends_after = {"c1": ("<", "t1"), "c2": (">", "t2")}
    last, found = [], "c0"
    for register, _, _ in blocks[1:]:
        sign, mark = ends_after[register]
        last += [f"{mark} = c0 {sign} c{names.index(register)}"]
        last += [f"t{10 + len(last)} = {found}.mask({mark}, c{names.index(register)})"]
        found = f"t{10 + len(last) - 1}"
    last.append(f"{RESULT} = {found}")
    return each([(name, chain(*masked, formula(names, last, name)))])


def _in_place(lines: list[str]) -> list[str]:
    """Write pairs of lines without registers of their own: the condition stands where its result will."""
    made = []
    for condition, use in zip(lines[::2], lines[1::2], strict=True):
        mark = condition.partition(" = ")[0]
        register = use.partition(" = ")[0]
        made += [condition.replace(mark, register, 1), use.replace(mark, register)]
    return made


def scale(step: Step, options: Options) -> Any:
    """Put numbers on a common scale."""
    scalers = {
        "standard": StandardScaler,
        "robust": RobustScaler,
        "min_max": MinMaxScaler,
        "yeo_johnson": PowerTransformer,
    }
    return over(step.columns, scalers[options["method"]]())


def encode(step: Step, options: Options, problem: Problem, seed: int) -> Any:
    """Turn values into numbers."""
    if options["method"] == "one_hot":
        return over(
            step.columns,
            OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=MOST_ONE_HOT, sparse_output=False),
        )
    if options["method"] == "ordinal":
        order = [list(options["order"])] * len(step.columns) if options["order"] else "auto"
        return over(
            step.columns,
            OrdinalEncoder(categories=order, handle_unknown="use_encoded_value", unknown_value=np.nan),
        )
    return over(step.columns, target_encoder(problem, seed))


def target_encoder(problem: Problem, seed: int) -> TargetEncoder:
    """Make the encoder of the mean target: fitted with inner folds, so that no row sees its own."""
    classes = problem.task.is_classification
    inner = (StratifiedKFold if classes else KFold)(INNER_FOLDS, shuffle=True, random_state=seed)
    return TargetEncoder(target_type=str(problem.task) if classes else "continuous", cv=inner)


def group_rare(step: Step, options: Options) -> Any:
    """Put values with few rows together, under one name."""
    return chain(*[_grouped(name, options["least"]) for name in step.columns])


def _grouped(name: str, least: int) -> Any:
    levels = OneHotEncoder(
        min_frequency=least,
        max_categories=MOST_GROUPS,
        handle_unknown="infrequent_if_exist",
        sparse_output=False,
        dtype=np.uint8,
    )
    named = SimpleImputer(strategy="constant", fill_value=EMPTY, keep_empty_features=True)
    # Nothing that a person names begins like this, so that the columns of the levels are found again.
    flags = chain(registers([("c0", name)]), named, renamed(["c0"], levels, "\x1f{feature_name}"))
    found = make_column_selector(pattern="^\x1fc0_")
    decoder = FunctionTransformer(pd.from_dummies, kw_args={"default_category": "\x1fc0_infrequent_sklearn"})
    decoded = renamed(found, decoder, "\x1flevel")
    lines = [
        "t0 = c0.notna()",
        "t1 = c1.str.removeprefix('\\U0000001fc0_')",
        "t2 = t1 != 'infrequent_sklearn'",
        "t3 = t1.where(t2, '\\U00000028rare\\U00000029')",
        f"{RESULT} = t3.where(t0)",
    ]
    last = formula([name, "\x1flevel"], lines, name)
    return chain(
        beside([name], flags),
        ColumnTransformer([("level", decoded, found)], remainder="passthrough", verbose_feature_names_out=False),
        ColumnTransformer(
            [("changed", last, [name, "\x1flevel"])], remainder="passthrough", verbose_feature_names_out=False
        ),
    )


def text(step: Step, options: Options, seed: int) -> Any:
    """Turn texts into a few numbers."""
    # Imported here: it takes a second, and most recipes have no texts.
    from skrub import StringEncoder

    encoder = StringEncoder(
        n_components=options["size"],
        vectorizer="tfidf" if options["method"] == "tf_idf" else "hashing",
        ngram_range=(1, 2),
        analyzer="word",
        random_state=seed,
    )
    # skrub takes one column at a time, and wants it as a column, not as a table: hence the bare name.
    blocks = [(f"text_{place}", encoder, name) for place, name in enumerate(step.columns)]
    return ColumnTransformer(blocks, remainder="passthrough", verbose_feature_names_out=False)


def binned(step: Step, options: Options) -> Any:
    """Cut numbers into ranges, which are categories named by their number; empty cells stay empty."""
    made = []
    for name in step.columns:
        cut = KBinsDiscretizer(
            n_bins=options["bins"],
            encode="ordinal",
            strategy=options["method"],
            quantile_method="averaged_inverted_cdf",
            subsample=None,
        )
        filled = chain(SimpleImputer(strategy="median", keep_empty_features=True), cut)
        both = ColumnTransformer(
            [("c0", "passthrough", [name]), ("c1", filled, [name])], verbose_feature_names_out="{transformer_name}"
        )
        lines = ["t0 = c0.notna()", "t1 = c1.astype('int64')", "t2 = t1.astype('str')", "t3 = t2.astype('object')"]
        lines.append(f"{RESULT} = t3.where(t0)")
        made.append((name, chain(both, formula(["c0", "c1"], lines, name))))
    return each(made)


def made_of(step: Step, options: Options, shape: Shape, problem: Problem, seed: int) -> Any:
    """Make the brick of a step that learns."""
    del shape
    if step.kind is StepKind.ENCODE:
        return encode(step, options, problem, seed)
    if step.kind is StepKind.TEXT:
        return text(step, options, seed)
    makers = {
        StepKind.IMPUTE: impute,
        StepKind.WINSORISE: winsorise,
        StepKind.SCALE: scale,
        StepKind.GROUP_RARE: group_rare,
        StepKind.BIN: binned,
    }
    return makers[step.kind](step, options)
