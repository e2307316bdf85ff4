"""One reader's place on the server."""

from __future__ import annotations

import asyncio
import time
from typing import Any


class Reservation:
    """One reader, from the request of the page until the kernel has ended.

    Attributes
    ----------
    address : str or None
        The reader's address; None if many readers can share it, as with this machine's.
    kernel_id : str or None
        Set just before the kernel is started.
    failed : bool
        Whether rendering the page failed, or the place was revoked before it finished.
    """

    def __init__(self, waiting: asyncio.Task[dict[str, Any]] | None, address: str | None = None) -> None:
        self.waiting = waiting
        self.address = address
        self.arrived = time.monotonic()
        self.kernel_id: str | None = None
        self.failed = False
        self.left = False
        self.revoked = False
        self.rendered = False
        self.has_turn = False
        self.connected = False
        self.has_stepped_back = False
        self.alone_since: float | None = None

    def is_alone_for(self, seconds: float) -> bool:
        """Return whether the page is rendered and its kernel has had no connection for this long."""
        return self.alone_since is not None and time.monotonic() - self.alone_since >= seconds

    @property
    def revocation_order(self) -> tuple[bool, bool, float]:
        """A key that is largest for the reader who loses least."""
        has_no_connection = self.rendered and self.alone_since is not None
        return has_no_connection, not self.rendered, self.arrived
