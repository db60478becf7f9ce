"""Which questions a quiz holds, and whether it is passed."""

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import combinations

from engine.errors import InputError

LENGTH = 8
# At least this many are made from the person's own runs, where there are so many.
OWN = 2
PASS_PER_CENT = 80


def compose(own: Sequence[str], bank: Sequence[str], earlier: Sequence[Collection[str]] = ()) -> tuple[str, ...]:
    """Choose eight questions, never the same eight as in an earlier quiz of the day.

    Parameters
    ----------
    own : sequence of str
        Ids of questions made from the person's own runs, the most useful first.
    bank : sequence of str
        Ids of questions of the bank, the most useful first.
    earlier : sequence of collections of str
        The quizzes of this day. Questions that were asked today come after those that were not.

    Returns
    -------
    tuple of str
        Two questions from own runs (fewer where there are fewer, more where the bank is too small), then the others.

    Raises
    ------
    InputError
        When there are fewer than eight questions, or every possible set was asked today.
    """
    asked = Counter(item for quiz in earlier for item in quiz)
    mine = sorted(dict.fromkeys(own), key=lambda item: asked[item])
    others = sorted((item for item in dict.fromkeys(bank) if item not in set(mine)), key=lambda item: asked[item])
    if len(mine) + len(others) < LENGTH:
        raise InputError(f"A quiz needs {LENGTH} questions; here are {len(mine) + len(others)}.")
    taken = {frozenset(quiz) for quiz in earlier}
    first = min(len(mine), max(OWN, LENGTH - len(others)))
    for share in range(first, min(len(mine), LENGTH) + 1):
        # Two loops, not itertools.product, which would first list all combinations: of 335 questions there are 10^15.
        for picked in combinations(mine, share):
            for rest in combinations(others, LENGTH - share):
                if frozenset(picked + rest) not in taken:
                    return picked + rest
    raise InputError("Every quiz that these questions allow was asked today.", hint="Come back tomorrow.")


def passed(marks: Sequence[bool]) -> bool:
    """Say whether a whole quiz is passed: at least 80 % right, which is seven of eight.

    Raises
    ------
    InputError
        When the quiz has not eight answers.
    """
    if len(marks) != LENGTH:
        raise InputError(f"A quiz has {LENGTH} answers; here are {len(marks)}.")
    return 100 * sum(marks) >= PASS_PER_CENT * LENGTH
