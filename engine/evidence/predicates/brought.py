"""Checks on what was made elsewhere: files that were brought, and what the person states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.domain.claim import Claim, ClaimKind
from engine.evidence.dossier import distinct_words
from engine.evidence.predicates.found import Found, Person, person_check, short

FEWEST_NOTE_WORDS = 8
"""Distinct words of a note that says what was done; fewer say nothing that could be asked about."""

LIBRARIES: Mapping[str, frozenset[str]] = {
    "numpy-scipy": frozenset({"numpy", "scipy"}),
    "pandas-frames": frozenset({"pandas"}),
    "scikit-learn": frozenset({"sklearn"}),
    "deep-frameworks": frozenset({"tensorflow", "keras", "torch", "jax"}),
    "spark": frozenset({"pyspark"}),
    "chart-craft": frozenset({"matplotlib", "seaborn", "altair", "plotly"}),
    "linear-algebra": frozenset({"numpy", "scipy", "sklearn"}),
    "unsupervised": frozenset({"sklearn", "scipy", "hdbscan"}),
}
_CODE = (ClaimKind.PYTHON, ClaimKind.NOTEBOOK)
_CLUSTERS = {"KMeans", "DBSCAN", "AgglomerativeClustering", "GaussianMixture"}
_ALGEBRA = {"svd", "eig", "pinv", "solve", "lstsq", "PCA"}


@person_check
def functions_written(person: Person) -> Found | None:
    """Require Python with three functions that do something."""
    return _first(person, _CODE, lambda found: found["functions"] >= 3)


@person_check
def module_written(person: Person) -> Found | None:
    """Require Python with five functions, most of them with a docstring."""
    return _first(person, _CODE, lambda found: found["functions"] >= 5 and _share(found, "documented") >= 0.6)


@person_check
def typed_module_written(person: Person) -> Found | None:
    """Require a module of five functions, most of them with a docstring and a stated type."""
    return _first(
        person,
        (ClaimKind.PYTHON,),
        lambda found: found["functions"] >= 5 and _share(found, "documented") >= 0.6 and _share(found, "typed") >= 0.6,
    )


@person_check
def library_used(person: Person) -> Found | None:
    """Require code that imports the library, with functions or with outputs."""
    return _first(person, _CODE, lambda found: _uses(person, found) and _worked(found))


@person_check
def tables_combined(person: Person) -> Found | None:
    """Require code that joins tables and groups or reshapes them."""
    return _first(
        person,
        _CODE,
        lambda found: (
            _uses(person, found)
            and {"merge", "join"} & set(found["calls"])
            and {"groupby", "pivot_table", "pivot", "melt"} & set(found["calls"])
        ),
    )


@person_check
def pipeline_written(person: Person) -> Found | None:
    """Require code that builds a pipeline and fits it."""
    wanted = {"make_pipeline", "Pipeline"}
    return _first(
        person,
        _CODE,
        lambda found: _uses(person, found) and wanted & set(found["calls"]) and "fit" in found["calls"],
    )


@person_check
def algebra_written(person: Person) -> Found | None:
    """Require code that decomposes, projects or solves."""
    return _first(person, _CODE, lambda found: _uses(person, found) and _ALGEBRA & set(found["calls"]))


@person_check
def clusters_found(person: Person) -> Found | None:
    """Require code that clusters."""
    return _first(person, _CODE, lambda found: _uses(person, found) and _CLUSTERS & set(found["calls"]))


@person_check
def clusters_judged(person: Person) -> Found | None:
    """Require code that clusters and judges the clusters, and a note that says what they mean."""
    return _first(
        person,
        _CODE,
        lambda found: _CLUSTERS & set(found["calls"]) and "silhouette_score" in found["calls"],
        note=True,
    )


@person_check
def chart_written(person: Person) -> Found | None:
    """Require code for a chart with a title and both axes named."""
    return _first(
        person,
        _CODE,
        lambda found: (
            _uses(person, found)
            and {"set_title", "title"} & set(found["calls"])
            and {"set_xlabel", "xlabel"} & set(found["calls"])
            and {"set_ylabel", "ylabel"} & set(found["calls"])
        ),
    )


@person_check
def query_written(person: Person) -> Found | None:
    """Require three queries."""
    return _first(person, (ClaimKind.SQL,), lambda found: found["queries"] >= 3)


@person_check
def query_joined(person: Person) -> Found | None:
    """Require queries that join and group."""
    return _first(person, (ClaimKind.SQL,), lambda found: found["queries"] >= 3 and found["joins"] and found["groups"])


@person_check
def r_script_brought(person: Person) -> Found | None:
    """Require an R script of ten lines or more."""
    return _first(person, (ClaimKind.R_SCRIPT,), lambda found: found["lines"] >= 10)


@person_check
def commits_linked(person: Person) -> Found | None:
    """Require three commits, each on top of another."""
    return _first(person, (ClaimKind.COMMITS,), lambda found: found["commits"] >= 3 and found["linked"] >= 2)


@person_check
def commits_told(person: Person) -> Found | None:
    """Require ten commits, each of which says in words of its own what it changes."""
    return _first(person, (ClaimKind.COMMITS,), lambda found: found["linked"] >= 9 and found["told"] >= 10)


@person_check
def tests_passed(person: Person) -> Found | None:
    """Require a report of three passing tests and none that fails."""
    return _first(person, (ClaimKind.TEST_REPORT,), lambda found: found["passed"] >= 3 and not found["failed"])


@person_check
def test_suite_passed(person: Person) -> Found | None:
    """Require a report of ten passing tests and none that fails."""
    return _first(person, (ClaimKind.TEST_REPORT,), lambda found: found["passed"] >= 10 and not found["failed"])


@person_check
def workflow_written(person: Person) -> Found | None:
    """Require a container file or the file of a workflow."""
    return _first(person, (ClaimKind.WORKFLOW,), lambda found: found["container"] or found["runs"])


@person_check
def workflow_passed(person: Person) -> Found | None:
    """Require a workflow, and the report of the tests that it ran."""
    return workflow_written(person) and tests_passed(person)


@person_check
def patch_written(person: Person) -> Found | None:
    """Require a patch, and a note that says what it is for."""
    return _first(person, (ClaimKind.PATCH,), lambda found: found["added"] + found["removed"] >= 3, note=True)


@person_check
def stated(person: Person) -> Found | None:
    """Require an address, and a note that says what was done there."""
    return _first(person, (ClaimKind.LINK,), lambda _: True, note=True)


@person_check
def learned_in_four_weeks(person: Person) -> Found | None:
    """Require notes on something learned in four different weeks, by the day on which they were written."""
    weeks: dict[tuple[int, int], Claim] = {}
    for one in person.claims:
        if one.kind is ClaimKind.LEARNED and _is_told(one):
            year, week, _ = one.created_at.isocalendar()
            weeks.setdefault((year, week), one)
    if len(weeks) < 4:
        return None
    return _found(list(weeks.values())[3], f"notes in {len(weeks)} weeks")


def _first(
    person: Person,
    kinds: tuple[ClaimKind, ...],
    fits: Callable[[Mapping[str, Any]], object],
    *,
    note: bool = False,
) -> Found | None:
    for one in person.claims:
        if one.kind in kinds and fits(one.found) and (not note or _is_told(one)):
            return _found(one, _value(one))
    return None


def _found(one: Claim, value: str) -> Found:
    return Found(
        fact=f"brought.{one.kind}",
        value=short(value),
        at=one.created_at,
        trust=one.kind.trust,
        ref=f"brought/{one.id}",
        link=one.link,
    )


def _value(one: Claim) -> str:
    if one.kind is ClaimKind.LINK:
        return one.note
    return f"{one.file_name} (SHA-256 {one.file_sha256[:12]}…)"


def _is_told(one: Claim) -> bool:
    return len(distinct_words(one.note)) >= FEWEST_NOTE_WORDS


def _uses(person: Person, found: Mapping[str, Any]) -> bool:
    return bool(LIBRARIES[person.skill] & set(found["modules"]))


def _worked(found: Mapping[str, Any]) -> bool:
    return bool(found["functions"] >= 2 or found.get("outputs", 0) >= 3)


def _share(found: Mapping[str, Any], name: str) -> float:
    return float(found[name]) / max(1, int(found["functions"]))
