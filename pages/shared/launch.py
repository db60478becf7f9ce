"""Starting the application's server: ``python -m pages.shared.launch --server.port 8501``."""

import sys
import threading
from importlib import import_module
from pathlib import Path

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web import cli

APP = Path(__file__).resolve().parents[2] / "app.py"

_FIRST_PAGE = ("engine.actions.study", "engine.data.templates", "pages.shared.cards")


def _warm() -> None:
    """Load what the first page needs while the browser is still loading the application itself."""
    for name in _FIRST_PAGE:
        import_module(name)


if __name__ == "__main__":
    # A folder called "pages" makes Streamlit look for pages in it until the first visit has run app.py: a visit that
    # begins with a deep link would be told that its page does not exist.
    PagesManager.uses_pages_directory = False
    sys.argv = ["streamlit", "run", str(APP), *sys.argv[1:]]
    threading.Thread(target=_warm, name="warm", daemon=True).start()
    cli.main(prog_name="streamlit")
