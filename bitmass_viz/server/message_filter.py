"""Filter and rate-limit the messages from a page to its kernel.

Only the widgets' messages pass, and none of them makes a kernel run code. A message that passes is serialised
again from its parsed form, so server and kernel cannot parse it differently, and the kernel receives nothing that
would make it fail and log an error.
"""

from __future__ import annotations

import asyncio
import json
import re
import struct
from itertools import pairwise
from typing import Any, NoReturn

from jupyter_server.services.kernels.connection.base import serialize_msg_to_ws_v1

PROTOCOL = "v1.kernel.websocket.jupyter.org"
MESSAGE_TYPES = ("comm_open", "comm_close", "comm_msg", "comm_info_request", "kernel_info_request")
"""Allowed message types. Voilà's list also has a shutdown request, which our pages send over HTTP."""
TARGETS = ("jupyter.widget.control",)
"""Comm targets that a page can open: only the channel for requesting all widgets. Pages create no widgets."""
METHODS = ("update", "custom", "request_state")
"""Allowed methods on a widget's comm. ipywidgets logs any other."""
CONTROL_METHODS = ("request_states",)
"""Allowed methods on the control comm."""
CONTROL_VERSION = "1.0.0"
"""Protocol version of the control comm. A kernel rejects any other, with a traceback."""
VERSION = "5.3"
"""Version of the messaging protocol. A kernel would translate messages of other versions."""
MAX_OPENED = 20
MAX_PARTS = 64
MAX_TEXT = 200
"""Most characters of an id or a name."""
BYTES_PER_SECOND = 1 << 20
LEAST_BYTES = 256
"""Least cost of a message."""
BURST_SECONDS = 4

_SURROGATE = re.compile(r"[\ud800-\udfff]")


class TokenBucket:
    """Rate limit for messages, so that a kernel's queue cannot grow without bound."""

    def __init__(self) -> None:
        self._left = float(BURST_SECONDS)
        self._at = 0.0

    async def take(self, size: int) -> None:
        """Wait until a message of `size` bytes is within the rate."""
        now = asyncio.get_running_loop().time()
        self._left = min(float(BURST_SECONDS), self._left + now - self._at)
        self._at = now
        self._left -= max(LEAST_BYTES, size) / BYTES_PER_SECOND
        if self._left < 0:
            await asyncio.sleep(-self._left)


class MessageFilter:
    """Filters the messages of one connection, in order."""

    def __init__(self) -> None:
        self._opened: list[str] = []

    def passed_on(self, message: bytes | str) -> bytes | None:
        """Return the message to pass to the kernel, or None. Never raises."""
        if not isinstance(message, bytes):
            return None  # the v1 protocol has no text messages
        try:
            header, content, buffers = _read(message)
            content = self._checked(header["msg_type"], content)
            metadata = {"version": CONTROL_VERSION} if header["msg_type"] == "comm_open" else {}
            parts = [_written(part) for part in (header, {}, metadata, content)]
        except (ValueError, RecursionError, struct.error):
            return None
        return serialize_msg_to_ws_v1([*parts, *buffers], "shell")

    def _checked(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        """Return the allowed content of a message of type `kind`, or raise ValueError."""
        if kind == "kernel_info_request":
            return {}
        if kind == "comm_info_request":
            name = content.get("target_name")
            return {} if name is None else {"target_name": _short(name)}
        if kind not in MESSAGE_TYPES:
            raise ValueError("a page has no such message")
        comm_id, data = _short(content.get("comm_id")), content.get("data", {})
        if not isinstance(data, dict):
            raise ValueError("a comm's data is an object")
        if kind == "comm_open":
            if content.get("target_name") not in TARGETS or len(self._opened) == MAX_OPENED:
                raise ValueError("a page opens nothing else")
            self._opened.append(comm_id)
            return {"comm_id": comm_id, "target_name": content["target_name"], "data": {}}
        # A comm opened by the page is not a widget's, and has other methods.
        methods = CONTROL_METHODS if comm_id in self._opened else METHODS
        if kind == "comm_msg" and data.get("method", methods[0]) not in methods:
            raise ValueError("a widget has no such method")
        return {"comm_id": comm_id, "data": data if kind == "comm_msg" else {}}


def _read(message: bytes) -> tuple[dict[str, str], dict[str, Any], list[bytes]]:
    """Return a message's header, content and buffers, or raise ValueError if it is malformed.

    The v1 format: the number of offsets, the offsets, and between consecutive offsets the channel's name and the
    parts: header, parent, metadata, content, buffers.
    """
    count = int.from_bytes(message[:8], "little")
    if not 6 <= count <= MAX_PARTS:
        raise ValueError("no message has so many parts")
    offsets = struct.unpack_from(f"<{count}Q", message, 8)
    if offsets[0] != 8 * (count + 1) or offsets[-1] != len(message) or list(offsets) != sorted(offsets):
        raise ValueError("the parts do not follow each other")
    channel, *parts = (message[begin:end] for begin, end in pairwise(offsets))
    if channel != b"shell":
        raise ValueError("the other channels are not for pages")
    header, parent, metadata, content = map(_parsed, parts[:4])
    if parent or header.get("subshell_id") is not None:
        raise ValueError("a page's message answers none, and there are no subshells")
    for value in (*header.values(), metadata.get("version")):
        if value is not None and not (isinstance(value, str) and len(value) <= MAX_TEXT):
            raise ValueError("a header is made of short texts")
    kept = {name: _short(header.get(name)) for name in ("msg_id", "msg_type", "session")}
    return kept | {"username": "", "version": VERSION}, content, parts[4:]


def _parsed(part: bytes) -> dict[str, Any]:
    # Decoded first, because json.loads would also accept bytes in UTF-16 and UTF-32.
    parsed = json.loads(part.decode("utf-8"), parse_constant=_refuse)
    if not isinstance(parsed, dict):
        raise ValueError("each part of a message is an object")
    return parsed


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"JSON has no {constant}")


def _short(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_TEXT:
        raise ValueError("an id or a name is a short text")
    return value


def _written(part: dict[str, Any]) -> bytes:
    # A lone surrogate cannot be encoded as UTF-8, nor an infinite number as JSON: both raise ValueError.
    return json.dumps(part, ensure_ascii=False, allow_nan=False).encode("utf-8")
