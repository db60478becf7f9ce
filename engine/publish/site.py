"""Publishing: the static site with its evidence, put in its place whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from engine.domain.clock import Clock
from engine.domain.writeup import Publication
from engine.errors import InputError, StateError
from engine.evidence import alone
from engine.evidence.chain import Chain
from engine.evidence.document import FILE, SIGNATURE, TRIALS
from engine.evidence.keys import AuthorKey, author_key
from engine.evidence.seal import listed, project_document, seal, site_document
from engine.evidence.skills import evaluate_skills
from engine.publish.card_image import cards
from engine.publish.material import write_predictions, write_trials
from engine.publish.pages import Site, render_site, site_address
from engine.publish.placing import replacing
from engine.publish.views import ProjectView, project_view
from engine.settings import Settings
from engine.store import writeups

CHECKER = "check.py"
"""Checks what is published with nothing but Python."""


def publish(
    settings: Settings, db: Database, slugs: Sequence[str], out: Path, *, run_id: int, clock: Clock
) -> Publication:
    """Write the portfolio of some projects into a folder, sealed, and record the publication.

    Parameters
    ----------
    settings : Settings
    db : Database
    slugs : sequence of str
        Projects, in the order in which they are shown; nothing of any other project is published.
    out : Path
        Folder of the site. Files in it that were not published from here are never touched.
    run_id : int
        The run that publishes.
    clock : Clock

    Raises
    ------
    StateError
        If a project has no result, keeps no hold-out, or its scores do not follow from its predictions.
    InputError
        If no project is named, or ``out`` cannot be the folder of a site.
    StorageError
        If the disk is full or the folder cannot be written; an earlier publication stays as it was.
    """
    key, now = author_key(settings), clock()
    site = site_of(db, slugs, key, now)
    with replacing(out, key, store=settings.home) as folder:
        digest = write_site(settings, db, site, folder, key)
    publication = writeups.add_publication(
        db,
        run_id=run_id,
        projects=[view.slug for view in site.projects],
        folder=str(out),
        evidence_sha256=digest,
        fingerprint=key.fingerprint,
        at=now,
    )
    return next(one for one in writeups.publications(db) if one.id == publication)


def site_of(db: Database, slugs: Sequence[str], key: AuthorKey, now: datetime) -> Site:
    """Fetch what a site of some projects shows.

    Raises
    ------
    StateError
        If a project has no result, or keeps no hold-out.
    InputError
        If no project is named.
    """
    return site_signed(db, slugs, key.fingerprint, now)


def site_signed(db: Database, slugs: Sequence[str], fingerprint: str, now: datetime) -> Site:
    """Fetch what a site shows, as :func:`site_of`; the fingerprint is empty while there is no key."""
    chosen = list(dict.fromkeys(slugs))
    if not chosen:
        raise InputError("No project is chosen.", hint="Choose at least one project with a finished run.")
    views = [project_view(db, slug) for slug in chosen]
    for view in views:
        _check_ready(view)
    profile = writeups.profile(db)
    return Site(
        profile=profile,
        projects=views,
        skills=evaluate_skills(db, publishing=chosen, now=now, only=chosen),
        fingerprint=fingerprint,
        created_at=now,
        address=site_address(profile.site_address),
        published=_first_published(db),
    )


def _first_published(db: Database) -> dict[str, datetime]:
    """Find when each project was first published."""
    return {slug: one.created_at for one in writeups.publications(db) for slug in one.projects}


def _check_ready(view: ProjectView) -> None:
    if not view.stand.split.holdout_rows:
        raise StateError(f"The project {view.slug!r} keeps no hold-out.", hint="Start it anew with one to publish it.")
    if not view.claims:
        raise StateError(
            f"The project {view.slug!r} has no evaluated result.",
            hint=f"Run 'proofolio train {view.slug}', or wait until its evaluation is done.",
        )


def write_site(settings: Settings, db: Database, site: Site, folder: Path, key: AuthorKey) -> str:
    """Write everything into an empty folder and seal it from the inside out; returns the hash of the evidence."""
    for path, text in render_site(site).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        # As bytes: a line end that the system translates would change the hash.
        target.write_bytes(text.encode())
    for path, data in cards(site).items():
        (folder / path).write_bytes(data)
    (folder / CHECKER).write_bytes(Path(alone.__file__).read_bytes())
    parts = [_seal_project(settings, db, view, folder, key, site) for view in site.projects]
    files = listed(folder, paths_of(folder))
    return seal(folder, site_document(parts, files, key, site.created_at), key)


def _seal_project(
    settings: Settings, db: Database, view: ProjectView, folder: Path, key: AuthorKey, site: Site
) -> dict[str, str]:
    path = f"projects/{view.slug}"
    place = folder / path
    write_predictions(settings, view.stand, view.claims, place)
    log: Chain = write_trials(db, view.stand, place)
    assert (place / TRIALS).is_file()
    document = project_document(view.stand, view.claims, log, listed(place, paths_of(place)), key, site.created_at)
    return {"slug": view.slug, "title": view.title, "path": path, "evidence_sha256": seal(place, document, key)}


def paths_of(folder: Path) -> list[str]:
    """List the files of a folder, its own seal left out, as paths from it."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return [path for path in found if path not in (FILE, SIGNATURE)]
