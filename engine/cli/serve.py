"""The command that serves a model over HTTP."""

from __future__ import annotations

from pathlib import Path

import click

from engine.actions import serving
from engine.cli.output import Document, command, home, progress


def register(main: click.Group) -> None:
    """Add this command."""
    main.add_command(serve)


@command("serve", lambda d: "The service has stopped." if "checks" not in d else _checks(d))
@click.argument("slug")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 lets other machines ask.")
@click.option("--log", type=click.Path(path_type=Path), help="Keep every request in this JSONL file, for Watch.")
@click.option("--explain", is_flag=True, help="Allow replies with the largest contributions (slow).")
@click.option("--check", is_flag=True, help="Only run the behaviour tests of the model.")
def serve(slug: str, port: int, host: str, log: Path | None, explain: bool, check: bool) -> Document:
    """Answer requests with the model that counts, over HTTP, until it is stopped."""
    settings = home()
    if check:
        _, found = serving.prepare(settings, slug)
        checks = [{"name": one.name, "ok": one.ok, "said": one.said} for one in found]
        return {"project": slug, "checks": checks, "exit_code": 0 if all(one.ok for one in found) else 1}
    serving.serve(settings, slug, serving.Wish(host=host, port=port, log=log, explain=explain), progress)
    return {"project": slug, "stopped": True}


def _checks(document: Document) -> str:
    return "\n".join(f"{'passed' if one['ok'] else 'FAILED'}: {one['said']}" for one in document["checks"])
