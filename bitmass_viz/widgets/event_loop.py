"""The event loop of a widget; its traits are set only on that loop's thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any


class WidgetLoop:
    """The event loop that was running first, and its thread.

    JupyterLab delivers messages on a subshell, a thread with its own event loop; a widget's traits must still be
    set on the loop that it started on.
    """

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0

    def find(self) -> bool:
        """Adopt the running loop if none was adopted yet; return whether this call did so."""
        if self.loop is not None:
            return False
        try:
            self.loop = asyncio.get_running_loop()
        except RuntimeError:
            return False
        self._thread = threading.get_ident()
        return True

    def call(self, function: Callable[..., object], *arguments: Any) -> None:
        """Call a function on the loop's thread: now if this is it, otherwise soon; never if the loop is closed."""
        if self.loop is None or threading.get_ident() == self._thread:
            function(*arguments)
        elif not self.loop.is_closed():
            self.loop.call_soon_threadsafe(function, *arguments)
