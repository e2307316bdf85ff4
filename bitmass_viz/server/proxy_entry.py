"""Entry point for jupyter-server-proxy, which serves the explainer on Binder and JupyterHub."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

NAME = "bitmass"
"""The page is at ``bitmass/`` below the Jupyter server's URL."""
ICON = Path(__file__).parent / "templates" / "explainer.svg"


def setup() -> dict[str, Any]:
    """Return how to start the explainer for a user on demand.

    Returns
    -------
    dict
        A server definition for jupyter-server-proxy, which fills in ``{port}`` and ``{base_url}``.
    """
    return {
        # -P: files in the user's notebook folder must not be mistaken for this package.
        "command": [
            *(sys.executable, "-P", "-m", "bitmass_viz.cli", "explore", "--no-browser"),
            *("--port", "{port}", "--base-url", f"{{base_url}}{NAME}/"),
        ],
        "absolute_url": True,
        "timeout": 60,
        "new_browser_tab": True,
        "launcher_entry": {"enabled": True, "title": "Explainer", "icon_path": str(ICON)},
    }
