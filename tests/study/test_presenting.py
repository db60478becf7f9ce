"""A question before a person: choices in a changing order, and as text."""

import pytest

from engine.study import anki
from engine.study.presenting import as_note, order_of_choices
from engine.study.questions import bank, by_id


def test_choices_are_shuffled_by_the_seed_and_complete() -> None:
    question = next(item for item in bank() if len(item.choices) == 4)
    orders = {order_of_choices(question, seed) for seed in range(60)}
    assert len(orders) > 15
    assert all(sorted(order) == [0, 1, 2, 3] for order in orders)
    assert order_of_choices(question, 5) == order_of_choices(question, 5)


def test_steps_are_never_shown_in_the_right_order() -> None:
    # Three steps fall into the right order once in six shuffles.
    orders = [item for item in bank() if item.kind == "order"]
    assert orders
    for item in orders:
        right = tuple(range(len(item.choices)))
        assert all(order_of_choices(item, seed) != right for seed in range(300))


def test_the_whole_bank_goes_to_anki() -> None:
    lines = anki.as_text(map(as_note, bank())).splitlines()
    cells = [line.split("\t") for line in lines if not line.startswith("#")]
    assert {row[0] for row in cells} == {item.id for item in bank()}
    assert all(len(row) == 4 and row[2] for row in cells)


@pytest.mark.parametrize(
    ("question", "front", "back"),
    [
        ("descriptive-stats-iqr", "Minimum | First quartile | Median | Third quartile | Maximum", "9 litres"),
        ("metrics-reading-recall", "430 | 20\n10 | 40", "0.8"),
        ("business-acumen-cost-table", "Unit: £", "£900"),
        ("calibration-curve", "0.3 | 0.14", "“Its probabilities are too high throughout”"),
        ("leakage-kinds", "- Choosing features by their correlation over all rows", " and “"),
    ],
)
def test_a_note_holds_what_is_needed_to_answer(question: str, front: str, back: str) -> None:
    note = as_note(by_id(question))
    assert note.front.startswith(by_id(question).text)
    assert front in note.front
    assert back in note.back.splitlines()[0]
    assert by_id(question).explanation in note.back
    assert note.tags == by_id(question).skills
