"""Finding a planted flaw: the step, the reason, one guess a day, and what proves nothing."""

import re
from pathlib import Path

import pytest

from engine.actions import cases, skills
from engine.domain.case import Outcome
from engine.errors import ContentError, InputError, StateError
from engine.evidence.skills import skills as all_skills
from engine.settings import Settings
from engine.study import cases as content
from engine.study.lessons import lessons
from engine.study.pictures import picture
from tests.conftest import Clock

REASONS = {
    "fuel": "The mean comes from the target, so the answer of test cars leaks; a new car's is not known.",
    "patients": "The test rows chose the winner, so the score is partly luck. Use fresh rows or cross-validation.",
    "caravans": "Buyers are rare, so accuracy is right nearly always by saying nobody buys; recall is near zero.",
    "ozone": "A missing value is not nought. The label is unknown, so the target is invented, too low.",
    "passengers": "Test months lie between months that are known, it looks at the future. The split must follow time.",
    "countries": "The same country stands in training and test. New countries were never seen; keep groups together.",
}


def test_every_case_is_whole() -> None:
    known, taught = {one.id for one in all_skills()}, set(lessons())
    assert len(content.cases()) >= 5
    for one in content.cases().values():
        assert one.skill in known & taught
        facts = picture(one.picture).facts
        shown = one.filled(facts)
        texts = " ".join([*shown.steps, *shown.holds, *shown.points, shown.result, shown.solution, shown.mend])
        assert "{{" not in texts
        assert 5 <= len(one.steps) <= 8
        assert len(one.points) >= 3
        assert facts["claim"] in shown.result
        for number in set(facts) & {"honest", "dummy"}:
            assert facts[number] in shown.solution, "the solution says what it is worth"
        assert picture(one.picture).figure().title


def test_no_number_is_typed_into_a_case() -> None:
    for one in content.cases().values():
        texts = [*one.steps, *one.holds, *one.points, one.result, one.solution, one.mend]
        for text in texts:
            assert not re.findall(
                r"\d", re.sub(r"\{\{ \w+ \}\}|in {{ dummy }} of 100|filled with 0|of 100", "", text)
            ), text


@pytest.mark.parametrize("name", list(REASONS))
def test_the_step_and_a_reason_find_it(settings: Settings, clock: Clock, name: str) -> None:
    one = content.case(name)
    found = cases.guess(settings, name, one.flaw, REASONS[name], clock=clock)
    assert found.found_at is not None
    assert cases.found(settings)[one.skill] == found.found_at
    with pytest.raises(StateError, match="open already"):
        cases.guess(settings, name, one.flaw, REASONS[name], clock=clock)


@pytest.mark.parametrize(
    "why",
    [
        "This is wrong.",
        "wrong wrong wrong wrong wrong wrong wrong",
        "I think that something about this step is clearly bad and should be changed somehow",
        "{step}",
    ],
)
@pytest.mark.parametrize("name", list(REASONS))
def test_the_step_without_a_reason_finds_nothing(settings: Settings, clock: Clock, name: str, why: str) -> None:
    one = content.case(name)
    told = cases.guess(settings, name, one.flaw, why.replace("{step}", one.steps[one.flaw]), clock=clock)
    assert told.found_at is None
    assert told.today is not None
    assert told.today.outcome is Outcome.UNEXPLAINED
    assert cases.found(settings) == {}
    # It may be explained on the same day, for the same step alone.
    with pytest.raises(StateError, match="today already"):
        cases.guess(settings, name, (one.flaw + 1) % len(one.steps), REASONS[name], clock=clock)
    assert cases.guess(settings, name, one.flaw, REASONS[name], clock=clock).found_at is not None


def test_clicking_through_the_steps_takes_days_and_proves_nothing_without_words(
    settings: Settings, clock: Clock
) -> None:
    one = content.case("fuel")
    wrong = [place for place in range(len(one.steps)) if place != one.flaw]
    told = cases.guess(settings, "fuel", wrong[0], REASONS["fuel"], clock=clock)
    assert told.today is not None
    assert told.today.outcome is Outcome.ELSEWHERE
    for place in range(len(one.steps)):
        with pytest.raises(StateError):
            cases.guess(settings, "fuel", place, REASONS["fuel"], clock=clock)
    with pytest.raises(StateError, match="two guesses"):
        cases.give_away(settings, "fuel", clock=clock)
    clock.pass_by(days=1)
    assert cases.guess(settings, "fuel", wrong[1], "why not", clock=clock).may_ask
    given = cases.give_away(settings, "fuel", clock=clock)
    assert given.is_over
    assert cases.found(settings) == {}
    clock.pass_by(days=1)
    with pytest.raises(StateError, match="open already"):
        cases.guess(settings, "fuel", one.flaw, REASONS["fuel"], clock=clock)


def test_a_found_flaw_proves_its_skill_and_no_other(settings: Settings, clock: Clock) -> None:
    def levels() -> dict[str, int]:
        return {one["id"]: one["level"] for one in skills.skills(settings)}

    before = levels()
    cases.guess(settings, "fuel", content.case("fuel").flaw, REASONS["fuel"], clock=clock)
    after = levels()
    assert after["leakage"] == 2
    assert {name for name in after if after[name] != before[name]} == {"leakage"}


def test_bad_input_is_one_sentence(settings: Settings, clock: Clock) -> None:
    with pytest.raises(InputError, match="no case"):
        cases.standing(settings, "../secret")
    for step, why in ((9, "why"), (-1, "why"), (0, "   "), (0, "x" * 1001)):
        with pytest.raises(InputError) as told:
            cases.guess(settings, "fuel", step, why, clock=clock)
        assert told.value.hint
    assert cases.standing(settings, "fuel", clock=clock).guesses == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"flaw": 9}, "a number from 1 to"),
        ({"holds": ["a", "b"]}, "a text for every step"),
        ({"id": "No Id"}, "lower-case"),
        ({"points": []}, "at least one text"),
        ({"more": 1}, "no such key"),
    ],
)
def test_a_fault_of_the_file_is_named(change: dict, expected: str) -> None:
    entry = {
        **dict.fromkeys(("skill", "title", "reader", "picture", "result", "solution", "mend"), "text"),
        "id": "a",
        "steps": ["one", "two"],
        "holds": ["fine", ""],
        "flaw": 2,
        "points": ["p"],
    }
    content.read({"case": [entry]})
    with pytest.raises(ContentError, match=expected):
        content.read({"case": [{**entry, **change}]})
    with pytest.raises(ContentError, match="id of its own"):
        content.read({"case": [entry, entry]})


def test_two_tabs_count_once(settings: Settings, clock: Clock, tmp_path: Path) -> None:
    one = content.case("ozone")
    cases.guess(settings, "ozone", 0, "first tab", clock=clock)
    with pytest.raises(StateError):
        cases.guess(settings, "ozone", one.flaw, REASONS["ozone"], clock=clock)
    assert len(cases.standing(settings, "ozone", clock=clock).guesses) == 1
