"""The README speaks of what exists: every command and every page is in it, and its commands run."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from engine.cli import main

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands(group: click.Group = main, prefix: str = "") -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}"


@pytest.mark.parametrize("command", list(commands()))
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"proofolio {command}" in README


@pytest.mark.parametrize("command", list(commands()))
def test_every_command_explains_itself(command: str) -> None:
    done = CliRunner().invoke(main, [*command.split(), "--help"])
    assert done.exit_code == 0
    assert len(done.output.splitlines()) > 3


def test_every_command_of_the_readme_exists() -> None:
    known = set(commands())
    for line in re.findall(r"^\s*proofolio ([^\n#]+)", README, re.MULTILINE):
        words = line.split()
        assert words[0] in known or " ".join(words[:2]) in known, line


@pytest.mark.parametrize("page", sorted(p.stem for p in (ROOT / "pages").glob("*/*.py") if p.parent.name != "shared"))
def test_every_page_is_in_the_readme(page: str) -> None:
    assert f"`{page}`" in README


def test_pictures_and_files_of_the_readme_exist() -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)]+)\)", README):
        assert (ROOT / target).exists(), target
