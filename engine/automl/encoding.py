"""Turning a table into numbers. Everything here is a step of the pipeline and is fitted inside each fold."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler, TargetEncoder
from skrub import DatetimeEncoder

from engine.automl.families.family import Encoding
from engine.domain.data import Problem
from engine.domain.task import ColumnKind

_MANY_LEVELS = 60
_TEXT_TERMS = 3_000
_TEXT_DIRECTIONS = 32
_MOST_NATIVE_LEVELS = 250

_NUMBERS = (ColumnKind.NUMERIC, ColumnKind.INTEGER)
_CATEGORIES = (ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN)


def names_of(problem: Problem, *kinds: ColumnKind) -> list[str]:
    """List the features of some kinds, in their order."""
    return [name for name in problem.features if problem.kinds[name] in kinds]


def encoder(encoding: Encoding, problem: Problem, frame: pd.DataFrame, seed: int) -> Any:
    """Make the unfitted first step of a pipeline.

    Parameters
    ----------
    encoding : {"none", "scaled", "ordinal", "native"}
    problem : Problem
    frame : DataFrame of shape (n_rows, n_features)
        Only its count of rows and of levels matters: which columns have too many levels for one-hot.
    seed : int

    Returns
    -------
    ColumnTransformer or "passthrough"
    """
    if encoding == "none":
        return "passthrough"
    if encoding == "scaled":
        return _scaled(problem, frame, seed)
    return _coded(problem, frame, seed, native=encoding == "native")


def _scaled(problem: Problem, frame: pd.DataFrame, seed: int) -> ColumnTransformer:
    few, many = _by_levels(problem, frame, _MANY_LEVELS)
    numbers = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True), StandardScaler()
    )
    rare = max(2, min(10, len(frame) // 200))
    blocks = [
        ("numbers", numbers, names_of(problem, *_NUMBERS)),
        ("categories", OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=rare), few),
        ("many_levels", make_pipeline(_target_encoder(problem, seed), StandardScaler()), many),
        *_dates(problem, scaled=True),
        *_texts(problem, seed, dense=False),
    ]
    return ColumnTransformer([block for block in blocks if block[2]])


def _coded(problem: Problem, frame: pd.DataFrame, seed: int, *, native: bool) -> ColumnTransformer:
    few, many = _by_levels(problem, frame, _MOST_NATIVE_LEVELS)
    blocks = [
        ("numbers", "passthrough", names_of(problem, *_NUMBERS)),
        ("many_levels", _target_encoder(problem, seed), many),
        *_dates(problem, scaled=False),
        *_texts(problem, seed, dense=True),
        # Categories stand last, so that their places are known without counting what texts and dates became.
        ("categories", _codes(native), few),
    ]
    made = ColumnTransformer(
        [block for block in blocks if block[2]], sparse_threshold=0.0, verbose_feature_names_out=False
    )
    return made.set_output(transform="pandas") if native else made


def _codes(native: bool) -> OrdinalEncoder:
    if native:
        # CatBoost wants whole numbers: what is unknown or empty gets a code of its own.
        return OrdinalEncoder(
            handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2, dtype="int64"
        )
    return OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=float("nan"), encoded_missing_value=float("nan")
    )


def categories_of(encoding: Encoding, problem: Problem, frame: pd.DataFrame) -> tuple[str, ...]:
    """Name the columns that an encoded table carries as categories, in their order at its end."""
    if encoding not in ("ordinal", "native"):
        return ()
    return tuple(_by_levels(problem, frame, _MOST_NATIVE_LEVELS)[0])


def _by_levels(problem: Problem, frame: pd.DataFrame, most: int) -> tuple[list[str], list[str]]:
    names = names_of(problem, *_CATEGORIES)
    many = [name for name in names if frame[name].nunique() > most]
    return [name for name in names if name not in many], many


def _target_encoder(problem: Problem, seed: int) -> TargetEncoder:
    # Fitted with its own inner folds on the rows of the training fold, so a row never sees its own target.
    kind = "continuous" if not problem.task.is_classification else str(problem.task)
    return TargetEncoder(target_type=kind, random_state=seed)


def _dates(problem: Problem, *, scaled: bool) -> list[tuple[str, Any, list[str]]]:
    blocks = []
    for place, name in enumerate(names_of(problem, ColumnKind.DATETIME)):
        steps: list[Any] = [DatetimeEncoder(resolution="hour", add_weekday=True)]
        if scaled:
            steps += [SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler()]
        # skrub encodes one column at a time, and wants it as a column, not as a table.
        blocks.append((f"date_{place}", make_pipeline(*steps), name))
    return blocks  # type: ignore[return-value]


def _texts(problem: Problem, seed: int, *, dense: bool) -> list[tuple[str, Any, str]]:
    blocks = []
    for place, name in enumerate(names_of(problem, ColumnKind.TEXT)):
        terms = TfidfVectorizer(max_features=_TEXT_TERMS, ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        step = Pipeline([("terms", terms), ("svd", _directions(seed))]) if dense else terms
        blocks.append((f"text_{place}", step, name))
    return blocks


def _directions(seed: int) -> TruncatedSVD:
    return TruncatedSVD(n_components=_TEXT_DIRECTIONS, random_state=seed)
