"""Small models that several pictures share: fitted once, with predictions for rows that were not fitted on."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from engine.study.pictures.sets import arrays, table

SIZES = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
"""The four sizes of a penguin."""


@cache
def cancer(kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Fit a model to the breast tumours in five folds.

    Parameters
    ----------
    kind : str
        ``logistic``, ``few`` (the same on the ten largest values of each tumour alone), ``bayes``, ``tree`` or
        ``neighbours``.

    Returns
    -------
    tuple of two arrays of shape (569,)
        Whether each tumour is malignant, and the probability of that, from a model that did not see it.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold
    from sklearn.naive_bayes import GaussianNB
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.tree import DecisionTreeClassifier

    X, y = arrays("cancer", "diagnosis", positive="malignant")
    if kind == "few":
        X = X[:, 20:]
    models = {
        "logistic": LogisticRegression(C=1.0, max_iter=200),
        "few": LogisticRegression(C=1.0, max_iter=200),
        "bayes": GaussianNB(),
        "tree": DecisionTreeClassifier(max_depth=3, random_state=0),
        "neighbours": KNeighborsClassifier(15),
    }
    model = make_pipeline(StandardScaler(), models[kind])
    out = np.empty(len(y))
    for train, test in StratifiedKFold(5, shuffle=True, random_state=0).split(X, y):
        out[test] = model.fit(X[train], y[train]).predict_proba(X[test])[:, 1]
    return y.astype(bool), out


@cache
def churn() -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Fit a logistic regression to the telephone customers in five folds.

    Returns
    -------
    tuple of (DataFrame of 7,043 rows, array, array)
        The customers, whether each left, and the probability of it from a model that did not see the row.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    frame = table("churn")
    X = pd.get_dummies(frame[["tenure", "monthly_charges", "contract", "internet_service", "payment_method"]]).astype(
        float
    )
    X[["tenure", "monthly_charges"]] /= [72.0, 120.0]
    y = (frame["churn"] == "Yes").to_numpy()
    values, out = X.to_numpy(), np.empty(len(y))
    for train, test in StratifiedKFold(5, shuffle=True, random_state=0).split(values, y):
        out[test] = LogisticRegression(max_iter=200).fit(values[train], y[train]).predict_proba(values[test])[:, 1]
    return frame, y, out


@cache
def caravan() -> tuple[np.ndarray, np.ndarray]:
    """Fit a logistic regression of who buys a caravan policy, in five folds: truth and probability, 5,822 rows each."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    frame = table("caravan")
    # Car and fire policies held, main customer type's spending power, boats, and low education in the postcode.
    X = frame[["PPERSAUT", "MKOOPKLA", "PBRAND", "APLEZIER", "MOPLLAAG"]].to_numpy(dtype=float)
    y = (frame["Purchase"] == "Yes").to_numpy()
    out = np.empty(len(y))
    for train, test in StratifiedKFold(5, shuffle=True, random_state=0).split(X, y):
        out[test] = LogisticRegression(C=10.0, max_iter=200).fit(X[train], y[train]).predict_proba(X[test])[:, 1]
    return y, out


@cache
def birds() -> tuple[pd.DataFrame, np.ndarray, np.ndarray, np.ndarray]:
    """Penguins with all four sizes, their species as numbers, and rows to learn from and to test on."""
    frame = table("penguins").dropna(subset=SIZES).reset_index(drop=True)
    species = np.unique(frame["species"].to_numpy(str), return_inverse=True)[1]
    order = np.random.default_rng(0).permutation(len(frame))
    return frame, species, order[:240], order[240:]


@cache
def species_model() -> Any:
    """Fit a logistic regression that tells the species of a penguin from its four sizes."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    frame, species, train, _ = birds()
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)).fit(
        frame[SIZES].to_numpy()[train], species[train]
    )


def auc(truth: np.ndarray, score: np.ndarray) -> float:
    """Area under the ROC curve by ranks, a tie counting half; both arrays have shape (n_rows,)."""
    from scipy.stats import rankdata

    ranks, positives = rankdata(score), int(truth.sum())
    return (float(ranks[truth].sum()) - positives * (positives + 1) / 2) / (positives * (len(truth) - positives))
