"""The shap library, to compare with."""

import warnings
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def shap() -> ModuleType:
    with warnings.catch_warnings():
        # On loading, shap sets up its colour maps in a way that matplotlib will do without one day.
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        import shap
    return shap
