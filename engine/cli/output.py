"""How commands answer: a document as JSON or as text, an error as one sentence."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

import click

from engine import settings
from engine.errors import EngineError, InputError, StorageError
from engine.settings import Settings

Document = Mapping[str, Any]


class Group(click.Group):
    """A group whose usage errors are JSON too where ``--json`` was asked for."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command line and end the process with its exit code."""
        given = args[0] if args else kwargs.get("args")
        asked = sys.argv[1:] if given is None else list(given)
        if "--json" not in asked:
            return super().main(*args, **kwargs)
        try:
            # Without standalone mode click returns instead of ending the process: a number is an exit code.
            code = super().main(*args, **{**kwargs, "standalone_mode": False})
            sys.exit(code if isinstance(code, int) else 0)
        except click.ClickException as error:
            write_error(error.format_message(), "See 'proofolio --help'.", as_json=True)
            sys.exit(error.exit_code)
        except click.Abort:
            sys.exit(130)


class Listing(click.Group):
    """A group that lists where no command is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put ``list`` before what does not begin with a command."""
        if not args or args[0] not in (*self.commands, "--help", "-h"):
            args = ["list", *args]
        return super().parse_args(ctx, args)


def command(
    name: str, text: Callable[[Document], str] | None = None
) -> Callable[[Callable[..., Document]], click.Command]:
    """Make a command of a function that returns the document to answer with.

    Parameters
    ----------
    name : str
    text : callable, optional
        Writes the document as text for people; by default one ``key: value`` a line.
    """

    def decorate(function: Callable[..., Document]) -> click.Command:
        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> None:
            as_json = bool(kwargs.pop("as_json"))
            try:
                document = function(*args, **kwargs)
            except EngineError as error:
                write_error(error.message, error.hint, as_json=as_json)
                sys.exit(error.exit_code)
            except OSError as error:
                fault = _file_fault(error)
                write_error(fault.message, fault.hint, as_json=as_json)
                sys.exit(fault.exit_code)
            if as_json:
                click.echo(json.dumps({k: v for k, v in document.items() if k != "exit_code"}, ensure_ascii=False))
            else:
                click.echo((text or plain)(document))
            if document.get("exit_code"):
                sys.exit(int(document["exit_code"]))

        shown = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(run)
        return click.command(name, help=(function.__doc__ or "").strip())(shown)

    return decorate


def _file_fault(error: OSError) -> InputError:
    if error.errno == 28:
        return StorageError("The disk is full.", hint="Free some space and try again; nothing that was stored is lost.")
    return InputError(f"{error.filename or 'A file'} cannot be used: {error.strerror}.", hint="Check the path.")


def write_error(message: str, hint: str, *, as_json: bool) -> None:
    """Say what is wrong: as a document on standard output, or as one line on standard error."""
    if as_json:
        click.echo(json.dumps({"error": {"message": message, "hint": hint}}, ensure_ascii=False))
    else:
        click.echo(f"Error: {message} {hint}".rstrip(), err=True)


def plain(document: Document) -> str:
    """Write a document as lines of ``key: value``; lists as tables."""
    lines: list[str] = []
    for key, value in document.items():
        if key == "exit_code":
            continue
        if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
            lines += [f"{key}:", table(value)]
        elif isinstance(value, Mapping):
            lines.append(f"{key}: " + ", ".join(f"{k} {_cell(v)}" for k, v in value.items()))
        else:
            lines.append(f"{key}: {_cell(value)}")
    return "\n".join(lines)


def table(items: list[Any]) -> str:
    """Write dictionaries as a table with aligned columns."""
    names = list(items[0])
    cells = [[_cell(item.get(name)) for name in names] for item in items]
    widths = [max(len(name), *(len(row[i]) for row in cells)) for i, name in enumerate(names)]
    head = "  ".join(name.ljust(width) for name, width in zip(names, widths, strict=True)).rstrip()
    body = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join("  " + line for line in [head, *body])


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list | tuple):
        return ", ".join(_cell(item) for item in value) or "-"
    return str(value)


def home() -> Settings:
    """Read the settings from the environment."""
    return settings.from_environment()


def progress(message: str) -> None:
    """Say something that is not the answer."""
    click.echo(message, err=True)
