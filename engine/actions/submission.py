"""Predictions made elsewhere: kept when they are handed in, scored with ours at an opening of the hold-out."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.domain.clock import Clock, utc_now
from engine.domain.metric import find_metric
from engine.domain.run import Opening
from engine.domain.submission import Submission
from engine.errors import InputError, StateError
from engine.settings import Settings
from engine.store import files, projects, results, submissions
from engine.store.db import connect

if TYPE_CHECKING:
    import pandas as pd

SEALED = "The hold-out is sealed: these predictions are scored, together with ours, when it is opened."
OPENED = "The hold-out was opened before these predictions came; scoring them is another opening, counted as such."

_MOST_BYTES = 500_000_000
_LONGEST = {"name": 80, "language": 40, "note": 500}


def submit(
    settings: Settings,
    slug: str,
    content: bytes,
    *,
    name: str = "",
    language: str = "",
    note: str = "",
    clock: Clock = utc_now,
) -> dict[str, Any]:
    """Check a file of predictions and keep it; the same file again gives what is known of it.

    Parameters
    ----------
    settings : Settings
    slug : str
    content : bytes
        The file: CSV with ``row`` and ``prediction`` or ``probability_<label>``.
    name, language, note : str
        In the author's words.
    clock : callable

    Returns
    -------
    dict
        The fields of ``submit``: see :func:`describe`.

    Raises
    ------
    InputError
        If the file is not usable: one sentence that names the first row or column at fault. Nothing is kept.
    StateError
        If the project keeps no hold-out.
    """
    import hashlib

    with connect(settings) as db:
        project, split = projects.get(db, slug), projects.get_split(db, slug)
    if split.holdout_sha256 is None:
        raise StateError(
            "This project keeps no hold-out.", hint="Start a project with a hold-out to test a model on it."
        )
    digest = hashlib.sha256(content).hexdigest()
    with connect(settings) as db:
        known = submissions.same_file(db, slug, digest, split.holdout_sha256)
    if known is None:
        words = {"name": name.strip(), "language": language.strip(), "note": note.strip()}
        _check_words(words)
        stored, labels_only = _kept(settings, split.holdout_sha256, content, project.problem)
        with connect(settings) as db:
            count = len(submissions.of_project(db, slug))
            submissions.add(
                db,
                project=slug,
                **{**words, "name": words["name"] or f"Submission {count + 1}"},
                file_sha256=digest,
                holdout_sha256=split.holdout_sha256,
                predictions_sha256=stored,
                labels_only=labels_only,
                at=clock(),
            )
            known = submissions.same_file(db, slug, digest, split.holdout_sha256)
    assert known is not None
    return describe(settings, known)


def submit_file(
    settings: Settings, slug: str, path: Path, *, name: str = "", language: str = "", note: str = ""
) -> dict[str, Any]:
    """Read a file of predictions and submit it; see :func:`submit`."""
    if path.stat().st_size > _MOST_BYTES:
        raise InputError(f"{path.name} is larger than 500 MB.", hint="Keep the columns of the predictions alone.")
    return submit(settings, slug, path.read_bytes(), name=name, language=language, note=note)


def describe(settings: Settings, one: Submission) -> dict[str, Any]:
    """Say what is known of a submission.

    Returns
    -------
    dict
        ``submission name language note rows labels_only metrics difference{value low high verdict} scored reason
        openings opening``; ``metrics`` is null and so are the parts of ``difference`` while nothing was scored,
        with the ``reason``.
    """
    with connect(settings) as db:
        openings = results.openings(db, one.project)
        split = projects.get_split(db, one.project)
    at, found = _scored(one, openings)
    nothing = {"value": None, "low": None, "high": None, "verdict": None}
    return {
        "submission": one.id,
        "name": one.name,
        "language": one.language,
        "note": one.note,
        "rows": split.holdout_rows,
        "labels_only": one.labels_only,
        "metrics": found["metrics"] if found else None,
        "difference": (found["difference"] or nothing) if found else nothing,
        "scored": found is not None,
        "reason": None if found else OPENED if openings else SEALED,
        "opening": at,
        "openings": len(openings),
    }


def listed(settings: Settings, slug: str) -> list[dict[str, Any]]:
    """Describe all submissions of a project, best first where they are scored, then as they came."""
    with connect(settings) as db:
        metric = find_metric(projects.get(db, slug).problem.metric)
        every = submissions.of_project(db, slug)
    found = [describe(settings, one) for one in every]

    def place(one: dict[str, Any]) -> tuple[bool, float]:
        values = {value["name"]: value["value"] for value in one["metrics"] or ()}
        value = values.get(metric.id)
        return value is None, 0.0 if value is None else -value if metric.higher_is_better else value

    return sorted(found, key=place)


def _scored(one: Submission, openings: list[Opening]) -> tuple[int | None, dict[str, Any] | None]:
    """Find the first opening that scored a submission: its count from 1, and what it found."""
    for count, opening in enumerate(openings, start=1):
        for found in opening.result.get("submissions", ()):
            if found["submission"] == one.id:
                return count, found
    return None, None


def _check_words(words: dict[str, str]) -> None:
    for field, text in words.items():
        if len(text) > _LONGEST[field]:
            raise InputError(f"The {field} is longer than {_LONGEST[field]} characters.", hint="Say it in fewer words.")


def _kept(settings: Settings, holdout_sha256: str, content: bytes, problem: Any) -> tuple[str, bool]:
    """Check the file against the numbers of the sealed rows, and keep its predictions in their order."""
    import pandas as pd

    from engine.evaluate.submission import check_submission

    # Row numbers alone are read: nothing of the sealed rows themselves is needed to check a file.
    path = files.checked_dataset_path(settings, holdout_sha256)
    rows = [int(row) for row in pd.read_parquet(path, columns=[]).index]
    checked = check_submission(read(content), rows, problem)
    values = checked.pred if checked.pred.ndim == 2 else checked.pred[:, None]
    frame = pd.DataFrame(values, columns=[f"p{place}" for place in range(values.shape[1])])
    stored, _ = files.put_dataset(settings, lambda target: frame.to_parquet(target, index=False))
    return stored, checked.labels_only


def read(content: bytes) -> pd.DataFrame:
    """Read a file of predictions with every cell as text, its names as they stand there.

    Raises
    ------
    InputError
        If it is empty, no text, or its lines differ in length.
    """
    import pandas as pd

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"The file is not UTF-8 text: byte {error.start} cannot be read.", hint="Save it as CSV in UTF-8."
        ) from None
    head = text.lstrip().partition("\n")[0]
    if not head.strip():
        raise InputError("The file is empty.", hint="It needs a line of names and one line for each row to predict.")
    delimiter = max(",;\t", key=head.count)
    try:
        raw = pd.read_csv(io.StringIO(text), header=None, dtype=str, keep_default_na=False, sep=delimiter)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        said = " ".join(str(error).split()).rpartition("error: ")[2]
        raise InputError(
            f"The file cannot be read as a table: {said}.", hint="Write it as CSV, one line a row."
        ) from None
    table = raw.iloc[1:].reset_index(drop=True)
    table.columns = [str(name).strip() for name in raw.iloc[0]]
    return table
