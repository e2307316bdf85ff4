"""A reader's page without a browser: what it asks of the server, and says to its kernel over a real websocket.

It draws nothing, but takes a screen's time to say that it did.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
import socket
import struct
import time
import uuid
from collections.abc import Callable
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.websocket import WebSocketClientConnection

from tests.server.kernel_client import connect, message

EXPLORER = "bitmass_viz.widgets.explorer.Explorer"
PULSE_SECONDS = 5.0
SCREEN_SECONDS = 1 / 60
"""A screen shows no more than sixty pictures a second, and a page says after one of them that it drew a frame."""
LOADING_SECONDS = 120.0
ANSWER_SECONDS = 30.0
"""What has not happened by then is trouble."""
ASK_AGAIN_SECONDS = 2.0
MAX_MESSAGE = 100 << 20
EARLY = "No such comm"
"""The kernel's complaint of a message to a comm that it is about to open; it delivers the message all the same."""
ABANDONED = "Paused, because"
"""How the explorer's notice begins when it has paused by itself."""


class TroubleError(Exception):
    """Something of the page's did not go as a reader would expect."""


class Page:
    """One reader's page, from the request for it until it is left.

    Attributes
    ----------
    kernel : str
        The kernel's id.
    trouble : list of str
        Whatever went wrong, a sentence each.
    drawn : int
        Frames of the explorer drawn so far.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.kernel = ""
        self.trouble: list[str] = []
        self.drawn = 0
        self._client = AsyncHTTPClient(force_instance=True, max_body_size=MAX_MESSAGE)
        self._cookie = ""
        self._session = uuid.uuid4().hex
        self._socket: WebSocketClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None
        self._asking: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._models: dict[str, dict[str, Any]] = {}
        self._explorer = ""
        self._last_drawn = 0
        self._to_draw: set[str] = set()
        self._control = uuid.uuid4().hex
        self._reached = False
        self._answered = 0
        self._silent = False
        self._left = False
        self._phase = SCREEN_SECONDS * (uuid.uuid4().int % 1000) / 1000

    @property
    def status(self) -> dict[str, Any]:
        """The explorer's status, and what is the same for its run."""
        explorer = self._models.get(self._explorer, {})
        return {**explorer.get("network", {}), **explorer.get("status", {})}

    @property
    def settings(self) -> dict[str, Any]:
        """The explorer's settings."""
        settings: dict[str, Any] = self._models.get(self._explorer, {}).get("settings", {})
        return settings

    async def load(self) -> None:
        """Get the page and its scripts, as they come; know the kernel."""
        response = await self._get(self.url)
        page = response.body.decode()
        found = re.search(r'dataset\.kernelId = "([^"]+)"', page)
        if found is None:
            raise TroubleError("the page names no kernel")
        self.kernel = found[1]
        cookies = SimpleCookie()
        for line in response.headers.get_list("Set-Cookie"):
            cookies.load(line)
        self._cookie = "; ".join(f"{morsel.key}={morsel.value}" for morsel in cookies.values())
        self._token = cookies["_xsrf"].value
        for script in re.findall(r'<script async src="([^"]+)"', page):
            await self._get(self.url.rstrip("/") + script)

    async def connect(self) -> None:
        """Reach the kernel and learn of its widgets, as the widget manager of a page does; show the explorer."""
        server, reader = SimpleNamespace(host=self.url.split("//")[1].rstrip("/")), SimpleNamespace(id=self.kernel)
        self._socket = await connect(server, reader, self._session, Cookie=self._cookie)
        self._reading = asyncio.create_task(self._read())
        until = time.monotonic() + LOADING_SECONDS
        while not self._reached:
            # The server lets questions fall that come before it has reached the kernel.
            self._tell("kernel_info_request", {})
            try:
                await self.until(lambda: self._reached, "the kernel answers", ASK_AGAIN_SECONDS)
            except TroubleError:
                if time.monotonic() > until or self._socket.protocol is None:
                    raise
        opening = {"comm_id": self._control, "target_name": "jupyter.widget.control", "data": {}}
        self._tell("comm_open", opening, {"version": "1.0.0"})
        self._tell("comm_msg", {"comm_id": self._control, "data": {"method": "request_states"}})
        await self.until(lambda: bool(self._explorer), "the explorer is shown", LOADING_SECONDS)
        self._asking = asyncio.create_task(self._keep_asking())

    def say(self, action: str, **more: Any) -> None:
        """Tell the explorer something, as its JavaScript does."""
        self._say_to(self._explorer, {"action": action, **more})

    def hide(self) -> None:
        """Turn to another tab: from then on nothing asks for the kernel."""
        self.say("hidden")
        if self._asking is not None:
            self._asking.cancel()

    async def until(self, condition: Callable[[], bool], what: str, seconds: float = ANSWER_SECONDS) -> None:
        """Wait for something that messages bring.

        Raises
        ------
        TroubleError
            It takes too long, or the connection has ended.
        """
        end = time.monotonic() + seconds
        while not condition():
            self._news.clear()
            if self._reading is None or self._reading.done():
                raise TroubleError(f"the connection ended before this: {what}")
            if self._silent:
                raise TroubleError(f"the kernel no longer answers, before this: {what}")
            try:
                await asyncio.wait_for(self._news.wait(), end - time.monotonic())
            except TimeoutError:
                raise TroubleError(f"not within {seconds:g} s: {what}") from None

    async def say_goodbye(self) -> None:
        """Leave as a browser does that has the time to say so: the beacon ends the kernel."""
        self._left = True
        answer = await self._client.fetch(
            f"{self.url}voila/api/shutdown/{self.kernel}",
            method="POST",
            headers={"Cookie": self._cookie},
            body=urlencode({"_xsrf": self._token}),
            raise_error=False,
            request_timeout=ANSWER_SECONDS,
        )
        if answer.code != 204:
            self.trouble.append(f"the goodbye was answered with {answer.code}")
        await self._end()

    async def drop(self) -> None:
        """Leave as a browser does that was killed: the connection is reset."""
        self._left = True
        if self._socket is not None and self._socket.protocol is not None:
            stream = self._socket.protocol.stream
            if stream.socket is not None:
                # Without a time to linger, closing sends a reset.
                stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            stream.close()
        await self._end()

    async def fall_silent(self) -> None:
        """Leave as a laptop does that was shut: nothing is answered any more, and nothing closed."""
        self._left = True
        await self._end()
        # What nobody takes from its queue keeps a connection from being read, pings and all.
        if self._socket is not None and self._socket.read_queue.empty():
            self._socket.read_queue.put_nowait(b"")

    async def close(self) -> None:
        """Let go of everything."""
        if not self._left:
            await self.drop()
        if self._socket is not None and self._socket.protocol is not None:
            self._socket.protocol.stream.close()
            self._socket.close()
        self._client.close()

    async def _end(self) -> None:
        tasks = [task for task in (self._reading, self._asking) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _get(self, address: str) -> HTTPResponse:
        response = await self._client.fetch(
            HTTPRequest(address, request_timeout=LOADING_SECONDS, decompress_response=True), raise_error=False
        )
        if response.code != 200:
            raise TroubleError(f"{address} was answered with {response.code} {response.reason}")
        return response

    def _tell(self, kind: str, content: dict[str, Any], metadata: dict[str, Any] | None = None) -> None:
        header = {"msg_id": uuid.uuid4().hex, "session": self._session}
        if self._socket is not None:
            # That the connection has ended is seen by whoever reads.
            self._socket.write_message(
                message(kind, content, header=header, metadata=metadata), binary=True
            ).add_done_callback(lambda sent: sent.cancelled() or sent.exception())

    def _say_to(self, model: str, content: dict[str, Any]) -> None:
        self._tell("comm_msg", {"comm_id": model, "data": {"method": "custom", "content": content}})

    async def _read(self) -> None:
        assert self._socket is not None
        try:
            while isinstance(message := await self._socket.read_message(), bytes):
                self._take(message)
            if not self._left:
                self.trouble.append(
                    f"the connection was closed ({self._socket.close_code} {self._socket.close_reason})"
                )
        finally:
            self._news.set()

    def _take(self, message: bytes) -> None:
        _, (header, _, _, content, *buffers) = deserialize_msg_from_ws_v1(message)
        kind = json.loads(header)["msg_type"]
        if kind == "kernel_info_reply":
            self._reached = True
        elif kind == "error":
            told = json.loads(content)
            self.trouble.append(f"the kernel: {told.get('ename')}: {told.get('evalue')}")
        elif kind == "stream":
            told = json.loads(content)
            if told["name"] == "stderr" and not told["text"].startswith(EARLY):
                self.trouble.append(f"the kernel: {told['text'][-300:]}")
        elif kind == "comm_msg":
            told = json.loads(content)
            self._take_comm(told["comm_id"], told["data"], buffers)
        else:
            return
        self._news.set()

    def _take_comm(self, comm: str, data: dict[str, Any], buffers: list[bytes]) -> None:
        if data.get("method") == "custom" and data["content"].get("kind") == "here":
            self._answered = data["content"]["id"]
        elif data.get("method") == "update_states" and comm == self._control:
            self._models = {model: told["state"] for model, told in data["states"].items()}
            for (model, _, *path), buffer in zip(data["buffer_paths"], buffers, strict=True):
                if len(path) == 1:
                    self._models[model][path[0]] = buffer
            for model, state in self._models.items():
                if "status" in state and "frame" in state:
                    self._say_to(model, {"action": "hello"})
                    self._arrived(model)
                if state.get("_anywidget_id") == EXPLORER:
                    self._explorer = model
        elif data.get("method") == "update" and comm in self._models:
            changed = data["state"]
            for path, buffer in zip(data.get("buffer_paths", []), buffers, strict=True):
                if len(path) == 1:
                    changed[path[0]] = buffer
            self._models[comm].update(changed)
            if "status" in changed:
                self._arrived(comm)
            if "notice" in changed:
                self._heed(changed["notice"])

    async def _keep_asking(self) -> None:
        """Ask now and then whether the kernel is there, as a page does; a kernel that says nothing is culled."""
        asked = 0
        while asked - self._answered < ANSWER_SECONDS / PULSE_SECONDS:
            await asyncio.sleep(PULSE_SECONDS)
            asked += 1
            self._say_to(self._explorer, {"action": "here", "id": asked})
        self._silent = True
        self._news.set()

    def _heed(self, notice: dict[str, Any]) -> None:
        text = notice.get("text", "")
        if notice.get("level") == "error" or text.startswith(ABANDONED):
            self.trouble.append(f"a notice: {text}")

    def _arrived(self, model: str) -> None:
        """Draw a frame when the screen is shown next, and with it whatever else has come by then."""
        if model not in self._to_draw:
            self._to_draw.add(model)
            loop = asyncio.get_running_loop()
            screens = math.ceil((loop.time() - self._phase) / SCREEN_SECONDS)
            loop.call_at(self._phase + screens * SCREEN_SECONDS, self._draw, model)

    def _draw(self, model: str) -> None:
        self._to_draw.discard(model)
        seq = self._models[model].get("status", {}).get("seq")
        if seq is None or self._left:
            return
        if model == self._explorer and seq > self._last_drawn and self._models[model].get("frame"):
            self._last_drawn = seq
            self.drawn += 1
            self._news.set()
        self._say_to(model, {"action": "ack", "seq": seq})
