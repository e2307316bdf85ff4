"""Download MNIST in the background and offer it to a reader who started with other digits. No Jupyter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from bitmass_viz import data
from bitmass_viz.data import Digits, FetchError, load_digits


class MnistDownload:
    """A background download of MNIST and its progress.

    Parameters
    ----------
    changed : callable
        Called on the event loop whenever `described` changes.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._running = False
        self.withdraw()

    @property
    def running(self) -> bool:
        """Whether MNIST is being downloaded."""
        return self._running

    def withdraw(self) -> None:
        """Withdraw the offer, because MNIST is in use or not wanted."""
        self.described: dict[str, Any] = {"state": "none", "progress": 0.0, "message": ""}

    async def fetch(self) -> Digits | None:
        """Download MNIST, reporting progress, unless a download is already running.

        Returns
        -------
        Digits or None
            None if a download was already running.

        Raises
        ------
        FetchError
            If no mirror has it; the state is then "failed".
        """
        if self._running:
            return None
        self._running = True
        loop = asyncio.get_running_loop()

        def progress(share: float) -> None:
            loop.call_soon_threadsafe(self._report, "running", share, "Getting MNIST (11 MB)")

        progress(0.0)
        try:
            await asyncio.to_thread(lambda: data.fetch_mnist(progress=progress))
            digits = await asyncio.to_thread(load_digits, "mnist", download=False)
        except (OSError, ValueError) as error:
            self._report("failed", 0.0, str(error))
            raise FetchError(str(error)) from error
        finally:
            self._running = False
        self._report("ready", 1.0, "MNIST is here")
        return digits

    def _report(self, state: str, progress: float, message: str) -> None:
        described = {"state": state, "progress": round(progress, 2), "message": message}
        if described != self.described:
            self.described = described
            self._changed()
