"""Practice over weeks, the clock an argument: caps, repetition, quizzes, explain-back, answers that count once."""

import csv
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from engine.actions import explain_back, own_questions, practice, record, skills
from engine.domain.practice import Answer, Quiz
from engine.errors import InputError
from engine.evidence import skill_content
from engine.settings import Settings
from engine.store import practice as log
from engine.store.db import connect
from engine.study import questions, standing
from engine.study.presenting import hint
from engine.study.scheduling import Memory
from tests.conftest import MOMENT, Clock, make_project

WHY = "Because missing a leaver costs thirty times a call."


def right(item: str) -> object:
    return questions.by_id(item).answer


def wrong(item: str) -> object:
    one = questions.by_id(item)
    if one.numeric:
        return float(one.answer) + 10 * one.tolerance + 1
    if one.kind == "order":
        return tuple(reversed(one.answer))
    if one.kind == "multiple":
        return tuple(range(len(one.choices))) if len(one.answer) < len(one.choices) else (0,)
    return (one.answer + 1) % len(one.choices)


def work_off(settings: Settings, clock: Clock, *, miss: int = 0) -> list[str]:
    done = []
    while (found := practice.today(settings, clock=clock))["cards"]:
        item, turn = found["cards"][0], found["turns"][0]
        given = wrong(item) if len(done) < miss and turn == 1 else right(item)
        practice.answer(settings, item, given, turn=turn, clock=clock)
        done.append(item)
    return done


def test_four_new_cards_a_day_and_a_missed_one_comes_once_more_at_the_end(settings: Settings, clock: Clock) -> None:
    assert practice.today(settings, clock=clock)["minutes"] >= 1
    first = work_off(settings, clock, miss=1)
    assert len(first) == 5
    assert first[-1] == first[0]
    assert len(set(first)) == 4
    with connect(settings) as db:
        cards = {one["item"]: one for one in log.cards(db)}
    # The repetition is practice, not a review: the missed card still comes back first.
    assert cards[first[0]]["stability"] < min(cards[item]["stability"] for item in first[1:4])
    clock.pass_by(days=1)
    assert practice.today(settings, clock=clock)["cards"][0] == first[0]


def test_the_day_is_capped_and_a_return_after_a_break_is_gentle(settings: Settings, clock: Clock) -> None:
    sizes = []
    for _ in range(6):
        sizes.append(len(work_off(settings, clock, miss=20)))
        clock.pass_by(days=1)
        with connect(settings) as db:
            today = [one for one in log.answers(db) if one.turn == 1]
        assert max(sum(one.day == day for one in today) for day in {one.day for one in today}) <= 15
    assert max(sizes) > 15  # fifteen, and their repetitions
    clock.pass_by(days=10)
    gentle = []
    for _ in range(3):
        gentle.append(practice.today(settings, clock=clock)["turns"].count(1))
        work_off(settings, clock)
        clock.pass_by(days=1)
    assert gentle[0] == 5
    assert 5 <= gentle[1] <= 10
    assert gentle[1] <= gentle[2] <= 15, "what piled up is spread, new cards beside it"


def test_an_answer_counts_once_under_double_clicks_and_in_two_tabs(settings: Settings, clock: Clock) -> None:
    item = practice.today(settings, clock=clock)["cards"][0]
    with ThreadPoolExecutor(3) as pool:
        given = [wrong(item), right(item)] * 3
        kept = list(pool.map(lambda one: practice.answer(settings, item, one, clock=lambda: MOMENT), given))
    assert len({one.is_right for one in kept}) == 1
    with connect(settings) as db:
        assert len(log.answers(db)) == 1
        before = log.cards(db)
    assert len(before) == 1
    assert practice.answer(settings, item, right(item), clock=lambda: MOMENT).is_right is kept[0].is_right
    with connect(settings) as db:
        assert log.cards(db) == before


def test_cards_of_other_days_and_nonsense_are_refused_and_nothing_is_stored(settings: Settings, clock: Clock) -> None:
    todays = practice.today(settings, clock=clock)["cards"]
    other = next(one for one in questions.bank() if one.id not in todays)
    with pytest.raises(InputError, match="not among today"):
        practice.answer(settings, other.id, other.answer, clock=clock)
    with pytest.raises(InputError):
        practice.answer(settings, todays[0], [], clock=clock)
    with pytest.raises(InputError, match="no question"):
        practice.answer(settings, "<b>none</b>", 1, clock=clock)
    with pytest.raises(InputError, match="There is no quiz"):
        practice.answer(settings, todays[0], right(todays[0]), quiz=9, clock=clock)
    with connect(settings) as db:
        assert log.answers(db) == []
        assert log.cards(db) == []


def test_a_quiz_has_eight_passes_at_seven_and_its_missed_question_joins_the_deck(
    settings: Settings, clock: Clock
) -> None:
    begun = practice.start_quiz(settings, "metrics-reading", clock=clock)
    assert len(set(begun.items)) == 8
    assert practice.start_quiz(settings, "metrics-reading", clock=clock).id == begun.id
    for place, item in enumerate(begun.items):
        assert practice.quiz(settings, begun.id)["passed"] is None
        practice.answer(settings, item, wrong(item) if place == 0 else right(item), quiz=begun.id, clock=clock)
    assert practice.quiz(settings, begun.id)["passed"] is True
    with connect(settings) as db:
        assert [one["item"] for one in log.cards(db)] == [begun.items[0]]
    again = practice.start_quiz(settings, "metrics-reading", clock=clock)
    assert again.id != begun.id
    assert set(again.items) != set(begun.items)
    for place, item in enumerate(again.items):
        practice.answer(settings, item, wrong(item) if place < 2 else right(item), quiz=again.id, clock=clock)
    assert practice.quiz(settings, again.id)["passed"] is False
    known = practice.recall(settings, clock=clock)["metrics-reading"]
    assert known.quiz_passed_at is not None
    assert known.quiz_passed_at < again.created_at
    clock.pass_by(days=1)
    third = practice.start_quiz(settings, "metrics-reading", clock=clock)
    clock.pass_by(days=1)
    with pytest.raises(InputError, match="open quiz"):
        practice.answer(settings, third.items[0], right(third.items[0]), quiz=third.id, clock=clock)


