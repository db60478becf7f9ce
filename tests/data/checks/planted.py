"""Faults planted into real tables, for every code: how many are found, and how many are seen where there are none.

Every planter takes a real table without the fault and puts it in; the same tables, untouched, are the ones without.
For the leak codes *every* untouched table counts, not only those that a fault was planted in, and a tip counts as
an alarm just like an issue. A third of the tables (``held_back`` in ``sets``) were left aside until the end. They were
measured twice, because two thresholds were changed in between for reasons that came from the other tables; nothing was
changed for what they showed. Every part is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.data.schema import describe, make_problem
from engine.domain.data import Finding, Outcome, SplitSpec
from tests.data.checks.faults_of_quality import NATURAL, QUALITY, TIDY
from tests.data.checks.faults_of_split import SPLIT, tidy_split
from tests.data.checks.looking import finding_of
from tests.data.checks.sets import PARTS, SETS, load

Frame = pd.DataFrame
Planter = Callable[[Frame, str, np.random.Generator], "Frame | tuple[Frame, SplitSpec | None] | None"]

LEAKS = tuple(f"PF-L{n:02}" for n in range(1, 9))


# --- what the planters share


def score_of(frame: Frame, target: str) -> np.ndarray:
    """Return the target as numbers from 0 to 1: ranks of a number, places of classes in the order of their size."""
    y = frame[target]
    if pd.api.types.is_numeric_dtype(y.dtype) and y.nunique() > 10:
        return y.rank(pct=True).to_numpy(dtype=float)
    codes = y.astype(str).map({label: n for n, label in enumerate(y.astype(str).value_counts().index)})
    return (codes / max(1, codes.max())).to_numpy(dtype=float)


def is_number(frame: Frame, target: str) -> bool:
    return make_problem(frame, describe(frame), target=target).task == "regression"


# --- PF-L01


def noisy_copy(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    spread = 0.02 if is_number(frame, target) else 0.1 / max(1, frame[target].nunique() - 1)
    return frame.assign(grade_given=score_of(frame, target) + rng.normal(0, spread, len(frame)))


def relabelled(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    """Bands or classes under new names, with a few slips."""
    codes = pd.qcut(score_of(frame, target), 40, labels=False, duplicates="drop") if is_number(frame, target) else None
    codes = pd.factorize(frame[target])[0] if codes is None else codes
    slips = rng.random(len(frame)) < 0.002
    words = np.array([f"k{(7 * n) % 97}" for n in range(int(codes.max()) + 1)])
    return frame.assign(memo=pd.Series(np.where(slips, words[0], words[codes]), dtype="str"))


# --- PF-L02


def filled_afterwards(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    """A date or number that is filled for one side of the outcome only, save for a few slips."""
    after = score_of(frame, target) > np.median(score_of(frame, target))
    after = score_of(frame, target) > 0 if not after.any() else after
    after = after ^ (rng.random(len(frame)) < 0.03)
    return frame.assign(visit_fee=np.where(after, rng.gamma(3, 20, len(frame)).round(2), np.nan))


def filled_date(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    after = score_of(frame, target) > np.median(score_of(frame, target))
    after = score_of(frame, target) > 0 if not after.any() else after
    after = after ^ (rng.random(len(frame)) < 0.05)
    days = pd.Timestamp("2021-01-01") + pd.to_timedelta(rng.integers(0, 700, len(frame)), unit="D")
    return frame.assign(letter_sent=pd.Series(days).where(after))


# --- PF-L03


def sorted_rows(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    order = np.argsort(score_of(frame, target) + rng.normal(0, 0.3, len(frame)), kind="stable")
    return frame.iloc[order].reset_index(drop=True)


def telling_numbers(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    place = np.argsort(np.argsort(score_of(frame, target) + rng.normal(0, 0.25, len(frame)), kind="stable"))
    return frame.assign(record_id=100_000 + 3 * place)


def telling_texts(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    place = np.argsort(np.argsort(score_of(frame, target) + rng.normal(0, 0.25, len(frame)), kind="stable"))
    return frame.assign(file_no=pd.Series([f"F-{n:06d}" for n in place], dtype="str"))


# --- PF-L04


def copies(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    again = frame.iloc[rng.choice(len(frame), len(frame) // 10, replace=False)]
    return pd.concat([frame, again]).sample(frac=1, random_state=0).reset_index(drop=True)


def noisy_copies(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    again = frame.iloc[rng.choice(len(frame), len(frame) // 8, replace=False)].copy()
    for name in again.columns:
        if name != target and again[name].dtype == np.float64:
            again[name] += rng.normal(0, 1e-5 * float(frame[name].std()), len(again))
    return pd.concat([frame, again]).sample(frac=1, random_state=0).reset_index(drop=True)


def copies_but_for_one(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    again = frame.iloc[rng.choice(len(frame), len(frame) // 8, replace=False)]
    whole = pd.concat([frame, again]).sample(frac=1, random_state=0).reset_index(drop=True)
    return whole.assign(minutes=rng.normal(30, 8, len(whole)).round(2))


# --- PF-L05


def _repeated(frame: Frame, target: str, rng: np.random.Generator) -> tuple[Frame, np.ndarray]:
    """Make each of some rows an entity seen two to seven times; a third of its columns changes from time to time."""
    entities = min(len(frame), 250)
    base = rng.choice(len(frame), entities, replace=False)
    owner = np.repeat(np.arange(entities), rng.integers(2, 8, entities))
    rng.shuffle(owner)
    made = frame.iloc[base[owner]].reset_index(drop=True)
    free = [name for name in frame.columns if name != target][::3]
    for name in free:
        made[name] = frame[name].iloc[rng.integers(0, len(frame), len(made))].to_numpy()
    if is_number(frame, target):
        made[target] = made[target] + rng.normal(0, 0.2 * float(frame[target].std()), len(made)).round(2)
    else:
        other = rng.random(len(made)) < 0.05
        made[target] = made[target].where(~other, frame[target].iloc[rng.integers(0, len(frame), len(made))].to_numpy())
    return made, owner


def named_entity(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    made, owner = _repeated(frame, target, rng)
    return made.assign(customer_id=4_000 + 7 * owner)


def unnamed_entity(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    made, owner = _repeated(frame, target, rng)
    words = np.array([f"{a}{b}" for a in "bdfgklmnprst" for b in ("ano", "eri", "ulo", "ina", "ost", "arn", "ipp",
                      "eck", "omb", "usa", "ilt", "and", "erg", "ock", "ust", "ell", "iom", "att", "enz", "orf", "ast",
                      "ivi")])  # fmt: skip
    return made.assign(v17=pd.Series(words[owner], dtype="str"))


def name_and_birth(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    made, owner = _repeated(frame, target, rng)
    names = np.array(["Meier", "Weber", "Keller", "Rossi", "Favre", "Frei", "Graf", "Roth", "Baumann", "Gerber"])
    who = rng.integers(0, len(names), int(owner.max()) + 1)
    born = pd.Timestamp("1950-01-01") + pd.to_timedelta(rng.integers(0, 18_000, int(owner.max()) + 1), unit="D")
    return made.assign(last_name=pd.Series(names[who[owner]], dtype="str"), birth_date=pd.Series(born[owner]))


# --- PF-L06


def _moved(frame: Frame, target: str, rng: np.random.Generator) -> tuple[Frame, np.ndarray]:
    """Let the target move from one of twelve periods to the next: a number by its spread, a class by its share."""
    time = rng.random(len(frame))
    period = (time * 12).astype(int)
    level = rng.permutation(np.linspace(-1, 1, 12))[period]
    y = frame[target]
    if is_number(frame, target):
        return frame.assign(**{target: y + 1.7 * float(y.std()) * level}), time
    often, seldom = y.value_counts().index[[0, -1]]
    moved = y.where(rng.random(len(frame)) > 0.8 * np.maximum(level, 0), seldom)
    return frame.assign(**{target: moved.where(rng.random(len(frame)) > 0.8 * np.maximum(-level, 0), often)}), time


def dated(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    made, time = _moved(frame, target, rng)
    days = pd.Timestamp("2019-01-01") + pd.to_timedelta((time * 1500).astype(int), unit="D")
    return made.assign(booked=pd.Series(days))


def yearly(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    made, time = _moved(frame, target, rng)
    return made.assign(year=2008 + (time * 14).astype(int))


# --- PF-L07


def parts_of_sum(frame: Frame, target: str, rng: np.random.Generator) -> Frame | None:
    if not is_number(frame, target):
        return in_other_words(frame, target, rng)
    share = rng.uniform(0.2, 0.8, len(frame))
    first = (frame[target] * share).round(3)
    return frame.assign(part_a=first, part_b=frame[target] - first)


def factors(frame: Frame, target: str, rng: np.random.Generator) -> Frame | None:
    if not is_number(frame, target):
        return in_other_words(frame, target, rng)
    amount = rng.integers(1, 40, len(frame))
    return frame.assign(units=amount, per_unit=frame[target] / amount)


def bands(frame: Frame, target: str, rng: np.random.Generator) -> Frame | None:
    if not is_number(frame, target):
        return in_other_words(frame, target, rng)
    words = np.array(["low", "middle", "high", "top"])
    return frame.assign(level=pd.Series(words[np.minimum(3, (score_of(frame, target) * 4).astype(int))], dtype="str"))


def on_log_scale(frame: Frame, target: str, rng: np.random.Generator) -> Frame | None:
    if not is_number(frame, target):
        return in_other_words(frame, target, rng)
    return frame.assign(lt=np.log1p(frame[target] - frame[target].min()).round(5))


def in_other_words(frame: Frame, target: str, rng: np.random.Generator) -> Frame | None:
    if is_number(frame, target):
        return parts_of_sum(frame, target, rng)
    codes = pd.factorize(frame[target])[0]
    words = np.array([f"case {'zyxwvutsrq'[n % 10]}{n}" for n in range(int(codes.max()) + 1)])
    return frame.assign(mark=pd.Series(words[codes], dtype="str"))


def closing_date(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    """A second date, always later than the first, the later the higher the target."""
    opened = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, len(frame)), unit="D")
    wait = 3 + 60 * score_of(frame, target) + rng.gamma(2, 8, len(frame))
    return frame.assign(opened=pd.Series(opened), settled=pd.Series(opened + pd.to_timedelta(wait.round(), unit="D")))


def refund(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    return frame.assign(refund_amount=(score_of(frame, target) * 50 + rng.gamma(2, 12, len(frame))).round(2))


# --- PF-L08


def _numbers(frame: Frame, target: str) -> list[str]:
    names = [name for name in frame.columns if name != target and pd.api.types.is_numeric_dtype(frame[name].dtype)]
    return [name for name in names if frame[name].nunique() > 25 and not pd.api.types.is_bool_dtype(frame[name].dtype)]


def standardised(frame: Frame, target: str, rng: np.random.Generator) -> Frame | None:
    names = _numbers(frame, target)
    return frame.assign(**{n: (frame[n] - frame[n].mean()) / frame[n].std() for n in names}) if names else None


def min_max(frame: Frame, target: str, rng: np.random.Generator) -> Frame | None:
    names = _numbers(frame, target)
    scaled = {n: (frame[n] - frame[n].min()) / (frame[n].max() - frame[n].min()) for n in names}
    return frame.assign(**scaled) if len(names) > 1 else None


def mean_filled(frame: Frame, target: str, rng: np.random.Generator) -> Frame | None:
    names = _numbers(frame, target)
    if not names:
        return None
    name = max(names, key=lambda one: frame[one].nunique())
    known = frame[name].astype(float).mask(rng.random(len(frame)) < 0.15)
    return frame.assign(**{name: known.fillna(known.mean())})


def target_encoded(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    town = rng.integers(0, 25, len(frame))
    y = frame[target].astype(float) if is_number(frame, target) else frame[target] == frame[target].mode()[0]
    return frame.assign(town_value=pd.Series(np.asarray(y, dtype=float)).groupby(town).transform("mean"))


def smoothed_encoding(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    town = pd.Series(rng.integers(0, 30, len(frame)))
    y = frame[target].astype(float) if is_number(frame, target) else (frame[target] == frame[target].mode()[0])
    y = pd.Series(np.asarray(y, dtype=float))
    sums, counts = y.groupby(town).transform("sum"), y.groupby(town).transform("size")
    words = "town " + town.map(lambda n: "abcdefghijklmnopqrstuvwxyzäöüé"[n])
    return frame.assign(town=words.astype("str"), town_value=(sums + 10 * y.mean()) / (counts + 10))


def ranked(frame: Frame, target: str, rng: np.random.Generator) -> Frame | None:
    names = [name for name in _numbers(frame, target) if frame[name].nunique() > 0.7 * len(frame)]
    return frame.assign(**{n: frame[n].rank(method="first") / len(frame) for n in names[:3]}) if names else None


PLANTERS: dict[str, Sequence[Planter]] = {
    "PF-L01": (noisy_copy, relabelled),
    "PF-L02": (filled_afterwards, filled_date),
    "PF-L03": (sorted_rows, telling_numbers, telling_texts),
    "PF-L04": (copies, noisy_copies, copies_but_for_one),
    "PF-L05": (named_entity, unnamed_entity, name_and_birth),
    "PF-L06": (dated, yearly),
    "PF-L07": (parts_of_sum, factors, bands, on_log_scale, in_other_words, closing_date, refund),
    "PF-L08": (standardised, min_max, mean_filled, target_encoded, smoothed_encoding, ranked),
    **QUALITY,
    **SPLIT,
}


# --- columns that look like a fault and are none


def random_gaps(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    return frame.assign(extra=pd.Series(rng.gamma(2, 10, len(frame)).round(1)).where(rng.random(len(frame)) < 0.7))


def random_numbers(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    return frame.assign(record_id=100_000 + 3 * rng.permutation(len(frame)))


def random_groups(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    return frame.assign(customer_id=4_000 + 7 * rng.integers(0, max(12, len(frame) // 4), len(frame)))


def random_dates(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    days = pd.Timestamp("2019-01-01") + pd.to_timedelta(rng.integers(0, 1500, len(frame)), unit="D")
    return frame.assign(booked=pd.Series(days))


def random_afterwards(frame: Frame, target: str, rng: np.random.Generator) -> Frame:
    made = random_dates(frame, target, rng)
    later = made["booked"] + pd.to_timedelta(rng.integers(1, 90, len(frame)), unit="D")
    return made.assign(closed_at=later, final_count=rng.integers(0, 30, len(frame)))


HARMLESS: dict[str, Planter] = {
    "PF-L02": random_gaps,
    "PF-L03": random_numbers,
    "PF-L05": random_groups,
    "PF-L06": random_dates,
    "PF-L07": random_afterwards,
}
"""For these codes every table is looked at a second time, with a column that looks like the fault but is chance."""


# --- measuring


@dataclass(frozen=True)
class Case:
    code: str
    name: str
    planter: str
    """Empty for an untouched table."""
    told: bool
    """Whether the check reported something."""
    finding: Finding


def _case(code: str, name: str, planter: str, frame: Frame, split: SplitSpec | None = None) -> Case:
    found = finding_of(code, frame, SETS[name].target, split)
    told = found.outcome in (Outcome.ISSUE, Outcome.TIP)
    return Case(code, name, planter, told, found)


def planted(code: str, names: Sequence[str], *, every: bool = False, rows: int | None = None) -> Iterator[Case]:
    """Plant the fault into tables (or their first rows), the planters in turn (or every planter into every table)."""
    planters = PLANTERS[code]
    for number, name in enumerate(names):
        for planter in planters if every else (planters[number % len(planters)],):
            if code in SETS[name].known:
                continue
            frame, target = load(name)
            made = planter(frame.head(rows or len(frame)), target, np.random.default_rng(number))
            if made is not None:
                frame, split = made if isinstance(made, tuple) else (made, None)
                yield _case(code, name, planter.__name__, frame, split)


def untouched(code: str, names: Sequence[str]) -> Iterator[Case]:
    """Look at tables as they are, and with a harmless column; those that are known to have the fault are left out."""
    for name in names:
        if code in SETS[name].known:
            continue
        frame, target = load(name)
        yield _case(code, name, "", frame)
        if code in HARMLESS:
            made = HARMLESS[code](frame, target, np.random.default_rng([7, len(frame)]))
            assert isinstance(made, pd.DataFrame)
            yield _case(code, name, "", made)


def tidy(code: str, names: Sequence[str]) -> Iterator[Case]:
    """Look at tables that were made free of a fault of quality or of the split."""
    if code in NATURAL:
        return
    for name in names:
        frame, target = load(name)
        if code in SPLIT:
            made, split = tidy_split(code, frame, target)
            yield _case(code, name, "", made, split)
        else:
            yield _case(code, name, "", TIDY.get(code, lambda frame, _: frame)(frame, target))


def measure(
    codes: Sequence[str] = LEAKS, *, every: bool = False, most: int | None = None
) -> dict[str, dict[str, object]]:
    """Count hits and false alarms for each code, on the tables for development and on those held back."""
    table: dict[str, dict[str, object]] = {}
    for code in codes:
        for part, names in PARTS.items():
            hits = list(planted(code, names[:most], every=every))
            clean = list(untouched(code, names[:most])) if code in LEAKS else list(tidy(code, names[:most]))
            table.setdefault(code, {})[part] = {
                "planted": len(hits),
                "hits": sum(case.told for case in hits),
                "missed": [f"{case.name}/{case.planter}" for case in hits if not case.told],
                "clean": len(clean),
                "false_alarms": sum(case.told for case in clean),
                "alarmed": [case.name for case in clean if case.told],
            }
    return table
