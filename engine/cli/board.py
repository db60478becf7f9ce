"""What is said below a leaderboard: the recommended model, the simple one, the ranges that were searched."""

from __future__ import annotations

from engine.automl.choosing import model_name, said_of, simple_in_words
from engine.automl.space import in_words
from engine.cli.output import Document
from engine.domain.metric import find_metric


def choices_as_text(document: Document) -> list[str]:
    """Say what is recommended and what is simple enough."""
    rows = {row["trial"]: row for row in document["leaderboard"]}
    metric, best = find_metric(document["metric"]), rows[document["best"]["trial"]]
    said = []
    if document["recommendation"]:
        recommended = rows[document["recommended"]]
        why = said_of(document["recommendation"], metric)
        said.append(f"Recommended: {model_name(recommended)} (trial {recommended['number']}). {why}")
    if document["simple_enough"]:
        simple = rows[document["simple_enough"]["trial"]]
        said.append(
            "Simple enough: " + simple_in_words(simple, best, metric, document["leaderboard"]).replace("**", "")
        )
    said += [f"Searched in {line}." for line in in_words(document["space"])]
    return said


def record_as_text(document: Document) -> list[str]:
    """Say whether the run was a look around, and how what was expected of it came out."""
    lines = []
    if document["exploratory"]:
        lines.append("Exploratory: the brief was not complete when it began, so it proves nothing.")
    if document["hypothesis"]:
        lines.append(f"Expected: {document['hypothesis']['hypothesis']} -> {document['hypothesis']['sentence'] or ''}")
    return lines
