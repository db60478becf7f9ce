"""What a posting pays, by rules: an amount with a currency, a range, and the time it is for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import islice

from engine.career.wording import REQUIREMENTS, content, fold

_NUMBER = r"\d{1,3}(?:[.,'’\u202f\u2009\xa0 ]\d{3}){1,3}(?!\d)(?:[.,]\d{2}(?!\d))?|\d{1,7}(?:[.,]\d{1,2}(?!\d))?"
_BETWEEN = re.compile(r"\s{0,3}(?:-|–|—|−|~|to|bis|à|a|and|und|до|至|から|～)\s{0,3}", re.IGNORECASE)
_FUNDING = re.compile(
    r"\s?(?:m|mn|mio|million|millionen|millions|b|bn|mrd|billion|trillion)\b|\s?%|\s?\+?\s?(?:users|customers)"
)
_SPEAKS_OF_PAY = re.compile(
    r"salar|compensation|\bpay\b|\bpays\b|\brate\b|gehalt|vergutung|tagessatz|remuneration|salaire|salario|sueldo|зарплат|оклад|薪|給|月收|급여|연봉|راتب|שכר"
)
_FROM_YEAR = 10_000
_NEAR, _BEFORE = 34, 60
_MOST_AMOUNTS = 300
"""Numbers that are looked at; a posting has a handful."""


@dataclass(frozen=True, kw_only=True)
class Pay:
    """A range of pay; both ends are the same where only one amount is named."""

    low: float
    high: float
    currency: str
    period: str


@cache
def _amounts() -> re.Pattern[str]:
    signs = sorted((one for one in content(REQUIREMENTS)["currencies"] if one != "codes"), key=len, reverse=True)
    codes = content(REQUIREMENTS)["currencies"]["codes"]
    currency = "|".join([*map(re.escape, signs), *(rf"\b{one}(?![A-Za-z])" for one in codes)])
    after = "|".join([*map(re.escape, signs), *(rf"{one}\b" for one in codes)])
    # A number never begins within another one, or within a word.
    return re.compile(
        rf"(?:(?P<before>{currency})\s{{0,2}}|(?<![\w.,]))(?P<number>{_NUMBER})"
        rf"(?:\s?(?P<thousand>[kK]\b|тыс\.?|万))?(?:\s{{0,2}}(?P<after>{after}))?"
    )


def find(text: str) -> Pay | None:
    """Find the pay in a posting: of all amounts with a currency the one that most looks like it.

    A range, a word such as "salary" before it and a time such as "per year" after it speak for an amount. Millions
    (of funding, of users) never count. Without a named time, ten thousand or more is taken as pay for a year.
    """
    best: tuple[int, Pay] | None = None
    amounts = islice(_amounts().finditer(text), _MOST_AMOUNTS)
    found = [one for one in amounts if not _FUNDING.match(text[one.end() :].lower()[:16])]
    for place, one in enumerate(found):
        follower = found[place + 1] if place + 1 < len(found) else None
        is_range = follower is not None and bool(_BETWEEN.fullmatch(text[one.end() : follower.start()]))
        weighed = _weigh(text, one, follower if is_range else None)
        if weighed is not None and (best is None or weighed[0] > best[0]):
            best = weighed
    return best[1] if best else None


def _weigh(text: str, one: re.Match[str], other: re.Match[str] | None) -> tuple[int, Pay] | None:
    currency = _currency(one) or (_currency(other) if other else "")
    if not currency:
        return None
    low = _value(one)
    high = _value(other) if other else low
    if other and other["thousand"] and not one["thousand"] and low < 1000:
        low *= 10_000 if other["thousand"] == "万" else 1000
    if high < low:
        return None
    end = other.end() if other else one.end()
    period = _period(text[end : end + _NEAR]) or _period(text[max(one.start() - _NEAR, 0) : one.start()])
    speaks = bool(_SPEAKS_OF_PAY.search(fold(text[max(one.start() - _BEFORE, 0) : one.start()])))
    points = 2 * (other is not None) + 2 * speaks + bool(period) + (high >= _FROM_YEAR)
    if not points or high <= 0:
        return None
    return points, Pay(low=low, high=high, currency=currency, period=period or ("year" if high >= _FROM_YEAR else ""))


def _currency(one: re.Match[str]) -> str:
    sign = one["before"] or one["after"] or ""
    return str(content(REQUIREMENTS)["currencies"].get(sign, sign))


def _value(one: re.Match[str]) -> float:
    text = one["number"]
    cents = re.search(r"[.,](\d{1,2})$", text)
    whole = re.sub(r"\D", "", text[: cents.start()] if cents else text)
    factor = {"": 1, "万": 10_000}.get(one["thousand"] or "", 1000)
    return float(f"{whole}.{cents[1] if cents else 0}") * factor


def _period(near: str) -> str:
    """Name the time that is spoken of first."""
    folded = fold(near)
    places = {
        name: min((folded.find(fold(word)) for word in words if fold(word) in folded), default=-1)
        for name, words in content(REQUIREMENTS)["periods"].items()
    }
    named = [(place, name) for name, place in places.items() if place >= 0]
    return min(named)[1] if named else ""
