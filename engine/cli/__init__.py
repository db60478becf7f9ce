"""The command line: everything that a screen does, without one, through the same functions.

``--json`` on every command prints one JSON document on standard output; progress and messages go to
standard error. Exit codes: 0 done, 1 the thing asked for did not hold, 2 wrong usage or unusable input.
"""

from __future__ import annotations

from importlib import import_module

import click

from engine.cli.app import app
from engine.cli.output import Group

_ROOMS = (
    *("house", "project", "record", "data", "recipe"),
    *("families", "run", "holdout", "evaluate", "submit", "portfolio", "study", "practice"),
    *("career", "jobs", "resume", "serve", "watch"),
)


class Commands(Group):
    """All commands; the rooms behind them are loaded when one of theirs is asked for."""

    def _load(self) -> None:
        for room in _ROOMS:
            import_module(f"engine.cli.{room}").register(self)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command."""
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find one command by its name."""
        if cmd_name not in self.commands:
            self._load()
        return super().get_command(ctx, cmd_name)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="proofolio", prog_name="proofolio")
def main() -> None:
    """Build machine-learning projects, understand them, and publish them so that a stranger can check every number."""


main.add_command(app)
