"""Turns: permissions to start a kernel, for a few readers at a time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable

from bitmass_viz.server.reservation import Reservation


class Turns:
    """A queue of readers: the first of each address, then the second of each, and so on.

    So a single reader does not wait for a whole crowd from elsewhere. Readers whose address does not identify them
    are served in order of arrival.

    Parameters
    ----------
    number : int
        Turns at the same time.
    readers : callable
        Returns all readers of the server, in order of arrival.
    """

    def __init__(self, number: int, readers: Callable[[], Iterable[Reservation]]) -> None:
        self._free = number
        self._readers = readers
        self._queue: dict[Reservation, asyncio.Future[None]] = {}

    def __len__(self) -> int:
        """Return the number of readers who wait for a turn."""
        return len(self._queue)

    async def take(self, reservation: Reservation) -> None:
        """Wait for a reader's turn."""
        if self._free:
            self._free -= 1
            reservation.has_turn = True
            return
        self._queue[reservation] = turn = asyncio.get_running_loop().create_future()
        try:
            await turn
        finally:
            self._queue.pop(reservation, None)

    def pass_on(self) -> None:
        """Give a turn that is over to the next reader."""
        if not self._queue:
            self._free += 1
            return
        reservation = self._in_order()[0]
        reservation.has_turn = True
        turn = self._queue.pop(reservation)
        if not turn.done():
            turn.set_result(None)

    def place(self, reservation: Reservation) -> int:
        """Return a reader's place in the queue, from 1; 0 if not, or no longer, in it."""
        return self._in_order().index(reservation) + 1 if reservation in self._queue else 0

    def _in_order(self) -> list[Reservation]:
        before: Counter[str | None] = Counter()
        places = {}
        for number, reservation in enumerate(self._readers()):
            places[reservation] = (before[reservation.address] if reservation.address is not None else 0, number)
            before[reservation.address] += 1
        return sorted(self._queue, key=lambda reservation: places.get(reservation, (0, 0)))
