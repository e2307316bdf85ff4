"""The explainer behind a Jupyter server, as on Binder and JupyterHub: what jupyter-server-proxy is told of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

NAME = "bitmass"
"""Readers come in at ``bitmass/`` below the Jupyter server's own address."""
ICON = Path(__file__).parent / "templates" / "explainer.svg"


def setup() -> dict[str, Any]:
    """Return how to start the explainer for one user, once it is asked for.

    Returns
    -------
    dict
        A server of jupyter-server-proxy, which fills in ``{port}`` and ``{base_url}``.
    """
    return {
        # -P: what lies in the folder of a user's notebooks must not be taken for this package.
        "command": [
            *(sys.executable, "-P", "-m", "bitmass_viz.cli", "explore", "--no-browser"),
            *("--port", "{port}", "--base-url", f"{{base_url}}{NAME}/"),
        ],
        "absolute_url": True,
        "timeout": 60,
        "new_browser_tab": True,
        "launcher_entry": {"enabled": True, "title": "Explainer", "icon_path": str(ICON)},
    }
