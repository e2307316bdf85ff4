"""Download MNIST in the background and offer it to a reader who started with other digits."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from bitmass_viz import data
from bitmass_viz.data import MNIST, Digits, FetchError, load_digits
from bitmass_viz.live import protocol
from bitmass_viz.live.tasks import Steps, Wait, Work

FetchState = Literal["none", "running", "ready", "failed"]
REPORT_SECONDS = 0.1


class MnistDownload:
    """A background download of MNIST and its progress.

    Parameters
    ----------
    changed : callable
        Called whenever `described` changes.

    Attributes
    ----------
    is_running : bool
        Whether MNIST is being downloaded.
    described : dict
        State, progress and message, JSON-ready.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._share = 0.0
        self.is_running = False
        self.described: protocol.Fetch = {"state": "none", "progress": 0.0, "message": ""}

    def withdraw(self) -> None:
        """Withdraw the offer, because MNIST is in use or not wanted."""
        self._report("none", 0.0, "")

    def fetch(self) -> Steps[Digits]:
        """Download MNIST.

        Raises
        ------
        FetchError
            If no mirror has it; the state is then "failed".
        """
        self.is_running = True
        self._share = 0.0
        self._report_progress()
        try:
            yield Work(partial(data.fetch, MNIST, progress=self._note), apart=True)
            digits: Digits = yield Work(partial(load_digits, "mnist", download=False), apart=True)
        except (OSError, ValueError) as error:
            self._report("failed", 0.0, str(error))
            raise FetchError(str(error)) from error
        finally:
            self.is_running = False
        self._report("ready", 1.0, "MNIST is here")
        return digits

    def report(self) -> Steps[None]:
        """Report the progress of a download that begins now, until it has ended."""
        yield Wait(lambda: self.is_running)
        while self.is_running:
            self._report_progress()
            yield Wait(lambda: not self.is_running, REPORT_SECONDS)

    def _note(self, share: float) -> None:
        """Note the progress, on whatever thread downloads."""
        self._share = share

    def _report_progress(self) -> None:
        self._report("running", self._share, "Getting MNIST (11 MB)")

    def _report(self, state: FetchState, progress: float, message: str) -> None:
        described: protocol.Fetch = {"state": state, "progress": round(progress, 2), "message": message}
        if described != self.described:
            self.described = described
            self._changed()
