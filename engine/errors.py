"""The errors a person may meet: one sentence that says what is wrong, one that says what to do."""


class EngineError(Exception):
    """Something did not hold.

    Parameters
    ----------
    message : str
        One sentence: what is wrong, in the words of the person's own files and columns.
    hint : str
        One sentence: what to do next.

    Attributes
    ----------
    exit_code : int
        What the command line returns: 1 if the thing asked for did not hold, 2 for wrong usage or
        unusable input.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class InputError(EngineError):
    """The input cannot be used: a broken file, a wrong column, an impossible value."""

    exit_code = 2


class NotFoundError(InputError):
    """A project, run, trial or file that was named does not exist."""

    def __init__(self, kind: str, name: str, *, hint: str = "") -> None:
        super().__init__(f"There is no {kind} {name!r}.", hint=hint)
        self.kind = kind
        self.name = name


class StateError(InputError):
    """The action is not possible in the present state (a sealed hold-out, a run that has ended)."""


class StorageError(InputError):
    """The home folder cannot be read or written: full, read-only, or made by a newer version."""


class ContentError(InputError):
    """A content file (template, skill) is faulty; names the file, the key and what is expected."""

    def __init__(self, file: str, key: str, expected: str) -> None:
        super().__init__(f"{file}: {key}: expected {expected}.", hint="Correct the file and try again.")
        self.file = file
        self.key = key
        self.expected = expected


class VerificationError(EngineError):
    """A published folder does not hold what it claims."""
