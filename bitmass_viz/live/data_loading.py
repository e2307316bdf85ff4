"""Load data sets while a reader looks at another, from this machine or from the internet."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from bitmass_viz import data
from bitmass_viz.data import NAMED, PUBLISHED, Digits, FetchError, load_data, strokes
from bitmass_viz.live import protocol
from bitmass_viz.live.tasks import Steps, Wait, Work

FetchState = Literal["none", "running", "ready", "failed"]
REPORT_SECONDS = 0.1
LABELS = {name: PUBLISHED[name].label if name in PUBLISHED else strokes.LABEL for name in NAMED}
"""Label of each data set that can be loaded by its name."""


class DataLoading:
    """A data set that is being loaded, and the progress of its download.

    Parameters
    ----------
    changed : callable
        Called whenever `described` changes.

    Attributes
    ----------
    running : str
        Name of the data set that is being loaded; "" for none.
    described : dict
        State, progress, message and data set, JSON-ready.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._share = 0.0
        self.running = ""
        self.described: protocol.Fetch = _described("", "none", 0.0, "")

    def withdraw(self) -> None:
        """Withdraw the offer, because the data set is in use or not wanted."""
        self._report("", "none", 0.0, "")

    def load(self, name: str) -> Steps[Digits]:
        """Load a data set by its name, and download it if this machine does not have it.

        Raises
        ------
        FetchError
            If no mirror has it, or a file is corrupt; the state is then "failed".
        """
        self.running = name
        self._share = 0.0
        self._report_progress(name)
        read = Work(partial(load_data, name, download=False), apart=True)
        try:
            try:
                digits: Digits = yield read
            except FetchError:
                yield Work(partial(data.fetch, PUBLISHED[name], progress=self._note), apart=True)
                digits = yield read
        except (OSError, ValueError) as error:
            self._report(name, "failed", 0.0, str(error))
            raise FetchError(str(error)) from error
        finally:
            self.running = ""
        self._report(name, "ready", 1.0, f"{LABELS[name]} has loaded")
        return digits

    def report(self, name: str) -> Steps[None]:
        """Report the progress of a download that begins now, until it has ended."""
        yield Wait(lambda: self.running == name)
        while self.running == name:
            self._report_progress(name)
            yield Wait(lambda: self.running != name, REPORT_SECONDS)

    def _note(self, share: float) -> None:
        """Note the progress, on whatever thread downloads."""
        self._share = share

    def _report_progress(self, name: str) -> None:
        size = sum(PUBLISHED[name].compressed_bytes.values()) if name in PUBLISHED else 0
        counted = f" ({size / 1e6:.0f} MB)" if self._share else ""
        self._report(name, "running", self._share, f"Getting {LABELS[name]}{counted}")

    def _report(self, name: str, state: FetchState, progress: float, message: str) -> None:
        described = _described(name, state, progress, message)
        if described != self.described:
            self.described = described
            self._changed()


def _described(name: str, state: FetchState, progress: float, message: str) -> protocol.Fetch:
    return {
        "data": name,
        "label": LABELS.get(name, ""),
        "state": state,
        "progress": round(progress, 2),
        "message": message,
    }
