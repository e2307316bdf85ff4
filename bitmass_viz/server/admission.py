"""Admission: as many readers as memory allows, kernels started in turn, and places shared fairly among addresses.

Voilà starts a kernel immediately for each request of the page. In a crowd all kernels would start at the same
time, so the first page would be ready no sooner than the last; strangers could fill the memory; and a reader who
leaves early would leave a kernel behind.

Places are shared among addresses, or one client could take and keep them all. An address is entitled to
`per_address` places. While places are free it can take more, since an empty place helps nobody and a whole school
often shares one address. Once another address wants a place and none is free, an address beyond its share loses
places, the cheapest first: a kernel without a connection, then one that has not started, then the newest. So early
readers keep their work, and nobody within the share loses anything. While readers from another address wait, no
address gets a place beyond its share.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from traitlets import Integer, default
from voila.utils import ENV_VARIABLE

from bitmass_viz.server import priority
from bitmass_viz.server.kernel_pool import AT_A_TIME, PreheatedKernels
from bitmass_viz.server.kernel_spec import CAN_FORK
from bitmass_viz.server.reservation import Reservation
from bitmass_viz.server.turns import Turns

KERNEL_BYTES = 120_000_000 if CAN_FORK else 200_000_000
"""Memory per kernel, with its share of the server's. Forked: 69 MB were measured with thirty readers who play
(`python -m tests.load.readers`), and 113 for one who had played nine networks. Otherwise 124, and up to 200."""
CLASS_SIZE = 30
"""Least share of an address, enough for a class in a school with a single address."""
LEAST_READERS = 4
"""Floor for `max_readers`, so one user on a small machine can open and reload a few pages."""
WORD_SECONDS = 2.0
"""Interval of keep-alives to a page that is not rendered yet; a failed one shows that its reader has left."""
SPARE_SECONDS = 60.0
"""A kernel without a connection for this long can be ended to admit another reader."""
WAITING_SECONDS = 75.0
"""A reader who was asked to wait and has not retried for this long has left. The page retries every 15 seconds,
but browsers throttle a hidden page to once a minute."""
MAX_WAITING_ADDRESSES = 10_000
"""Bound on the addresses remembered as waiting, so that attackers cannot fill the memory with them."""
UNVISITED_SECONDS = 180.0
"""A kernel whose page never connected, such as a robot's, is ended after this; a slow page takes a minute."""
AT_ONCE = AT_A_TIME + 1
"""Kernels started concurrently while readers wait: one more than cores, because a start also waits at times."""
STEP_BACK_SECONDS = 2.0
"""Delay of this after the page is rendered; the first frame is drawn by then."""
AGAIN_SECONDS = 0.15


class FullError(Exception):
    """There is no place for a reader.

    Attributes
    ----------
    beyond_share : bool
        Whether the reader's address already has its share while readers from elsewhere wait.
    """

    def __init__(self, beyond_share: bool = False) -> None:
        super().__init__()
        self.beyond_share = beyond_share


class LeftError(Exception):
    """The reader left before the kernel was started."""


