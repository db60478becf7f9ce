"""Planters of the faults of quality, and what makes a real table free of each."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

Frame = pd.DataFrame


def numbers(frame: Frame, target: str, least: int = 25) -> list[str]:
    """Name the columns of numbers with many values."""
    plain = [n for n in frame.columns if n != target and pd.api.types.is_numeric_dtype(frame[n].dtype)]
    plain = [n for n in plain if not pd.api.types.is_bool_dtype(frame[n].dtype)]
    return [name for name in plain if frame[name].nunique() >= least]


def texts(frame: Frame, target: str) -> list[str]:
    """Name the columns of categories."""
    return [n for n in frame.columns if n != target and isinstance(frame[n].dtype, pd.StringDtype)]


def some(frame: Frame, rng: np.random.Generator, share: float, least: int = 3) -> np.ndarray:
    count = min(len(frame), max(least, round(share * len(frame))))
    return rng.choice(len(frame), count, replace=False)


def put(frame: Frame, name: str, rows: np.ndarray, values: object) -> Frame:
    column = frame[name].astype(float) if pd.api.types.is_numeric_dtype(frame[name].dtype) else frame[name].copy()
    column.iloc[rows] = values
    return frame.assign(**{name: column})


def fresh(frame: Frame, rng: np.random.Generator, middle: float, spread: float) -> np.ndarray:
    return rng.normal(middle, spread, len(frame)).round(1)


def gaps(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    name = next(name for name in frame.columns if name != target)
    return frame.assign(**{name: frame[name].astype(object).where(rng.random(len(frame)) > 0.15)})


def empty_column(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    return frame.assign(comment=np.nan) if len(frame) % 2 else frame.assign(source=pd.Series(["file"] * len(frame)))


def one_value(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    flags = np.zeros(len(frame), dtype=int)
    flags[some(frame, rng, 0.008, 2)] = 1
    return frame.assign(special=np.where(flags, "y", "n"))


def repeats(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    return pd.concat([frame, frame.iloc[some(frame, rng, 0.05)]], ignore_index=True)


def identifier(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    return frame.assign(account_id=rng.permutation(len(frame)) * 3 + 10_007)


def many(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    return frame.assign(
        street=pd.Series([f"street {n}" for n in rng.integers(0, 60 + len(frame) // 8, len(frame))], dtype="str")
    )


def as_classes(frame: Frame, target: str, rng: np.random.Generator, shares: tuple[float, ...]) -> Frame:
    words = np.array([f"class {n}" for n in range(len(shares))])
    return frame.assign(**{target: pd.Series(rng.choice(words, len(frame), p=shares), dtype="str")})


def rare_class(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    made = as_classes(frame, target, rng, (0.5, 0.5))
    return put(made, target, rng.choice(len(frame), 12, replace=False), "class 9")


def uneven(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    return as_classes(frame, target, rng, (0.94, 0.06))


def sentinel(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    names = numbers(frame, target)
    return put(frame, names[0], some(frame, rng, 0.03), -999.0) if names else question_marks(frame, target, rng)


def nines(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    made = frame.assign(reading=fresh(frame, rng, 60, 9))
    return put(made, "reading", some(frame, rng, 0.02), 9999.0)


def question_marks(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    names = texts(frame, target)
    made = (
        frame if names else frame.assign(team=pd.Series(rng.choice(["red", "blue", "green"], len(frame)), dtype="str"))
    )
    word = rng.choice(["?", "unknown", "n/a", "not available"])
    return put(made, (names or ["team"])[0], some(frame, rng, 0.04), word)


def zeros(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    return put(frame.assign(blood_pressure=fresh(frame, rng, 120, 12)), "blood_pressure", some(frame, rng, 0.03), 0.0)


def negative_age(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    return put(
        frame.assign(age=rng.integers(18, 80, len(frame))),
        "age",
        some(frame, rng, 0.01),
        [-5.0, 240.0, -1.0][len(frame) % 3],
    )


def percent_above(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    return put(
        frame.assign(discount_percent=rng.uniform(0, 60, len(frame))), "discount_percent", some(frame, rng, 0.01), 340.0
    )


def future(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    days = pd.Series(pd.Timestamp("2018-01-01") + pd.to_timedelta(rng.integers(0, 1500, len(frame)), unit="D"))
    days.iloc[some(frame, rng, 0.01)] = pd.Timestamp(["2091-05-05", "1812-01-01"][len(frame) % 2])
    return frame.assign(joined=days)


def latitude(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    return put(frame.assign(latitude=rng.uniform(45, 48, len(frame))), "latitude", some(frame, rng, 0.01), 473.3)


def words_in_numbers(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    names = numbers(frame, target)
    values = frame[names[0]].dropna().astype(str) if names else pd.Series(rng.integers(1, 90, len(frame))).astype(str)
    values = values.reindex(frame.index).fillna("7").astype(object)
    values.iloc[some(frame, rng, 0.05)] = ["about ten", "12 kg", "see note"][len(frame) % 3]
    return frame.assign(amount=values.astype("str"))


def spellings(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    town = pd.Series(rng.choice(["Zurich", "Geneva", "Lucerne", "Lausanne"], len(frame)), dtype="str")
    town.iloc[some(frame, rng, 0.03)] = ["zurich", "Geneva ", "LUCERNE", "Lausanne  "][len(frame) % 4]
    return frame.assign(town=town)


def one_letter(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    town = pd.Series(rng.choice(["Winterthur", "Schaffhausen", "Bellinzona"], len(frame)), dtype="str")
    town.iloc[some(frame, rng, 0.004, 1)[:2]] = ["Wintertur", "Schafhausen", "Belinzona"][len(frame) % 3]
    return frame.assign(town=town)


def other_label(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    again = frame.iloc[some(frame, rng, 0.04)].copy()
    y = frame[target]
    if pd.api.types.is_numeric_dtype(y.dtype) and y.nunique() > 2:
        again[target] = np.where(again[target] > y.median(), y.min(), y.max()).astype(y.dtype)
    else:
        first, second = y.value_counts().index[:2]
        again[target] = again[target].map(lambda one: second if one == first else first).astype(y.dtype)
    return pd.concat([frame, again], ignore_index=True)


def far_away(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    made = frame.assign(turnover=rng.normal(200, 30, len(frame)).round(2))
    return put(made, "turnover", some(frame, rng, 0.004, 2), 87_000.0)


def long_tail(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    return frame.assign(income=np.exp(rng.normal(8, 1.3, len(frame))).round())


def mail(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    return frame.assign(contact=pd.Series([f"user{n}@example.org" for n in range(len(frame))], dtype="str"))


def phone(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    tails = rng.integers(1_000_000, 9_999_999, len(frame))
    told = [f"+41 44 {n // 10_000:03d} {n // 100 % 100:02d} {n % 100:02d}" for n in tails]
    return frame.assign(reach=pd.Series(told, dtype="str"))


def iban(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    accounts = []
    for number in rng.integers(10**11, 10**12, len(frame)):
        bare = f"00762{number:012d}"
        check = 98 - int("".join(str(int(sign, 36)) for sign in f"{bare}CH00")) % 97
        accounts.append(f"CH{check:02d}{bare}")
    return frame.assign(paid_from=pd.Series(accounts, dtype="str"))


def card(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    numbers_of_cards = []
    for number in rng.integers(10**13, 10**14, len(frame)):
        digits = [int(sign) for sign in f"4{number:014d}"]
        doubled = [2 * d - 9 * (d > 4) if n % 2 == 0 else d for n, d in enumerate(digits[::-1])]
        numbers_of_cards.append("".join(map(str, digits)) + str(-sum(doubled) % 10))
    return frame.assign(used=pd.Series(numbers_of_cards, dtype="str"))


def person(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    first = rng.choice(["Anna", "Peter", "Maria", "Thomas", "Laura", "Hans"], len(frame))
    last = rng.choice(["Keller", "Meier", "Rossi", "Favre", "Graf", "Moser"], len(frame))
    middle = rng.choice(list("ABCDEFGH"), len(frame))
    told = [f"{one} {letter}. {other}" for one, letter, other in zip(first, middle, last, strict=True)]
    return frame.assign(name=pd.Series(told, dtype="str"))


def _two_units(
    frame: Frame, rng: np.random.Generator, middle: float, spread: float, factor: float, offset: float
) -> pd.Series:
    values = pd.Series(rng.normal(middle, spread, len(frame)))
    rows = some(frame, rng, 0.2, 12)
    values.iloc[rows] = values.iloc[rows] * factor + offset
    return values.round(2)


def pounds(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    return frame.assign(weight=_two_units(frame, rng, 72, 7, 2.20462, 0))


def metres(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    return frame.assign(height=_two_units(frame, rng, 172, 9, 0.01, 0))


def fahrenheit(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    return frame.assign(temperature=_two_units(frame, rng, 37, 0.6, 1.8, 32))


def thousands(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    values = pd.Series(np.exp(rng.normal(np.log(60_000), 0.4, len(frame))))
    values.iloc[some(frame, rng, 0.15, 12)] /= 1000
    return frame.assign(turnover=values.round(2))


QUALITY = {
    "PF-Q01": (gaps,),
    "PF-Q02": (empty_column,),
    "PF-Q03": (one_value,),
    "PF-Q04": (repeats,),
    "PF-Q05": (identifier,),
    "PF-Q06": (many,),
    "PF-Q07": (rare_class,),
    "PF-Q08": (uneven,),
    "PF-Q09": (sentinel, nines, question_marks, zeros),
    "PF-Q10": (negative_age, percent_above, future, latitude),
    "PF-Q11": (words_in_numbers,),
    "PF-Q12": (spellings, one_letter),
    "PF-Q13": (other_label,),
    "PF-Q14": (far_away,),
    "PF-Q15": (long_tail,),
    "PF-Q16": (mail, phone, iban, card, person),
    "PF-Q17": (pounds, metres, fahrenheit, thousands),
}


def _whole_columns(frame: Frame, target: str) -> Frame:
    return frame.dropna(axis="columns")


def _no_repeats(frame: Frame, target: str) -> Frame:
    return frame.drop_duplicates(ignore_index=True)


def _one_target_each(frame: Frame, target: str) -> Frame:
    return frame.drop_duplicates([name for name in frame.columns if name != target], ignore_index=True)


def _even_classes(frame: Frame, target: str) -> Frame:
    return as_classes(frame, target, np.random.default_rng(0), (0.4, 0.35, 0.25))


def _short_tails(frame: Frame, target: str) -> Frame:
    """Put normal numbers in the places of the ranks: nothing far away, no tail."""
    made = frame.copy()
    for name in [*numbers(frame, target, 3), target]:
        if pd.api.types.is_numeric_dtype(made[name].dtype) and made[name].nunique() > 2:
            order = made[name].rank(method="first", na_option="keep").to_numpy(dtype=float)
            drawn = np.sort(np.random.default_rng(1).normal(50, 9, len(made)))
            made[name] = np.where(np.isnan(order), np.nan, drawn[np.nan_to_num(order, nan=1).astype(int) - 1])
    return made


def _as_it_is(frame: Frame, target: str) -> Frame:
    return frame


TIDY: dict[str, Callable[[Frame, str], Frame]] = {
    "PF-Q01": _whole_columns,
    "PF-Q04": _no_repeats,
    "PF-Q07": _even_classes,
    "PF-Q08": _even_classes,
    "PF-Q13": _one_target_each,
    "PF-Q14": _short_tails,
    "PF-Q15": _short_tails,
}
"""What makes a real table free of a fault that real tables often have; the others are looked at as they are."""
NATURAL = ("PF-Q03", "PF-Q05", "PF-Q06")
"""Faults that some of the tables really have, so that an untouched table says nothing about false alarms."""
