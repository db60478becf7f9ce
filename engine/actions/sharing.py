"""Taking a project out to show it: share kit, PDF, outline of a talk, cards and notebook of the repository."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from engine.actions import exporting
from engine.domain.clock import Clock, utc_now
from engine.errors import InputError, StateError
from engine.evidence import keys
from engine.evidence.facts import facts_of
from engine.evidence.seal import claims
from engine.evidence.standing import standing
from engine.publish import compose, share
from engine.settings import Settings
from engine.store import projects, writeups
from engine.store.db import connect, storage_faults
from engine.store.files import whole_file

_CARDS = ("MODEL_CARD.md", "DATASET_CARD.md")
_BESIDE_THE_NOTEBOOK = ("notebooks", "data", "references", "requirements.txt")


def kit(settings: Settings, slug: str) -> dict[str, Any]:
    """Write the drafts to share a project with, from what is stored now.

    Returns
    -------
    dict
        ``drafts`` (``place``, ``title``, ``text``, ``length``, ``limit``, ``folds``, ``link``, ``note``), ``address``
        of the page (empty without a site address), and ``published``: whether the newest site shows the project.

    Raises
    ------
    StateError
        If the project has no evaluated result.
    """
    from engine.publish.pages import site_address

    with connect(settings) as db:
        stand = standing(db, slug)
        facts = facts_of(stand)
        found = claims(stand, facts)
        if not found:
            raise StateError(
                f"The project {slug!r} has no evaluated result.", hint=f"Run 'proofolio train {slug}' first."
            )
        written = writeups.latest(db, slug)
        texts = compose.draft_of(stand, facts, projects.decisions(db, slug)) | (
            dict(written.sections) if written else {}
        )
        address = site_address(writeups.profile(db).site_address)
        newest = next(iter(writeups.publications(db)), None)
    told = share.told(stand, facts, found, texts, address)
    return {
        "drafts": [one.as_dict() for one in share.drafts(told)],
        "address": told.address,
        "published": newest is not None and slug in newest.projects,
    }


def write_kit(settings: Settings, slug: str, out: Path, *, clock: Clock = utc_now) -> dict[str, Any]:
    """Write the drafts, the social card and the badges of a project into a folder.

    Raises
    ------
    StateError
        If the project has no evaluated result.
    InputError
        If a file of one of the names is there already.
    """
    from engine.publish.badges import badges
    from engine.publish.card_image import FILE, png, project_svg

    found = kit(settings, slug)
    with connect(settings) as db:
        site = _site(settings, db, [slug], clock)
    view = site.projects[0]
    files = {f"{one['place']}.txt": f"{one['text']}\n".encode() for one in found["drafts"]}
    files |= {FILE: png(project_svg(site, view))}
    made = badges(view.facts, view.claims, view.rebuilt, view.python)
    files |= {f"badges/{badge.name}.svg": badge.svg.encode() for badge in made}
    return {**found, "folder": str(out), "files": _put(out, files)}


def pdf(settings: Settings, slugs: Sequence[str], *, one_page: bool = False, clock: Clock = utc_now) -> bytes:
    """Set one project, one page of it, or (with several) a whole portfolio as PDF.

    Raises
    ------
    StateError
        If a project has no result, or keeps no hold-out.
    InputError
        If no project is named, or one page is asked of several.
    """
    from engine.publish import pdf as setting

    if one_page and len(slugs) != 1:
        raise InputError("One page has room for one project.", hint="Name a single project.")
    with connect(settings) as db:
        site = _site(settings, db, slugs, clock)
    if one_page:
        return setting.one_page_pdf(site, site.projects[0])
    return setting.project_pdf(site, site.projects[0]) if len(site.projects) == 1 else setting.portfolio_pdf(site)


def export_pdf(settings: Settings, slugs: Sequence[str], out: Path, *, one_page: bool = False) -> dict[str, Any]:
    """Write the PDF of :func:`pdf` into a file.

    Raises
    ------
    InputError
        If ``out`` is a folder, or a file that is no PDF.
    """
    out = out.expanduser()
    if out.is_dir():
        raise InputError(f"{out} is a folder.", hint=f"Give a file, for example {out / 'portfolio.pdf'}.")
    if out.is_file() and out.read_bytes()[:5] != b"%PDF-":
        raise InputError(f"{out} is there already and is no PDF.", hint="Choose another name.")
    data = pdf(settings, slugs, one_page=one_page)
    with storage_faults(out.parent), whole_file(out) as temporary:
        temporary.write_bytes(data)
    return {"file": str(out), "size": len(data)}


def talk(settings: Settings, slug: str) -> str:
    """Write the outline of a talk of five minutes, as Markdown.

    Raises
    ------
    NotFoundError
        If there is no such project.
    """
    with connect(settings) as db:
        return compose.talk(db, slug)


def export_talk(settings: Settings, slug: str, out: Path) -> dict[str, Any]:
    """Write the outline of a talk into a file that does not exist yet."""
    out = out.expanduser()
    _put(out.parent, {out.name: talk(settings, slug).encode()})
    return {"file": str(out)}


def export_cards(settings: Settings, slug: str, out: Path) -> dict[str, Any]:
    """Write the model card and the data-set card for the Hugging Face hub into a folder.

    Raises
    ------
    StateError
        As :func:`engine.actions.exporting.export_repository`.
    InputError
        If one of them is there already.
    """
    with tempfile.TemporaryDirectory(prefix="proofolio-cards-") as temporary:
        folder = Path(temporary) / slug
        exporting.export_repository(settings, slug, folder)
        files = {name: (folder / name).read_bytes() for name in _CARDS}
    return {"folder": str(out), "files": _put(out, files)}


def export_notebook(settings: Settings, slug: str, out: Path) -> dict[str, Any]:
    """Write the notebook of a project with the code and the data that it runs on into a folder.

    Raises
    ------
    StateError
        As :func:`engine.actions.exporting.export_repository`.
    InputError
        If one of its files is there already.
    """
    from engine.publish.repo.repository import module_name

    with tempfile.TemporaryDirectory(prefix="proofolio-notebook-") as temporary:
        folder = Path(temporary) / slug
        exporting.export_repository(settings, slug, folder)
        wanted = {*_BESIDE_THE_NOTEBOOK, module_name(slug)}
        for part in folder.iterdir():
            if part.name not in wanted:
                shutil.rmtree(part) if part.is_dir() else part.unlink()
        paths = [path for path in folder.rglob("*") if path.is_file()]
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    notebook = next(name for name in files if name.endswith(".ipynb"))
    return {"folder": str(out), "notebook": notebook, "files": _put(out, files)}


def _site(settings: Settings, db: Database, slugs: Sequence[str], clock: Clock) -> Any:
    from engine.publish.site import site_signed

    return site_signed(db, slugs, keys.known_fingerprint(settings) or "", clock())


def _put(out: Path, files: Mapping[str, bytes]) -> list[str]:
    """Write files into a folder; if one of them is there already, none is written."""
    out = out.expanduser()
    taken = next((name for name in files if (out / name).exists()), None)
    if taken is not None or (out.exists() and not out.is_dir()):
        raise InputError(
            f"{out / taken if taken else out} is there already.", hint="Choose another place, or move it away."
        )
    with storage_faults(out.parent):
        for name, data in files.items():
            with whole_file(out / name) as temporary:
                temporary.write_bytes(data)
    return sorted(files)