class AdmittingKernels(PreheatedKernels):
    """All kernels of the server, with admission of readers."""

    max_readers = Integer(min=1, default_value=LEAST_READERS, config=True, help="Readers at the same time.")
    per_address = Integer(min=1, config=True, help="Places that an address is entitled to.")
    on_full: Callable[[int], object] = staticmethod(lambda places: None)
    """Called when a reader is refused for the first time."""

    def __init__(self, **kwargs: Any) -> None:
        self._reservations: list[Reservation] = []
        self._turns = Turns(AT_ONCE, lambda: self._reservations)
        self._asked_to_wait: dict[str | None, float] = {}
        self._renderings: set[asyncio.Task[Any]] = set()
        self._starts: set[asyncio.Task[Any]] = set()
        self._ends: set[asyncio.Task[Any]] = set()
        super().__init__(**kwargs)

    @default("per_address")
    def _share_by_default(self) -> int:
        return share_of(self.max_readers)

    def admit(self, address: str | None = None) -> Reservation:
        """Reserve a place for a reader; `page` then renders the page.

        Parameters
        ----------
        address : str or None
            The reader's address; None if it does not identify a reader, as with this machine or a proxy.

        Raises
        ------
        FullError
            There is no place for a reader from this address, or the server is shutting down.
        """
        if self._closed:
            raise FullError
        pool = self.sound_pool(self.notebook_path)
        is_within_share = self._is_within_share(address)
        if not is_within_share and self._another_waits(address):
            raise FullError(beyond_share=True)
        if not pool and self._count() >= self.max_readers and not self._free_place(address, is_within_share):
            if is_within_share and len(self._asked_to_wait) < MAX_WAITING_ADDRESSES:
                self._asked_to_wait[address] = time.monotonic()
            self.on_full(self.max_readers)
            self.on_full = lambda places: None
            raise FullError
        self._asked_to_wait.pop(address, None)
        reservation = Reservation(pool.pop(0) if pool else None, address)
        self._reservations.append(reservation)
        self.fill_if_needed(notebook_name=self.notebook_path)
        return reservation

    async def page(self, reservation: Reservation) -> AsyncGenerator[str | None, None]:
        """Yield the pieces of a reader's page as they are rendered, or None every `WORD_SECONDS` without one.

        A caller that stops before the end must call `leave`.
        """
        pieces: asyncio.Queue[str | None] = asyncio.Queue()
        rendering = _begin(self._renderings, self._render(reservation, pieces))
        while not (rendering.done() and pieces.empty()):
            try:
                piece = await asyncio.wait_for(pieces.get(), WORD_SECONDS)
            except TimeoutError:
                yield None
            else:
                if piece is None:
                    break
                yield piece

    def leave(self, reservation: Reservation) -> None:
        """End a reader's kernel: now, or once the page is rendered, since rendering is not interrupted."""
        reservation.left = True
        if reservation.rendered:
            _begin(self._ends, self._end(reservation))

    def number_before(self, reservation: Reservation) -> int:
        """Return a reader's place in the queue for a kernel, from 1; 0 if not, or no longer, in it."""
        return self._turns.place(reservation)

    def notify_connect(self, kernel_id: str) -> None:
        """See `MappingKernelManager`."""
        super().notify_connect(kernel_id)
        for reservation in self._reservations:
            if reservation.kernel_id == kernel_id:
                reservation.connected, reservation.alone_since = True, None

    def notify_disconnect(self, kernel_id: str) -> None:
        """See `MappingKernelManager`."""
        super().notify_disconnect(kernel_id)
        for reservation in self._reservations:
            if reservation.kernel_id == kernel_id and not self._kernel_connections.get(kernel_id):
                reservation.alone_since = time.monotonic()

    async def shutdown_kernel(self, kernel_id: str | None, *given: Any, **more: Any) -> Any:
        """See `MappingKernelManager`. Frees the place first, so a reader who reloads the page can get it back."""
        for reservation in self._reservations:
            if reservation.kernel_id == kernel_id:
                reservation.left = True
        return await super().shutdown_kernel(kernel_id, *given, **more)

    async def cull_kernels(self) -> None:
        """See `PreheatedKernels`; also end kernels whose page never connected."""
        unvisited = [
            reservation
            for reservation in self._reservations
            if not reservation.connected and reservation.is_alone_for(UNVISITED_SECONDS)
        ]
        await asyncio.gather(*map(self._end, unvisited))
        await super().cull_kernels()

    async def close_pool(self) -> None:
        """See `PreheatedKernels`; also stop rendering, but let kernels finish starting and ending."""
        for reservation in self._reservations:
            reservation.left = True
        while self._turns:
            self._turns.pass_on()
        await super().close_pool()
        handed_out = [reservation.waiting for reservation in self._reservations if reservation.waiting is not None]
        await asyncio.gather(*handed_out, *self._starts, return_exceptions=True)
        renderings = list(self._renderings)
        for rendering in renderings:
            rendering.cancel()
        await asyncio.gather(*renderings, return_exceptions=True)
        await asyncio.gather(*self._ends, return_exceptions=True)

    def most_waiting(self) -> int:
        """See `PreheatedKernels`: none while readers are queued, and no more than there are free places."""
        return 0 if self._turns else min(super().most_waiting(), self.max_readers - self._count())

    def has_readers(self) -> bool:
        """See `PreheatedKernels`."""
        return self._count() > 0

    def _count(self) -> int:
        """Return the number of readers, after dropping those whose kernel has ended."""
        self._reservations = [
            reservation
            for reservation in self._reservations
            if not reservation.rendered or (not reservation.left and reservation.kernel_id in self)
        ]
        return sum(not reservation.revoked for reservation in self._reservations)

    def _is_within_share(self, address: str | None) -> bool:
        """Return whether one more place keeps an address within its share."""
        return address is None or self._places()[address] < self.per_address

    def _places(self) -> Counter[str]:
        """Return the number of places that each address has."""
        self._count()
        return Counter(
            reservation.address
            for reservation in self._reservations
            if reservation.address is not None and not reservation.revoked
        )

    def _another_waits(self, address: str | None) -> bool:
        """Return whether a reader from another address was asked to wait and has retried recently."""
        since = time.monotonic() - WAITING_SECONDS
        self._asked_to_wait = {other: at for other, at in self._asked_to_wait.items() if at >= since}
        return any(other != address for other in self._asked_to_wait)

    def _free_place(self, address: str | None, is_within_share: bool) -> bool:
        """End a kernel to admit a reader from an address; return whether one could be ended.

        The first choice is a kernel beyond its address's share, then one that has had no connection for a while.
        A reader beyond the share only displaces readers from the same address.
        """
        if is_within_share and self._revoke_place():
            return True
        gone = [
            reservation
            for reservation in self._reservations
            if reservation.is_alone_for(SPARE_SECONDS) and (is_within_share or reservation.address == address)
        ]
        if gone:
            self.leave(min(gone, key=lambda reservation: reservation.alone_since or 0.0))
        return bool(gone)

    def _revoke_place(self) -> bool:
        """Revoke a place of the address that is furthest beyond its share, if any is; see the module."""
        places = self._places()
        address, most = max(places.items(), key=lambda item: item[1], default=("", 0))
        if most <= self.per_address:
            return False
        theirs = (
            reservation
            for reservation in self._reservations
            if reservation.address == address and not reservation.revoked
        )
        reservation = max(theirs, key=lambda reservation: reservation.revocation_order)
        reservation.revoked = True
        # A page that is still being rendered then shows that it has no kernel.
        reservation.failed = not reservation.rendered
        self.leave(reservation)
        return True

    async def _end(self, reservation: Reservation) -> None:
        reservation.left = True
        if reservation.kernel_id in self:
            # It can end meanwhile, for example at the page's request.
            with suppress(Exception):
                await self.shutdown_kernel(reservation.kernel_id)

    async def _render(self, reservation: Reservation, pieces: asyncio.Queue[str | None]) -> None:
        """Queue a page's pieces for its reader. Continues if the reader leaves, so no cell is interrupted."""
        try:
            async for piece in self._rendered(reservation):
                pieces.put_nowait(piece)
        except LeftError:
            pass
        except Exception:
            reservation.failed = True
            self.log.error("A page could not be rendered", exc_info=True)
        finally:
            reservation.rendered = True
            if not reservation.connected:
                reservation.alone_since = time.monotonic()
            if reservation.has_turn:
                self._turns.pass_on()
            pieces.put_nowait(None)
        if reservation.left or reservation.failed:
            _begin(self._ends, self._end(reservation))
        else:
            asyncio.get_running_loop().call_later(STEP_BACK_SECONDS, self._step_back_in_a_crowd)
        self.fill_if_needed(notebook_name=self.notebook_path)

    async def _initialize(self, notebook_path: str, kernel_id: str | None = None, **kwargs: Any) -> Any:
        """See `PreheatedKernels`. In a crowd, a kernel started for the pool has the readers' low priority."""
        started = await super()._initialize(notebook_path, kernel_id, **kwargs)
        if self._count() > AT_A_TIME:
            with suppress(BlockingIOError):
                self._step_back(started["kernel_id"])
        return started

    def _step_back_in_a_crowd(self) -> None:
        """Lower the priority of all rendered kernels if there are more readers than cores.

        With fewer readers they keep theirs: on a machine busy with other work a kernel would make little progress.
        """
        if self._count() <= AT_A_TIME:
            return
        for reservation in self._reservations:
            if reservation.rendered and not reservation.has_stepped_back:
                try:
                    self._step_back(reservation.kernel_id)
                except BlockingIOError:
                    # Linux allows this about ten times per second.
                    asyncio.get_running_loop().call_later(AGAIN_SECONDS, self._step_back_in_a_crowd)
                    return
                reservation.has_stepped_back = True

    def _step_back(self, kernel_id: str | None) -> None:
        """Lower a kernel's priority below the server and kernels that are starting.

        Otherwise readers who arrive one by one, and train, would delay the last of them for minutes.

        Raises
        ------
        BlockingIOError
            Try again a little later.
        """
        process = self.process_of(kernel_id)
        if process is not None:
            priority.lower(process.pid)

    async def _rendered(self, reservation: Reservation) -> AsyncIterator[str]:
        """Yield a page's pieces: from a preheated kernel if possible, otherwise from one started in turn."""
        started = None
        if reservation.waiting is not None:
            with suppress(Exception):
                started = await reservation.waiting
        if started is None or not self.is_running(started["kernel_id"]):
            async for piece in self._rendered_cold(reservation):
                yield piece
            return
        reservation.kernel_id = started["kernel_id"]
        # Its last activity was its start; without this it could be culled before the page connects.
        self.get_kernel(reservation.kernel_id).last_activity = datetime.now(UTC)
        started["renderer"].stop_generator = True
        ready = list(started["renderer"].rendered_cache)
        for piece in ready:
            yield piece
        rendered, rest = await started["task"]
        for piece in rendered[len(ready) :]:
            yield piece
        async for piece, _ in rest:
            yield piece

    async def _rendered_cold(self, reservation: Reservation) -> AsyncIterator[str]:
        """Yield a page's pieces from a new kernel."""
        renderer = self._notebook_renderer_factory(self.notebook_path)
        await renderer.initialize()
        reservation.kernel_id = self.new_kernel_id()
        kernel = self._start_in_turn(reservation, renderer.notebook.metadata.kernelspec.name)
        # Everything before the first cell is rendered without the kernel, so it shows while the reader is queued.
        async for piece, _ in renderer.generate_content_generator(reservation.kernel_id, kernel):
            yield piece

    async def _start_in_turn(self, reservation: Reservation, name: str) -> Any:
        await self._turns.take(reservation)
        if reservation.left:
            raise LeftError
        environment = {
            **os.environ,
            ENV_VARIABLE.VOILA_PREHEAT: "False",
            ENV_VARIABLE.VOILA_BASE_URL: self.parent.base_url,
            ENV_VARIABLE.VOILA_SERVER_URL: self.parent.server_url,
            ENV_VARIABLE.VOILA_APP_PORT: str(self.parent.port),
        }
        folder = str(Path(self.notebook_path).parent)
        start = self.start_kernel(kernel_name=name, kernel_id=reservation.kernel_id, path=folder, env=environment)
        await _begin(self._starts, start)
        return self.get_kernel(reservation.kernel_id)


def _begin(tasks: set[asyncio.Task[Any]], work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    """Start a task, and keep it in `tasks` until it is done."""
    task = asyncio.create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return task


def share_of(places: int) -> int:
    """Return an address's default share of the places: a class's, or half of all if that is more."""
    return max(CLASS_SIZE, places // 2)


def places_in(free_bytes: int) -> int:
    """Return the number of readers that some free memory is enough for, at least `LEAST_READERS`."""
    return max(LEAST_READERS, free_bytes // KERNEL_BYTES)
