"""What the server lets through: from a reader to a kernel, and from its folders to a reader.

Whoever reaches the page may be anybody. A reader's kernel has run the notebook, and from then on it hears what the
widgets of a page say and nothing else; no message of a page makes it run code.

This is about the page. In JupyterLab there is nothing to protect: the reader has a kernel to run any code in.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import struct
from collections.abc import Iterable
from contextlib import aclosing, suppress
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from jupyter_server.services.kernels.handlers import KernelHandler
from tornado.httputil import HTTPHeaders
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, OutputTransform, RequestHandler, StaticFileHandler
from tornado.websocket import WebSocketClosedError
from voila.static_file_handler import TemplateStaticFileHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from bitmass_viz.admission import AdmittingKernels, FullError, Visit

PROTOCOL = "v1.kernel.websocket.jupyter.org"
MAX_MESSAGE_BYTES = 1 << 20
"""What a page says is a few kilobytes: a drawn digit is 784 numbers, a link a few hundred."""
MAX_BODY_BYTES = 1 << 16
"""A page's goodbye has no body."""
MESSAGE_TYPES = ("comm_open", "comm_close", "comm_msg", "comm_info_request", "kernel_info_request")
"""Voilà's own list has a shutdown, too; a page says goodbye over HTTP."""
TARGETS = ("jupyter.widget.control",)
"""What a page may open: the line on which it asks for all widgets. It makes no widgets in the kernel."""
MAX_OPENED = 20
MAX_PARTS = 64
MAX_HEADER_TEXT = 200
MAX_CONNECTIONS = 8
"""To one kernel. A page has one; another may come before the server knows that the first is cut."""
BYTES_A_SECOND = 1 << 20
LEAST_BYTES = 256
"""What a message costs at least."""
BURST_SECONDS = 4
MAX_UNSENT_BYTES = 96 << 20
"""A page that has not taken so much of what was sent to it is let go; a long history is 16 MB."""

PLACE = f"place-{secrets.token_hex(16)}"
"""Stands where each page's own nonce comes: a page may be rendered long before it is asked for."""
REST_OF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
"""For all that is not the page. It matters only if it is opened by itself: an error, or a picture with scripts."""
FULL = 503
TRY_AGAIN_SECONDS = 15
HEADERS = {
    "Content-Security-Policy": REST_OF_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_PICTURE = re.compile(r".+\.(png|jpe?g|gif|svg|webp)", re.IGNORECASE)
_SESSION = re.compile(r"[\w-]{1,64}")


def policy_of_page(nonce: str) -> str:
    """Return the content-security policy of a page: only this server's scripts run, and it asks no other host.

    Each exception has a reason:

    - ``blob:`` scripts: anywidget imports a widget's module from a blob, since it comes over the websocket.
    - ``'unsafe-inline'`` styles, but no scripts: JupyterLab and anywidget add ``<style>`` elements as they load.
    - ``data:`` and ``blob:`` images: JupyterLab's icons, and the pictures that a reader saves or opens.
    """
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}' blob:",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "media-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "frame-src 'self'",
            "frame-ancestors 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "object-src 'none'",
        ]
    )


class SafeHeaders(OutputTransform):
    """Puts `HEADERS` on every answer that has not its own."""

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        """See `OutputTransform`."""
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        return status_code, headers, chunk


class PageHandler(TornadoVoilaHandler):
    """Sends the page to whom there is a place for, and the cookie without which the page's goodbye is refused.

    The goodbye ends the kernel, which would otherwise hold its memory until it is culled.
    """

    kernel_manager: AdmittingKernels

    def initialize(self, **settings: Any) -> None:
        """See `TornadoVoilaHandler`."""
        super().initialize(**settings)
        self._nonce = secrets.token_urlsafe(16)

    @property
    def content_security_policy(self) -> str:
        """See `JupyterHandler`, which asks for it before `initialize`, and again for an error."""
        return policy_of_page(self._nonce) if hasattr(self, "_nonce") else REST_OF_POLICY

    async def get(self, path: str | None = None) -> None:
        """See `TornadoVoilaHandler`."""
        if path:
            self._lead_to_picture(path)
            return
        if not _is_opened(self.request.headers):
            raise HTTPError(403)
        await self._send_page()

    async def _send_page(self) -> None:
        try:
            visit = self.kernel_manager.admit()
        except FullError:
            self._say_full()
            return
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Security-Policy", self.content_security_policy)
        # Tornado sets the cookie when somebody asks for its value.
        _ = self.xsrf_token
        whole = False
        try:
            async with aclosing(self.kernel_manager.page(visit)) as pieces:
                async for piece in pieces:
                    self.write(self._word(visit) if piece is None else piece)
                    await self.flush()
            if visit.failed:
                self.write(f'<script nonce="{PLACE}">bitmassFailed()</script>')
                await self.flush()
            whole = True
        except StreamClosedError:
            pass  # the reader did not wait for it
        finally:
            if not whole:
                self.kernel_manager.leave(visit)

    def _log(self) -> None:
        """See `RequestHandler`. Whoever started the server hears once that it is full, not of every reader."""
        if self.get_status() != FULL:
            super()._log()

    def _word(self, visit: Visit) -> str:
        """Return what a page is told that waits; a proxy would give it up if nothing came for long."""
        return f'<script nonce="{PLACE}">bitmassWaits({self.kernel_manager.number_before(visit)})</script>\n'

    def _say_full(self) -> None:
        self.set_status(FULL)
        self.set_header("Retry-After", TRY_AGAIN_SECONDS)
        self.set_header("Cache-Control", "no-store")
        self.set_header(
            "Content-Security-Policy",
            f"default-src 'none'; script-src 'nonce-{self._nonce}'; style-src 'unsafe-inline'; "
            "frame-ancestors 'self'",
        )
        places = self.kernel_manager.max_readers
        self.finish(self.render_template("full.html", places=places, seconds=TRY_AGAIN_SECONDS, nonce=self._nonce))

    def write(self, chunk: str | bytes | dict[str, Any]) -> None:
        """See `RequestHandler`."""
        if isinstance(chunk, str):
            chunk = chunk.replace(PLACE, self._nonce)
        super().write(chunk)

    def _lead_to_picture(self, path: str) -> None:
        if not is_picture(path):
            raise HTTPError(404)
        self.redirect_to_file(path)


