"""Flow control: at most two frames are sent that the page has not acknowledged."""

from __future__ import annotations

from collections.abc import Callable

IN_FLIGHT = 2


class FrameWindow:
    """The frames on their way to the page.

    Parameters
    ----------
    clock : callable
        Returns seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._sent = 0
        self._acknowledged = 0
        self._waiting_since = 0.0

    @property
    def open(self) -> bool:
        """Whether another frame can be sent."""
        return self._sent - self._acknowledged < IN_FLIGHT

    def next(self) -> int:
        """Return the number of the next frame, and count it as sent."""
        if self._sent == self._acknowledged:
            self._waiting_since = self._clock()
        self._sent += 1
        return self._sent

    def acknowledge(self, number: int) -> None:
        """Note that this frame and all earlier ones were drawn. Unknown numbers are ignored."""
        if self._acknowledged < number <= self._sent:
            self._acknowledged = number
            self._waiting_since = self._clock()

    def acknowledge_all(self) -> None:
        """Stop waiting for earlier frames, because a page has just connected or playing begins."""
        self.acknowledge(self._sent)

    @property
    def silence(self) -> float:
        """Seconds since a frame was sent or acknowledged while one is outstanding; 0 if none is."""
        return 0.0 if self._sent == self._acknowledged else self._clock() - self._waiting_since
