"""Numbers of the lessons, worked out a second time by another library or another way."""

import hashlib
import sqlite3

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from engine.study.pictures import picture
from engine.study.pictures.fitted import cancer, caravan, churn
from engine.study.pictures.sets import arrays, table


def told(name: str, fact: str) -> float:
    return float(picture(name).facts[fact].removesuffix(" %").replace(",", "").replace("−", "-"))


def test_null_in_a_database() -> None:
    with sqlite3.connect(":memory:") as db:
        table("penguins").to_sql("penguins", db)

        def count(condition: str) -> int:
            return int(db.execute(f"SELECT count(*) FROM penguins WHERE {condition}").fetchone()[0])

        assert count("sex = 'male'") == told("coding.not_male", "male")
        assert count("sex <> 'male'") == told("coding.not_male", "female")
        assert count("sex <> 'male' OR sex IS NULL") == told("coding.not_male", "kept")
        assert count("sex = NULL") == 0
        assert db.execute("SELECT count(sex) FROM penguins").fetchone()[0] == told("coding.not_male", "count_sex")


def test_principal_components() -> None:
    X = arrays("wine", "grower")[0]
    scaled = PCA().fit(StandardScaler().fit_transform(X)).explained_variance_ratio_
    assert told("maths.projection", "two") == pytest.approx(100 * scaled[:2].sum(), abs=0.06)
    assert told("maths.projection", "needed") == np.searchsorted(scaled.cumsum(), 0.9) + 1
    assert told("maths.projection", "raw_first") == pytest.approx(
        100 * PCA().fit(X).explained_variance_ratio_[0], abs=0.06
    )


def test_gradient_descent_ends_at_least_squares() -> None:
    frame = table("diabetes")
    X, y = StandardScaler().fit_transform(frame[["bmi", "bp"]]), frame["progression"]
    model = LinearRegression().fit(X, y)
    assert told("maths.descent", "floor") == pytest.approx(metrics.mean_squared_error(y, model.predict(X)), rel=5e-3)
    assert told("maths.descent", "bmi") == pytest.approx(model.coef_[0], abs=0.06)


def test_permutation_test() -> None:
    birds = table("penguins").query("species == 'Adelie' and island in ('Dream', 'Torgersen')").dropna()
    parts = [birds.query(f"island == '{one}'")["flipper_length_mm"].to_numpy() for one in ("Torgersen", "Dream")]
    found = stats.permutation_test(
        parts, lambda a, b: np.mean(a) - np.mean(b), n_resamples=4999, permutation_type="independent", rng=1
    )
    assert told("chance.permutation", "seen") == pytest.approx(found.statistic, abs=0.06)
    assert told("chance.permutation", "p") == pytest.approx(found.pvalue, abs=0.04)


def test_bootstrap_interval() -> None:
    truth, probability = cancer("logistic")
    right = ((probability >= 0.5) == truth).astype(float)
    found = stats.bootstrap((right,), np.mean, n_resamples=2000, method="percentile", rng=1).confidence_interval
    low, high = (
        float(one) for one in picture("chance.resampled").facts["accuracy"].split("(")[1].rstrip(")").split(" to ")
    )
    assert (low, high) == pytest.approx((found.low, found.high), abs=0.004)


def test_metrics_of_the_customers() -> None:
    _, truth, probability = churn()
    said = probability >= 0.5
    assert told("trust.counts", "f1") == pytest.approx(metrics.f1_score(truth, said), abs=6e-4)
    assert told("trust.counts", "recall") == pytest.approx(100 * metrics.recall_score(truth, said), abs=0.06)
    assert told("trust.counts", "precision") == pytest.approx(100 * metrics.precision_score(truth, said), abs=0.06)
    tn, fp, fn, tp = metrics.confusion_matrix(truth, said).ravel()
    assert [told("trust.counts", one) for one in ("tn", "fp", "fn", "tp")] == [tn, fp, fn, tp]


def test_areas_and_brier_scores() -> None:
    truth, probability = caravan()
    assert told("framing.accuracy_trap", "auc") == pytest.approx(metrics.roc_auc_score(truth, probability), abs=6e-4)
    for kind in ("bayes", "logistic"):
        expected = metrics.brier_score_loss(*cancer(kind))
        assert told("trust.reliability", kind) == pytest.approx(expected, abs=6e-4)


def test_neighbours_with_and_without_scale() -> None:
    X, y = arrays("wine", "grower")
    raw = cross_val_score(KNeighborsClassifier(5), X, y, cv=5).mean()
    scaled = cross_val_score(make_pipeline(StandardScaler(), KNeighborsClassifier(5)), X, y, cv=5).mean()
    # Other folds: the same within some points.
    assert told("data.scaling", "raw") == pytest.approx(100 * raw, abs=5)
    assert told("data.scaling", "scaled") == pytest.approx(100 * scaled, abs=3)


def test_admissions_and_their_departments() -> None:
    frame = table("berkeley")
    admitted = (
        frame[frame["Admit"] == "Admitted"].groupby("Gender")["Freq"].sum() / frame.groupby("Gender")["Freq"].sum()
    )
    assert told("explore.departments", "men_rate") == pytest.approx(100 * admitted["Male"], abs=0.06)
    assert told("explore.departments", "women_rate") == pytest.approx(100 * admitted["Female"], abs=0.06)


def test_prices_and_their_middle() -> None:
    prices = table("ames")["Sale_Price"]
    assert told("maths.skewed", "mean") == round(prices.mean())
    assert told("maths.skewed", "median") == prices.median()
    assert told("maths.skewed", "iqr") == stats.iqr(prices)
    assert told("maths.skewed", "sd") == round(prices.std())


def test_the_digest_is_that_of_the_table() -> None:
    text = table("penguins").to_csv(index=False, lineterminator="\n")
    assert hashlib.sha256(text.encode()).hexdigest().startswith(picture("deliver.same_seed").facts["digest"])


def test_the_rule_of_bayes() -> None:
    frame = table("cancer")
    flagged, sick = frame["worst radius"] > 16.8, frame["diagnosis"] == "malignant"
    hit, alarm = flagged[sick].mean(), flagged[~sick].mean()
    assert told("maths.bayes", "right_one") == pytest.approx(100 * 0.01 * hit / (0.01 * hit + 0.99 * alarm), abs=0.06)
    assert told("maths.bayes", "hit") == pytest.approx(100 * hit, abs=0.06)


def test_a_passenger_alone_gives_itself_away() -> None:
    frame = table("titanic")
    family = frame["Name"].str.split(",").str[0].str.strip()
    leaky = frame.groupby(family)["Survived"].transform("mean")
    assert told("validate.told_by_target", "leaky") == pytest.approx(
        metrics.roc_auc_score(frame["Survived"], leaky), abs=6e-4
    )
    assert told("validate.told_by_target", "single") == (family.value_counts() == 1).sum()
