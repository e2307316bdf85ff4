"""What can be set of the server. Imports nothing large: the command line states the bounds at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PREHEAT = 1
"""One kernel waits for the user who starts the server or reloads the page. More would use memory without need."""
MAX_PREHEAT = 100
MAX_READERS = 10_000

_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")
_HOST_NAME = re.compile(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){0,9}", re.IGNORECASE)


@dataclass(frozen=True)
class Options:
    """What a server serves, to whom, and to how many at the same time.

    Attributes
    ----------
    notebook : Path
        Run from top to bottom for each reader.
    host : str
        Address to listen on. Anyone who can reach it can use the page.
    port : int or None
        Exactly this port, or None for the first free one from 8866. 0 lets the system choose.
    base_url : str
        Path under which a proxy exposes the page; starts and ends with a slash.
    preheat : int
        Number of kernels that wait for readers with the notebook already run; 0 for none.
    max_readers : int or None
        Most concurrent readers; each uses a kernel's memory. None derives it from the memory that is free now.
        Extra readers are asked to wait.
    per_address : int or None
        Places that readers from one address keep when others wait; None for 30, or half of all if that is more.
    proxy_header : str or None
        Header in which a proxy on this machine passes on a reader's address, such as ``X-Forwarded-For``. It is
        ignored from elsewhere. Without it a proxy's readers count as this machine's, which has no limit of places.
    names : tuple of str
        Host names under which a proxy exposes the page. If given, only these and this machine's own are accepted.

    Raises
    ------
    ValueError
        If the path does not start and end with a slash, `preheat` exceeds `max_readers`, or a host or header name
        is not valid.
    """

    notebook: Path
    host: str = "127.0.0.1"
    port: int | None = None
    base_url: str = "/"
    preheat: int = PREHEAT
    max_readers: int | None = None
    per_address: int | None = None
    proxy_header: str | None = None
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (self.base_url.startswith("/") and self.base_url.endswith("/")):
            raise ValueError(f"base_url must begin and end with a slash, such as /bitmass/, got {self.base_url!r}")
        for name in self.names:
            if not _HOST_NAME.fullmatch(name):
                raise ValueError(
                    f"--name must be a host's, such as explainer.example.org, and no port, got {name!r}"
                )
        if self.proxy_header is not None and not _HEADER.fullmatch(self.proxy_header):
            raise ValueError(
                f"--proxy-header must be a header's name, such as X-Forwarded-For, got {self.proxy_header!r}"
            )
        if self.max_readers is not None and self.preheat > self.max_readers:
            raise ValueError(
                f"--preheat must not be larger than --max-readers, got {self.preheat} kernels that wait for "
                f"{self.max_readers} readers at most"
            )
