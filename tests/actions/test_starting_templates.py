"""Templates of every kind become projects: text with a given split, pictures by hand, groups, time."""

import pytest

from engine.actions import diagnosis, projects
from engine.domain.data import SplitKind
from engine.domain.task import ColumnKind
from engine.settings import Settings
from engine.store import projects as stored
from engine.store.db import connect


@pytest.mark.parametrize(
    ("slug", "kind", "train", "holdout"),
    [
        ("food-review-sentiment", SplitKind.GIVEN, 3980, 993),
        ("hiring-experiment", SplitKind.GROUP, 3896, 974),
        ("mail-abuse-detection", SplitKind.TIME, 2745, 1176),
    ],
)
def test_a_template_becomes_a_project(settings: Settings, slug: str, kind: SplitKind, train: int, holdout: int) -> None:
    projects.create_from_template(settings, slug)
    with connect(settings) as db:
        project, split = stored.get(db, slug), stored.get_split(db, slug)
    assert split.spec.kind is kind
    assert (split.train_rows, split.holdout_rows) == (train, holdout)
    chosen = projects.template(slug)
    assert not set(project.problem.features) & {*chosen.unused, *chosen.drop, chosen.target}
    if kind is SplitKind.GIVEN:
        assert project.problem.features == ("review",)
        assert project.problem.kinds["review"] is ColumnKind.TEXT


def test_a_column_that_no_model_uses_can_be_marked_as_sensitive(settings: Settings) -> None:
    projects.create_from_template(settings, "mortgage-fairness")
    assert "afam" in diagnosis.markable(settings, "mortgage-fairness")
    diagnosis.mark_sensitive(settings, "mortgage-fairness", ["afam"])
    with connect(settings) as db:
        assert "afam" not in stored.get(db, "mortgage-fairness").problem.features
