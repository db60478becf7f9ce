"""The command that opens the application; it imports next to nothing, since a person waits for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[2]


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
def app(port: int) -> None:
    """Open the application on the loopback address."""
    command_line = [sys.executable, "-m", "pages.shared.launch", "--server.port", str(port)]
    click.echo(f"Proofolio opens at http://127.0.0.1:{port} (Ctrl-C ends it).", err=True)
    try:
        # Streamlit reads its configuration from the folder it is started in.
        sys.exit(subprocess.run(command_line, cwd=ROOT, check=False).returncode)
    except KeyboardInterrupt:
        sys.exit(0)
