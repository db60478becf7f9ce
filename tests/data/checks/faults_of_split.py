"""Planters of the faults of a split."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.domain.data import SplitKind, SplitSpec
from tests.data.checks.faults_of_quality import as_classes

Frame = pd.DataFrame
Planted = tuple[Frame, SplitSpec | None]

RANDOM = SplitSpec(kind=SplitKind.RANDOM)


def days(frame: Frame, rng: np.random.Generator) -> pd.Series:
    return pd.Series(pd.Timestamp("2021-01-01") + pd.to_timedelta(rng.integers(0, 700, len(frame)), unit="D"))


def random_over_time(frame: Frame, target: str, rng: np.random.Generator) -> Planted:
    return frame.assign(sold=days(frame, rng)), RANDOM


def random_over_groups(frame: Frame, target: str, rng: np.random.Generator) -> Planted:
    return frame.assign(customer_id=5_000 + rng.integers(0, len(frame) // 3, len(frame))), RANDOM


def few_rows(frame: Frame, target: str, rng: np.random.Generator) -> Planted:
    return frame.head(180).reset_index(drop=True), SplitSpec(kind=SplitKind.RANDOM, fraction=0.2)


def late_class(frame: Frame, target: str, rng: np.random.Generator) -> Planted:
    """A class that begins or ends in the course of time."""
    made = as_classes(frame, target, rng, (0.6, 0.4)).assign(sold=np.sort(days(frame, rng)))
    labels = made[target].to_numpy(dtype=object)
    early = np.arange(len(made)) < 0.3 * len(made)
    labels[early & (rng.random(len(made)) < 0.3)] = "class 7"
    return made.assign(**{target: pd.Series(labels, dtype="str")}), SplitSpec(kind=SplitKind.TIME, column="sold")


def other_side(frame: Frame, target: str, rng: np.random.Generator) -> Planted:
    test = rng.random(len(frame)) < 0.25
    made = frame.assign(part=pd.Series(np.where(test, "test", "train"), dtype="str"))
    made["reading"] = rng.normal(0, 1, len(frame)) + 2.0 * test
    return made, SplitSpec(kind=SplitKind.GIVEN, column="part")


SPLIT = {
    "PF-S01": (random_over_time,),
    "PF-S02": (random_over_groups,),
    "PF-S03": (few_rows,),
    "PF-S04": (late_class,),
    "PF-S05": (other_side,),
}


def tidy_split(code: str, frame: Frame, target: str) -> Planted:
    """Return the table with a split that is free of the fault."""
    rng = np.random.default_rng(3)
    match code:
        case "PF-S01":
            return frame.assign(sold=days(frame, rng)), SplitSpec(kind=SplitKind.TIME, column="sold")
        case "PF-S02":
            made = frame.assign(customer_id=5_000 + rng.integers(0, len(frame) // 3, len(frame)))
            return made, SplitSpec(kind=SplitKind.GROUP, column="customer_id")
        case "PF-S03":
            return pd.concat([frame] * (4_000 // len(frame) + 1), ignore_index=True), RANDOM
        case "PF-S04":
            made = as_classes(frame, target, rng, (0.6, 0.4)).assign(sold=days(frame, rng))
            return made, SplitSpec(kind=SplitKind.TIME, column="sold")
        case _:
            part = pd.Series(rng.choice(["train", "test"], len(frame), p=(0.75, 0.25)), dtype="str")
            return frame.assign(part=part), SplitSpec(kind=SplitKind.GIVEN, column="part")
