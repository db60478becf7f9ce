"""Logging: one logger a module, to standard error."""

from __future__ import annotations

import logging


def logger(name: str) -> logging.Logger:
    """Return the logger of a module."""
    return logging.getLogger(name)


def configure(level: int = logging.INFO) -> None:
    """Send records to standard error, with their time in UTC. Called once, by a process's entry point."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
