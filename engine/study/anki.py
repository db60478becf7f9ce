"""Questions as a text file that Anki imports without further settings."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from engine.errors import InputError

# Anki reads these lines itself; the first column lets a second import update notes instead of doubling them.
HEADER = ("#separator:tab", "#html:true", "#guid column:1", "#tags column:4", "#notetype:Basic", "#deck:Proofolio")


@dataclass(frozen=True)
class Note:
    """One question.

    Attributes
    ----------
    item : str
        Stable id.
    front, back : str
        Question and answer as plain text; line breaks are kept.
    tags : tuple of str
        For example skill ids; none may hold a space.
    """

    item: str
    front: str
    back: str
    tags: tuple[str, ...] = ()


def as_text(notes: Iterable[Note]) -> str:
    """Write notes as tab-separated text (UTF-8 when stored) with the header lines of Anki.

    Raises
    ------
    InputError
        When two notes share an id, or an id or a tag is empty or holds white space.
    """
    lines, seen = list(HEADER), set()
    for note in notes:
        for word in (note.item, *note.tags):
            if word.split() != [word]:
                raise InputError(f"An id or a tag for Anki is one word; “{word}” is not.")
        if note.item in seen:
            raise InputError(f"Two questions have the id {note.item}.")
        seen.add(note.item)
        lines.append("\t".join((_cell(note.item), _cell(note.front), _cell(note.back), _cell(" ".join(note.tags)))))
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    # Escaping leaves no quotation mark, so a cell needs no quoting; a leading # would be a comment.
    plain = escape(text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").replace("\n", "<br>")
    return "&#35;" + plain[1:] if plain.startswith("#") else plain
