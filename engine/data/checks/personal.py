"""Cells that name or reach a person."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from engine.data.checks.subject import Check, Coded, Subject, listed
from engine.data.kinds import words_of
from engine.domain.data import Column, Finding, Severity
from engine.domain.recipe import Step, StepKind
from engine.domain.task import ColumnKind

_LOOKED_AT = 2_000
_FEWEST = 3
_LONGEST = 200
_LEAST_SHARE = 0.05

_CHECK = Check(
    code="PF-Q16",
    title="Personal data",
    why="A name or an address predicts nothing about the next person, and whoever publishes it answers for it.",
    advice="Leave these columns out before anything is shown or published, unless you have a right and a reason to "
    "keep them.",
)

# fmt: off
_PERSON_WORDS = frozenset([
    "name", "names", "surname", "lastname", "firstname", "forename", "fullname", "first", "last", "full", "given",
    "family", "maiden", "middle", "person", "customer", "patient", "employee", "passenger", "client", "user", "student",
    "teacher", "contact", "member", "applicant", "doctor", "physician", "sur", "nachname", "vorname", "nom", "prenom",
])
_SURE_NAME_WORDS = frozenset([
    "surname", "lastname", "firstname", "forename", "fullname", "maiden", "nachname", "vorname", "prenom",
])
_GIVEN_NAMES = frozenset([
    "james", "john", "robert", "michael", "william", "david", "richard", "joseph", "thomas",
    "charles", "mary", "patricia", "jennifer", "linda", "elizabeth", "barbara",
    "susan", "jessica", "sarah", "karen", "lisa", "nancy", "anna", "emma", "maria",
    "laura", "julia", "peter", "paul", "mark", "george", "daniel", "matthew", "anthony",
    "andrew", "joshua", "kevin", "brian", "edward", "henry", "frank", "alice", "rose",
    "ruth", "helen", "martha", "jane", "ann", "anne", "margaret", "catherine",
    "elisabeth", "johanna", "hans", "urs", "beat", "reto", "ursula", "monika", "claudia",
    "sandra", "nicole", "marie", "pierre", "jean", "luca", "marco", "giovanni",
    "carlos", "jose", "juan", "ana", "mohamed", "ali", "fatima", "wei", "li",
    "anton", "otto", "karl", "fritz", "walter", "eva", "lena", "sofia", "mia", "noah", "liam", "oliver",
])
# fmt: on
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?:\+|00)\d{1,3}[\s./-]?(?:\(?\d{1,4}\)?[\s./-]?){2,5}\d{2,4}|\(\d{3}\)\s?\d{3}-\d{4}|\d{3}-\d{3}-\d{4}"
)
_PHONE_BARE = re.compile(r"0\d{1,3}[\s/-]?\d{3}[\s-]?\d{2}[\s-]?\d{2}|\d{10,12}")
_IBAN = re.compile(r"[A-Z]{2}\d{2}(?:\s?[A-Z0-9]){11,30}")
_CARD = re.compile(r"(?:\d[ -]?){12,18}\d")
_NATIONAL = re.compile(r"756\.\d{4}\.\d{4}\.\d{2}|\d{3}-\d{2}-\d{4}")
_PHONE_WORDS = frozenset(["phone", "telephone", "tel", "mobile", "cell", "fax", "telefon", "handy"])


def personal(subject: Subject) -> Finding:
    """Look for names, mail addresses, phone numbers, IBANs, card numbers and national numbers (PF-Q16)."""
    found: dict[str, tuple[str, npt.NDArray[np.bool_]]] = {}
    for column in subject.columns:
        hit = _personal(subject, column)
        if hit is not None:
            found[column.name] = hit
    if not found:
        return _CHECK.passed("No column looks like names, addresses or numbers of persons.")
    told = listed([f"{name!r} holds {what}" for name, (what, _) in found.items()])
    rows = next(iter(found.values()))[1]
    target = subject.problem.target if subject.problem else None
    dropped = tuple(name for name in found if name != target)
    fix = Step(kind=StepKind.DROP_COLUMNS, columns=dropped, reason="Personal data is left out.", finding=_CHECK.code)
    return _CHECK.issue(
        f"{told}.",
        Severity.MEDIUM,
        columns=found,
        rows=subject.row_numbers(rows),
        fix=fix if dropped else None,
        measured={"kinds": {name: what for name, (what, _) in found.items()}},
    )


def _personal(subject: Subject, column: Column) -> tuple[str, npt.NDArray[np.bool_]] | None:
    """Say what kind of personal data a column holds, and mark the rows that show it among those looked at."""
    series = subject.plain(column.name)
    if column.kind in (ColumnKind.CONSTANT, ColumnKind.BOOLEAN, ColumnKind.DATETIME, ColumnKind.NUMERIC):
        return None
    if not subject.is_text(column) and column.high is not None and float(column.high) < 10**9:
        return None
    present = series.dropna()
    few = present.iloc[:: len(present) // _LOOKED_AT + 1]
    texts = [str(int(v)) if isinstance(v, float) else str(v)[:_LONGEST].strip() for v in few.tolist()]
    for what, test in _tests(column):
        hits = np.array([test(text) for text in texts], dtype=np.bool_)
        if hits.sum() >= _FEWEST and hits.mean() >= _LEAST_SHARE:
            marked = np.zeros(len(series), dtype=np.bool_)
            marked[np.flatnonzero(series.notna().to_numpy())[:: len(present) // _LOOKED_AT + 1][hits]] = True
            return what, marked
    return None


def _tests(column: Column) -> list[tuple[str, Callable[[str], bool]]]:
    words = set(words_of(column.name))
    tests: list[tuple[str, Callable[[str], bool]]] = [
        ("mail addresses", lambda text: _EMAIL.search(text) is not None),
        ("IBANs (the checksum is right)", is_iban),
        ("card numbers (the checksum is right)", is_card),
        ("national insurance numbers", lambda text: _NATIONAL.fullmatch(text) is not None),
        ("phone numbers", lambda text: _PHONE.fullmatch(text) is not None),
    ]
    if words & _PHONE_WORDS:
        tests.append(("phone numbers", lambda text: _PHONE_BARE.fullmatch(text) is not None))
    if column.unique >= 20 and words and (words <= _PERSON_WORDS or words & _SURE_NAME_WORDS):
        sure = bool(words & _SURE_NAME_WORDS) or words >= {"first", "name"} or words >= {"last", "name"}
        if words & {"name", "names", *_SURE_NAME_WORDS, "nom"}:
            tests.append(("names of persons", _like_a_name if sure else _with_a_given_name))
    return tests


def is_iban(text: str) -> bool:
    """Whether a text is an IBAN whose check digits are right (ISO 13616: the number modulo 97 is 1)."""
    if not _IBAN.fullmatch(text):
        return False
    joined = text.replace(" ", "")
    return int("".join(str(int(sign, 36)) for sign in joined[4:] + joined[:4])) % 97 == 1


def is_card(text: str) -> bool:
    """Whether a text is a card number of a known range whose check digit is right (ISO/IEC 7812-1, Luhn)."""
    if not _CARD.fullmatch(text):
        return False
    digits = [int(sign) for sign in text if sign.isdigit()]
    doubled = [
        digit if n % 2 == 0 else (2 * digit if digit < 5 else 2 * digit - 9) for n, digit in enumerate(digits[::-1])
    ]
    return digits[0] in (3, 4, 5, 6) and sum(doubled) % 10 == 0


def _like_a_name(text: str) -> bool:
    return re.fullmatch(r"[^\W\d_]+(?:[ '’.-]+[^\W\d_]+){0,3}\.?", text) is not None


def _with_a_given_name(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text.lower())
    return bool(_GIVEN_NAMES & set(words) or {"mr", "mrs", "miss", "ms", "dr"} & set(words[:3])) and len(words) <= 8


CHECKS: tuple[Coded, ...] = ((_CHECK, personal),)
