"""HTTP access: the page, its scripts and styles, the notebook's pictures, and nothing else.

Clients are untrusted. Which messages they can send to a kernel is decided in `websocket` and `message_filter`.

All this protects the web page only. In JupyterLab the reader can run any code anyway.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from contextlib import aclosing
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from jupyter_server.services.kernels.handlers import KernelHandler
from tornado.httputil import HTTPHeaders, RequestStartLine
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, OutputTransform, RequestHandler, StaticFileHandler
from voila.tornado.handler import TornadoVoilaHandler

from bitmass_viz.server.admission import AdmittingKernels, FullError
from bitmass_viz.server.client_address import client_address, is_this_machine
from bitmass_viz.server.reservation import Reservation

MAX_BODY_BYTES = 1 << 16
"""No request needs a body: the page's shutdown request has none."""
PLACE = f"place-{secrets.token_hex(16)}"
"""Placeholder for a page's nonce, because a page can be rendered long before it is requested."""
ADDRESS = f"address-{secrets.token_hex(16)}"
"""Placeholder for the server's address, which only a request knows."""
REST_OF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
"""Policy of all other responses, for when one is opened directly: an error, or an SVG with scripts."""
FULL = 503
TRY_AGAIN_SECONDS = 15
HEADERS = {
    "Content-Security-Policy": REST_OF_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TEMPLATES = ("lab/static", "base/static")
"""Folders with the styles and scripts of the page's template, and of the one that it extends."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""Allowed methods. Jupyter's handlers raise on others before they can send an error."""
_PICTURE = re.compile(r".+\.(png|jpe?g|gif|svg|webp)", re.IGNORECASE)


def policy_of_page(nonce: str) -> str:
    """Return the content-security policy of a page: only this server's scripts run, and only it is contacted.

    Each exception has a reason:

    - ``blob:`` scripts: anywidget imports a widget's module from a blob, because it arrives over the websocket.
    - ``'wasm-unsafe-eval'`` and ``blob:`` workers: the opening trains with our kernels, see `opening_files`.
    - ``'unsafe-inline'`` for styles only: JupyterLab and anywidget add ``<style>`` elements as they load.
    - ``data:`` and ``blob:`` images: JupyterLab's icons, and pictures that a reader saves or opens.
    """
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}' blob: 'wasm-unsafe-eval'",
            "worker-src blob:",
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


def status_of_refusal(start_line: RequestStartLine, headers: HTTPHeaders) -> int | None:
    """Return the error status for a malformed request, or None to pass the request on.

    Handlers would raise on these, and log a traceback with the whole request.
    """
    if start_line.method not in METHODS:
        return 405
    try:
        path = unquote_to_bytes(start_line.path.encode("latin-1")).decode("utf-8")
        for name in ("Origin", "Referer"):
            urlsplit(headers.get(name, ""))
    except ValueError:
        return 400
    return None if path.isprintable() else 404


class SafeHeaders(OutputTransform):
    """Adds `HEADERS` to every response that does not set its own."""

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        """See `OutputTransform`."""
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        return status_code, headers, chunk


