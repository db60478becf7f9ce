"""Claims are read back from a page, and a text must be a rounding of its own numbers."""

import random

import pytest

from engine.domain.words import with_interval
from engine.evidence.document import Claim
from engine.evidence.page import check_page, check_texts, shown_claims


def claim(value: float, low: float | None, high: float | None, text: str) -> Claim:
    return Claim(id="best.m", metric="m", value=value, low=low, high=high, method="", n=1, fact="best.m", run=1,
                 text=text, file=None, resamples=1, seed=0)  # fmt: skip


def test_every_rounding_of_the_product_is_one() -> None:
    rng = random.Random(1)
    for _ in range(3000):
        value = rng.choice((1, -1)) * 10 ** rng.uniform(-9, 9)
        width = abs(value) * 10 ** rng.uniform(-6, 1.5)
        low, high = value - rng.random() * width, value + rng.random() * width
        for ends in ((low, high), (None, None)):
            text = with_interval(value, *ends)
            assert not list(check_texts([claim(value, *ends, text)])), text


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [
        (0.842, 0.821, 0.861, "0.843 (0.821 to 0.861)"),
        (0.842, 0.821, 0.861, "0.842 (0.831 to 0.861)"),
        (0.842, 0.821, 0.861, "0.842"),
        (0.842, None, None, "0.842 (0.821 to 0.861)"),
        (12345.0, None, None, "12,900"),
        (101.0, None, None, "100"),
        (0.842, 0.821, 0.861, "excellent"),
    ],
)
def test_another_number_is_none(value: float, low: float | None, high: float | None, text: str) -> None:
    assert list(check_texts([claim(value, low, high, text)]))


def test_a_page_is_read_whatever_stands_around_the_claim() -> None:
    html = """<p title='<data class="claim">'>&lt;data class="claim"&gt;<DATA value="0.5" data-fact="best.m"
    class="big claim"><b>0.500</b>
    (0.400 to 0.600)</data> <data class="fact" data-fact="x" value="1">1</data><data class=claim data-fact=open>"""
    shown = shown_claims(html)
    assert [(one.fact, one.value, one.text) for one in shown] == [("best.m", "0.5", "0.500 (0.400 to 0.600)")]
    stated = claim(0.5, 0.4, 0.6, "0.500 (0.400 to 0.600)")
    assert all(check["ok"] for check in check_page(shown, [stated]))
    assert not all(check["ok"] for check in check_page([], [stated]))
