"""Who gets a kernel: as many readers as there is memory for, each in turn, and no address at others' expense.

Voilà starts a kernel at once for each request for the page. A crowd would have all its kernels started at the
same time, so that the first page is ready no sooner than the last; strangers could fill the memory; and a reader
who leaves before the page has come leaves a kernel behind.

Places are shared among addresses, because one client could otherwise take them all and keep them. An address is
entitled to `per_address` places. While places are free it may take more, since an empty place helps nobody and a
whole school often shares one address. Once another address wants a place and none is free, the places beyond the
share are given back, the one that costs its reader least first: a kernel that nobody is connected to, then one
that has not been started, and then the one that came last. So those who came first keep their work, and nobody
within the share loses anything. While readers from another address have been asked to wait, no address takes a
place beyond its share.
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

from bitmass_viz.server.kernel_pool import AT_A_TIME, PreheatedKernels

KERNEL_BYTES = 200_000_000
"""What a kernel takes (164 MB were measured, `python -m tests.load.readers`), and its share of the server."""
CLASS = 30
"""Readers from one address who are served whoever else comes: a class in a school with a single address."""
LEAST_READERS = 4
"""Who is alone at a machine with little memory may still have some pages open, and load them again."""
WORD_SECONDS = 2.0
"""So often a page that is not rendered yet is sent a word, which also shows whether anybody still waits for it."""
SPARE_SECONDS = 60.0
"""A kernel whose page has been gone for so long is given up if somebody is refused otherwise."""
WAITING_SECONDS = 75.0
"""A reader who was asked to wait and has not asked again for so long has left. The page asks every 15 seconds, but
browsers let a hidden one do so once a minute."""
MOST_REMEMBERED = 10_000
"""Addresses that wait. A network of attackers must not fill the memory with them."""
UNVISITED_SECONDS = 180.0
"""A kernel whose page has never come, as that of a robot, is given up after so long; a slow one takes a minute."""

AT_ONCE = AT_A_TIME + 1
"""So many kernels are started while readers wait: one more than there are cores, as each also waits at times."""
NICE = 10
"""How far a kernel that has rendered its page steps back behind others (19 is farthest): it weighs a tenth."""

STEP_BACK_SECONDS = 2.0
"""So much later than the page is rendered: the first frame is drawn by then."""
AGAIN_SECONDS = 0.15


class FullError(Exception):
    """There is no place for a reader.

    Attributes
    ----------
    beyond_share : bool
        Whether that is because the reader's address has its share, and readers from elsewhere wait.
    """

    def __init__(self, beyond_share: bool = False) -> None:
        super().__init__()
        self.beyond_share = beyond_share


class LeftError(Exception):
    """The reader has gone before the kernel was started."""


class Reservation:
    """One reader, from when the page is asked for until the kernel has ended.

    Attributes
    ----------
    address : str or None
        That the reader comes from; None if it may be any number of readers', such as this machine's.
    kernel_id : str or None
        Known as soon as it is about to be started.
    failed : bool
        Whether the page could not be rendered to its end, or its place was given to another address before.
    """

    def __init__(self, waiting: asyncio.Task[dict[str, Any]] | None, address: str | None = None) -> None:
        self.waiting = waiting
        self.address = address
        self.came = time.monotonic()
        self.kernel_id: str | None = None
        self.failed = False
        self.left = False
        self.gave_way = False
        self.turn: asyncio.Future[None] | None = None
        self.rendered = False
        self.has_turn = False
        self.connected = False
        self.has_stepped_back = False
        self.alone_since: float | None = None

    def is_alone_for(self, seconds: float) -> bool:
        """Tell whether the page was rendered, and nobody has been connected to its kernel for so long."""
        return self.alone_since is not None and time.monotonic() - self.alone_since >= seconds


class AdmittingKernels(PreheatedKernels):
    """All kernels of the server, and the readers whom they are for."""

    max_readers = Integer(min=1, default_value=LEAST_READERS, config=True, help="Readers at the same time.")
    per_address = Integer(min=1, config=True, help="Places that an address is entitled to.")
    on_full: Callable[[int], object] = staticmethod(lambda places: None)
    """Called once, when a reader is refused for the first time."""

    def __init__(self, **kwargs: Any) -> None:
        self._reservations: list[Reservation] = []
        self._queue: list[Reservation] = []
        self._asked_to_wait: dict[str | None, float] = {}
        self._free_turns = AT_ONCE
        self._renderings: set[asyncio.Task[Any]] = set()
        self._starts: set[asyncio.Task[Any]] = set()
        self._ends: set[asyncio.Task[Any]] = set()
        super().__init__(**kwargs)

    @default("per_address")
    def _share_by_default(self) -> int:
        return share_of(self.max_readers)

    def admit(self, address: str | None = None) -> Reservation:
        """Let a reader in, to whom `page` then belongs.

        Parameters
        ----------
        address : str or None
            Of the reader; None where it says nothing of who it is, as that of this machine or of a proxy.

        Raises
        ------
        FullError
            There is no place for a reader from this address, or the server is about to end.
        """
        if self._closed:
            raise FullError
        pool = self.sound_pool(self.notebook_path)
        is_within_share = self._is_within_share(address)
        if not is_within_share and self._another_waits(address):
            raise FullError(beyond_share=True)
        if not pool and self._count() >= self.max_readers and not self._make_room(address, is_within_share):
            if is_within_share and len(self._asked_to_wait) < MOST_REMEMBERED:
                self._asked_to_wait[address] = time.monotonic()
            self.on_full(self.max_readers)
            self.on_full = _say_no_more
            raise FullError
        self._asked_to_wait.pop(address, None)
        reservation = Reservation(pool.pop(0) if pool else None, address)
        self._reservations.append(reservation)
        self.fill_if_needed(notebook_name=self.notebook_path)
        return reservation

    async def page(self, reservation: Reservation) -> AsyncGenerator[str | None, None]:
        """Yield the pieces of a reader's page as they are rendered; None now and then while none come.

        Whoever stops before the end says so by `leave`.
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
        """End a reader's kernel: now, or once it has been started and has rendered the page for nobody."""
        reservation.left = True
        if reservation.rendered:
            _begin(self._ends, self._end(reservation))

    def number_before(self, reservation: Reservation) -> int:
        """Return how many readers wait whose kernels are started before this one's; 0 once that is begun."""
        if reservation not in self._queue:
            return 0
        return sorted(self._queue, key=self._order_of_turns()).index(reservation) + 1

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
        """See `MappingKernelManager`. The place is free at once: who loads the page again shall have it back."""
        for reservation in self._reservations:
            if reservation.kernel_id == kernel_id:
                reservation.left = True
        return await super().shutdown_kernel(kernel_id, *given, **more)

    async def cull_kernels(self) -> None:
        """See `PreheatedKernels`; end also those whose page has never come."""
        unvisited = [
            reservation
            for reservation in self._reservations
            if not reservation.connected and reservation.is_alone_for(UNVISITED_SECONDS)
        ]
        await asyncio.gather(*map(self._end, unvisited))
        await super().cull_kernels()

    async def close_pool(self) -> None:
        """See `PreheatedKernels`; stop rendering, too, but no kernel while it is being started or ended."""
        for reservation in self._reservations:
            reservation.left = True
        while self._queue:
            self._pass_on_a_turn()
        await super().close_pool()
        handed_out = [reservation.waiting for reservation in self._reservations if reservation.waiting is not None]
        await asyncio.gather(*handed_out, *self._starts, return_exceptions=True)
        renderings = list(self._renderings)
        for rendering in renderings:
            rendering.cancel()
        await asyncio.gather(*renderings, return_exceptions=True)
        await asyncio.gather(*self._ends, return_exceptions=True)

    def most_waiting(self) -> int:
        """See `PreheatedKernels`: none before the readers who wait, and no more than may still come."""
        return 0 if self._queue else min(super().most_waiting(), self.max_readers - self._count())

    def has_readers(self) -> bool:
        """See `PreheatedKernels`."""
        return self._count() > 0

    def _count(self) -> int:
        """Return how many readers there are, and forget those whose kernel has ended."""
        self._reservations = [
            reservation
            for reservation in self._reservations
            if not reservation.rendered or (not reservation.left and reservation.kernel_id in self)
        ]
        return sum(not reservation.gave_way for reservation in self._reservations)

    def _is_within_share(self, address: str | None) -> bool:
        """Tell whether an address would have no more than its share with one place more."""
        return address is None or self._places()[address] < self.per_address

    def _places(self) -> Counter[str]:
        """Return how many places each address has."""
        self._count()
        return Counter(
            reservation.address
            for reservation in self._reservations
            if reservation.address is not None and not reservation.gave_way
        )

    def _another_waits(self, address: str | None) -> bool:
        """Tell whether a reader from another address has been asked to wait, and may still do so."""
        since = time.monotonic() - WAITING_SECONDS
        self._asked_to_wait = {other: at for other, at in self._asked_to_wait.items() if at >= since}
        return any(other != address for other in self._asked_to_wait)

    def _make_room(self, address: str | None, is_within_share: bool) -> bool:
        """End a kernel whose place a reader from an address may have, if there is one.

        First one beyond its address's share, then one whose page went a while ago and has not come back. A reader
        beyond the share displaces only readers from the same address.
        """
        if is_within_share and self._take_back_a_place():
            return True
        gone = [
            reservation
            for reservation in self._reservations
            if reservation.is_alone_for(SPARE_SECONDS) and (is_within_share or reservation.address == address)
        ]
        if gone:
            self.leave(min(gone, key=lambda reservation: reservation.alone_since or 0.0))
        return bool(gone)

    def _take_back_a_place(self) -> bool:
        """Take a place from the address that has most beyond its share, if one has; see the module."""
        places = self._places()
        address, most = max(places.items(), key=lambda item: item[1], default=("", 0))
        if most <= self.per_address:
            return False
        theirs = (
            reservation
            for reservation in self._reservations
            if reservation.address == address and not reservation.gave_way
        )
        reservation = max(theirs, key=_order_to_give_back)
        reservation.gave_way = True
        # A page that is still being made then says that it has no kernel.
        reservation.failed = not reservation.rendered
        self.leave(reservation)
        return True

    async def _end(self, reservation: Reservation) -> None:
        reservation.left = True
        if reservation.kernel_id in self:
            # It may end by itself in the meantime, or by the page's goodbye.
            with suppress(Exception):
                await self.shutdown_kernel(reservation.kernel_id)

    async def _render(self, reservation: Reservation, pieces: asyncio.Queue[str | None]) -> None:
        """Put a page's pieces where its reader gets them, to the end even if nobody does: no cell is cut off."""
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
                self._pass_on_a_turn()
            pieces.put_nowait(None)
        if reservation.left or reservation.failed:
            _begin(self._ends, self._end(reservation))
        else:
            asyncio.get_running_loop().call_later(STEP_BACK_SECONDS, self._step_back_in_a_crowd)
        self.fill_if_needed(notebook_name=self.notebook_path)

    async def _initialize(self, notebook_path: str, kernel_id: str | None = None, **kwargs: Any) -> Any:
        """See `PreheatedKernels`. What is made ready while there are readers takes no more than they have."""
        started = await super()._initialize(notebook_path, kernel_id, **kwargs)
        if self._count() > AT_A_TIME:
            with suppress(BlockingIOError):
                self._step_back(started["kernel_id"])
        return started

    def _step_back_in_a_crowd(self) -> None:
        """Where there are more readers than cores, have all who play step back; a few need not mind each other.

        On a computer that is busy with something else, a single reader's kernel would else hardly get on.
        """
        if self._count() <= AT_A_TIME:
            return
        for reservation in self._reservations:
            if reservation.rendered and not reservation.has_stepped_back:
                try:
                    self._step_back(reservation.kernel_id)
                except BlockingIOError:
                    # Linux takes such a wish ten times a second at most.
                    asyncio.get_running_loop().call_later(AGAIN_SECONDS, self._step_back_in_a_crowd)
                    return
                reservation.has_stepped_back = True

    def _step_back(self, kernel_id: str | None) -> None:
        """Have a kernel that plays leave the processor to those that are being started, and to the server.

        Else a crowd that comes one after the other, and plays, holds up its last for minutes.

        Raises
        ------
        BlockingIOError
            It should be asked for again a moment later.
        """
        if kernel_id not in self or not hasattr(os, "setpriority"):
            return
        process = getattr(self.get_kernel(kernel_id).provisioner, "process", None)
        if process is None:
            return
        try:
            nice = max(NICE, os.getpriority(os.PRIO_PROCESS, 0))
            os.setpriority(os.PRIO_PROCESS, process.pid, nice)
            # Where Linux shares the processor among sessions first, as on desktops.
            Path(f"/proc/{process.pid}/autogroup").write_text(str(nice))
        except BlockingIOError:
            raise
        except OSError:
            pass  # it has just ended, or this system has no such groups

    async def _rendered(self, reservation: Reservation) -> AsyncIterator[str]:
        """Yield a page's pieces: from a kernel that has waited with them, else from one started in turn."""
        started = None
        if reservation.waiting is not None:
            with suppress(Exception):
                started = await reservation.waiting
        if started is None or started["kernel_id"] not in self:
            async for piece in self._rendered_anew(reservation):
                yield piece
            return
        reservation.kernel_id = started["kernel_id"]
        # It was last active when it was started, and may be culled for that before the page has connected.
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

    async def _rendered_anew(self, reservation: Reservation) -> AsyncIterator[str]:
        renderer = self._notebook_renderer_factory(self.notebook_path)
        await renderer.initialize()
        reservation.kernel_id = self.new_kernel_id()
        kernel = self._start_in_turn(reservation, renderer.notebook.metadata.kernelspec.name)
        # What comes before the first cell is rendered without the kernel, and so is shown while it waits its turn.
        async for piece, _ in renderer.generate_content_generator(reservation.kernel_id, kernel):
            yield piece

    async def _get_a_turn(self, reservation: Reservation) -> None:
        """Wait until a kernel may be started for a reader."""
        if self._free_turns:
            self._free_turns -= 1
            reservation.has_turn = True
            return
        reservation.turn = asyncio.get_running_loop().create_future()
        self._queue.append(reservation)
        try:
            await reservation.turn
        finally:
            if reservation in self._queue:
                self._queue.remove(reservation)

    def _pass_on_a_turn(self) -> None:
        """Give a turn that has ended to the next reader."""
        if not self._queue:
            self._free_turns += 1
            return
        reservation = min(self._queue, key=self._order_of_turns())
        self._queue.remove(reservation)
        reservation.has_turn = True
        if reservation.turn is not None and not reservation.turn.done():
            reservation.turn.set_result(None)

    def _order_of_turns(self) -> Callable[[Reservation], tuple[int, int]]:
        """Return the key by which readers are served: the first of each address, then the second, and so on.

        Who comes alone does not wait for all of a crowd from elsewhere. Readers whose address says nothing of who
        they are come in the order in which they came.
        """
        before: Counter[str | None] = Counter()
        places = {}
        for number, reservation in enumerate(self._reservations):
            places[reservation] = (before[reservation.address] if reservation.address is not None else 0, number)
            before[reservation.address] += 1
        return lambda reservation: places.get(reservation, (0, 0))

    async def _start_in_turn(self, reservation: Reservation, name: str) -> Any:
        await self._get_a_turn(reservation)
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
    """Have something done, and keep it among `tasks` until then."""
    task = asyncio.create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return task


def _say_no_more(places: int) -> None:
    """Whoever started the server knows it."""


def _order_to_give_back(reservation: Reservation) -> tuple[bool, bool, float]:
    """Return what is largest for the visit that loses least."""
    return reservation.rendered and reservation.alone_since is not None, not reservation.rendered, reservation.came


def share_of(places: int) -> int:
    """Return how many places an address is entitled to by default: a class's, or half of them if that is more."""
    return max(CLASS, places // 2)


def places_in(free_bytes: int) -> int:
    """Return for how many readers some free memory is enough."""
    return max(LEAST_READERS, free_bytes // KERNEL_BYTES)
