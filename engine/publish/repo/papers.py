"""The files of an exported repository that are no program: what a reader, a tool or a lawyer looks for."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.domain.data import Column, Provenance
from engine.domain.metric import find_metric
from engine.domain.writeup import Profile
from engine.publish.cleaning import clean, one_line
from engine.publish.repo.notebook import notebook
from engine.publish.repo.objects import text
from engine.publish.repo.program import TOLERANCE, Program, rendered

PYTHON = "3.11"
"""Version that the workflow runs on: the oldest that the pinned packages support."""

_FILES = {
    "README.md": "README.md.j2",
    "Makefile": "Makefile.j2",
    "pyproject.toml": "pyproject.toml.j2",
    ".gitignore": "gitignore.j2",
    ".gitattributes": "gitattributes.j2",
    "LICENSE": "LICENSE.j2",
    "MODEL_CARD.md": "MODEL_CARD.md.j2",
    "DATASET_CARD.md": "DATASET_CARD.md.j2",
    "data/README.md": "data_readme.md.j2",
    "docs/decisions.md": "decisions.md.j2",
    ".github/workflows/check.yml": "check.yml.j2",
    "tests/code/test_code.py": "test_code.py.j2",
    "tests/data/test_data.py": "test_data.py.j2",
    "tests/model/test_model.py": "test_model.py.j2",
}
_SETTINGS = {
    "python.defaultInterpreterPath": ".venv/bin/python",
    "python.testing.pytestEnabled": True,
    "python.testing.pytestArgs": ["tests"],
    "files.insertFinalNewline": True,
}


_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (float("inf"), "1M<n<10M"),
)


@dataclass(frozen=True, kw_only=True)
class Papers:
    """What the papers say."""

    slug: str
    title: str
    program: Program
    sections: Mapping[str, str]
    """Sections of the write-up as Markdown, their numbers written out."""
    data_name: str
    impact: str
    """What the search took, in one sentence."""
    split_words: str
    """How the hold-out was set apart, and why."""
    provenance: Provenance
    columns: Sequence[Column]
    dictionary: Mapping[str, str]
    """Column to what it means."""
    profile: Profile
    made_at: datetime
    train_rows: int
    holdout_rows: int
    rows_sha256: str
    picture: str
    """Path of the picture, empty if there is none."""
    versions: Mapping[str, str]
    """Package to version: what the code was run with."""
    metrics: Mapping[str, float]
    """The published scores."""


def papers(given: Papers, holdout: Sequence[int]) -> dict[str, str]:
    """Write the papers; returns path to text."""
    context = _context(given)
    files = {path: rendered(template, context) for path, template in _FILES.items()}
    return files | {
        "requirements.txt": "".join(f"{name}=={version}\n" for name, version in sorted(given.versions.items())),
        "CITATION.cff": _citation(given),
        f"notebooks/1.0-{_initials(given.profile.name)}-{given.slug}.ipynb": notebook(
            one_line(given.title),
            given.program.module,
            {key: clean(text) for key, text in given.sections.items()},
            weight=given.program.problem.weight,
            classes=bool(given.program.problem.classes),
        ),
        ".vscode/settings.json": json.dumps(_SETTINGS, indent=2) + "\n",
        "references/data_dictionary.csv": _dictionary(given),
        "references/holdout_rows.csv": "".join(f"{row}\n" for row in sorted(holdout)),
        "reports/metrics.json": json.dumps(dict(given.metrics), indent=1) + "\n",
    }


def _context(given: Papers) -> dict[str, Any]:
    program = given.program
    keys = ("result", "problem", "comparison", "data", "limits", "method", "ai", "decisions", "drivers")
    return _card(given) | {
        "title": one_line(given.title),
        "name": given.slug,
        "description": text(one_line(given.title)),
        "module": program.module,
        "sections": {key: clean(given.sections.get(key, "")).strip() for key in keys},
        "picture": given.picture,
        "picture_alt": f"{one_line(given.title)}: the model beside a simple one and a guess",
        "tolerance": f"{TOLERANCE:g}",
        "train_rows": f"{given.train_rows:,}",
        "holdout_rows": f"{given.holdout_rows:,}",
        "train_count": given.train_rows,
        "holdout_count": given.holdout_rows,
        "licence": one_line(given.provenance.licence) or "not stated",
        "author": one_line(given.profile.name),
        "links": [one_line(link) for link in given.profile.links],
        "year": given.made_at.year,
        "python": PYTHON,
        "package": program.table.package if program.table else "",
        "original": one_line(given.provenance.original_name),
        "original_sha256": given.provenance.original_sha256,
        "sha256": program.sha256,
        "rows_sha256": given.rows_sha256,
        "classes": bool(program.problem.classes),
        "costs": bool(program.problem.costs),
        "column_weights": text(program.problem.weight) if program.problem.weight else "",
        "metric": text(program.problem.metric),
    }


def _card(given: Papers) -> dict[str, Any]:
    """Gather what the cards for the Hugging Face hub say besides.

    The keys are those of its model and data-set cards (https://huggingface.co/docs/hub/model-cards).
    """
    problem, rows = given.program.problem, given.train_rows + given.holdout_rows
    count = len(given.program.model.members)
    name = one_line(given.data_name)
    # JSON strings are YAML strings, whatever they hold.
    return {
        "title_json": json.dumps(one_line(given.title)),
        "data_json": json.dumps(name),
        "licence_json": json.dumps(one_line(given.provenance.licence) or "not stated"),
        "data_name": name,
        "pipeline_tag": "tabular-classification" if problem.task.is_classification else "tabular-regression",
        "card_metrics": [
            {"name": one, "value": value, "title": find_metric(one).title} for one, value in given.metrics.items()
        ],
        "members": "pipeline" if count == 1 else f"{count} pipelines",
        "impact": given.impact,
        "size_category": next(word for most, word in _SIZES if rows < most),
        "rows": f"{rows:,}",
        "target_plain": one_line(problem.target),
        "split_words": one_line(given.split_words),
    }


def _citation(given: Papers) -> str:
    name = one_line(given.profile.name)
    lines = [
        "cff-version: 1.2.0",
        "message: If you use this project, please cite it as below.",
        "type: software",
        f"title: {json.dumps(one_line(given.title))}",
        "authors:",
        f"  - name: {json.dumps(name or 'The author')}",
        f"date-released: {given.made_at.date().isoformat()}",
        "license: MIT",
    ]
    return "\n".join(lines) + "\n"


def _initials(name: str) -> str:
    letters = [word[0].lower() for word in name.split() if word[0].isascii() and word[0].isalpha()]
    return "".join(letters[:3]) or "me"


def _dictionary(given: Papers) -> str:
    from engine.data.export import neutral

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["column", "kind", "role", "meaning"])
    features = set(given.program.problem.features)
    for column in given.columns:
        role = "target" if column.name == given.program.problem.target else "feature" if column.name in features else ""
        meaning = given.dictionary.get(column.name, "")
        writer.writerow([neutral(one_line(cell)) for cell in (column.name, str(column.kind), role, meaning)])
    return out.getvalue()
