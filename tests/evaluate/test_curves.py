import numpy as np
import pytest
from sklearn import metrics as sk

from engine.domain.task import Task
from engine.evaluate.curves import confusion, precision_recall, roc
from tests.metrics.problems import BINARY, MULTICLASS, problem, sample


def test_the_confusion_matrix_is_that_of_scikit_learn() -> None:
    y, pred = sample(MULTICLASS, 200)
    found = confusion(y, pred, MULTICLASS)
    assert found["labels"] == ["ash", "birch", "cedar"]
    assert found["counts"] == sk.confusion_matrix(y, pred.argmax(axis=1)).tolist()
    assert all(isinstance(count, int) for row in found["counts"] for count in row)


@pytest.mark.parametrize("digits", [None, 1])
def test_small_curves_keep_every_threshold(digits: int | None) -> None:
    y, pred = sample(BINARY, 150, digits=digits)
    (curve,) = roc(y, pred, BINARY)
    assert curve["label"] == "yes"
    assert curve["auc"] == pytest.approx(sk.roc_auc_score(y, pred[:, 1]))
    fpr, tpr, _ = sk.roc_curve(y, pred[:, 1], drop_intermediate=False)
    np.testing.assert_allclose(curve["points"], np.column_stack([fpr, tpr]), atol=1e-6)
    (curve,) = precision_recall(y, pred, BINARY)
    assert curve["average_precision"] == pytest.approx(sk.average_precision_score(y, pred[:, 1]))
    assert curve["base_rate"] == pytest.approx(y.mean())
    precision, recall, _ = sk.precision_recall_curve(y, pred[:, 1])
    # scikit-learn adds (0, 1) and goes the other way.
    np.testing.assert_allclose(curve["points"], np.column_stack([recall, precision])[:-1][::-1], atol=1e-6)


def test_long_curves_are_thinned_without_losing_their_shape() -> None:
    y, pred = sample(BINARY, 5000, digits=None)
    (curve,) = roc(y, pred, BINARY)
    points = np.array(curve["points"])
    assert 150 < len(points) <= 200
    assert points[0].tolist() == [0, 0]
    assert points[-1].tolist() == [1, 1]
    assert (np.diff(points, axis=0) >= 0).all()
    assert np.trapezoid(points[:, 1], points[:, 0]) == pytest.approx(curve["auc"], abs=0.002)
    (curve,) = precision_recall(y, pred, BINARY)
    points = np.array(curve["points"])
    assert 150 < len(points) <= 200
    assert points[-1].tolist() == [1, pytest.approx(y.mean(), abs=1e-5)]
    steps = (np.diff(points[:, 0], prepend=0) * points[:, 1]).sum()
    assert steps == pytest.approx(curve["average_precision"], abs=0.005)


def test_each_class_stands_against_the_rest() -> None:
    y, pred = sample(MULTICLASS, 200)
    for code, curve in enumerate(roc(y, pred, MULTICLASS)):
        assert curve["label"] == MULTICLASS.classes[code]
        assert curve["auc"] == pytest.approx(sk.roc_auc_score(y == code, pred[:, code]))


def test_a_constant_score_has_a_curve_of_one_step() -> None:
    y, flat = np.array([0, 1, 1, 0, 1]), np.full((5, 2), 0.5)
    assert roc(y, flat, BINARY)[0]["points"] == [[0, 0], [1, 1]]
    assert precision_recall(y, flat, BINARY)[0]["points"] == [[1, 0.6]]


def test_classes_that_are_absent_or_alone_have_no_curve() -> None:
    _, pred = sample(MULTICLASS, 50)
    y = np.array([0, 1] * 25)
    assert [curve["label"] for curve in roc(y, pred, MULTICLASS)] == ["ash", "birch"]
    assert [curve["label"] for curve in precision_recall(y, pred, MULTICLASS)] == ["ash", "birch"]
    assert roc(np.ones(50, dtype=int), pred[:, :2], BINARY) == []


def test_the_confusion_matrix_follows_the_costs() -> None:
    costly = problem(Task.BINARY, costs=((0.0, 1.0), (1000.0, 0.0)))
    y, pred = sample(BINARY, 200, digits=None)
    assert confusion(y, pred, costly)["counts"][1][0] == 0
