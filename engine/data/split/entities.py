"""Things that stand in several rows (customers, patients, places), with or without a column that is called like one."""

from __future__ import annotations

import re
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.kinds import plain, words_of
from engine.data.quick import Comparison, Rows, draw_groups
from engine.data.split.effect import group_effect, is_material
from engine.data.split.ordering import joint_codes
from engine.domain.data import Column, Problem
from engine.domain.task import ColumnKind

_FEWEST_GROUPS = 10
_LEAST_REPEATED = 0.5
_MOST_PER_GROUP = 60
_MOST_CANDIDATES = 30
_MOST_MEASURED = 3
_LOOKED_AT = 10_000
_SAME = 0.98
_CHANCE = 0.4
_ALIKE = 0.5

# fmt: off
ENTITY_WORDS = frozenset([
    "subject", "subj", "subno", "patient", "person", "customer", "client", "user", "student", "pupil", "child",
    "school", "firm", "company", "country", "state", "county", "province", "store", "shop", "animal", "rat",
    "chick", "mouse", "dog", "cow", "plot", "site", "station", "hospital", "clinic", "household", "family",
    "participant", "account", "device", "machine", "player", "team", "employee", "worker", "individual",
    "respondent", "village", "id", "ids", "uid", "nr", "code", "symbol", "ticker", "city", "town", "farm", "tree",
    "batch", "rater", "judge", "idcode", "pid", "sid", "nation", "bank", "airline", "author", "vessel", "ship",
    "driver", "vehicle", "owner", "guest", "tenant", "member", "supplier", "seller", "buyer", "sensor",
    # German, French, Spanish, Italian; accents left out, as words_of does
    "kunde", "kunden", "kundennr", "kundennummer", "patienten", "patientin", "mitarbeiter", "schuler", "filiale",
    "firma", "gerat", "maschine", "haushalt", "stadt", "ort", "anlage", "fahrzeug", "probe", "betrieb",
    "cliente", "clientes", "paciente", "empleado", "tienda", "empresa", "hogar", "ciudad", "alumno",
    "employe", "magasin", "entreprise", "eleve", "ville", "menage", "usine",
    "paziente", "negozio", "azienda", "studente", "citta",
])
_NUMBERED = re.compile(r"[A-Za-z]{1,4}[-_ /.]?\d{2,}")
_NAME_WORDS = frozenset(["name", "surname", "lastname", "firstname", "forename", "fullname", "last", "first", "street",
                         "address", "email", "mail", "phone", "nachname", "vorname"])
_BORN_WORDS = frozenset(["birth", "birthdate", "birthday", "dob", "born", "zip", "postcode", "plz", "phone", "number"])
# fmt: on


@dataclass(frozen=True, kw_only=True)
class Entity:
    """Something that stands in several rows."""

    columns: tuple[str, ...]
    """One column, or several that only together name it."""
    groups: Rows
    """Number of each row's entity; a row without one is an entity of its own."""
    count: int
    rows: int
    """Rows of entities that stand in more than one."""
    named: bool
    """Whether the column is called, or looks, like the name of one."""
    constant: tuple[str, ...]
    """Other columns that are the same in all rows of one entity, although they differ between entities."""
    effect: Comparison | None
    """Score of random folds against folds of whole entities."""

    @property
    def words(self) -> str:
        """The columns as text."""
        return " and ".join(repr(name) for name in self.columns)


def find_entity(
    frame: pd.DataFrame, columns: Sequence[Column], problem: Problem, known: Column | None = None
) -> Entity | None:
    """Find what repeats and makes a random split too good: an identifier, a column, or two columns together.

    A column that is not called like an entity counts only where other columns, or the target, are far more alike
    within its values than between them; which of several it is, is decided by the measured effect.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        Every row has a target.
    columns : sequence of Column
    problem : Problem
    known : Column, optional
        An identifier that repeats; it is taken as it is, and only measured.

    Returns
    -------
    Entity or None
        Without a known one: the one with the largest effect, if that matters.
    """
    key = (tuple(columns), problem, known)
    if _LAST and _LAST[0]() is frame and _LAST[1] == key:
        last: Entity | None = _LAST[2]
        return last
    found = _search(frame, columns, problem, known)
    # The proposal of a split and the check of the split ask the same of the same table, and each answer takes seconds.
    _LAST[:] = [weakref.ref(frame), key, found]
    return found


_LAST: list[Any] = []


def _search(frame: pd.DataFrame, columns: Sequence[Column], problem: Problem, known: Column | None) -> Entity | None:
    coded = _Coded(frame, columns, problem)
    if known is not None:
        return coded.measured((known.name,), named=True)
    best: Entity | None = None
    for names, named in coded.promising():
        entity = coded.measured(names, named=named)
        if entity is None or not is_material(entity.effect):
            continue
        if best is None or _gain(entity) > _gain(best):
            best = entity
    return best


def _gain(entity: Entity) -> float:
    return entity.effect.difference if entity.effect else 0.0


