"""The key stays with the author; a trial log shows every change."""

import json
import stat
from pathlib import Path

import pytest
from sqlite_utils import Database

from engine.errors import StorageError
from engine.evidence import chain
from engine.evidence.keys import author_key, fingerprint, is_signed, key_path, known_fingerprint
from engine.settings import Settings
from engine.store import runs, trials
from tests.evidence.story import Story


def test_the_key_is_made_once_and_kept_private(settings: Settings) -> None:
    assert known_fingerprint(settings) is None
    key = author_key(settings)
    assert author_key(settings).public == key.public
    assert known_fingerprint(settings) == key.fingerprint == fingerprint(key.public)
    assert len(key.fingerprint) == 16
    assert stat.S_IMODE(key_path(settings).stat().st_mode) == 0o600
    key_path(settings).chmod(0o644)
    author_key(settings)
    assert stat.S_IMODE(key_path(settings).stat().st_mode) == 0o600


def test_a_signature_fits_its_bytes_and_key_alone(settings: Settings, tmp_path: Path) -> None:
    key, other = author_key(settings), author_key(Settings(home=tmp_path / "other"))
    signature = key.sign(b"claim")
    assert is_signed(b"claim", signature, key.public)
    assert not is_signed(b"clain", signature, key.public)
    assert not is_signed(b"claim", signature, other.public)
    for broken in ("", "zz", signature[:-2], "é" * 128):
        assert not is_signed(b"claim", broken, key.public)


@pytest.mark.parametrize("content", [b"", b"no key", b"\x00\xff"])
def test_a_broken_key_is_said_in_one_sentence(settings: Settings, content: bytes) -> None:
    author_key(settings)
    key_path(settings).write_bytes(content)
    with pytest.raises(StorageError, match="cannot be read"):
        author_key(settings)


def test_the_log_holds_every_trial_and_shows_every_change(db: Database, story: Story) -> None:
    run = runs.latest_result(db, story.slug)
    assert run is not None
    found = trials.of_run(db, run.id)
    lines = list(chain.lines(found))
    log = chain.check("".join(f"{line}\n" for line in lines))
    assert (log.count, log.broken_at) == (len(found), None)
    assert [json.loads(line)["ok"] for line in lines] == [trial.ok for trial in found]
    without = lines[:2] + lines[3:]
    assert chain.check("\n".join(without)).broken_at == 3
    swapped = [lines[0], lines[2], lines[1], *lines[3:]]
    assert chain.check("\n".join(swapped)).broken_at == 2
    shortened = chain.check("\n".join(lines[:-1]))
    assert shortened.broken_at is None
    assert shortened.head != log.head


@pytest.mark.parametrize("text", ["", "{", "[]\n{}", '"x"', "[" * 20_000, "{}\n\n"])
def test_any_text_is_read_without_a_fault(text: str) -> None:
    assert chain.check(text).broken_at in (None, 1)
