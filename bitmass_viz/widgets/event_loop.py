"""The event loop that a widget lives on. Its traits are set there and nowhere else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any


class WidgetLoop:
    """An event loop and its thread, found when there is one.

    JupyterLab hands messages to a subshell, a thread with an event loop of its own; what a widget shows belongs to
    the loop that it began on.
    """

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0

    def find(self) -> bool:
        """Settle on the running loop, if there is one and none was found before; tell whether that was now."""
        if self.loop is not None:
            return False
        try:
            self.loop = asyncio.get_running_loop()
        except RuntimeError:
            return False
        self._thread = threading.get_ident()
        return True

    def call(self, function: Callable[..., object], *arguments: Any) -> None:
        """Call a function on the loop's thread: now if this is it, else soon; dropped once the loop is closed."""
        if self.loop is None or threading.get_ident() == self._thread:
            function(*arguments)
        elif not self.loop.is_closed():
            self.loop.call_soon_threadsafe(function, *arguments)