class PageHandler(TornadoVoilaHandler):
    """Sends the page to admitted readers, with the cookie that authorises the page's shutdown request.

    A page that closes shuts its kernel down; otherwise the kernel would keep its memory until it is culled.
    """

    kernel_manager: AdmittingKernels

    def initialize(self, **settings: Any) -> None:
        """See `TornadoVoilaHandler`."""
        super().initialize(**settings)
        self._nonce = secrets.token_urlsafe(16)

    @property
    def content_security_policy(self) -> str:
        """See `JupyterHandler`, which reads it before `initialize`, and again for an error."""
        return policy_of_page(self._nonce) if hasattr(self, "_nonce") else REST_OF_POLICY

    async def get(self, path: str | None = None) -> None:
        """See `TornadoVoilaHandler`."""
        if path:
            self._redirect_to_picture(path)
            return
        if not _is_navigation(self.request.headers):
            raise HTTPError(403)
        await self._send_page()

    async def _send_page(self) -> None:
        try:
            reservation = self.kernel_manager.admit(self._address())
        except FullError as error:
            self._send_full(error.beyond_share)
            return
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Security-Policy", self.content_security_policy)
        # Tornado sets the cookie when its value is read.
        _ = self.xsrf_token
        whole = False
        try:
            async with aclosing(self.kernel_manager.page(reservation)) as pieces:
                begun = False
                async for piece in pieces:
                    # Before the page begins a browser takes nothing but space.
                    word = self._place_in_queue(reservation) if begun else "\n"
                    self.write(word if piece is None else piece)
                    begun = begun or piece is not None
                    await self.flush()
            if reservation.failed:
                self.write(f'<script nonce="{PLACE}">bitmassFailed()</script>')
                await self.flush()
            whole = True
        except StreamClosedError:
            pass  # the reader left
        finally:
            if not whole:
                self.kernel_manager.leave(reservation)

    def _address(self) -> str | None:
        """Return the address that this reader counts towards; None for this machine's, as a proxy can have."""
        address = client_address(self.request, self.settings["proxy_header"])
        return None if is_this_machine(address) else address

    def _log(self) -> None:
        """See `RequestHandler`. Refused readers are not logged: `on_full` reports a full server once."""
        if self.get_status() != FULL:
            super()._log()

    def _place_in_queue(self, reservation: Reservation) -> str:
        """Return a script that shows a waiting page its place; sending it also stops proxies from timing out."""
        number = self.kernel_manager.number_before(reservation)
        return f'<script nonce="{PLACE}">window.bitmassWaits && bitmassWaits({number})</script>\n'

    def _send_full(self, beyond_share: bool) -> None:
        self.set_status(FULL)
        self.set_header("Retry-After", TRY_AGAIN_SECONDS)
        self.set_header("Cache-Control", "no-store")
        self.set_header(
            "Content-Security-Policy",
            f"default-src 'none'; script-src 'nonce-{self._nonce}'; style-src 'unsafe-inline'; "
            "frame-ancestors 'self'",
        )
        places = self.kernel_manager.max_readers
        share = self.kernel_manager.per_address if beyond_share else None
        page = self.render_template(
            "full.html", places=places, share=share, seconds=TRY_AGAIN_SECONDS, nonce=self._nonce
        )
        self.finish(page)

    def write(self, chunk: str | bytes | dict[str, Any]) -> None:
        """See `RequestHandler`."""
        if isinstance(chunk, str):
            chunk = chunk.replace(PLACE, self._nonce)
            chunk = chunk.replace(ADDRESS, escape(f"{self.request.protocol}://{self.request.host}"))
        super().write(chunk)

    def _redirect_to_picture(self, path: str) -> None:
        if not is_picture(path):
            raise HTTPError(404)
        self.redirect_to_file(path)


def _is_navigation(headers: HTTPHeaders) -> bool:
    """Return whether a browser requests the page for a reader who navigated to it.

    Another site could embed this page many times, as an image or in frames, and each request would start a kernel;
    so would a browser's prefetch. A client without these headers is not a current browser, and is let through.
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
        """See `StaticFileHandler`, which calls this before it touches any file."""
        if not is_picture(path) or PurePosixPath(path).name not in self._notebook.read_text("utf-8", "ignore"):
            raise HTTPError(404)
        found = super().get_absolute_path(root, path)
        if not Path(found).resolve().is_relative_to(Path(root).resolve()):  # a symbolic link leads outside
            raise HTTPError(404)
        return found


def is_picture(path: str) -> bool:
    """Return whether a path has a picture's suffix, and neither hidden folders nor ``..``."""
    if _PICTURE.fullmatch(path) is None or not path.isprintable() or "\\" in path:
        return False
    return not any(part.startswith(".") for part in path.split("/"))


def only_below(handler: type[RequestHandler], folders: Iterable[str] = ("",)) -> type[RequestHandler]:
    """Return a file handler restricted to some of its folders, without ``.``, ``..`` or empty path parts."""
    prefixes = tuple(f"{folder}/" if folder else "" for folder in folders)

    class Limited(handler):  # type: ignore[valid-type, misc]
        async def get(self, path: str, *rest: Any, **more: Any) -> None:
            parts = path.split("/")
            if not path.startswith(prefixes) or "\\" in path or any(part in ("", ".", "..") for part in parts):
                raise HTTPError(404)
            await super().get(path, *rest, **more)

        def write_error(self, status_code: int, **more: Any) -> None:
            write_plain_error(self, status_code)

    return Limited


def write_plain_error(handler: RequestHandler, status_code: int) -> None:
    """Send only the status number. Jupyter's error page raises in Voilà and fills the terminal with tracebacks."""
    handler.set_header("Content-Type", "text/plain")
    handler.finish(str(status_code))


class ModelHandler(KernelHandler):
    """Reports a kernel's status. It cannot end the kernel: that takes another URL, and the page's cookie."""

    SUPPORTED_METHODS = ("GET", "HEAD", "OPTIONS")
