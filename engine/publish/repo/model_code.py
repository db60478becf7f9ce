"""The recorded winner as the code that fits it again: encodings, members, and how much each of them counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.automl.families import find
from engine.automl.model import Member, Model
from engine.automl.pipeline import innermost
from engine.domain.words import family_name
from engine.publish.repo.layout import Group, Node, render
from engine.publish.repo.objects import Imports, written

_NAMES = {
    "none": "as_they_are",
    "scaled": "scaled_columns",
    "splines": "scaled_columns_with_curves",
    "ordinal": "columns_as_codes",
    "native": "columns_as_words",
}
_SAID = {
    "none": "Leave the columns alone: this model does not look at them.",
    "scaled": "Fill and standardise numbers; give each level of a category a column of its own.",
    "splines": "Do the same, and add each number as a smooth curve.",
    "ordinal": "Leave numbers alone and turn categories into codes; trees can read empty cells.",
    "native": "Leave numbers and categories alone: this model reads categories itself.",
}


@dataclass(frozen=True, kw_only=True)
class ModelCode:
    """Parts of a module that fits the model."""

    imports: Imports
    encodings: str
    """One function for each encoding."""
    members: str
    """A function that lists the members: weight, pipeline, and what its fit is told besides."""


def model_code(model: Model, constants: Mapping[tuple[str, ...], tuple[str, str]]) -> ModelCode:
    """Write a fitted model as the code that makes its members before they are fitted.

    Parameters
    ----------
    model : Model
        Its members were fitted on all rows.
    constants : mapping of a tuple of columns to (module, name)
        Lists of columns that the code has a name for.

    Raises
    ------
    InputError
        If a member holds an object that cannot be written as readable code.
    """
    imports = Imports(constants=constants)
    imports.add("sklearn.pipeline", "Pipeline")
    encodings: dict[str, str] = {}
    entries = [_entry(member, encodings, imports) for member in model.members]
    return ModelCode(
        imports=imports,
        encodings="\n\n\n".join(encodings.values()),
        members="\n".join(["def members():", _MEMBERS, "    return [", *entries, "    ]"]),
    )


_MEMBERS = '    """List the models that vote: share of the vote, pipeline, and what its fit is told besides."""'


def _entry(member: Member, encodings: dict[str, str], imports: Imports) -> str:
    kind = find(member.family).encoding
    step, estimator = member.pipeline.named_steps["columns"], member.pipeline.named_steps["model"]
    if kind not in encodings:
        made = '"passthrough"' if isinstance(step, str) else render(written(step, imports), 4, before=7)
        encodings[kind] = f'def {_NAMES[kind]}():\n    """{_SAID[kind]}"""\n    return {made}'
    steps: list[Node] = [
        Group("(", ['"columns"', f"{_NAMES[kind]}()"], ")"),
        Group("(", ['"model"', written(estimator, imports)], ")"),
    ]
    parts: list[Node] = [
        repr(member.weight),
        Group("Pipeline(", [Group("[", steps, "]")], ")"),
        written(_told(member), imports),
    ]
    return f"        # {family_name(member.family)}\n        {render(Group('(', parts, ')'), 8)},"


def _told(member: Member) -> Mapping[str, Any]:
    """Name the encoded columns that a library is told to read as categories: the last ones."""
    step, estimator = member.pipeline.named_steps["columns"], innermost(member.pipeline.named_steps["model"])
    if isinstance(step, str) or find(member.family).encoding not in ("ordinal", "native"):
        return {}
    words = next((list(columns) for name, _, columns in step.transformers if name == "categories"), [])
    if not words:
        return {}
    width = sum(place.stop - place.start for place in step.output_indices_.values())
    key = {"lightgbm": "model__categorical_feature", "catboost": "model__cat_features"}
    library = type(estimator).__module__.split(".")[0]
    return {key[library]: list(range(width - len(words), width))} if library in key else {}
