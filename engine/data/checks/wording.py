"""Categories that are written in more than one way."""

from __future__ import annotations

import re
from collections import defaultdict

import numpy as np

from engine.data.checks.subject import Check, Coded, Subject, listed
from engine.domain.data import Column, Finding, Severity
from engine.domain.recipe import Step, StepKind
from engine.domain.task import ColumnKind

_MOST_VALUES = 5_000
_MOST_LEVELS_NEAR = 200
_SHORTEST_NEAR = 6
_LONGEST_NEAR = 60
_RARE_SHARE = 0.02
_FREQUENT = 10

_CHECK = Check(
    code="PF-Q12",
    title="One category, several spellings",
    why="'Zurich' and 'zurich ' are two categories to a model: each is learned from fewer rows than there are.",
    advice="Decide on one spelling of each. Look at the list first: what differs by one letter can also be two things.",
)


def spellings(subject: Subject) -> Finding:
    """Look for values that differ only in case, blanks or marks, or by one letter (PF-Q12)."""
    columns = [c for c in subject.others if c.kind is ColumnKind.CATEGORICAL or (c.kind is ColumnKind.TEXT)]
    columns = [c for c in columns if c.unique <= _MOST_VALUES and subject.is_text(c)]
    if not columns:
        return _CHECK.not_applicable("The table has no categories.")
    certain: dict[str, dict[str, str]] = {}
    likely: dict[str, dict[str, str]] = {}
    marked = np.zeros(len(subject.frame), dtype=np.bool_)
    for column in columns:
        same, near = _kept(subject, column)
        if same:
            certain[column.name] = same
        if near:
            likely[column.name] = near
        if same or near:
            marked |= subject.plain(column.name).isin([*same, *near]).to_numpy(dtype=np.bool_, na_value=False)
    found = list(dict.fromkeys([*certain, *likely]))
    if not found:
        return _CHECK.passed("Every category is written in one way.")
    spelled = {name: {**likely.get(name, {}), **certain.get(name, {})} for name in found}
    told = [f"{name!r} has {listed([f'{a!r} beside {b!r}' for a, b in spelled[name].items()], 3)}" for name in found]
    message = f"{listed(told)}: {int(marked.sum()):,} rows are in the rarer spelling."
    fix = Step(
        kind=StepKind.TIDY_TEXT,
        columns=tuple(found),
        options={"spellings": {old: new for one in spelled.values() for old, new in one.items()}},
        reason="One spelling for each category.",
        finding=_CHECK.code,
    )
    told_all = {"columns": found, "rows": subject.row_numbers(marked), "fix": fix, "measured": {"spellings": spelled}}
    if not certain:
        return _CHECK.tip(f"{message} Do they mean the same?", **told_all)
    return _CHECK.issue(message, Severity.MEDIUM if marked.mean() > 0.01 else Severity.LOW, **told_all)


def _kept(subject: Subject, column: Column) -> tuple[dict[str, str], dict[str, str]]:
    """Map each rarer spelling to the one that is kept: those that are surely the same, and those by one letter."""
    codes, values = subject.codes(column.name)
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    number = {str(value): int(counts[n]) for n, value in enumerate(values)}
    groups: dict[str, list[str]] = defaultdict(list)
    for text in number:
        groups[_key(text)].append(text)
    same: dict[str, str] = {}
    for key, texts in groups.items():
        if len(texts) > 1 and key:
            kept = max(texts, key=lambda text: (number[text], text == text.strip(), text))
            same.update({text: kept for text in texts if text != kept})
    if column.kind is ColumnKind.TEXT or not 2 < len(groups) <= _MOST_LEVELS_NEAR:
        return same, {}
    totals = {key: sum(number[text] for text in texts) for key, texts in groups.items()}
    near = {
        text: max(groups[kept], key=lambda one: number[one])
        for rare, kept in _one_letter_apart(totals).items()
        for text in groups[rare]
    }
    return same, near


def _key(text: str) -> str:
    """Return what is left of a text without case, marks and blanks; texts with signs that mean something stay apart."""
    folded = re.sub(r"[\s_\-.,'’/]+", " ", text.casefold()).strip()
    return (
        folded
        if re.search(r"[^\W\d_]", folded) and not re.search(r"\d", folded)
        else re.sub(r"\s+", " ", text.casefold()).strip()
    )


def _one_letter_apart(totals: dict[str, int]) -> dict[str, str]:
    """Map rare texts to a frequent one from which one letter is added, gone, changed or swapped with its neighbour."""
    near: dict[str, list[str]] = defaultdict(list)
    for text in totals:
        if _SHORTEST_NEAR <= len(text) <= _LONGEST_NEAR and not re.search(r"\d", text):
            for n in range(len(text)):
                near[text[:n] + text[n + 1 :]].append(text)
            near[text].append(text)
    found: dict[str, str] = {}
    for texts in near.values():
        if len(set(texts)) < 2:
            continue
        kept = max(texts, key=lambda text: (totals[text], text))
        for text in texts:
            rare = totals[text] <= max(1, _RARE_SHARE * totals[kept])
            if text != kept and rare and totals[kept] >= _FREQUENT and text[0] == kept[0]:
                found[text] = kept
    return found


CHECKS: tuple[Coded, ...] = ((_CHECK, spellings),)
