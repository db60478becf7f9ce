"""``python -m engine.cli`` does what ``proofolio`` does."""

from engine.cli import main

main()