class _Coded:
    """The table as codes, and what can be asked of a grouping of its rows."""

    def __init__(self, frame: pd.DataFrame, columns: Sequence[Column], problem: Problem) -> None:
        self.frame, self.problem = frame, problem
        self.others = [c for c in columns if c.name != problem.target and c.unique > 1]

    def promising(self) -> list[tuple[tuple[str, ...], bool]]:
        """Return the groupings that are worth measuring, the most promising first."""
        found: list[tuple[float, tuple[str, ...], bool]] = []
        for names, named in self._candidates():
            groups = joint_codes(self.frame, names)
            if not _repeats(groups, named):
                continue
            constant = self.constant(groups, names)
            alike = self._target_alike(groups)
            if named or len(constant) > 1 or (alike > _ALIKE and not self._is_number(names)):
                found.append((len(constant) + alike + named + len(names) / 2, names, named))
        found.sort(key=lambda one: -one[0])
        return [(names, named) for _, names, named in found[:_MOST_MEASURED]]

    def _is_number(self, names: tuple[str, ...]) -> bool:
        """Whether it is one column of numbers: those may just be a measurement that predicts."""
        kinds = {column.name: column.kind for column in self.others}
        return len(names) == 1 and kinds[names[0]] is ColumnKind.INTEGER

    def measured(self, names: tuple[str, ...], *, named: bool) -> Entity | None:
        """Measure the effect of a grouping; a column that only looks like one is not shown to the model."""
        groups = joint_codes(self.frame, names)
        counts = np.bincount(groups)
        if len(counts) < 2:
            return None
        return Entity(
            columns=names,
            groups=groups,
            count=len(counts),
            rows=int(counts[counts > 1].sum()),
            named=named,
            constant=tuple(self.constant(groups, names)),
            effect=group_effect(self.frame, self.problem, groups, leave_out=() if named else names),
        )

    def _candidates(self) -> Iterator[tuple[tuple[str, ...], bool]]:
        rows = len(self.frame)
        kinds = (ColumnKind.CATEGORICAL, ColumnKind.TEXT, ColumnKind.INTEGER, ColumnKind.IDENTIFIER)
        repeated = [c for c in self.others if _FEWEST_GROUPS <= c.unique < 0.8 * rows and c.missing < 0.5 * rows]
        single = [c for c in repeated if c.kind in kinds]
        single.sort(key=lambda c: (not _is_named(c), c.kind is ColumnKind.INTEGER, -c.unique))
        for column in single[:_MOST_CANDIDATES]:
            yield (column.name,), _is_named(column)
        names = [c for c in self.others if c.unique > 2 and c.kind is not ColumnKind.NUMERIC]
        persons = [c for c in names if set(words_of(c.name)) & (_NAME_WORDS | _BORN_WORDS)][:6]
        for first, second in combinations(persons, 2):
            words = set(words_of(first.name)), set(words_of(second.name))
            if words[0] & _NAME_WORDS or words[1] & _NAME_WORDS:
                yield (first.name, second.name), True

    def constant(self, groups: Rows, names: tuple[str, ...]) -> list[str]:
        """Name the columns that are the same in all rows of a group, although two rows drawn at random differ."""
        rows = draw_groups(groups, _LOOKED_AT)
        ordered = rows[np.argsort(groups[rows], kind="stable")]
        together = groups[ordered][1:] == groups[ordered][:-1]
        if not together.any():
            return []
        found = []
        for column in self.others:
            if column.name in names or column.unique > 0.9 * len(self.frame):
                continue
            codes = pd.factorize(plain(self.frame[column.name].iloc[ordered]))[0]
            chance = float(((np.bincount(codes + 1) / len(codes)) ** 2).sum())
            same = float((codes[1:] == codes[:-1])[together].mean())
            if same >= _SAME and chance <= _CHANCE and not _renames(codes, groups[ordered]):
                found.append(column.name)
        return found

    def _target_alike(self, groups: Rows) -> float:
        """Return the share of the target's spread that lies between groups rather than within (0 to 1)."""
        rows = draw_groups(groups, _LOOKED_AT)
        few = np.unique(groups[rows], return_inverse=True)[1]
        y = plain(self.frame[self.problem.target].iloc[rows])
        if self.problem.task.is_classification:
            values = (pd.factorize(y)[0] == np.bincount(pd.factorize(y)[0]).argmax()).astype(np.float64)
        else:
            values = y.rank(pct=True).to_numpy(dtype=np.float64)
        return between_share(values, few)


def between_share(values: npt.NDArray[np.float64], groups: Rows) -> float:
    """Return the intraclass correlation (one-way analysis of variance), at least 0."""
    counts = np.bincount(groups)
    n, k = len(values), len(counts)
    if k < 2 or n <= k:
        return 0.0
    means = np.bincount(groups, weights=values) / counts
    between = float((counts * (means - values.mean()) ** 2).sum()) / (k - 1)
    within = float(((values - means[groups]) ** 2).sum()) / (n - k)
    size = (n - float((counts**2).sum()) / n) / (k - 1)
    total = between + (size - 1) * within
    return max(0.0, (between - within) / total) if total > 0 else 0.0


def _is_named(column: Column) -> bool:
    if column.kind is ColumnKind.IDENTIFIER or set(words_of(column.name)) & ENTITY_WORDS:
        return True
    # Values such as "K0042" are somebody's or something's number, whatever the column is called.
    return bool(column.examples) and all(_NUMBERED.fullmatch(value) for value in column.examples)


def _repeats(groups: Rows, named: bool) -> bool:
    """Whether most rows share their group with others, in groups of the size of an entity."""
    counts = np.bincount(groups)
    repeated = counts[counts > 1]
    if len(repeated) < _FEWEST_GROUPS or repeated.sum() < (0.1 if named else _LEAST_REPEATED) * len(groups):
        return False
    return named or len(groups) / len(counts) <= _MOST_PER_GROUP


def _renames(codes: npt.NDArray[np.intp], groups: Rows) -> bool:
    """Whether a column is just another name of the groups."""
    pairs = len(np.unique(groups.astype(np.int64) * (codes.max() + 2) + codes + 1))
    return pairs == len(np.unique(groups)) == len(np.unique(codes))
