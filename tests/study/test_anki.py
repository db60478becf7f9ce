"""The file for Anki, read back by a reader that is not ours."""

import csv
import io
from html import unescape

import pytest

from engine.errors import InputError
from engine.study.anki import HEADER, Note, as_text


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(text.splitlines(keepends=True)[len(HEADER) :])), delimiter="\t"))


def test_a_note_comes_back_as_it_was() -> None:
    front = '# Is 3 < 5?\tSay "yes" & why.\nThink.'
    [[item, asked, answer, tags]] = rows(as_text([Note("q-1", front, "Yes.", ("calibration", "trust"))]))
    assert (item, answer, tags.split()) == ("q-1", "Yes.", ["calibration", "trust"])
    assert unescape(asked.replace("<br>", "\n")) == front.replace("\t", " ")


def test_markup_of_a_text_stays_text_and_each_note_is_one_line() -> None:
    text = as_text([Note("a", "<script>x</script>\r\nb\rc", "-"), Note("b", "x", "y")])
    assert "<script" not in text
    assert [len(row) for row in rows(text)] == [4, 4]
    assert text.startswith("#separator:tab\n")


@pytest.mark.parametrize(
    "notes",
    [
        [Note("a", "x", "y"), Note("a", "z", "y")],
        [Note("a b", "x", "y")],
        [Note("", "x", "y")],
        [Note("a", "x", "y", ("two words",))],
    ],
)
def test_what_anki_would_mix_up_is_refused(notes: list[Note]) -> None:
    with pytest.raises(InputError):
        as_text(notes)
