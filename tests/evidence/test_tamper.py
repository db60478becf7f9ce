"""Random single changes to a published site: every one is reported."""

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.evidence.verify import verify

Change = Callable[[Path, random.Random], bytes | None]


def digit(path: Path, rng: random.Random, within: str = r"\d") -> bytes | None:
    """Change one digit of a file."""
    data = path.read_bytes()
    places = [match.start() for match in re.finditer(within.encode(), data)]
    if not places:
        return None
    place = rng.choice(places)
    other = rng.choice([one for one in b"0123456789" if one != data[place]])
    return data[:place] + bytes([other]) + data[place + 1 :]


def date(path: Path, rng: random.Random) -> bytes | None:
    return digit(path, rng, r"(?<=20)\d(?=\d-\d\d-\d\dT)")


def metric(path: Path, rng: random.Random) -> bytes | None:
    return digit(path, rng, r'(?<="value": \d\.)\d')


def removed_line(path: Path, rng: random.Random) -> bytes | None:
    lines = path.read_bytes().splitlines(keepends=True)
    del lines[rng.randrange(len(lines))]
    return b"".join(lines)


def flipped_byte(path: Path, rng: random.Random) -> bytes | None:
    data = bytearray(path.read_bytes())
    if not data:
        return None
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(7)
    return bytes(data)


CHANGES: tuple[tuple[str, Change], ...] = (
    ("**/*.html", digit),
    ("**/predictions*.csv", digit),
    ("**/predictions*.csv", removed_line),
    ("**/evidence.json", digit),
    ("**/evidence.json", metric),
    ("**/evidence.json", date),
    ("**/trials.jsonl", removed_line),
    ("**/trials.jsonl", digit),
    ("**/evidence.sig", digit),
    ("**/*", flipped_byte),
)


def tamper(site: Path, rng: random.Random) -> tuple[str, dict[Path, bytes]]:
    """Make one change and return what was there before."""
    if rng.random() < 0.1:
        first, second = rng.sample([path for path in site.rglob("*") if path.is_file() and path.stat().st_size], 2)
        before = {first: first.read_bytes(), second: second.read_bytes()}
        if before[first] == before[second]:
            return tamper(site, rng)
        first.write_bytes(before[second])
        second.write_bytes(before[first])
        return f"{first} swapped with {second}", before
    pattern, change = rng.choice(CHANGES)
    path = rng.choice(sorted(path for path in site.glob(pattern) if path.is_file()))
    before = {path: path.read_bytes()}
    changed = change(path, rng)
    if changed is None or changed == before[path]:
        return tamper(site, rng)
    path.write_bytes(changed)
    return f"{change.__name__} in {path}", before


def run(site: Path, count: int) -> None:
    rng = random.Random(20260301)
    for number in range(count):
        what, before = tamper(site, rng)
        found = verify(site)
        assert not found.ok, f"change {number} passed: {what}"
        assert any(not check["ok"] and check["name"] for check in found.checks)
        for path, data in before.items():
            path.write_bytes(data)
    assert verify(site).ok


def test_three_hundred_changes(site: Path) -> None:
    run(site, 300)


@pytest.mark.slow
def test_a_thousand_changes(site: Path) -> None:
    run(site, 1000)
