"""Computing claims again from published predictions, with the method and the seed that they state."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from engine.domain.data import Problem
from engine.domain.metric import MetricValue, find_metric
from engine.errors import InputError
from engine.evidence.checks import Check
from engine.evidence.document import Claim
from engine.evidence.predictions import Predictions, read

RELATIVE, ABSOLUTE = 1e-6, 1e-9
"""How far a recomputed number may lie from the stated one: other processors add in another order."""

MOST_RESAMPLES = 10_000
LARGEST_FILE = 300 * 1024**2


def recompute(folder: Path, claims: Iterable[Claim], problem: Problem) -> Iterator[Check]:
    """Recompute every claim with its interval; one check each, or one that says why it cannot be."""
    for (file, resamples, seed), group in itertools.groupby(claims, key=lambda c: (c.file, c.resamples, c.seed)):
        found = tuple(group)
        if file is None:
            continue
        try:
            # None are made of too few groups; then the score alone is compared.
            if not 0 <= resamples <= MOST_RESAMPLES or not 0 <= seed < 2**63:
                raise InputError(f"{resamples} resamples with seed {seed} are not computed.")
            predictions = load(folder, file, problem)
            values = _values(predictions, found, problem, resamples=resamples, seed=seed)
        except InputError as error:
            yield Check(name=f"recompute from {file}", ok=False, expected="a readable file", actual=error.message)
            continue
        yield from (_compare(claim, values.get(claim.metric), len(predictions.y)) for claim in found)


def load(folder: Path, file: str, problem: Problem) -> Predictions:
    """Read a predictions file. Raises ``InputError`` if it is missing, too large or not readable."""
    path = folder / file
    if not path.is_file() or path.is_symlink():
        raise InputError(f"{file} is missing.", hint="The author may have withheld it.")
    if path.stat().st_size > LARGEST_FILE:
        raise InputError(f"{file} is too large.", hint=f"At most {LARGEST_FILE // 1024**2} MB are read.")
    try:
        # Decoded as it is: line ends inside quoted cells must not be changed.
        text = path.read_bytes().decode()
    except UnicodeDecodeError:
        raise InputError(f"{file} is not UTF-8 text.", hint="Ask the author for an intact copy.") from None
    return read(text, problem)


def contradictions(folder: Path, claims: Sequence[Claim], problem: Problem) -> list[Claim]:
    """Return the claims whose value, leaving intervals aside, does not follow from the predictions."""
    from engine.metrics.scores import score

    tables = {file: load(folder, file, problem) for file in {claim.file for claim in claims} if file is not None}

    def holds(claim: Claim) -> bool:
        table = tables.get(claim.file or "")
        return table is None or (
            claim.n == len(table.y) and is_close(score(claim.metric, table.y, table.pred, problem), claim.value)
        )

    return [claim for claim in claims if not holds(claim)]


def is_close(found: float | None, stated: float | None) -> bool:
    """Whether a recomputed number is the stated one."""
    if found is None or stated is None:
        return found is stated
    return math.isclose(found, stated, rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def _values(
    predictions: Predictions, claims: Sequence[Claim], problem: Problem, *, resamples: int, seed: int
) -> Mapping[str, MetricValue]:
    from engine.metrics.intervals import intervals

    names = [find_metric(claim.metric, problem.task).id for claim in claims]
    values = intervals(
        names,
        predictions.y,
        predictions.pred,
        problem,
        resamples=resamples,
        seed=seed,
        groups=predictions.groups,
    )
    return {value.name: value for value in values}


def _compare(claim: Claim, found: MetricValue | None, rows: int) -> Check:
    ok = (
        found is not None
        and claim.n == rows
        and is_close(found.value, claim.value)
        and is_close(found.low, claim.low)
        and is_close(found.high, claim.high)
    )
    actual = _written(found.value, found.low, found.high, rows) if found else "not defined on these rows"
    expected = _written(claim.value, claim.low, claim.high, claim.n)
    return Check(name=f"recompute {claim.id}", ok=ok, expected=expected, actual=actual)


def _written(value: float, low: float | None, high: float | None, rows: int) -> str:
    ends = f" ({low:.9g} to {high:.9g})" if low is not None and high is not None else ""
    return f"{value:.9g}{ends} on {rows} rows"
