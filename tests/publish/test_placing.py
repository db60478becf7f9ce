"""A publication comes whole or not at all, and never costs anybody a file."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from engine.errors import InputError, StorageError
from engine.evidence.keys import AuthorKey, author_key
from engine.evidence.seal import listed, seal, site_document
from engine.publish import placing
from engine.publish.placing import replacing
from engine.settings import Settings
from tests.conftest import MOMENT


@pytest.fixture
def key(settings: Settings) -> AuthorKey:
    return author_key(settings)


def put(out: Path, key: AuthorKey, home: Path, pages: dict[str, str]) -> None:
    with replacing(out, key, store=home) as folder:
        for name, text in pages.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        seal(folder, site_document([], listed(folder, pages), key, MOMENT), key)


def pages(out: Path) -> dict[str, str]:
    return {
        path.relative_to(out).as_posix(): path.read_text(encoding="utf-8")
        for path in out.rglob("*")
        if path.is_file() and not path.name.startswith("evidence")
    }


def beside(out: Path) -> list[str]:
    """Name what lies beside the site that should not."""
    return [path.name for path in out.parent.iterdir() if "building" in path.name]


FIRST = {"index.html": "one", "projects/a/index.html": "a", "projects/b/index.html": "b"}
SECOND = {"index.html": "two", "projects/a/index.html": "a", "projects/c/index.html": "c"}


def test_a_new_folder_an_empty_one_and_one_that_is_replaced(settings: Settings, key: AuthorKey, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "site"
    put(out, key, settings.home, FIRST)
    assert pages(out) == FIRST
    put(out, key, settings.home, SECOND)
    assert pages(out) == SECOND
    assert not (out / "projects/b").exists()
    (tmp_path / "empty").mkdir()
    put(tmp_path / "empty", key, settings.home, FIRST)
    assert pages(tmp_path / "empty") == FIRST
    assert not beside(out)


def test_files_of_others_stay(settings: Settings, key: AuthorKey, tmp_path: Path) -> None:
    out = tmp_path / "site"
    put(out, key, settings.home, FIRST)
    others = {"CNAME": "example.org", ".git/config": "[core]", "projects/b/notes.txt": "mine"}
    for name, text in others.items():
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_text(text, encoding="utf-8")
    put(out, key, settings.home, SECOND)
    assert pages(out) == SECOND | others


def test_a_page_that_was_changed_by_hand_is_not_removed(settings: Settings, key: AuthorKey, tmp_path: Path) -> None:
    out = tmp_path / "site"
    put(out, key, settings.home, FIRST)
    (out / "projects/b/index.html").write_text("my own words", encoding="utf-8")
    put(out, key, settings.home, SECOND)
    assert pages(out)["projects/b/index.html"] == "my own words"


def test_a_foreign_file_of_the_same_name_is_refused(settings: Settings, key: AuthorKey, tmp_path: Path) -> None:
    out = tmp_path / "site"
    out.mkdir()
    (out / "index.html").write_text("somebody's home page", encoding="utf-8")
    with pytest.raises(InputError, match=r"'index\.html'"):
        put(out, key, settings.home, FIRST)
    assert pages(out) == {"index.html": "somebody's home page"}
    assert not beside(out)


def test_the_portfolio_of_another_key_is_refused(settings: Settings, key: AuthorKey, tmp_path: Path) -> None:
    out = tmp_path / "site"
    put(out, author_key(Settings(home=tmp_path / "other")), tmp_path / "other", FIRST)
    with pytest.raises(InputError, match="not published from here"):
        put(out, key, settings.home, SECOND)
    assert pages(out) == FIRST


def test_places_that_can_be_no_site(settings: Settings, key: AuthorKey, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    places = [Path.home(), Path("/"), Path.home().parent, settings.home, settings.home.parent]
    for out in (*places, tmp_path / "file", tmp_path / "link"):
        with pytest.raises(InputError):
            put(out, key, settings.home, FIRST)


def test_a_fault_while_building_leaves_the_old_site(settings: Settings, key: AuthorKey, tmp_path: Path) -> None:
    out = tmp_path / "site"
    put(out, key, settings.home, FIRST)
    with pytest.raises(TypeError):
        put(out, key, settings.home, {"index.html": "half", "broken.html": None})  # type: ignore[dict-item]
    assert pages(out) == FIRST
    assert not beside(out)


@given(stop=st.integers(0, 12), kill=st.booleans())
@hypothesis_settings(max_examples=40, deadline=None)
def test_a_fault_while_placing_leaves_the_old_site(
    tmp_path_factory: pytest.TempPathFactory, stop: int, kill: bool
) -> None:
    """A fault is undone at once; after a kill the next publication finds what it needs."""
    folder = tmp_path_factory.mktemp("placing")
    out, key = folder / "site", author_key(Settings(home=folder / "home"))
    put(out, key, folder / "home", FIRST)
    (out / "CNAME").write_text("mine", encoding="utf-8")
    moves, move, put_back = 0, placing._move, placing._put_back

    def failing(source: Path, target: Path) -> None:
        nonlocal moves
        moves += 1
        if moves == stop:
            raise OSError(28, "No space left on device")
        move(source, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(placing, "_move", failing)
        if kill:
            patch.setattr(placing, "_put_back", lambda out: put_back(out) if not moves else None)
        try:
            put(out, key, folder / "home", SECOND)
            expected = SECOND
        except StorageError:
            expected = FIRST
    if not kill:
        assert pages(out) == expected | {"CNAME": "mine"}
    with pytest.raises(RuntimeError), replacing(out, key, store=folder / "home"):
        raise RuntimeError
    assert pages(out) == expected | {"CNAME": "mine"}
    put(out, key, folder / "home", SECOND)
    assert pages(out) == SECOND | {"CNAME": "mine"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(settings: Settings, key: AuthorKey, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StorageError):
            put(tmp_path / "site", key, settings.home, FIRST)
    finally:
        tmp_path.chmod(0o700)
