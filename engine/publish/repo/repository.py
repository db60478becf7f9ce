"""An exported repository: code, papers and evidence, put in its place whole."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd
from sqlite_utils import Database

from engine.automl.model import Model
from engine.domain.recipe import Recipe
from engine.domain.template import Template
from engine.domain.words import duration
from engine.domain.writeup import Profile
from engine.errors import StateError
from engine.evidence.document import FILE, SIGNATURE
from engine.evidence.facts import facts_of
from engine.evidence.keys import AuthorKey, author_key
from engine.evidence.seal import listed, seal, site_document
from engine.evidence.standing import Standing
from engine.publish import compose
from engine.publish.figures import drawing
from engine.publish.placing import replacing
from engine.publish.repo.history import write_history
from engine.publish.repo.metric_code import metric_code
from engine.publish.repo.papers import Papers, papers
from engine.publish.repo.program import Program, program
from engine.publish.repo.starters import starters
from engine.publish.site import CHECKER, paths_of, site_of, write_site
from engine.publish.views import ProjectView
from engine.settings import Settings
from engine.store import projects, writeups
from engine.store.files import checked_dataset_path, sha256_of

EVIDENCE = "evidence"
"""Folder of the published page with its evidence; the seal of the whole lies at the root."""

PICTURE = "reports/figures/comparison.svg"
_RAW = "data/raw/table.parquet"
_ALWAYS = ("numpy", "pandas", "pyarrow", "pytest", "ruff", "scikit-learn")
_BY_IMPORT = {"catboost": ("catboost",), "lightgbm": ("lightgbm",), "skrub": ("skrub",)} | {
    # The same module comes in two packages, with and without the libraries of accelerators.
    "xgboost": ("xgboost-cpu", "xgboost")
}


def write_repository(
    settings: Settings,
    db: Database,
    slug: str,
    model: Model,
    recipe: Recipe,
    out: Path,
    *,
    template: Template | None,
    now: datetime,
) -> dict[str, Any]:
    """Write a project as a repository that reproduces its published scores without this program.

    Parameters
    ----------
    settings : Settings
    db : Database
    slug : str
    model : Model
        The model that counts, its members fitted on all training rows.
    recipe : Recipe
        That of its run.
    out : Path
        Folder of the repository. Files in it that were not exported from here are never touched.
    template : Template, optional
        Where the data of the project comes from a package.
    now : datetime

    Returns
    -------
    dict
        ``folder``, ``files`` (count), ``lines`` (of Python without the tests), ``commits`` (none where the folder
        had a history already) and ``evidence_sha256``.

    Raises
    ------
    StateError
        If the hold-out was not opened for this model, so that there is no published score to reproduce.
    InputError
        If a part of the model cannot be written as readable code, or ``out`` cannot be the folder of a repository.
    """
    key = author_key(settings)
    site = site_of(db, [slug], key, now)
    view = site.projects[0]
    if view.stand.opening is None:
        raise StateError(
            "The hold-out was not opened for this model, so there is no score that others could reproduce.",
            hint="Open the hold-out on its page, then export again.",
        )
    table = None if template else _table(settings, view)
    with replacing(out, key, store=settings.home) as folder:
        raw = _write_raw(folder, table)
        files = _files(settings, db, view, model, recipe, template, raw, now)
        for name, text in files.items():
            _put(folder / name, text)
        write_site(settings, db, site, folder / EVIDENCE, key)
        shutil.copyfile(folder / EVIDENCE / CHECKER, folder / CHECKER)
        digest = _seal(folder, view, key, now)
        # A history that is there already is the person's own.
        commits = 0 if (out / ".git").exists() else _history(folder, writeups.profile(db), now)
    own = [text for name, text in files.items() if name.endswith(".py") and not name.startswith("tests/")]
    return {
        "folder": str(out),
        "files": len(files),
        "lines": sum(len(text.splitlines()) for text in own),
        "commits": commits,
        "evidence_sha256": digest,
    }


def _files(
    settings: Settings,
    db: Database,
    view: ProjectView,
    model: Model,
    recipe: Recipe,
    template: Template | None,
    raw_sha256: str,
    now: datetime,
) -> dict[str, str]:
    stand = view.stand
    assert stand.opening is not None
    problem = stand.project.problem
    published = {entry["name"]: float(entry["value"]) for entry in stand.opening.result["metrics"]}
    metrics = {name: published[name] for name, _ in metric_code(list(published), problem)[0]}
    given = Program(
        module=module_name(view.slug),
        problem=problem,
        recipe=recipe,
        model=model,
        seed=int(stand.run.params["seed"]) if stand.run else 0,
        table=template.table if template else None,
        fill=template.fill if template else {},
        make=template.make if template else (),
        sha256=template.table.sha256 if template else raw_sha256,
        metrics=list(metrics),
    )
    code, picture = program(given), drawing("comparison", stand)
    code |= starters(view.slug, given.module, problem)
    about = _about(db, view, given, template, now, metrics=metrics, picture=PICTURE if picture else "", code=code)
    return code | papers(about, _holdout_rows(settings, view)) | ({PICTURE: picture} if picture else {})


def _about(
    db: Database,
    view: ProjectView,
    given: Program,
    template: Template | None,
    now: datetime,
    *,
    metrics: Mapping[str, float],
    picture: str,
    code: Mapping[str, str],
) -> Papers:
    stand = view.stand
    return Papers(
        slug=view.slug,
        title=view.title,
        program=given,
        sections=_texts(db, view),
        data_name=stand.dataset.name,
        impact=_impact(stand),
        split_words=_split_words(stand),
        provenance=stand.dataset.provenance,
        columns=stand.dataset.columns,
        dictionary=template.dictionary if template else {},
        profile=writeups.profile(db),
        made_at=now,
        train_rows=stand.split.train_rows,
        holdout_rows=stand.split.holdout_rows,
        rows_sha256=stand.split.rows_sha256,
        picture=picture,
        versions=_versions(code, template),
        metrics=metrics,
    )


def module_name(slug: str) -> str:
    """Turn a project's short name into the name of a Python package."""
    name = re.sub(r"[^a-z0-9]+", "_", slug.lower()).strip("_")
    return name if name and not name[0].isdigit() else f"project_{name}"


