"""The project told as a notebook that runs from top to bottom."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Cells = list[dict[str, Any]]


def notebook(title: str, module: str, sections: Mapping[str, str], *, weight: str = "", classes: bool) -> str:
    """Write a notebook in the format of Jupyter (nbformat 4.5), without outputs.

    Parameters
    ----------
    title : str
    module : str
        Name of the package of the exported code.
    sections : mapping of str to str
        Sections of the write-up as Markdown.
    weight : str
        Column that says how much each row counts in a fit, if there is one.
    classes : bool
        Whether the target has classes.
    """
    fitting = "fitted = fit(features, y)"
    if weight:
        fitting = f"fitted = fit(features, y, train.loc[features.index, {weight!r}].astype(float))"
    seen = "predicted[:5].round(3)" if classes else 'pd.Series(predicted, index=held.index, name="prediction").head()'
    told = [*_opening(title, module, sections), *_model(module, sections, fitting), ("code", seen)]
    told += [
        ("markdown", f"## Compared with simpler answers\n\n{sections.get('comparison', '')}"),
        ("markdown", f"## Errors and limits\n\n{sections.get('limits', '')}"),
        ("markdown", f"## How it was made\n\n{sections.get('ai', '')}"),
    ]
    cells = [_cell(place, kind, text) for place, (kind, text) in enumerate(told)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    document = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _opening(title: str, module: str, sections: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        ("markdown", f"# {title}\n\n{sections.get('result', '')}"),
        ("markdown", f"## The question\n\n{sections.get('problem', '')}"),
        ("markdown", f"## The data\n\n{sections.get('data', '')}"),
        (
            "code",
            "import sys\nfrom pathlib import Path\n\n"
            "# Works from the root of the repository and from its folder of notebooks.\n"
            'here = Path.cwd()\nsys.path.insert(0, str(here.parent if here.name == "notebooks" else here))',
        ),
        (
            "code",
            f"import pandas as pd\n\nfrom {module}.config import TARGET\nfrom {module}.dataset import read, split\n\n"
            "table = read()\ntable.head()",
        ),
        ("code", "train, held = split(table)\nlen(train), len(held)"),
        ("markdown", "The target in the training part; the hold-out stays closed until the end."),
        ("code", "train[TARGET].describe()"),
    ]


def _model(module: str, sections: Mapping[str, str], fitting: str) -> list[tuple[str, str]]:
    return [
        ("markdown", f"## The model\n\n{sections.get('method', '')}"),
        (
            "code",
            f"from {module}.features import prepare\nfrom {module}.modeling.train import fit\n\n"
            f"features, y, new = prepare(train, held)\n{fitting}\nlen(fitted)",
        ),
        ("markdown", "## How good it is on rows that no model had seen"),
        (
            "code",
            f"from {module}.features import truth\nfrom {module}.modeling.evaluate import scores\n"
            f"from {module}.modeling.predict import predict\n\n"
            "predicted = predict(fitted, new)\npd.Series(scores(truth(held).to_numpy(), predicted))",
        ),
    ]


def _cell(place: int, kind: str, text: str) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": kind,
        "id": f"cell-{place}",
        "metadata": {},
        "source": text.strip().splitlines(keepends=True),
    }
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
