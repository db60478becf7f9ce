"""One check, looked at alone."""

import numpy as np
import pandas as pd

from engine.data.checks import _CHECKS
from engine.data.checks.subject import Subject
from engine.data.schema import describe
from engine.domain.data import Finding, SplitSpec
from tests.data.tables import problem_of


def finding_of(code: str, frame: pd.DataFrame, target: str | None = None, split: SplitSpec | None = None) -> Finding:
    """Do one check of a table; what it raises is raised."""
    problem = problem_of(frame, target) if target else None
    subject = Subject(frame=frame, columns=describe(frame), problem=problem, split=split)
    look = next(look for check, look in _CHECKS if check.code == code)
    with np.errstate(all="ignore"):
        return look(subject)