def _texts(db: Database, view: ProjectView) -> Mapping[str, str]:
    """Return the sections as they are published, their numbers written out, figures left out."""
    facts = facts_of(view.stand)
    written = writeups.latest(db, view.slug)
    texts = compose.draft_of(view.stand, facts, projects.decisions(db, view.slug))
    texts |= {key: text for key, text in written.sections.items() if key in texts} if written else {}
    return {key: compose.fill(text, facts) for key, text in texts.items()}


def _impact(stand: Standing) -> str:
    """Say what the search took, from what was recorded."""
    assert stand.run is not None
    seconds = stand.run.result.get("seconds")
    took = f"took {duration(float(seconds))} " if seconds else "ran "
    return f"The search {took}on the processor of one computer; no accelerator was used."


def _split_words(stand: Standing) -> str:
    spec = stand.split.spec
    kind = f"{str(spec.kind).replace('_', ' and ')} split, seed {spec.seed}"
    return f"{kind.capitalize()}." + (f" {spec.reason}" if spec.reason else "")


def _versions(code: Mapping[str, str], template: Template | None) -> dict[str, str]:
    """Pin what the code imports, in the versions that it was fitted with here."""
    lines = "\n".join(code.values())
    names: list[tuple[str, ...]] = [(name,) for name in _ALWAYS]
    names += [packages for name, packages in _BY_IMPORT.items() if f"from {name} import" in lines]
    names += [(template.table.package,)] if template else []
    return dict(_installed(packages) for packages in names)


def _installed(packages: Sequence[str]) -> tuple[str, str]:
    """Return the first of several packages that is installed, with its version."""
    for name in packages[:-1]:
        with suppress(PackageNotFoundError):
            return name, version(name)
    return packages[-1], version(packages[-1])


def _holdout_rows(settings: Settings, view: ProjectView) -> list[int]:
    sealed = view.stand.split.holdout_sha256
    assert sealed is not None
    return [int(row) for row in pd.read_parquet(checked_dataset_path(settings, sealed), columns=[]).index]


def _table(settings: Settings, view: ProjectView) -> pd.DataFrame:
    """Put the two parts of a table of the person's own together again."""
    parts = [sha256 for sha256 in (view.stand.split.train_sha256, view.stand.split.holdout_sha256) if sha256]
    return pd.concat([pd.read_parquet(checked_dataset_path(settings, one)) for one in parts]).sort_index()


def _write_raw(folder: Path, table: pd.DataFrame | None) -> str:
    if table is None:
        return ""
    path = folder / _RAW
    path.parent.mkdir(parents=True)
    table.to_parquet(path)
    return sha256_of(path)


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # As bytes: a line end that the system translates would change the hash.
    path.write_bytes(text.encode())


def _history(folder: Path, author: Profile, now: datetime) -> int:
    paths = [name for name in (*paths_of(folder), FILE, SIGNATURE) if name != _RAW]
    return write_history(folder, paths, author, now)


def _seal(folder: Path, view: ProjectView, key: AuthorKey, now: datetime) -> str:
    path = f"{EVIDENCE}/projects/{view.slug}"
    part = {
        "slug": view.slug,
        "title": view.title,
        "path": path,
        "evidence_sha256": sha256_of(folder / path / "evidence.json"),
    }
    # The raw table is not part of what is handed on.
    files = listed(folder, [one for one in paths_of(folder) if one != _RAW])
    return seal(folder, site_document([part], files, key, now), key)
