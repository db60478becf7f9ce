from pathlib import Path

import pytest

from engine.data.declaration import Section, read_text, read_toml
from engine.domain.metric import find_metric
from engine.errors import ContentError

VALUES = {
    "name": " x ",
    "empty": " ",
    "n": 3,
    "share": 0.5,
    "on": True,
    "many": ["a", "b"],
    "bad": ["a", 1],
    "t": {"k": 1},
}


def section() -> Section:
    return Section("file.toml", VALUES, "top.")


def test_values_are_read() -> None:
    one = section()
    assert one.text("name") == "x"
    assert one.whole("n") == 3
    assert one.number("n") == 3.0
    assert one.number("share") == 0.5
    assert one.flag("on", False) is True
    assert one.texts("many") == ("a", "b")
    assert one.scalar("share") == 0.5
    assert one.scalar("gone") is None
    assert one.section("t").every(one.section("t").whole) == {"k": 1}
    assert one.section("gone", optional=True).every(str) == {}
    assert (one.text("gone", ""), one.whole("gone", 7), one.flag("gone", False)) == ("", 7, False)
    assert one.check("name", find_metric, "rmse").id == "rmse"


@pytest.mark.parametrize(
    ("work", "key", "expected"),
    [
        (lambda s: s.text("gone"), "gone", "missing"),
        (lambda s: s.text("n"), "n", "a text"),
        (lambda s: s.text("empty"), "empty", "not empty"),
        (lambda s: s.whole("share"), "share", "a whole number"),
        (lambda s: s.whole("on"), "on", "a whole number"),
        (lambda s: s.whole("n", least=4), "n", "from 4"),
        (lambda s: s.number("name"), "name", "a number"),
        (lambda s: s.flag("n", True), "n", "true or false"),
        (lambda s: s.texts("bad"), "bad", "a list"),
        (lambda s: s.one_of("name", ["a", "b"]), "name", "one of a, b"),
        (lambda s: s.section("n"), "n", "a table"),
        (lambda s: s.check("name", find_metric, "speed"), "name", "no metric 'speed'"),
        (lambda s: s.done(), "name", "no such key"),
    ],
)
def test_faults_name_file_key_and_what_is_expected(work: object, key: str, expected: str) -> None:
    with pytest.raises(ContentError) as caught:
        work(section())  # type: ignore[operator]
    assert caught.value.file == "file.toml"
    assert caught.value.key == f"top.{key}"
    assert expected in caught.value.expected


def test_files(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="to be there"):
        read_toml(tmp_path / "a.toml", "a.toml")
    (tmp_path / "a.toml").write_text("a = 1\na = 2\n")
    with pytest.raises(ContentError, match="valid TOML"):
        read_toml(tmp_path / "a.toml", "a.toml")
    (tmp_path / "a.md").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ContentError, match="UTF-8"):
        read_text(tmp_path / "a.md", "a.md")
    (tmp_path / "a.md").write_text(" \n")
    with pytest.raises(ContentError, match="empty"):
        read_text(tmp_path / "a.md", "a.md")
