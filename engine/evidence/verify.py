"""Checking a published portfolio without its author: a site, one project of it, a zip file or an address.

Level 1: the signature fits, every listed file is as it was, the trial log is unbroken. Level 2: every
claim follows from the published predictions and stands on the page as it is claimed. Level 3, for a
repository and only where it is agreed to: the author's code builds the model again from the raw data. What no check
can show is said in the notes: who did the work, and whether the data is true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from engine.errors import InputError
from engine.evidence import chain
from engine.evidence.checks import Check, Verification
from engine.evidence.document import FILE, LARGEST, PAGE, SIGNATURE, TRIALS, Document, Part, decode
from engine.evidence.keys import fingerprint, is_signed
from engine.evidence.page import Shown, check_page, check_shown, check_texts, shown_claims
from engine.evidence.predictions import read_problem
from engine.evidence.rebuild import Tell, plan, rebuild
from engine.evidence.recompute import recompute
from engine.evidence.source import opened
from engine.store.files import sha256_of

LIMITS = (
    "A forgery that was signed anew shows only as another key: compare the fingerprint with one that you trust.",
    "No check of files can show who did the work, or that the data is true.",
)

_LARGEST_TEXT = 200 * 1024**2


def verify(
    source: str | Path,
    *,
    agree: Callable[[str], bool] | None = None,
    tell: Tell = lambda _: None,
    data: Path | None = None,
) -> Verification:
    """Verify a portfolio.

    Parameters
    ----------
    source : str or Path
        Folder of a site, a repository or one project, zip file, or ``http(s)`` address.
    agree : callable, optional
        Is told what a rebuild would run and says whether to go on; without it nothing of the author's is run.
    tell : callable
        Takes one sentence at each stage of a rebuild.
    data : Path, optional
        The raw table for a rebuild, where the repository may not carry it.

    Raises
    ------
    InputError
        If there is nothing that could be verified: no such place, no portfolio, a broken or huge zip file.
    StateError
        If a rebuild is asked for and there is no code that could be run again.
    """
    with opened(source) as folder:
        found, documents = _verify(folder)
        if agree is None or not found.ok:
            return found
        prepared = plan(folder)
        if not agree(prepared.words):
            return replace(found, notes=(*found.notes, "The rebuild was not run: nobody agreed to it."))
        built = [check for one in documents for check in rebuild(prepared, one, tell=tell, data=data)]
        whole = all(check["ok"] for check in built)
        level = 3 if whole and found.level == 2 else found.level
        return replace(found, ok=whole, level=level, checks=(*found.checks, *built))


def _verify(folder: Path) -> tuple[Verification, list[Document]]:
    document, intact = _intact(folder)
    if document is None:
        return Verification(ok=False, level=0, checks=tuple(intact)), []
    documents = {document.project: (folder, document)} if document.project else {}
    for part in document.parts:
        inner, checks = _part(folder, part, document)
        intact += checks
        if inner is not None:
            documents[part.slug] = (folder / part.path, inner)
    shown = [check for place, one in documents.values() for check in _claims(place, one, several=bool(document.parts))]
    if document.parts:
        shown += _front_page(folder, {slug: one for slug, (_, one) in documents.items()})
    withheld = sum(claim.file is None for _, one in documents.values() for claim in one.claims)
    is_intact, is_shown = all(check["ok"] for check in intact), all(check["ok"] for check in shown)
    found = Verification(
        ok=is_intact and is_shown,
        level=0 if not is_intact else 2 if is_shown and not withheld else 1,
        checks=(*intact, *shown),
        fingerprint=document.fingerprint,
        notes=(*_unlisted(folder, document, documents), *_withheld(withheld), *LIMITS),
    )
    return found, [one for _, one in documents.values()]


def _intact(folder: Path, name: str = "") -> tuple[Document | None, list[Check]]:
    """Check the signature, the files and the trial log of one ``evidence.json``."""
    prefix = f"{name}: " if name else ""
    try:
        data = _bytes(folder, FILE, LARGEST)
        document = decode(data)
    except InputError as error:
        return None, [Check(name=f"{prefix}{FILE}", ok=False, expected="readable evidence", actual=error.message)]
    checks = [_signature(folder, data, document), *_files(folder, document)]
    if document.project:
        checks.append(_trials(folder, document))
        if not {PAGE, TRIALS} <= {listed.path for listed in document.files}:
            checks.append(Check(name="listed files", ok=False, expected=f"{PAGE} and {TRIALS}", actual="not both"))
    return document, [_named(check, prefix) for check in checks]


def _named(check: Check, prefix: str) -> Check:
    return {**check, "name": prefix + check["name"]}


def _signature(folder: Path, data: bytes, document: Document) -> Check:
    try:
        signature = _bytes(folder, SIGNATURE, 10_000).decode("ascii", errors="replace")
    except InputError:
        signature = ""
    fits = fingerprint(document.public) == document.fingerprint
    ok = fits and is_signed(data, signature, document.public)
    actual = f"signed by {document.fingerprint}" if ok else "the signature does not fit"
    return Check(name="signature", ok=ok, expected=f"signed by {document.fingerprint}", actual=actual)


def _files(folder: Path, document: Document) -> Iterator[Check]:
    wrong = 0
    for listed in document.files:
        path = folder / listed.path
        found: str | None = None
        if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
            found = sha256_of(path) if path.stat().st_size == listed.size else f"{path.stat().st_size} bytes"
        if found != listed.sha256:
            wrong += 1
            expected = listed.sha256 if found is None or len(found) == 64 else f"{listed.size} bytes"
            yield Check(name=f"file {listed.path}", ok=False, expected=expected, actual=found or "missing")
    count = len(document.files)
    yield Check(name="files unchanged", ok=wrong == 0, expected=count, actual=count - wrong)


def _trials(folder: Path, document: Document) -> Check:
    stated = f"{document.trials.get('count')} trials, head {str(document.trials.get('log_head'))[:16]}"
    try:
        log = chain.check(_bytes(folder, TRIALS, _LARGEST_TEXT).decode("utf-8", errors="replace"))
    except InputError as error:
        return Check(name="trial log", ok=False, expected=stated, actual=error.message)
    if log.broken_at is not None:
        return Check(name="trial log", ok=False, expected=stated, actual=f"broken at line {log.broken_at}")
    ok = (log.count, log.head) == (document.trials.get("count"), document.trials.get("log_head"))
    return Check(name="trial log", ok=ok, expected=stated, actual=f"{log.count} trials, head {log.head[:16]}")


def _part(folder: Path, part: Part, site: Document) -> tuple[Document | None, list[Check]]:
    """Check one project of a site, and that it is the one that the site names."""
    document, checks = _intact(folder / part.path, part.slug)
    if document is None:
        return None, checks
    same = (
        document.project == part.slug
        and document.public == site.public
        and sha256_of(folder / part.path / FILE) == part.evidence_sha256
    )
    actual = "the same" if same else "other evidence"
    checks.append(Check(name=f"{part.slug}: evidence that the site names", ok=same, expected="the same", actual=actual))
    return document, checks


def _claims(folder: Path, document: Document, *, several: bool) -> list[Check]:
    """Recompute the claims of one project and compare its page with them."""
    prefix = f"{document.project}: " if several else ""
    try:
        problem = read_problem(document.problem)
    except InputError as error:
        checks = [Check(name="stated problem", ok=False, expected="readable", actual=error.message)]
    else:
        shown = _shown(folder)
        checks = [
            *recompute(folder, document.claims, problem),
            *check_page(shown, document.claims),
            *check_texts(document.claims),
        ]
    return [_named(check, prefix) for check in checks]


def _front_page(folder: Path, documents: dict[str, Document]) -> Iterator[Check]:
    """Check the headlines on the front page against the evidence of the projects."""
    shown = _shown(folder)
    faults = 0
    for slug in sorted({one.project for one in shown}):
        claims = {claim.id: claim for claim in documents[slug].claims} if slug in documents else {}
        for check in check_shown([one for one in shown if one.project == slug], claims):
            faults += 1
            yield _named(check, f"front page, {slug[:60]}: ")
    yield Check(name="front page shows claims as they are", ok=not faults, expected=0, actual=faults)


def _shown(folder: Path) -> list[Shown]:
    try:
        return shown_claims(_bytes(folder, PAGE, _LARGEST_TEXT).decode("utf-8", errors="replace"))
    except InputError:
        # A page that is missing shows nothing: each claim is then reported as not shown.
        return []


def _bytes(folder: Path, name: str, most: int) -> bytes:
    path = folder / name
    if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"{name} is missing.")
    if path.stat().st_size > most:
        raise InputError(f"{name} is too large.")
    return path.read_bytes()


def _unlisted(folder: Path, document: Document, documents: dict[str, tuple[Path, Document]]) -> Iterator[str]:
    known = {folder / listed.path for listed in document.files}
    for place in (folder, *(place for place, _ in documents.values())):
        known |= {place / FILE, place / SIGNATURE}
    other = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path not in known and ".git" not in path.relative_to(folder).parts
    )
    if other:
        names = ", ".join(other[:5]) + (" …" if len(other) > 5 else "")
        yield f"Not listed in the evidence, so not checked: {names}."


def _withheld(count: int) -> Iterator[str]:
    if count:
        yield f"The author withholds the predictions of {count} claims: they cannot be recomputed."
