"""Sealing what is published: claims, hashes of all files, the head of the trial log, one signature over them."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from engine.domain.clock import to_text
from engine.domain.fact import Fact
from engine.evidence.chain import Chain
from engine.evidence.document import FILE, HOLDOUT_FILE, OOF_FILE, SCHEMA, SIGNATURE, Claim, encode
from engine.evidence.keys import AuthorKey
from engine.evidence.predictions import scoring_problem
from engine.evidence.standing import Standing
from engine.store.files import sha256_of


def claims(stand: Standing, facts: Mapping[str, Fact]) -> tuple[Claim, ...]:
    """Choose the facts that are claimed: every score of the model on the hold-out, else out of fold.

    The project's own metric comes first. A hold-out that was never opened is never claimed.
    """
    if stand.opening is not None:
        prefix, scores, file, run = "holdout", stand.opening.result, HOLDOUT_FILE, stand.opening.run_id
    elif stand.run is not None and stand.evaluation:
        prefix, scores, file, run = "best", stand.evaluation, OOF_FILE, stand.run.id
    else:
        return ()
    found = [facts[f"{prefix}.{entry['name']}"] for entry in scores["metrics"]]
    found.sort(key=lambda fact: fact.metric != stand.project.problem.metric)
    return tuple(
        Claim(
            id=fact.id,
            metric=fact.metric,
            value=float(fact.value),
            low=fact.low,
            high=fact.high,
            method=fact.method,
            n=int(fact.n or 0),
            fact=fact.id,
            run=run,
            text=fact.text,
            file=file,
            resamples=int(scores["resamples"]),
            seed=int(scores["seed"]),
        )
        for fact in found
    )


def project_document(
    stand: Standing,
    found: Sequence[Claim],
    log: Chain,
    files: Sequence[Mapping[str, Any]],
    key: AuthorKey,
    at: datetime,
) -> dict[str, Any]:
    """Build the evidence of one project.

    Parameters
    ----------
    stand : Standing
    found : sequence of Claim
    log : Chain
        Of the published trial log.
    files : sequence of mapping
        From :func:`listed`.
    key : AuthorKey
    at : datetime
    """
    data, split = stand.dataset, stand.split
    return {
        "schema": SCHEMA,
        "project": stand.project.slug,
        "title": stand.project.title,
        "claims": [claim.as_dict() for claim in found],
        "problem": scoring_problem(stand.project.problem),
        "data": {
            "sha256": data.sha256,
            "rows": data.rows,
            "columns": len(data.columns),
            "source": data.provenance.source,
            "licence": data.provenance.licence,
            "tier": data.provenance.tier,
        },
        "split": {
            "kind": str(split.spec.kind),
            "sha256": split.rows_sha256,
            "train_rows": split.train_rows,
            "holdout_rows": split.holdout_rows,
        },
        "openings": [{"at": to_text(one.opened_at), "expected": one.expected} for one in stand.openings],
        "versions": versions(stand),
        "files": list(files),
        "trials": {"count": log.count, "log_head": log.head},
        "key": _key(key),
        "created": to_text(at),
    }


def site_document(
    parts: Iterable[Mapping[str, Any]], files: Sequence[Mapping[str, Any]], key: AuthorKey, at: datetime
) -> dict[str, Any]:
    """Build the evidence of a whole site, which names the evidence of each project by its hash."""
    return {
        "schema": SCHEMA,
        "project": None,
        "projects": list(parts),
        "files": list(files),
        "versions": {"proofolio": version("proofolio"), "python": _python()},
        "key": _key(key),
        "created": to_text(at),
    }


def versions(stand: Standing) -> dict[str, str]:
    """Name what the model was made with."""
    stored = stand.run.result.get("versions") or {} if stand.run else {}
    return {"proofolio": version("proofolio"), "python": _python(), **stored}


def listed(folder: Path, paths: Iterable[str]) -> list[dict[str, Any]]:
    """Hash files, named by their paths within a folder."""
    return [
        {"path": path, "sha256": sha256_of(folder / path), "size": (folder / path).stat().st_size}
        for path in sorted(paths)
    ]


def seal(folder: Path, document: Mapping[str, Any], key: AuthorKey) -> str:
    """Write ``evidence.json`` and its signature into a folder; returns the SHA-256 of the former."""
    data = encode(document)
    (folder / FILE).write_bytes(data)
    (folder / SIGNATURE).write_text(key.sign(data) + "\n", encoding="ascii")
    return hashlib.sha256(data).hexdigest()


def _key(key: AuthorKey) -> dict[str, str]:
    return {"type": "ed25519", "public": key.public, "fingerprint": key.fingerprint}


def _python() -> str:
    return ".".join(map(str, sys.version_info[:3]))
