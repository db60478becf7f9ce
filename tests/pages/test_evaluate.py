"""The Evaluate page: every part can be opened, and two models can be laid side by side."""

import pytest
from streamlit.testing.v1 import AppTest

from engine.settings import Settings
from tests.pages.conftest import FILES, ROOT, SLUG, words


def opened(part: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["project"] = SLUG
    app.session_state["evaluation"] = part
    app.run()
    app.switch_page(FILES["evaluate"]).run()
    assert not app.exception, app.exception
    return app


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("Errors", "gets most wrong"),
        ("Curves", "Area under the curve"),
        ("Folds", "fold"),
        ("Compare", "One model"),
        ("All metrics", "Evaluate"),
    ],
)
def test_every_part_can_be_opened(filled: Settings, part: str, said: str) -> None:
    app = opened(part)
    labels = " ".join(box.label for box in app.selectbox)
    assert said in words(app) + labels


def test_two_models_are_laid_side_by_side(filled: Settings) -> None:
    app = opened("Compare")
    first = next(box for box in app.selectbox if box.label == "One model")
    second = next(box for box in app.selectbox if box.label == "The other")
    assert first.value not in second.options
    dummy = next(option for option in second.options if "ummy" in option)
    second.select_index(second.options.index(dummy)).run()
    assert "beyond chance" in words(app)
