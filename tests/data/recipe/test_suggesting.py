from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data.recipe.checking import check
from engine.data.recipe.suggesting import MOST, suggest
from engine.data.schema import describe, make_problem
from engine.data.templates import load, read_frame
from engine.domain.data import Finding, Outcome, Severity
from engine.domain.recipe import Recipe, StepKind
from tests.data.recipe.steps import recipe, step

PROJECTS = Path(__file__).resolve().parents[3] / "projects"


@pytest.mark.parametrize("slug", ["penguin-species", "telecom-churn", "house-prices-ames"])
def test_every_proposal_can_be_added_and_is_the_same_again(slug: str) -> None:
    template = load(PROJECTS / slug)
    frame = read_frame(template)
    columns = describe(frame)
    problem = make_problem(frame, columns, target=template.target, drop=template.drop)
    found = suggest(columns, frame, problem)
    # The churn table is clean: nothing is proposed for the sake of proposing.
    assert (0 if slug == "telecom-churn" else 1) <= len(found) <= MOST
    assert found == suggest(columns, frame, problem)
    assert [one.strength for one in found] == sorted((one.strength for one in found), reverse=True)
    for one in found:
        check(recipe(one.step), columns, problem)
        assert one.meaning.endswith(".")
        assert problem.target not in one.step.columns or one.step.kind is StepKind.TARGET_TRANSFORM


def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    rows = 400
    return pd.DataFrame(
        {
            "length_cm": rng.uniform(10, 20, rows),
            "width_cm": rng.uniform(1, 2, rows),
            "income": np.exp(rng.normal(0, 2, rows)),
            "gaps": np.where(rng.random(rows) < 0.2, np.nan, rng.normal(size=rows)),
            "town": [f"town {n}" for n in rng.integers(0, 60, rows)],
            "seen": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 500, rows), unit="D"),
            "remark": [f"word{n % 97} said word{n % 31} and more on line {n}" for n in range(rows)],
            "price": np.exp(rng.normal(3, 1.5, rows)),
        }
    )


def test_each_trait_is_answered_and_what_is_done_is_not_proposed_again() -> None:
    frame = table()
    columns = describe(frame)
    problem = make_problem(frame, columns, target="price")
    found = {str(one.step.kind): one.step for one in suggest(columns, frame, problem)}
    wanted = {"ratio", "scale", "impute", "encode", "group_rare", "date_parts", "text", "target_transform"}
    assert set(found) == wanted
    assert found["ratio"].columns == ("length_cm", "width_cm")
    assert "income" in found["scale"].columns
    assert found["impute"].columns == ("gaps",)
    assert found["target_transform"].options["method"] == "log1p"
    given = Recipe(steps=(found["impute"], found["target_transform"]))
    left = {str(one.step.kind) for one in suggest(columns, frame, problem, recipe=given)}
    assert left == wanted - {"impute", "target_transform"}


def test_fixes_of_findings_come_first_if_they_can_be_done() -> None:
    frame = table()
    columns = describe(frame)
    problem = make_problem(frame, columns, target="price")
    rest = {"code": "PF-Q01", "title": "t", "outcome": Outcome.ISSUE, "message": "It is so.", "severity": Severity.HIGH}
    fixes = [step("drop_columns", "gaps"), step("scale", "nothing"), step("drop_duplicates")]
    findings = [Finding(**rest, fix=one) for one in fixes]  # type: ignore[arg-type]
    findings.append(Finding(**rest | {"outcome": Outcome.PASSED}, fix=step("drop_columns", "income")))  # type: ignore[arg-type]
    found = suggest(columns, frame, problem, findings)
    assert {str(one.step.kind) for one in found[:2]} == {"drop_columns", "drop_duplicates"}
    dropped = [one.step.columns for one in found if one.step.kind is StepKind.DROP_COLUMNS]
    assert dropped == [("gaps",)]
    assert all(one.step.columns != ("nothing",) for one in found)
