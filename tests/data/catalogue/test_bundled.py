from pathlib import Path

import pytest

from engine.data.catalogue import bundled
from engine.data.catalogue.fetching import fetch
from engine.data.schema import describe, guess_target, make_problem
from engine.data.sources import read_table
from engine.errors import NotFoundError
from engine.settings import Settings
from tests.conftest import MOMENT


@pytest.mark.parametrize("name", bundled.NAMES)
def test_each_set_is_what_its_entry_says(name: str, tmp_path: Path, settings: Settings) -> None:
    entry = next(one for one in bundled.entries() if one.id == name)
    path, provenance = fetch("scikit-learn", name, tmp_path, settings, clock=lambda: MOMENT)
    frame = read_table(path, settings)
    assert frame.shape == (entry.rows, entry.columns)
    assert entry.documentation
    assert entry.licence
    assert len(provenance.original_sha256) == 64
    assert provenance.retrieved_at == MOMENT
    target = bundled._SETS[name].target or guess_target(frame, describe(frame))
    assert target is not None
    assert make_problem(frame, describe(frame), target=target, task=entry.tasks[0]).task is entry.tasks[0]


def test_classes_have_names() -> None:
    frame, _ = bundled.load("breast_cancer")
    assert frame["diagnosis"].value_counts().to_dict() == {"benign": 357, "malignant": 212}
    assert bundled.load("iris")[0]["species"].unique().tolist() == ["setosa", "versicolor", "virginica"]


def test_there_is_no_other() -> None:
    with pytest.raises(NotFoundError, match="boston") as caught:
        bundled.load("boston")
    assert "diabetes" in caught.value.hint