def test_recall_fades_and_counts_mature_cards() -> None:
    memories = [
        Memory("a-1", 30.0, 5.0, MOMENT + timedelta(days=30), MOMENT),
        Memory("a-2", 3.0, 5.0, MOMENT + timedelta(days=3), MOMENT),
    ]
    shared = {"turn": 1, "quiz": 0, "given": "0", "said": "", "seconds": 9.0, "is_new": False, "created_at": MOMENT}
    answers = [
        Answer(day="2026-03-01", item="a-1", skill="a", is_right=True, hints=0, days_apart=25, **shared),
        Answer(day="2026-03-01", item="a-2", skill="a", is_right=True, hints=1, days_apart=2, **shared),
        Answer(day="2026-03-01", item="a-3", skill="b", is_right=False, hints=0, days_apart=40, **shared),
    ]
    soon = standing.recalled(memories, answers, [], MOMENT + timedelta(days=1))["a"]
    late = standing.recalled(memories, answers, [], MOMENT + timedelta(days=90))["a"]
    assert (soon.cards, soon.mature, len(soon.solved)) == (2, 1, 1)
    assert 0 < late.chance < soon.chance < 1
    found = standing.statistics(answers, MOMENT.date())
    assert found["retention"] == 0.5
    assert found["mature_answers"] == 2
    assert [one["answers"] for one in found["weeks"]] == [0] * 7 + [3]
    half = [Quiz(id=1, day="2026-03-01", skill="a", items=("a-1",), created_at=MOMENT)]
    assert standing.recalled(memories, answers, half, MOMENT)["a"].quiz_passed_at is None


def test_a_decision_comes_back_after_a_week_and_empty_text_does_not_count(settings: Settings, clock: Clock) -> None:
    make_project(settings)
    number = record.decide(settings, "demo", "metric", WHY, choice="log_loss", clock=clock)
    item = f"why-{number}"
    clock.pass_by(days=6)
    assert item not in practice.today(settings, clock=clock)["cards"]
    with pytest.raises(InputError, match="does not come back yet"):
        explain_back.explain(settings, item, "one two three four five six", clock=clock)
    clock.pass_by(days=2)
    assert item in practice.today(settings, clock=clock)["cards"]
    for empty in ("", "   ", "why why why why why why"):
        with pytest.raises(InputError, match="too short"):
            explain_back.explain(settings, item, empty, clock=clock)
    with pytest.raises(InputError, match="Nothing was explained"):
        explain_back.compare(settings, item, list(explain_back.POINTS), clock=clock)
    explain_back.explain(settings, item, "We weighed <script>alert(1)</script> the *cost*\n# of a miss", clock=clock)
    assert explain_back.compare(settings, item, ["choice", "reason", "fact"], clock=clock) is True
    assert explain_back.compare(settings, item, [], clock=clock) is True  # a second click changes nothing
    assert item not in practice.today(settings, clock=clock)["cards"]
    assert len(explain_back.defended(settings)["demo"]) == 1
    text = explain_back.as_markdown(settings)
    assert "<script>" not in text.replace("\\<", "")
    assert "\n# of" not in text
    assert WHY in text
    clock.pass_by(days=1)
    with pytest.raises(InputError, match="not long ago"):
        explain_back.explain(settings, item, "one two three four five six", clock=clock)
    clock.pass_by(days=30)
    assert item in practice.today(settings, clock=clock)["cards"]


def test_ticks_without_the_reason_do_not_count(settings: Settings, clock: Clock) -> None:
    make_project(settings)
    number = record.decide(settings, "demo", "metric", WHY, clock=clock)
    clock.pass_by(days=8)
    explain_back.explain(settings, f"why-{number}", "I do not remember any of it", clock=clock)
    assert explain_back.compare(settings, f"why-{number}", ["choice", "fact"], clock=clock) is False
    assert explain_back.defended(settings) == {}


def test_no_hint_gives_the_answer_away() -> None:
    for one in questions.bank():
        said = hint(one)
        assert said, one.id
        if isinstance(one.answer, int) and one.choices:
            assert said != f"It is not “{one.choices[one.answer]}”."


def test_files_to_take_away_hold_every_question_and_answer(settings: Settings, clock: Clock) -> None:
    done = work_off(settings, clock)
    assert [one["item"] for one in csv.DictReader(practice.as_csv(settings).splitlines())] == done
    lines = practice.as_anki(settings).splitlines()
    assert sum(not line.startswith("#") for line in lines) == len(questions.bank())


def test_a_question_of_a_run_that_is_not_there_is_one_sentence(settings: Settings) -> None:
    with pytest.raises(InputError, match="no run"):
        own_questions.find(settings, "metrics-reading-own-recall-77")


def test_new_cards_begin_with_what_the_role_asks_for(settings: Settings, clock: Clock) -> None:
    before = practice.today(settings, clock=clock)["cards"]
    skills.set_target_role(settings, "ml-engineer", clock=clock)
    after = practice.today(settings, clock=clock)["cards"]
    role = next(one for one in skill_content.roles() if one.id == "ml-engineer")
    assert before != after
    assert all(questions.by_id(item).skills[0] in role.core for item in after)
