"""Helpers for the widgets' traits and static files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import traitlets

STATIC = Path(__file__).parent / "static"
"""Folder of the widgets' built JavaScript and CSS."""


def synced(trait: traitlets.TraitType[Any, Any]) -> Any:
    """Sync a trait with the browser, without echoing the browser's own updates back to it."""
    return trait.tag(sync=True, echo_update=False)
