"""Each template's criterion is reached by a run of the demonstration's length; the figures stand in bench/results."""

from pathlib import Path

import pytest

from engine.actions import demo
from engine.settings import Settings

PROJECTS = Path(__file__).resolve().parents[2] / "projects"
SLUGS = sorted(path.parent.name for path in PROJECTS.glob("*/project.toml"))


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_its_criteria_are_met(settings: Settings, tmp_path: Path, slug: str) -> None:
    said: list[str] = []
    found = demo.run(settings, tmp_path / "site", template=slug, seconds=20, say=said.append)
    assert found["criteria"], "the part that the template names is judged"
    assert [one["text"] for one in found["criteria"] if not one["verdict"].startswith("met")] == []
    assert found["verified_level"] == 2
