import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.words import duration, number, share, with_interval

FINITE = st.floats(min_value=-1e14, max_value=1e14, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.84237, "0.842"),
        (0.5, "0.500"),
        (0.9996, "1.00"),
        (9.996, "10.0"),
        (999.6, "1,000"),
        (23_456.7, "23,500"),
        (1_234_567.0, "1,230,000"),
        (-12.345, "-12.3"),
        (0.000_123_45, "0.000123"),
        (0.0, "0"),
        (-0.0, "0"),
        (1.234e-8, "1.23e-08"),
        (1.234e18, "1.23e+18"),
        (12_345, "12,345"),
        (np.int64(12_345), "12,345"),
        (np.float64(0.25), "0.250"),
        (math.nan, "not defined"),
        (math.inf, "not defined"),
    ],
)
def test_number(value: float, text: str) -> None:
    assert number(value) == text


@given(FINITE)
def test_a_number_keeps_three_digits(value: float) -> None:
    written = float(number(value).replace(",", ""))
    assert written == pytest.approx(value, rel=0.005_01, abs=1e-300)


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [
        (0.8421, 0.8213, 0.8608, "0.842 (0.821 to 0.861)"),
        (0.105, 0.0998, 0.110, "0.105 (0.100 to 0.110)"),
        (0.005, -0.002, 0.012, "0.0050 (-0.0020 to 0.0120)"),
        (23_456.0, 22_011.0, 25_090.0, "23,500 (22,000 to 25,100)"),
        (0.99912, 0.99881, 0.99943, "0.9991 (0.9988 to 0.9994)"),
        (0.5, 0.5, 0.5, "0.500 (0.500 to 0.500)"),
        (0.0, 0.0, 0.0, "0.00 (0.00 to 0.00)"),
        (0.0, -0.01, 0.02, "0.0000 (-0.0100 to 0.0200)"),
        (-0.0001, -0.5, 0.5, "0.00 (-0.50 to 0.50)"),
        (0.842, None, None, "0.842"),
        (3e20, 2e20, 4e20, "3.00e+20 (2.00e+20 to 4.00e+20)"),
        (2, 1, 4, "2.00 (1.00 to 4.00)"),
    ],
)
def test_with_interval(value: float, low: float | None, high: float | None, text: str) -> None:
    assert with_interval(value, low, high) == text


@given(st.tuples(FINITE, FINITE, FINITE))
def test_an_interval_is_written_in_order(numbers: tuple[float, float, float]) -> None:
    low, value, high = sorted(numbers)
    inside = with_interval(value, low, high).partition("(")[2].rstrip(")")
    written_low, written_high = (float(part.replace(",", "")) for part in inside.split(" to "))
    assert written_low <= written_high


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.0002, "less than 1 ms"),
        (0.0124, "12 ms"),
        (0.9996, "1 s"),
        (4.24, "4.2 s"),
        (9.96, "10 s"),
        (42.4, "42 s"),
        (59.7, "1 min"),
        (125, "2 min 5 s"),
        (3_599.6, "1 h"),
        (7_199, "2 h"),
        (12_000, "3 h 20 min"),
        (86_399, "1 d"),
        (100_000, "1 d 4 h"),
        (-42, "-42 s"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.1234, "12.3 %"),
        (0.5, "50 %"),
        (0, "0 %"),
        (1, "100 %"),
        (0.000_01, "less than 0.1 %"),
        (0.999_99, "more than 99.9 %"),
        (-0.02, "-2 %"),
        (-0.000_01, "0 %"),
        (12.5, "1,250 %"),
        (math.nan, "not defined"),
    ],
)
def test_share(p: float, text: str) -> None:
    assert share(p) == text
