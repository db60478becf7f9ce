"""A posting held against what is proved, a tailored order, and the letter that makes nothing up."""

import re
from dataclasses import replace
from datetime import date

from engine.career import requirements
from engine.career.postings import read
from engine.career.tailoring import answers, letter, tailored_projects, tailored_skills
from engine.domain.resume import Person, ResumeProject, ResumeSkill
from tests.conftest import MOMENT

POSTING = read("Analyst\nSQL and Python\nDocker is a plus", at=MOMENT)
PROOF = {"level": 3, "value": "0.842 on 1,409 rows", "ref": "churn/7", "link": ""}
STATES = [
    {"id": "python-core", "name": "Python", "level": 3, "trust": "verified", "evidence": [PROOF],
     "todo": {4: "Publish."}},
    {"id": "sql-queries", "name": "SQL", "level": 1, "trust": "verified", "evidence": [],
     "todo": {2: "Bring a query."}},
    {"id": "containers-ci", "name": "Docker", "level": 2, "trust": "self_reported", "todo": {},
     "evidence": [{"level": 2, "value": "a note", "ref": "brought/1", "link": "https://a.example/"}]},
]  # fmt: skip
PROJECT = ResumeProject(
    slug="churn", title="Churn", question="Who leaves?", headline="ROC AUC 0.842", skills=("python-core",),
    began_on=date(2026, 1, 1),
)  # fmt: skip


def found():
    return answers(
        requirements.of(POSTING.text, POSTING.skills),
        STATES,
        titles={"churn": "Churn"},
        pages={"churn": "https://me.example/projects/churn/"},
        templates={"shop": ["sql-queries"]},
    )


def test_each_requirement_has_its_evidence_or_what_would_prove_it() -> None:
    sql, python, docker = found()
    assert sql.is_missing
    assert (sql.todo, sql.templates) == ("Bring a query.", ("shop",))
    assert (python.level_name, python.project_title) == ("Applied", "Churn")
    assert python.link == "https://me.example/projects/churn/"
    assert (docker.trust, docker.link, docker.project) == ("self_reported", "https://a.example/", "")
    assert docker.requirement.is_helpful


def test_a_skill_that_the_person_added_has_no_place_in_the_text() -> None:
    (one,) = requirements.of("nothing", ("spark",))
    assert (one.phrase, one.said) == ("", "")


def test_projects_and_skills_follow_the_posting() -> None:
    other = replace(PROJECT, slug="shop", skills=("sql-queries",))
    older = replace(PROJECT, slug="older", skills=("python-core",), began_on=date(2025, 1, 1))
    none = replace(PROJECT, slug="none", skills=())
    both = replace(PROJECT, slug="both", skills=("python-core", "sql-queries"))
    order = [one.slug for one in tailored_projects(POSTING.skills, [none, older, PROJECT, other, both])]
    assert order == ["both", "shop", "churn", "older", "none"]
    skills = [ResumeSkill(id=name, name=name, level="", trust="") for name in ("spark", "python-core", "sql-queries")]
    assert [one.id for one in tailored_skills(POSTING.skills, skills)] == ["sql-queries", "python-core", "spark"]


def test_the_letter_states_recorded_facts_and_nothing_else() -> None:
    text = letter(POSTING, found(), Person(name="Ann", email="ann@a.example"), [PROJECT])
    assert "Result: ROC AUC 0.842" in text
    assert "Look at: https://me.example/projects/churn/" in text
    assert "not shown by any record yet: SQL." in text
    # Outside of brackets no sentence speaks for the person.
    outside = re.sub(r"\[[^\]]*\]", "", text)
    assert not re.search(r"\b(I|my|me|we|am|passionate|excited)\b", outside.replace("me.example", ""))
