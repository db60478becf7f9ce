"""Building a published repository again from its raw data, in a clean environment, and comparing the scores."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError, StateError
from engine.evidence.checks import Check
from engine.evidence.document import FILE, LARGEST, Document, decode

RELATIVE = 1e-6
"""Largest relative difference from a claimed score with the same versions on the same platform."""

LONGEST_SECONDS = 1800.0
_SCORES = "reports/reproduced.json"
_RAW = "data/raw/table.parquet"
_NEEDED = "requirements.txt"
_FOR_PACKAGES = ("PIP_INDEX_URL", "PIP_CERT", "PIP_CONFIG_FILE", "SSL_CERT_FILE", "HTTPS_PROXY", "https_proxy")
"""What of the environment fetching packages may need; the code of the repository gets nothing of it."""

Tell = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a rebuild would run."""

    folder: Path
    module: str
    packages: tuple[str, ...]
    """The pinned packages, as ``requirements.txt`` names them."""

    @property
    def words(self) -> str:
        """Say in one sentence what will be run, and where."""
        some = ", ".join(self.packages[:4])
        return (
            f"This installs {len(self.packages)} packages ({some} …) into a temporary folder and runs "
            f"the author's code there, {self.module}/modeling/evaluate.py, with an empty environment. "
            "It is a program that somebody else wrote: look at it first."
        )


def plan(folder: Path) -> Plan:
    """Look at a repository and say what a rebuild of it would run.

    Parameters
    ----------
    folder : Path
        Its files were checked before.

    Raises
    ------
    StateError
        If it is no repository that can be rebuilt.
    """
    found = sorted(folder.glob("*/modeling/evaluate.py"))
    if len(found) != 1 or not (folder / _NEEDED).is_file():
        raise StateError(
            "There is no code here that could be run again.",
            hint="Give the folder of an exported repository; a site alone can be checked up to level 2.",
        )
    lines = (folder / _NEEDED).read_text(encoding="utf-8").split()
    return Plan(folder=folder, module=found[0].parent.parent.name, packages=tuple(lines))


def rebuild(given: Plan, claims: Document, *, tell: Tell = lambda _: None, data: Path | None = None) -> Iterator[Check]:
    """Build the model again and compare each claimed score.

    Parameters
    ----------
    given : Plan
    claims : Document
        The evidence of the project.
    tell : callable
        Takes one sentence at each stage.
    data : Path, optional
        The raw table, where the repository may not carry it.

    Yields
    ------
    Check
        One for the run, and one for each claimed score.
    """
    with tempfile.TemporaryDirectory(prefix="proofolio-rebuild-") as temporary:
        place = Path(temporary) / "repository"
        _copy(given.folder, place, data)
        tell("Installing the pinned packages into a temporary folder.")
        python = _environment(place, Path(temporary))
        tell("Running the author's code: it fits the model and scores the hold-out.")
        done = _run([str(python), "-m", f"{given.module}.modeling.evaluate"], place, Path(temporary), {})
        scores = _scores(place) if done.returncode == 0 or (place / _SCORES).is_file() else {}
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["it said nothing"]
        yield Check(name="rebuild", ok=bool(scores), expected="scores", actual="scores" if scores else last[0][:300])
    for claim in claims.claims if scores else ():
        if claim.metric in scores:
            ok = math.isclose(scores[claim.metric], claim.value, rel_tol=RELATIVE, abs_tol=1e-9)
            yield Check(name=f"rebuild {claim.id}", ok=ok, expected=f"{claim.value:.9g}", actual=scores[claim.metric])


def _copy(folder: Path, place: Path, data: Path | None) -> None:
    """Copy what the evidence lists: what else lies in the folder was not checked, so it is not run."""
    listed = decode((folder / FILE).read_bytes()[:LARGEST]).files
    for one in listed:
        target = place / one.path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / one.path, target)
    raw = data or folder / _RAW
    if raw.is_file():
        (place / _RAW).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(raw, place / _RAW)


def _environment(place: Path, temporary: Path) -> Path:
    """Make a virtual environment with the pinned packages; returns its Python."""
    made = temporary / "environment"
    python = made / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    kept = {name: os.environ[name] for name in _FOR_PACKAGES if name in os.environ}
    for words in (
        [sys.executable, "-m", "venv", str(made)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(place / _NEEDED)],
    ):
        done = _run(words, place, temporary, kept)
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1:] or ["no reason was given"]
            raise InputError(f"The pinned packages could not be installed: {last[0][:300]}", hint="Check the network.")
    return python


def _run(
    words: Sequence[str], place: Path, temporary: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    home = temporary / "home"
    home.mkdir(exist_ok=True)
    plain = {"PATH": "/usr/bin:/bin", "HOME": str(home), "TMPDIR": str(temporary), "PYTHONDONTWRITEBYTECODE": "1"}
    system = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    try:
        return subprocess.run(
            words,
            cwd=place,
            env=plain | system | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_SECONDS,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(words, 1, "", f"it took longer than {LONGEST_SECONDS / 60:.0f} minutes")


def _scores(place: Path) -> dict[str, float]:
    try:
        raw = json.loads((place / _SCORES).read_text(encoding="utf-8"))
        return {str(name): float(value) for name, value in raw.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
