"""What the widgets' traits have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import traitlets

STATIC = Path(__file__).parent / "static"
"""Where the widgets' JavaScript and CSS lie."""


def synced(trait: traitlets.TraitType[Any, Any]) -> Any:
    """Share a trait with the browser, without an echo: its own copy is never sent back to it."""
    return trait.tag(sync=True, echo_update=False)
