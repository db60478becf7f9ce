"""Reading a declared file key by key; whatever is missing, of the wrong type or unknown is named."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from engine.errors import ContentError, EngineError

P = ParamSpec("P")
T = TypeVar("T")


class Section:
    """One table of a TOML file. Each key is asked for once; :meth:`done` names the first that nobody asked for.

    Parameters
    ----------
    file : str
        Name for messages.
    values : mapping
    path : str
        Where the table stands in the file, such as ``brief.``; empty for the top.
    """

    def __init__(self, file: str, values: Mapping[str, Any], path: str = "") -> None:
        self._file = file
        self._values = values
        self._path = path
        self._asked: set[str] = set()

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text that is not empty (or the default)."""
        value = str(self._get(key, str, "a text", default))
        if not value.strip() and value != default:
            raise self.fault(key, "a text that is not empty")
        return value.strip()

    def one_of(self, key: str, choices: Iterable[str], default: str | None = None) -> str:
        """Return a text that is one of the choices."""
        value, choices = self.text(key, default), list(choices)
        if value not in choices:
            raise self.fault(key, f"one of {', '.join(choices)}")
        return value

    def whole(self, key: str, default: int | None = None, *, least: int = 0) -> int:
        """Return a whole number that is not below ``least``."""
        value = int(self._get(key, int, "a whole number", default))
        if value < least:
            raise self.fault(key, f"a whole number from {least}")
        return value

    def number(self, key: str, default: float | None = None) -> float:
        """Return a number."""
        return float(self._get(key, (int, float), "a number", default))

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        return bool(self._get(key, bool, "true or false", default))

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts with at least one entry."""
        value = self._get(key, list, "a list of texts", None)
        if not value or not all(isinstance(one, str) and one.strip() for one in value):
            raise self.fault(key, "a list of at least one text, none of them empty")
        return tuple(one.strip() for one in value)

    def scalar(self, key: str) -> str | float | None:
        """Return a text or a number, ``None`` if the key is not there."""
        if key not in self._values:
            return None
        value: str | int | float = self._get(key, (str, int, float), "a text or a number", None)
        return value

    def value(self, key: str, kind: type | tuple[type, ...], expected: str) -> Any:
        """Return a value of one of these types, ``None`` if the key is not there."""
        return self._get(key, kind, expected, None) if key in self._values else None

    def has(self, key: str) -> bool:
        """Say whether the key is there."""
        return key in self._values

    def section(self, key: str, *, optional: bool = False) -> Section:
        """Return a table within this one."""
        value = self._get(key, dict, "a table", {} if optional else None)
        return Section(self._file, value, f"{self._path}{key}.")

    def sections(self, key: str) -> tuple[Section, ...]:
        """Return the tables of a list of tables; none if the key is not there."""
        if key not in self._values:
            return ()
        value = self._get(key, list, "a list of tables", None)
        if not all(isinstance(one, dict) for one in value):
            raise self.fault(key, "a list of tables")
        return tuple(Section(self._file, one, f"{self._path}{key}[{place}].") for place, one in enumerate(value))

    def every(self, read: Callable[[str], T]) -> dict[str, T]:
        """Read every key of a table whose keys are free."""
        return {key: read(key) for key in self._values}

    def check(self, key: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do something with the value of a key; what is wrong with it becomes a fault of that key."""
        try:
            return work(*args, **kwargs)
        except EngineError as error:
            raise self.fault(key, f"something usable ({error.message.rstrip('.')})") from None

    def fault(self, key: str, expected: str) -> ContentError:
        """Build the error that names the file, the key and what is expected."""
        return ContentError(self._file, f"{self._path}{key}", expected)

    def done(self) -> None:
        """Make sure that there are no other keys. Raises ``ContentError``."""
        for key in self._values:
            if key not in self._asked:
                raise self.fault(key, f"no such key; known here: {', '.join(sorted(self._asked))}")

    def _get(self, key: str, kind: type | tuple[type, ...], expected: str, default: Any) -> Any:
        self._asked.add(key)
        if key not in self._values:
            if default is None:
                raise self.fault(key, f"{expected} (the key is missing)")
            return default
        value = self._values[key]
        # TOML's true is Python's True, which is an int as well.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.fault(key, expected)
        return value


def read_toml(path: Path, name: str) -> Section:
    """Read a TOML file. Raises ``ContentError`` if it is missing or no TOML."""
    return Section(name, _parsed(read_text(path, name), name))


def read_text(path: Path, name: str) -> str:
    """Read a text file that must not be empty. Raises ``ContentError``."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ContentError(name, "the file", f"to be there and readable ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ContentError(name, "the file", "text in UTF-8") from None
    if not text.strip():
        raise ContentError(name, "the file", "text; it is empty")
    return text


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ContentError(name, "the file", f"valid TOML ({str(error).rstrip('.')})") from None