def _is_opened(headers: HTTPHeaders) -> bool:
    """Tell whether a browser asks for the page to show it to a reader, and not for another site's page.

    Such a page could name this one as a picture, or in frames, over and over, and each would start a kernel. So
    does a browser that fetches in advance what nobody may want to see. A client that says nothing of it is no
    browser of these days.
    """
    if headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return False
    if "prefetch" in headers.get("Sec-Purpose", ""):
        return False
    framed = headers.get("Sec-Fetch-Dest", "document") != "document"
    return not framed or headers.get("Sec-Fetch-Site") == "same-origin"


class PictureHandler(StaticFileHandler):
    """Sends a picture that the notebook shows, from the notebook's folder."""

    def initialize(self, path: str, notebook: Path) -> None:  # type: ignore[override]
        """See `StaticFileHandler`."""
        super().initialize(path)
        self._notebook = notebook

    def get_absolute_path(self, root: str, path: str) -> str:  # type: ignore[override]
        """See `StaticFileHandler`, which asks for it before it looks at any file."""
        if not is_picture(path) or PurePosixPath(path).name not in self._notebook.read_text("utf-8", "ignore"):
            raise HTTPError(404)
        found = super().get_absolute_path(root, path)
        if not Path(found).resolve().is_relative_to(Path(root).resolve()):  # by way of a link
            raise HTTPError(404)
        return found


def is_picture(path: str) -> bool:
    """Tell whether a path may lead to a picture: by its ending, with no hidden folder and no way upwards."""
    if _PICTURE.fullmatch(path) is None or not path.isprintable() or "\\" in path:
        return False
    return not any(part.startswith(".") for part in path.split("/"))


class StyleHandler(TemplateStaticFileHandler):
    """Sends the styles and scripts of the page's template, and of the one that it extends."""

    TEMPLATES = ("lab", "base")

    def parse_url_path(self, path: str) -> str:
        """See `TemplateStaticFileHandler`, which fails on paths that are none of a template's."""
        template, _, rest = path.partition("/static/")
        if template not in self.TEMPLATES or not rest or ".." in rest.split("/"):
            raise HTTPError(404)
        return str(super().parse_url_path(path))


def only_below(handler: type[RequestHandler], folders: Iterable[str]) -> type[RequestHandler]:
    """Return a handler of files that has none but those in some of its folders."""
    begun = tuple(f"{folder}/" for folder in folders)

    class Limited(handler):  # type: ignore[valid-type, misc]
        async def get(self, path: str, *rest: Any, **more: Any) -> None:
            if not path.startswith(begun) or ".." in path.split("/"):
                raise HTTPError(404)
            await super().get(path, *rest, **more)

        def write_error(self, status_code: int, **more: Any) -> None:
            _write_plain_error(self, status_code)

    return Limited


def _write_plain_error(handler: RequestHandler, status_code: int) -> None:
    """Say no more than the number. Jupyter's own page fails in Voilà, and fills the terminal with tracebacks."""
    handler.set_header("Content-Type", "text/plain")
    handler.finish(str(status_code))


class ModelHandler(KernelHandler):
    """Tells a page how its kernel is, and does not end it: that takes the page's cookie, at another address."""

    SUPPORTED_METHODS = ("GET", "HEAD", "OPTIONS")


