"""From the record to three ideas, and from an idea to an own project with an empty brief."""

import time

import pytest

from engine.actions import ideas as finding
from engine.actions import projects as starting
from engine.errors import InputError, NotFoundError
from engine.evidence.dossier import dossiers
from engine.settings import Settings
from engine.store import projects
from engine.store.db import connect
from engine.study.ideas import ideas


def test_an_empty_home_gets_three_with_reasons(settings: Settings) -> None:
    found = finding.find(settings, interests=["nature"])
    assert len(found) == 3
    assert found[0]["area"] == "nature"
    assert all(one["reasons"] and one["rows"] and one["title"] for one in found)
    assert finding.find(settings, interests=["nature"]) == found


def test_words_bring_in_other_tables(settings: Settings) -> None:
    found = finding.find(settings, words="wolf")
    assert "wolf" in found[0]["title"].lower()
    assert found[0]["id"] not in {one.id for one in ideas()}


def test_an_unknown_area_and_odd_words_do_no_harm(settings: Settings) -> None:
    with pytest.raises(NotFoundError):
        finding.find(settings, interests=["moon"])
    assert len(finding.find(settings, words="<script> '; -- \x00 " + "x" * 500)) == 3


def test_an_idea_becomes_an_own_project_with_an_empty_brief(settings: Settings) -> None:
    slug = finding.start(settings, "Stat2Data/Hawks")
    with connect(settings) as db:
        project = projects.get(db, slug)
        assert projects.latest_brief(db, slug) is None
        assert (project.template, project.domain, project.problem.target) == ("", "ecology", "Species")
        assert "rownames" not in project.problem.features
        assert [one.step for one in projects.decisions(db, slug)] == ["target", "split", "metric"]
        assert [one.is_own for one in dossiers(db)] == [True]
    later = finding.find(settings, interests=["nature"])
    assert "Stat2Data/Hawks" not in [one["id"] for one in later], "it is taken up already"


def test_a_table_without_a_known_target_gets_a_guess(settings: Settings) -> None:
    slug = finding.start(settings, "carData/Depredations")
    with connect(settings) as db:
        assert projects.get(db, slug).problem.target
    with pytest.raises(InputError):
        finding.start(settings, "carData/Depredations", target="moon")
    with pytest.raises(NotFoundError):
        finding.start(settings, "no/such")


def test_variety_counts_the_projects(settings: Settings) -> None:
    assert finding.variety(settings).projects == 0
    starting.create_from_template(settings, "penguin-species")
    finding.start(settings, "ISLR/Auto")
    found = finding.variety(settings)
    assert found.counts["source"] == {"a catalogue": 1, "a template": 1}
    assert found.counts["task"] == {"a number": 1, "several classes": 1}
    assert found.counts["language"] == {"Python": 2}
    assert found.counts["family"] == {}


def test_finding_ideas_is_quick(settings: Settings) -> None:
    finding.find(settings)
    began = time.perf_counter()
    finding.find(settings, interests=["food", "sport"])
    assert time.perf_counter() - began < 1.0
