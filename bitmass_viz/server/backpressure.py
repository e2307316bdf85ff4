"""Backpressure: limits on the unread output held in memory, per kernel and for the whole server."""

from __future__ import annotations

import math
from asyncio import get_running_loop
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Protocol
from weakref import WeakSet

MAX_KERNEL_BYTES = 96 << 20
"""Limit for all connections of one kernel. A long history is 16 MB."""
MAX_SERVER_BYTES = 192 << 20
"""Limit for all kernels and all pages being sent."""
STALLED_SECONDS = 10.0
"""A client that has read nothing for this long is dropped before one that reads slowly."""


class Holder(Protocol):
    """Something that holds unread output: a connection, or the buffer for a page that may reconnect."""

    unread: int
    moved_at: float
    """Event-loop time of the last read from it."""

    def drop(self) -> None:
        """Discard the output; `unread` is 0 afterwards."""


class Account:
    """The unread output of one kernel, or of one client's page and file downloads.

    Parameters
    ----------
    whole
        The total over all accounts.
    limit
        Most bytes that this account can hold.
    """

    def __init__(self, whole: UnreadOutput, limit: float = math.inf) -> None:
        self.whole = whole
        self.limit = limit
        self.unread = 0
        self.holders: WeakSet[Holder] = WeakSet()

    def count(self, change: int) -> None:
        """Add a holder's change of unread bytes, positive or negative."""
        self.unread += change
        self.whole.unread += change

    def make_room(self, size: int) -> bool:
        """Drop the worst offenders, possibly the caller, until `size` bytes fit; return whether they do."""
        while self.unread + size > self.limit and (worst := _worst([self])):
            worst.drop()
        while self.whole.unread + size > self.whole.limit and (worst := _worst(self.whole)):
            worst.drop()
        return self.unread + size <= self.limit and self.whole.unread + size <= self.whole.limit

    def _held(self, since: float) -> int:
        return sum(holder.unread for holder in self.holders if holder.moved_at <= since)

    def stalled(self) -> int:
        """Return the bytes in holders that have not been read for `STALLED_SECONDS`."""
        return self._held(get_running_loop().time() - STALLED_SECONDS)


class UnreadOutput:
    """All accounts of the server: one per kernel, and one per client that downloads pages and files.

    Parameters
    ----------
    limit
        Most bytes that all accounts can hold together.
    """

    def __init__(self, limit: int = MAX_SERVER_BYTES) -> None:
        self.limit = limit
        self.unread = 0
        self._accounts: dict[str, Account] = {}

    def __iter__(self) -> Iterator[Account]:
        """Yield the accounts that have holders."""
        self._accounts = {name: account for name, account in self._accounts.items() if account.holders}
        yield from self._accounts.values()

    def of_kernel(self, kernel_id: str) -> Account:
        """Return the account of a kernel."""
        return self._account(f"kernel {kernel_id}", MAX_KERNEL_BYTES)

    def of_client(self, address: str) -> Account:
        """Return the account of an address's plain HTTP connections."""
        return self._account(f"client {address}", math.inf)

    def _account(self, name: str, limit: float) -> Account:
        if len(self._accounts) > 1_000:
            list(self)
        return self._accounts.setdefault(name, Account(self, limit))


def _worst(accounts: Iterable[Account]) -> Holder | None:
    """Return the holder to drop, from the account with most stalled bytes, or else with most bytes."""
    account = max(accounts, key=lambda account: (account.stalled(), account.unread), default=None)
    if account is None:
        return None
    since = get_running_loop().time() - STALLED_SECONDS
    holders = [holder for holder in account.holders if holder.unread]
    return max(holders, key=lambda holder: (holder.moved_at <= since, holder.unread), default=None)


class BoundedBuffer(deque[tuple[str, list[bytes]]]):
    """A kernel's messages, by channel, for a disconnected page that may come back.

    Messages that do not fit are lost; a page that comes back requests its state again. Iterating empties the
    buffer, so no message is held twice.

    Parameters
    ----------
    account
        The kernel's account.
    """

    unread = 0
    moved_at = -math.inf
    __hash__ = object.__hash__  # type: ignore[assignment]

    def __init__(self, account: Account) -> None:
        super().__init__()
        self._account = account
        account.holders.add(self)

    def append(self, message: tuple[str, list[bytes]]) -> None:
        """Store a message if it fits."""
        size = _size(message)
        if self._account.unread + size <= self._account.limit and self._account.make_room(size):
            self._count(size)
            super().append(message)

    def __iter__(self) -> Iterator[tuple[str, list[bytes]]]:
        """Yield and remove the messages."""
        while self:
            message = self.popleft()
            self._count(-_size(message))
            yield message

    def drop(self) -> None:
        """See `Holder`."""
        self.clear()
        self._count(-self.unread)

    def __del__(self) -> None:
        """Release the bytes if the page did not come back, or left before everything was sent."""
        self._count(-self.unread)

    def _count(self, change: int) -> None:
        self.unread += change
        self._account.count(change)


def _size(message: tuple[str, list[bytes]]) -> int:
    return sum(len(part) for part in message[1])
