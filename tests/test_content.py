"""Every content file that comes along: it loads, its data opens, and what it claims about the data holds."""

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from engine.data.schema import encode_target
from engine.data.split import folds, holdout_rows
from engine.data.templates import faults_of, load, load_all, problem_of, read_frame
from engine.domain.data import SplitKind
from engine.domain.metric import find_metric
from engine.domain.project import Criterion
from engine.domain.template import Template
from engine.evidence import skill_content

PROJECTS = Path(__file__).resolve().parents[1] / "projects"
SKILLS = {one.id for one in skill_content.skills()}
SLUGS = sorted(path.name for path in PROJECTS.iterdir() if path.is_dir() and not path.name.startswith((".", "_")))


@cache
def whole(slug: str) -> tuple[Template, pd.DataFrame]:
    template = load(PROJECTS / slug)
    return template, read_frame(template)


def test_there_are_templates() -> None:
    assert {"penguin-species", "house-prices-ames", "telecom-churn"} <= set(SLUGS)
    assert set(load_all(PROJECTS)) == set(SLUGS)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_folder_holds_words_and_nothing_else(slug: str) -> None:
    assert sorted(path.name for path in (PROJECTS / slug).iterdir()) == ["brief.md", "project.toml"]


@pytest.mark.parametrize("slug", SLUGS)
def test_the_data_opens_and_every_column_is_explained(slug: str) -> None:
    template, frame = whole(slug)
    assert faults_of(PROJECTS / slug, skills=SKILLS) == []
    assert len(frame) > 100
    for key in (*template.drop, *template.fill, template.target):
        assert key in frame.columns
    assert "rownames" in template.drop or "rownames" not in frame, "a count of the rows is no feature"
    for key in template.fill:
        assert not frame[key].isna().any()


@pytest.mark.parametrize("slug", SLUGS)
def test_the_problem_and_its_brief_fit_the_data(slug: str) -> None:
    template, frame = whole(slug)
    problem = problem_of(template, frame.drop(columns=list(template.drop)))
    assert problem.task is template.task
    assert not set(problem.features) & {*template.drop, template.target}
    assert template.brief.complete, template.brief.missing
    for criterion in template.brief.criteria:
        find_metric(criterion.metric, problem.task, criterion=True)
        assert Criterion.parse(str(criterion)) == criterion
    if problem.task.is_classification:
        assert len(problem.costs) == len(problem.classes)
        assert any(cost for row in problem.costs for cost in row)
        assert not any(problem.costs[n][n] for n in range(len(problem.classes))), "to be right costs nothing"
    if template.positive:
        assert problem.positive == template.positive


@pytest.mark.parametrize("slug", SLUGS)
def test_the_split_is_possible(slug: str) -> None:
    template, frame = whole(slug)
    frame = frame.drop(columns=list(template.drop))
    problem = problem_of(template, frame)
    train, held = holdout_rows(frame, template.split, problem)
    assert 0.1 < len(held) / len(frame) < 0.5
    part = frame.iloc[train]
    found = folds(part, encode_target(part[problem.target], problem), template.split, problem)
    assert len(found) >= 2


def test_the_houses_are_split_by_the_year_of_their_sale() -> None:
    template, frame = whole("house-prices-ames")
    train, held = holdout_rows(frame, template.split, problem_of(template, frame))
    assert template.split.kind is SplitKind.TIME
    assert (len(train), len(held)) == (1941, 989)
    assert frame["Year_Sold"].iloc[train].max() == 2008


@pytest.mark.parametrize("slug", SLUGS)
def test_texts_are_written_out(slug: str) -> None:
    template, _ = whole(slug)
    for text in (template.metric_reason, template.split.reason, *template.pitfalls, *template.drop.values()):
        assert not text[0].islower()
        assert text.endswith(".")
    assert template.question.endswith("?")
    assert template.brief.question.endswith("?")
    assert all(text.endswith(".") for text in template.dictionary.values())
    assert template.story.startswith("# ")
    assert len(template.skills) == len(set(template.skills)) >= 3