class ChannelHandler(VoilaKernelWebsocketHandler):
    """A page's line to its kernel, which takes no more than a page has to say."""

    async def get(self, kernel_id: str) -> None:
        """See `KernelWebsocketHandler`."""
        if _SESSION.fullmatch(self.get_argument("session_id", "page")) is None:
            raise HTTPError(400)
        if self.kernel_manager._kernel_connections.get(kernel_id, 0) >= MAX_CONNECTIONS:
            raise HTTPError(429)
        self._purse = Purse()
        self._unsent = 0
        await super().get(kernel_id)

    def write_message(self, message: Any, binary: bool = False) -> Any:
        """See `VoilaKernelWebsocketHandler`. What a page does not take is held in memory until then."""
        size = len(message)
        if self._unsent + size > MAX_UNSENT_BYTES:
            self.close(1008, "more was asked for than was taken")
        sent = super().write_message(message, binary)
        if sent is not None:
            self._unsent += size
            sent.add_done_callback(partial(self._note_sent, size))
        return sent

    def write_error(self, status_code: int, **more: Any) -> None:
        """See `RequestHandler`."""
        _write_plain_error(self, status_code)

    def send_ping(self) -> None:
        """See `WebSocketMixin`, which pings also while it waits for a page that will not say goodbye any more."""
        with suppress(WebSocketClosedError):
            super().send_ping()

    def _note_sent(self, size: int, _sent: Any) -> None:
        self._unsent -= size

    async def on_message(self, ws_message: str | bytes) -> None:
        """See `KernelWebsocketHandler`. Nothing more is read from this page before this is over."""
        await self._purse.pay(len(ws_message))
        if self.connection is not None:
            super().on_message(ws_message)


class Purse:
    """Makes who sends too much wait: a kernel's queue must not grow without end."""

    def __init__(self) -> None:
        self._left = float(BURST_SECONDS)
        self._at = 0.0

    async def pay(self, size: int) -> None:
        """Wait until there is time enough for a message of some bytes."""
        now = asyncio.get_running_loop().time()
        self._left = min(float(BURST_SECONDS), self._left + now - self._at)
        self._at = now
        self._left -= max(LEAST_BYTES, size) / BYTES_A_SECOND
        if self._left < 0:
            await asyncio.sleep(-self._left)


class BoundedKernels(AdmittingKernels):
    """Kernels that may say only so much to a page that is cut off and may come back."""

    def start_buffering(self, kernel_id: str, session_key: str, channels: dict[str, Any]) -> None:
        """See `MappingKernelManager`."""
        super().start_buffering(kernel_id, session_key, channels)
        self._kernel_buffers[kernel_id]["buffer"] = Bounded()


class Bounded(list[tuple[str, list[bytes]]]):
    """Messages by their channels; those that are too much are not kept. The page asks anew for what it shows."""

    def __init__(self) -> None:
        super().__init__()
        self._bytes = 0

    def append(self, message: tuple[str, list[bytes]]) -> None:
        """Keep a message if there is room."""
        size = sum(len(part) for part in message[1])
        if self._bytes + size <= MAX_UNSENT_BYTES:
            self._bytes += size
            super().append(message)


class Doorkeeper:
    """Says which messages of a page go on to its kernel. It is asked about each, in turn, on one connection."""

    def __init__(self) -> None:
        self._opened = 0

    def admits(self, message: bytes | str, subprotocol: str | None) -> bool:
        """Tell whether a message may go on; whatever it is, this does not fail."""
        # The older protocols are not spoken here. Jupyter would read counts out of them and allocate so much.
        if subprotocol != PROTOCOL or not isinstance(message, bytes):
            return False
        try:
            header, content = _read(message)
        except (ValueError, RecursionError, struct.error):
            return False
        kind = header.get("msg_type")
        if kind in ("comm_open", "comm_msg", "comm_close") and not _is_of_comm(content):
            return False
        if kind == "comm_open":
            self._opened += 1
            return content.get("target_name") in TARGETS and self._opened <= MAX_OPENED
        return kind in MESSAGE_TYPES


def _is_of_comm(content: dict[str, Any]) -> bool:
    return isinstance(content.get("comm_id"), str) and isinstance(content.get("data"), dict)


def _read(message: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a message's header and content, or raise ValueError if it is not written as it must be.

    A count of offsets, the offsets, and between them the channel's name and the parts: header, parent, metadata,
    content, buffers.
    """
    count = int.from_bytes(message[:8], "little")
    if not 6 <= count <= MAX_PARTS:
        raise ValueError("so many parts has no message")
    offsets = struct.unpack_from(f"<{count}Q", message, 8)
    if offsets[0] != 8 * (count + 1) or offsets[-1] != len(message) or list(offsets) != sorted(offsets):
        raise ValueError("the parts do not follow each other")
    if message[offsets[0] : offsets[1]] != b"shell":
        raise ValueError("the other channels are not for pages")
    parts = [json.loads(message[offsets[i] : offsets[i + 1]]) for i in range(1, 5)]
    if not all(isinstance(part, dict) for part in parts):
        raise ValueError("a part is not what it must be")
    header, parent, _, content = parts
    if parent or not all(isinstance(header.get(name), str) for name in ("msg_id", "msg_type", "session")):
        raise ValueError("a page's message has a number, and answers none")
    for value in header.values():
        if value is not None and not (isinstance(value, str) and len(value) <= MAX_HEADER_TEXT):
            raise ValueError("a header is made of short texts")
    if header.get("subshell_id") is not None:
        raise ValueError("a page has no subshells")
    datetime.fromisoformat(header.get("date") or "2000-01-01")
    return header, content
