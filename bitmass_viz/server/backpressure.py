"""Output that clients have not read yet: how much of it is held in memory, for each kernel and for the server."""

from __future__ import annotations

import math
from asyncio import get_running_loop
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Protocol
from weakref import WeakSet

MAX_KERNEL_BYTES = 96 << 20
"""Over all connections of one kernel. A long history is 16 MB."""
MAX_SERVER_BYTES = 192 << 20
"""Over all kernels and all pages that are being sent."""
STALLED_SECONDS = 10.0
"""A client that has taken nothing for this long is dropped before one that reads slowly."""


class Holder(Protocol):
    """Something that holds unread output: a connection, or the buffer of a page that may come back."""

    unread: int
    moved_at: float
    """When somebody last read from it, in the event loop's time."""

    def drop(self) -> None:
        """Give up what is held; `unread` is 0 afterwards."""


class Account:
    """The unread output of one kernel, or of one client that is being sent pages and files.

    Parameters
    ----------
    whole
        Counts what all accounts hold.
    limit
        Bytes that this one may hold.
    """

    def __init__(self, whole: UnreadOutput, limit: float = math.inf) -> None:
        self.whole = whole
        self.limit = limit
        self.unread = 0
        self.holders: WeakSet[Holder] = WeakSet()

    def count(self, change: int) -> None:
        """Note that a holder holds so many bytes more, or less."""
        self.unread += change
        self.whole.unread += change

    def make_room(self, size: int) -> bool:
        """Have the worst offenders drop what they hold, perhaps the caller; return whether some bytes fit then."""
        while self.unread + size > self.limit and (worst := _worst([self])):
            worst.drop()
        while self.whole.unread + size > self.whole.limit and (worst := _worst(self.whole)):
            worst.drop()
        return self.unread + size <= self.limit and self.whole.unread + size <= self.whole.limit

    def _held(self, since: float) -> int:
        return sum(holder.unread for holder in self.holders if holder.moved_at <= since)

    def stalled(self) -> int:
        """Return how many bytes lie where nobody has read for `STALLED_SECONDS`."""
        return self._held(get_running_loop().time() - STALLED_SECONDS)


class UnreadOutput:
    """All accounts of the server: one for each kernel, and one for each client that is being sent pages and files.

    Parameters
    ----------
    limit
        Bytes that all accounts may hold together.
    """

    def __init__(self, limit: int = MAX_SERVER_BYTES) -> None:
        self.limit = limit
        self.unread = 0
        self._accounts: dict[str, Account] = {}

    def __iter__(self) -> Iterator[Account]:
        """Yield the accounts that something is held on."""
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
    """Return who should drop what is held: where most is stalled, or else where most is held at all."""
    account = max(accounts, key=lambda account: (account.stalled(), account.unread), default=None)
    if account is None:
        return None
    since = get_running_loop().time() - STALLED_SECONDS
    holders = [holder for holder in account.holders if holder.unread]
    return max(holders, key=lambda holder: (holder.moved_at <= since, holder.unread), default=None)


class BoundedBuffer(deque[tuple[str, list[bytes]]]):
    """A kernel's messages, by channel, to a page that is cut off and may come back.

    Messages that do not fit are not kept; a page that comes back asks anew for what it shows. Going through the
    buffer empties it, so that no message is held twice.

    Parameters
    ----------
    account
        The kernel's.
    """

    unread = 0
    moved_at = -math.inf
    __hash__ = object.__hash__  # type: ignore[assignment]

    def __init__(self, account: Account) -> None:
        super().__init__()
        self._account = account
        account.holders.add(self)

    def append(self, message: tuple[str, list[bytes]]) -> None:
        """Keep a message if there is room."""
        size = _size(message)
        if self._account.unread + size <= self._account.limit and self._account.make_room(size):
            self._count(size)
            super().append(message)

    def __iter__(self) -> Iterator[tuple[str, list[bytes]]]:
        """Yield the messages, and forget them."""
        while self:
            message = self.popleft()
            self._count(-_size(message))
            yield message

    def drop(self) -> None:
        """See `Holder`."""
        self.clear()
        self._count(-self.unread)

    def __del__(self) -> None:
        """Count nothing any more: the page did not come back, or left before it was sent all."""
        self._count(-self.unread)

    def _count(self, change: int) -> None:
        self.unread += change
        self._account.count(change)


def _size(message: tuple[str, list[bytes]]) -> int:
    return sum(len(part) for part in message[1])
