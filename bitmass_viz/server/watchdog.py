"""Report to systemd that the server is ready, and then regularly that its event loop still runs.

Without a socket in ``$NOTIFY_SOCKET`` nothing is sent.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress

from tornado.ioloop import PeriodicCallback

VARIABLES = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")


class Watchdog:
    """Reports to systemd from the running event loop. Kernels do not inherit its variables."""

    def __init__(self) -> None:
        address, microseconds, process = (os.environ.pop(name, "") for name in VARIABLES)
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        # A system that does not keep up loses a report; the event loop must not wait for it.
        kind = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK
        self._socket = socket.socket(socket.AF_UNIX, kind) if address else None
        self._alive: PeriodicCallback | None = None
        if address and microseconds.isdecimal() and int(microseconds) and process in ("", str(os.getpid())):
            # Half the allowed time, as systemd recommends.
            self._alive = PeriodicCallback(lambda: self._send("WATCHDOG=1"), int(microseconds) / 2_000)

    def start(self) -> None:
        """Report that the server is ready, and from now on that it is alive."""
        self._send("READY=1")
        if self._alive is not None:
            self._alive.start()

    def stop(self) -> None:
        """Report that the server is stopping."""
        if self._alive is not None:
            self._alive.stop()
        self._send("STOPPING=1")

    def _send(self, state: str) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.sendto(state.encode(), self._address)
