"""Steps that learn, in pandas and scikit-learn: learned from ``train``, done to ``train`` and ``new``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.data.recipe.options import INNER_FOLDS, MOST_GROUPS, MOST_ONE_HOT, RARE
from engine.data.recipe.shape import missing_name
from engine.domain.data import Problem
from engine.domain.recipe import Step, StepKind

Lines = list[str]
Options = Mapping[str, Any]


def _impute(step: Step, options: Options, problem: Problem, seed: int) -> Lines:
    del problem, seed
    lines = []
    for name in step.columns:
        learned = {
            "median": f"train[{name!r}].median()",
            "mean": f"train[{name!r}].mean()",
            "most_frequent": f"train[{name!r}].mode().iloc[0]",
        }.get(options["strategy"], repr(options["value"]))
        lines += [f"value = {learned}", "for table in (train, new):"]
        if options["indicator"]:
            lines.append(f"    table[{missing_name(name)!r}] = table[{name!r}].isna().astype(float)")
        lines.append(f"    table[{name!r}] = table[{name!r}].fillna(value)")
    return lines


def _winsorise(step: Step, options: Options, problem: Problem, seed: int) -> Lines:
    del problem, seed
    low, high = options["low"] or 0.0, 1.0 if options["high"] is None else options["high"]
    return [
        f"for name in {list(step.columns)!r}:",
        f"    low, high = train[name].quantile([{low!r}, {high!r}])",
        "    # A quantile at the other end of the column would leave a single value: that end is left as it is.",
        "    low = low if low < train[name].max() else -np.inf",
        "    high = high if high > train[name].min() else np.inf",
        "    smallest = train[name][train[name] >= low].min()",
        "    largest = train[name][train[name] <= high].max()",
        "    for table in (train, new):",
        "        column = table[name]",
        "        table[name] = column.mask(column < low, smallest).mask(column > high, largest)",
    ]


def _done(name: str, made: str, columns: str) -> Lines:
    return [
        f"{name} = {made}",
        f"train[{columns}] = {name}.fit_transform(train[{columns}])",
        f"new[{columns}] = {name}.transform(new[{columns}])",
    ]


def _scale(step: Step, options: Options, problem: Problem, seed: int) -> Lines:
    del problem, seed
    made = {
        "standard": "StandardScaler()",
        "robust": "RobustScaler()",
        "min_max": "MinMaxScaler()",
        "yeo_johnson": "PowerTransformer()",
    }[options["method"]]
    return _done("scaler", made, repr(list(step.columns)))


def _encode(step: Step, options: Options, problem: Problem, seed: int) -> Lines:
    columns = repr(list(step.columns))
    if options["method"] == "ordinal":
        order = repr([list(options["order"])] * len(step.columns)) if options["order"] else "'auto'"
        unknown = "handle_unknown='use_encoded_value', unknown_value=np.nan"
        made, y = f"OrdinalEncoder(categories={order}, {unknown})", ""
    elif options["method"] == "one_hot":
        rest = f"handle_unknown='infrequent_if_exist', max_categories={MOST_ONE_HOT}, sparse_output=False"
        made, y = f"OneHotEncoder({rest})", ""
    else:
        classes = problem.task.is_classification
        kind = str(problem.task) if classes else "continuous"
        folds = f"{'StratifiedKFold' if classes else 'KFold'}({INNER_FOLDS}, shuffle=True, random_state={seed})"
        made, y = f"TargetEncoder(target_type={kind!r}, cv={folds})", ", y"
    return [
        f"encoder = {made}.set_output(transform='pandas')",
        f"train_codes = encoder.fit_transform(train[{columns}]{y})",
        f"new_codes = encoder.transform(new[{columns}])",
        f"train = train.drop(columns={columns}).join(train_codes)",
        f"new = new.drop(columns={columns}).join(new_codes)",
    ]


def _group_rare(step: Step, options: Options, problem: Problem, seed: int) -> Lines:
    del problem, seed
    return [
        f"for name in {list(step.columns)!r}:",
        "    counts = train[name].value_counts()",
        f"    kept = counts[counts >= {options['least']}].head({MOST_GROUPS - 1}).index",
        "    for table in (train, new):",
        "        column = table[name]",
        f"        table[name] = column.where(column.isin(kept) | column.isna(), {RARE!r})",
    ]


def _text(step: Step, options: Options, problem: Problem, seed: int) -> Lines:
    del problem
    vectorizer = "tfidf" if options["method"] == "tf_idf" else "hashing"
    rest = f"vectorizer={vectorizer!r}, ngram_range=(1, 2), analyzer='word', random_state={seed}"
    lines = []
    for name in step.columns:
        lines += [
            f"encoder = StringEncoder(n_components={options['size']}, {rest})",
            f"train_numbers = encoder.fit_transform(train[{name!r}])",
            f"new_numbers = encoder.transform(new[{name!r}])",
            f"train = train.drop(columns={name!r}).join(train_numbers)",
            f"new = new.drop(columns={name!r}).join(new_numbers)",
        ]
    return lines


def _bin(step: Step, options: Options, problem: Problem, seed: int) -> Lines:
    del problem, seed
    method = f"strategy={options['method']!r}, quantile_method='averaged_inverted_cdf', subsample=None"
    return [
        f"for name in {list(step.columns)!r}:",
        "    median = train[name].median()",
        f"    cutter = KBinsDiscretizer(n_bins={options['bins']}, encode='ordinal', {method})",
        "    cutter.fit(train[[name]].fillna(median))",
        "    for table in (train, new):",
        "        codes = cutter.transform(table[[name]].fillna(median))",
        "        labels = np.asarray(codes).ravel().astype(int).astype(str)",
        "        table[name] = pd.Series(labels, index=table.index, dtype=object).where(table[name].notna())",
    ]


LEARNED: Mapping[StepKind, Callable[[Step, Options, Problem, int], Lines]] = {
    StepKind.IMPUTE: _impute,
    StepKind.WINSORISE: _winsorise,
    StepKind.SCALE: _scale,
    StepKind.ENCODE: _encode,
    StepKind.GROUP_RARE: _group_rare,
    StepKind.TEXT: _text,
    StepKind.BIN: _bin,
}
"""What writes the code of each kind."""
