"""Kernels that have run the notebook before a reader asks for it: Voilà's pool, made fit to be relied on."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.ioloop import IOLoop
from traitlets.config import Config
from voila.voila_kernel_manager import voila_kernel_manager_factory

from bitmass_viz.common.machine import processors

REFILL_SECONDS = 3.0
"""A used kernel is replaced so much later, when the reader's browser has had the processor to show the page."""
NAP_SECONDS = 30.0
"""A clock on the wall that is so far from the time lived through has been set, or the machine has slept."""
AT_A_TIME = processors()
"""So many kernels are started at a time, and half as many once there are readers: a class that comes at once would
else have as many started as are there, and no processor left to play on."""

_VoilaKernels: Any = voila_kernel_manager_factory(
    AsyncMappingKernelManager, preheat_kernel=True, default_pool_size=0
)


class PreheatedKernels(_VoilaKernels):
    """All kernels of the server. Some wait in a pool, with the page that they have rendered, for a reader each.

    Voilà starts them and hands them out. Here a kernel that died in the pool, or could not even start, is dropped
    in place of being handed to a reader, and the pool is filled again; one that has waited for long is
    not taken for one that was left; few are started at a time; and the server can end while kernels are being
    started.
    """

    def __init__(self, **kwargs: Any) -> None:
        self._closed = False
        self._culled_at, self._culled_when = datetime.now(UTC), time.monotonic()
        self._size = 0
        super().__init__(**kwargs)

    def fill_if_needed(self, delay: float | None = None, notebook_name: str | None = None, **kwargs: Any) -> None:
        """Start kernels until the pool is full, after a delay.

        Until then they are not in the pool, so that a reader who comes meanwhile does not wait for them but gets a
        kernel at once, if a cold one.
        """
        if self._closed:
            return
        if delay == 0:
            default = self.kernel_pools_config["default"]
            self._size = max(self._size, default["pool_size"])
            pool = self._pools.get(notebook_name, [])
            at_a_time = max(1, AT_A_TIME // 2) if self.has_readers() else AT_A_TIME
            more = at_a_time - sum(not _has_rendered(started) for started in pool)
            # Voilà starts all at once that are missing.
            default["pool_size"] = min(self.most_waiting(), len(pool) + max(0, more))
            super().fill_if_needed(0, notebook_name, **kwargs)
        else:
            seconds = self.fill_delay if delay is None else delay
            IOLoop.current().call_later(seconds, self.fill_if_needed, 0, notebook_name, **kwargs)

    def most_waiting(self) -> int:
        """Return how many kernels may wait in the pool."""
        return self._size

    def has_readers(self) -> bool:
        """Tell whether there are kernels that do not wait in the pool."""
        return len(self) > sum(map(len, self._pools.values()))

    def sound_pool(self, notebook_name: str) -> list[asyncio.Task[dict[str, Any]]]:
        """Return the pool without kernels that died in it; they are ready for a reader each, or about to be.

        A dead kernel is replaced no sooner than somebody asks for this: one that cannot live, for want of memory
        perhaps, is not to be started over and over.
        """
        pool: list[asyncio.Task[dict[str, Any]]] = self._pools.setdefault(notebook_name, [])
        pool[:] = [started for started in pool if self._is_sound(started)]
        return pool

    async def _initialize(self, notebook_path: str, kernel_id: str | None = None, **kwargs: Any) -> Any:
        """Start a kernel, and when it has rendered the notebook, or could not even start, the next.

        While there are readers some time is left between the two: it is their processor that it takes.
        """

        def go_on(*_: Any) -> None:
            delay = self.fill_delay if self.has_readers() else 0
            IOLoop.current().call_later(delay, self.fill_if_needed, 0, notebook_path)

        try:
            started = await super()._initialize(notebook_path, kernel_id, **kwargs)
        except Exception:
            go_on()
            raise
        started["task"].add_done_callback(go_on)
        return started

    async def cull_kernels(self) -> None:
        """End all kernels that were left, and not one after the other: each may take its time to end."""
        if self._has_slept():
            for kernel_id in self.list_kernel_ids():
                self.get_kernel(kernel_id).last_activity = datetime.now(UTC)
        culled = map(self.cull_kernel_if_idle, list(self._kernels))
        for error in await asyncio.gather(*culled, return_exceptions=True):
            if isinstance(error, Exception):
                self.log.error("A kernel that was left could not be ended", exc_info=error)

    def _has_slept(self) -> bool:
        """Tell whether this machine has slept, or its clock was set, since the last time: nobody was idle then."""
        now, lived = datetime.now(UTC), time.monotonic()
        passed, awake = (now - self._culled_at).total_seconds(), lived - self._culled_when
        self._culled_at, self._culled_when = now, lived
        return abs(passed - awake) > NAP_SECONDS

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End a kernel that was left; one that is being started is none, and has no last activity to ask for."""
        if self.get_kernel(kernel_id).trait_has_value("last_activity"):
            await super().cull_kernel_if_idle(kernel_id)

    async def close_pool(self) -> None:
        """Start no kernel any more, wait for those that are being started, and stop them rendering."""
        self._closed = True
        for pool in self._pools.values():
            started = await asyncio.gather(*pool, return_exceptions=True)
            renderings = [found["task"] for found in started if isinstance(found, dict)]
            for rendering in renderings:
                rendering.cancel()
            await asyncio.gather(*renderings, return_exceptions=True)

    def _is_sound(self, started: asyncio.Task[dict[str, Any]]) -> bool:
        """Tell whether a kernel of the pool may go to a reader, as far as one can know yet."""
        if not started.done():
            return True
        if _has_failed(started):
            return False
        found = started.result()
        return found["kernel_id"] in self and not _has_failed(found["task"])


def _has_rendered(started: asyncio.Task[dict[str, Any]]) -> bool:
    """Tell whether a kernel of the pool needs the processor no more, be it because it failed."""
    if not started.done():
        return False
    return _has_failed(started) or started.result()["task"].done()


def _has_failed(task: asyncio.Task[Any]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


def pool_of(size: int) -> Config:
    """Return the configuration of a pool of some size; 0 for none."""
    return Config(
        {
            "PreheatedKernels": {
                "kernel_pools_config": {"default": {"pool_size": size, "kernel_env_variables": {}}},
                "fill_delay": REFILL_SECONDS,
            }
        }
    )
