"""The command line: everything that a screen does, without one, through the same functions.

``--json`` on every command prints one JSON document on standard output; progress and messages go to
standard error. Exit codes: 0 done, 1 the thing asked for did not hold, 2 wrong usage or unusable input.
"""

from __future__ import annotations

import click

from engine.cli import house, portfolio, project, run
from engine.cli.output import Group


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="proofolio", prog_name="proofolio")
def main() -> None:
    """Build machine-learning projects, understand them, and publish them so that a stranger can check every number."""


for module in (house, project, run, portfolio):
    module.register(main)
