"""MNIST, fetched in the background and offered to a reader who has begun on other digits. No Jupyter here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from bitmass_viz import data
from bitmass_viz.data import Digits, FetchError, load_digits


class MnistDownload:
    """Where the download of MNIST stands.

    Parameters
    ----------
    changed : callable
        Called on the event loop whenever `described` has changed.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._running = False
        self.withdraw()

    @property
    def running(self) -> bool:
        """Whether MNIST is being fetched."""
        return self._running

    def withdraw(self) -> None:
        """Offer nothing, because MNIST is in use or nobody wants it."""
        self.described: dict[str, Any] = {"state": "none", "progress": 0.0, "message": ""}

    async def fetch(self) -> Digits | None:
        """Fetch MNIST, unless that is under way, and say how far it is.

        Returns
        -------
        Digits or None
            None if another fetch is under way.

        Raises
        ------
        FetchError
            If no mirror has it; the offer then stands at "failed".
        """
        if self._running:
            return None
        self._running = True
        loop = asyncio.get_running_loop()

        def progress(share: float) -> None:
            loop.call_soon_threadsafe(self._tell, "running", share, "Getting MNIST (11 MB)")

        progress(0.0)
        try:
            await asyncio.to_thread(lambda: data.fetch_mnist(progress=progress))
            digits = await asyncio.to_thread(load_digits, "mnist", download=False)
        except (OSError, ValueError) as error:
            self._tell("failed", 0.0, str(error))
            raise FetchError(str(error)) from error
        finally:
            self._running = False
        self._tell("ready", 1.0, "MNIST is here")
        return digits

    def _tell(self, state: str, progress: float, message: str) -> None:
        described = {"state": state, "progress": round(progress, 2), "message": message}
        if described != self.described:
            self.described = described
            self._changed()
