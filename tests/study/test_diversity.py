"""The diversity meter counts, and its advice is about the most one-sided dimension."""

from engine.charts.diversity import diversity
from engine.study.diversity import DIMENSIONS, Trait, measure

PLAIN = {
    "domain": "housing",
    "task": "a number",
    "source": "a template",
    "family": "linear",
    "language": "Python",
}


def trait(**changes: str) -> Trait:
    return Trait(title="t", **(PLAIN | changes))


def test_nothing_and_one_are_said_plainly() -> None:
    assert "once there are projects" in measure([]).advice
    assert "nothing to compare" in measure([trait()]).advice


def test_counts_add_up_and_unknown_is_not_counted() -> None:
    found = measure([trait(), trait(domain="health"), trait(family="")])
    assert found.counts["domain"] == {"housing": 2, "health": 1}
    assert found.counts["family"] == {"linear": 2}
    assert all(sum(values.values()) <= found.projects for values in found.counts.values())


def test_the_most_one_sided_dimension_is_named() -> None:
    same = [trait(domain=f"d{n}", task=f"t{n}", source=f"s{n}", language=f"l{n}") for n in range(4)]
    assert measure(same).advice.startswith("All 4 projects are with the same family of model, linear")
    mixed = [trait(domain="a"), trait(domain="b"), trait(domain="a", task="one of two classes")]
    assert measure(mixed).advice.startswith("All 3 projects are with data from a template")
    odd = [trait(domain=f"d{n}", task=f"t{n}", source=f"s{n}", language=f"l{n}", family=f"f{n}") for n in range(3)]
    assert "No two of your projects" in measure(odd).advice


def test_the_picture_has_a_mark_for_each_project_in_each_row() -> None:
    found = measure([trait(), trait(domain="health"), trait(domain="<b>&\\ odd")])
    drawn = diversity(found.counts, DIMENSIONS, found.projects)
    spec = drawn.specification()
    marks = spec["layer"][0]["data"].get("values") or spec["datasets"][spec["layer"][0]["data"]["name"]]
    assert len(marks) == 3 * len(DIMENSIONS)
    assert {row["dimension"] for row in marks} == set(DIMENSIONS.values())
    assert "Domain: " in drawn.alt
    assert sum(row["projects"] for row in drawn.table) == len(marks)
