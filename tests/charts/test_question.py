"""Pictures of questions: every figure of the bank can be drawn and is told in words."""

from engine.charts.question import picture
from engine.study.questions import bank


def test_every_figure_of_the_bank_is_drawn_with_all_its_values() -> None:
    drawn = 0
    for one in bank():
        if one.figure is None:
            continue
        found = picture(one.figure.kind, one.figure.x_title, one.figure.y_title, one.figure.values)
        spec = found.specification()
        assert spec["height"] > 0
        cells = sum(map(len, one.figure.values)) if one.figure.kind == "matrix" else len(one.figure.values)
        assert len(found.table) == cells, one.id
        # The title must not answer the question: it names the axes alone.
        assert found.title == f"{one.figure.y_title} by {one.figure.x_title}"
        drawn += 1
    assert drawn >= 10
