"""Preheated kernels, which have already run the notebook when a reader arrives: Voilà's pool, made reliable."""

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
"""Delay before a used kernel is replaced, to leave the processor to the reader's browser."""
NAP_SECONDS = 30.0
"""If wall-clock and monotonic time differ by more, the clock was set or the machine was suspended."""
AT_A_TIME = processors()
"""Kernels started concurrently; half as many once there are readers, or a class that arrives together would leave
no processor time for training."""

_VoilaKernels: Any = voila_kernel_manager_factory(
    AsyncMappingKernelManager, preheat_kernel=True, default_pool_size=0
)


class PreheatedKernels(_VoilaKernels):
    """All kernels of the server. Some wait in a pool, each with a rendered page, for a reader.

    Voilà starts and hands out the kernels. This class adds: a kernel that died in the pool or failed to start is
    dropped, not handed to a reader, and the pool is refilled; a kernel that waited long is not culled as
    abandoned; few are started at a time; and the server can shut down while kernels are starting.
    """

    def __init__(self, **kwargs: Any) -> None:
        self._closed = False
        self._culled_at, self._culled_when = datetime.now(UTC), time.monotonic()
        self._size = 0
        super().__init__(**kwargs)

    def fill_if_needed(self, delay: float | None = None, notebook_name: str | None = None, **kwargs: Any) -> None:
        """Start kernels until the pool is full, after a delay.

        During the delay they are not in the pool, so a reader who arrives gets a cold kernel immediately rather
        than waiting for them.
        """
        if self._closed:
            return
        if delay == 0:
            default = self.kernel_pools_config["default"]
            self._size = max(self._size, default["pool_size"])
            pool = self._pools.get(notebook_name, [])
            at_a_time = max(1, AT_A_TIME // 2) if self.has_readers() else AT_A_TIME
            more = at_a_time - sum(not _has_rendered(started) for started in pool)
            # Voilà starts all missing kernels together.
            default["pool_size"] = min(self.most_waiting(), len(pool) + max(0, more))
            super().fill_if_needed(0, notebook_name, **kwargs)
        else:
            seconds = self.fill_delay if delay is None else delay
            IOLoop.current().call_later(seconds, self.fill_if_needed, 0, notebook_name, **kwargs)

    def most_waiting(self) -> int:
        """Return the largest number of kernels in the pool."""
        return self._size

    def has_readers(self) -> bool:
        """Return whether there are kernels outside the pool."""
        return len(self) > sum(map(len, self._pools.values()))

    def sound_pool(self, notebook_name: str) -> list[asyncio.Task[dict[str, Any]]]:
        """Return the pool, of kernels that are ready or starting, after removing dead ones.

        A dead kernel is replaced only after this is called, so a kernel that cannot run, for lack of memory
        perhaps, is not restarted endlessly.
        """
        pool: list[asyncio.Task[dict[str, Any]]] = self._pools.setdefault(notebook_name, [])
        pool[:] = [started for started in pool if self._is_sound(started)]
        return pool

    def process_of(self, kernel_id: str | None) -> Any:
        """Return a kernel's process; None if there is no such kernel, or it has ended."""
        return getattr(self.get_kernel(kernel_id).provisioner, "process", None) if kernel_id in self else None

    def is_running(self, kernel_id: str) -> bool:
        """Return whether a kernel is here and its process has not ended, which Jupyter acts on seconds later."""
        process = self.process_of(kernel_id)
        return process is not None and process.poll() is None

    async def _initialize(self, notebook_path: str, kernel_id: str | None = None, **kwargs: Any) -> Any:
        """Start a kernel; when it has rendered the notebook, or failed to start, start the next.

        While there are readers this waits a little between two kernels, which compete with them for the processor.
        """

        def start_next(*_: Any) -> None:
            delay = self.fill_delay if self.has_readers() else 0
            IOLoop.current().call_later(delay, self.fill_if_needed, 0, notebook_path)

        try:
            started = await super()._initialize(notebook_path, kernel_id, **kwargs)
        except Exception:
            start_next()
            raise
        started["task"].add_done_callback(start_next)
        return started

    async def cull_kernels(self) -> None:
        """End all abandoned kernels, concurrently because each can take a while."""
        if self._has_slept():
            for kernel_id in self.list_kernel_ids():
                self.get_kernel(kernel_id).last_activity = datetime.now(UTC)
        culled = map(self.cull_kernel_if_idle, list(self._kernels))
        for error in await asyncio.gather(*culled, return_exceptions=True):
            if isinstance(error, Exception):
                self.log.error("A kernel that was left could not be ended", exc_info=error)

    def _has_slept(self) -> bool:
        """Return whether the machine slept or its clock was set since the last call; idle times are then wrong."""
        now, lived = datetime.now(UTC), time.monotonic()
        passed, awake = (now - self._culled_at).total_seconds(), lived - self._culled_when
        self._culled_at, self._culled_when = now, lived
        return abs(passed - awake) > NAP_SECONDS

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End an idle kernel. One that is still starting has no last activity, and is left alone."""
        if self.get_kernel(kernel_id).trait_has_value("last_activity"):
            await super().cull_kernel_if_idle(kernel_id)

    async def close_pool(self) -> None:
        """Start no more kernels, wait for those that are starting, and cancel their rendering."""
        self._closed = True
        for pool in self._pools.values():
            started = await asyncio.gather(*pool, return_exceptions=True)
            renderings = [found["task"] for found in started if isinstance(found, dict)]
            for rendering in renderings:
                rendering.cancel()
            await asyncio.gather(*renderings, return_exceptions=True)

    def _is_sound(self, started: asyncio.Task[dict[str, Any]]) -> bool:
        """Return whether a kernel of the pool is usable as far as known; one that is starting counts as usable."""
        if not started.done():
            return True
        if _has_failed(started):
            return False
        found = started.result()
        return self.is_running(found["kernel_id"]) and not _has_failed(found["task"])


def _has_rendered(started: asyncio.Task[dict[str, Any]]) -> bool:
    """Return whether a kernel of the pool has finished rendering or failed, so it needs no processor time."""
    if not started.done():
        return False
    return _has_failed(started) or started.result()["task"].done()


def _has_failed(task: asyncio.Task[Any]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


def pool_of(size: int) -> Config:
    """Return the configuration of a pool with this many kernels."""
    return Config(
        {
            "PreheatedKernels": {
                "kernel_pools_config": {"default": {"pool_size": size, "kernel_env_variables": {}}},
                "fill_delay": REFILL_SECONDS,
            }
        }
    )
