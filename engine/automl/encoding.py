"""Turning a table into numbers. Everything here is a step of the pipeline and is fitted inside each fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, SplineTransformer, StandardScaler, TargetEncoder

from engine.automl.families.family import Encoding
from engine.automl.table import names_of
from engine.domain.data import Problem
from engine.domain.task import ColumnKind

_MOST_ONE_HOT = 60
"""Columns with more levels than this become the mean target of each level instead of one column per level."""
_MOST_CODES = 250
"""The same for codes, which trees split into groups of levels."""
_INNER_FOLDS = 5
_KNOTS = 6
_FEWEST_VALUES_OF_A_CURVE = 12
_TEXT_TERMS = 3_000
_TEXT_DIRECTIONS = 32
_TEXTS_LOOKED_AT = 2_000
_EMPTY = "(empty)"

_NUMBERS = (ColumnKind.NUMERIC, ColumnKind.INTEGER)

_Block = tuple[str, Any, Any]


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """An encoding that suits some rows, not fitted yet."""

    step: Any
    """First step of a pipeline."""
    categories: tuple[str, ...] = ()
    """Columns that leave it as codes of categories, in their order at its end."""


def prepare(encoding: Encoding, problem: Problem, frame: pd.DataFrame, seed: int) -> Prepared:
    """Make the first step of a pipeline for the rows that it will be fitted on.

    Parameters
    ----------
    encoding : {"none", "scaled", "splines", "ordinal", "native"}
    problem : Problem
    frame : DataFrame of shape (n_rows, n_features)
        Aligned rows; their count and their levels decide which columns are one-hot encoded.
    seed : int

    Returns
    -------
    Prepared
    """
    if encoding == "none":
        return Prepared(step="passthrough")
    if encoding in ("scaled", "splines"):
        curved = _curved(problem, frame) if encoding == "splines" else []
        return Prepared(step=_scaled(problem, frame, seed, curved))
    few, many = _by_levels(problem, frame, _MOST_CODES)
    if encoding == "native":
        names = sorted([*few, *many], key=problem.features.index)
        return Prepared(step=_native(problem, frame, seed, names), categories=tuple(names))
    return Prepared(step=_coded(problem, frame, seed, few, many), categories=tuple(few))


def _scaled(problem: Problem, frame: pd.DataFrame, seed: int, curved: Sequence[str]) -> ColumnTransformer:
    few, many = _by_levels(problem, frame, _MOST_ONE_HOT)
    numbers = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True), StandardScaler()
    )
    rare = max(2, min(10, len(frame) // 200))
    one_hot = make_pipeline(_named(), OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=rare))
    return _joined(
        [
            ("numbers", numbers, names_of(problem, *_NUMBERS)),
            ("curves", _curves(), curved),
            ("categories", one_hot, few),
            ("many_levels", make_pipeline(_target_means(problem, seed), StandardScaler()), many),
            *_dates(problem, scaled=True),
            *_texts(problem, frame, seed, dense=False),
        ]
    )


def _curved(problem: Problem, frame: pd.DataFrame) -> list[str]:
    """List the numbers with enough different values for a curve."""
    return [name for name in names_of(problem, *_NUMBERS) if frame[name].nunique() >= _FEWEST_VALUES_OF_A_CURVE]


def _curves() -> Pipeline:
    # Beyond the values that were seen a curve stays where it is: the straight part, which stands beside it, goes on.
    curve = SplineTransformer(n_knots=_KNOTS, knots="quantile", extrapolation="constant", include_bias=False)
    return make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), curve)


def _coded(
    problem: Problem, frame: pd.DataFrame, seed: int, few: Sequence[str], many: Sequence[str]
) -> ColumnTransformer:
    # What is unknown becomes NaN, which trees send down a branch of its own.
    codes = make_pipeline(_named(), OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=float("nan")))
    return _joined(
        [
            ("numbers", "passthrough", names_of(problem, *_NUMBERS)),
            ("many_levels", _target_means(problem, seed), many),
            *_dates(problem, scaled=False),
            *_texts(problem, frame, seed, dense=True),
            # Categories stand last, so that their places are known without counting what texts and dates became.
            ("categories", codes, few),
        ],
        sparse_threshold=0.0,
    )


def _native(problem: Problem, frame: pd.DataFrame, seed: int, names: Sequence[str]) -> ColumnTransformer:
    return _joined(
        [
            ("numbers", "passthrough", names_of(problem, *_NUMBERS)),
            *_dates(problem, scaled=False),
            *_texts(problem, frame, seed, dense=True),
            # CatBoost takes categories as they are.
            ("categories", _named(), names),
        ],
        sparse_threshold=0.0,
    )


def _named() -> SimpleImputer:
    """Give empty cells of categories a name: empty is a level like the others. It also saves a third of the time."""
    return SimpleImputer(strategy="constant", fill_value=_EMPTY, keep_empty_features=True)


def _joined(blocks: Sequence[_Block], **options: Any) -> ColumnTransformer:
    kept = [(name, step, columns) for name, step, columns in blocks if len(columns)]
    return ColumnTransformer(kept, verbose_feature_names_out=False, **options)


def _by_levels(problem: Problem, frame: pd.DataFrame, most: int) -> tuple[list[str], list[str]]:
    names = [
        name
        for name in problem.features
        if problem.kinds[name] not in (*_NUMBERS, ColumnKind.DATETIME, ColumnKind.TEXT)
    ]
    many = {name for name in names if frame[name].nunique() > most}
    return [name for name in names if name not in many], [name for name in names if name in many]


def _target_means(problem: Problem, seed: int) -> TargetEncoder:
    # Fitted with inner folds of its own on the rows of the training fold, so a row never sees its own target.
    classes = problem.task.is_classification
    inner = (StratifiedKFold if classes else KFold)(_INNER_FOLDS, shuffle=True, random_state=seed)
    return TargetEncoder(target_type=str(problem.task) if classes else "continuous", cv=inner)


def _dates(problem: Problem, *, scaled: bool) -> list[_Block]:
    names = names_of(problem, ColumnKind.DATETIME)
    if not names:
        return []
    # Imported here: it takes a second, and most tables have no dates.
    from skrub import DatetimeEncoder

    blocks: list[_Block] = []
    for place, name in enumerate(names):
        steps: list[Any] = [DatetimeEncoder(resolution="hour", add_weekday=True)]
        if scaled:
            steps += [SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler()]
        # skrub encodes one column at a time, and wants it as a column, not as a table: hence the bare name.
        blocks.append((f"date_{place}", make_pipeline(*steps), name))
    return blocks


def _texts(problem: Problem, frame: pd.DataFrame, seed: int, *, dense: bool) -> list[_Block]:
    blocks: list[_Block] = []
    for place, name in enumerate(names_of(problem, ColumnKind.TEXT)):
        terms = TfidfVectorizer(max_features=_TEXT_TERMS, ngram_range=(1, 2), sublinear_tf=True)
        count = _terms_in(frame[name], terms)
        if count == 0:
            # Not a single word among the rows of the fit: there is nothing to encode.
            continue
        directions = TruncatedSVD(n_components=min(_TEXT_DIRECTIONS, max(count - 1, 1)), random_state=seed)
        step = Pipeline([("terms", terms), ("directions", directions)]) if dense else terms
        blocks.append((f"text_{place}", step, name))
    return blocks


def _terms_in(texts: pd.Series, terms: TfidfVectorizer) -> int:
    """Count different terms, as far as it matters."""
    analyse, found = terms.build_analyzer(), set()
    for text in texts.iloc[:_TEXTS_LOOKED_AT]:
        found.update(analyse(text))
        if len(found) > _TEXT_DIRECTIONS:
            break
    return len(found)
