"""Kernels that have run the notebook before a reader asks for it: Voilà's pool, made fit to be relied on."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.ioloop import IOLoop
from traitlets.config import Config
from voila.voila_kernel_manager import voila_kernel_manager_factory

REFILL_SECONDS = 3.0
"""A used kernel is replaced so much later, when the reader's browser has had the processor to show the page."""

_VoilaKernels: Any = voila_kernel_manager_factory(
    AsyncMappingKernelManager, preheat_kernel=True, default_pool_size=0
)


class PreheatedKernels(_VoilaKernels):
    """All kernels of the server. Some wait in a pool, with the page that they have rendered, for a reader each.

    Voilà starts them and hands them out. Here a kernel that died in the pool, or could not even start, is dropped
    in place of being handed to a reader, and the pool is filled again; one that has waited for long is
    not taken for one that was left; and the server can end while kernels are being started.
    """

    def __init__(self, **kwargs: Any) -> None:
        self._closed = False
        super().__init__(**kwargs)

    def fill_if_needed(self, delay: float | None = None, notebook_name: str | None = None, **kwargs: Any) -> None:
        """Start kernels until the pool is full, after a delay.

        Until then they are not in the pool, so that a reader who comes meanwhile does not wait for them but gets a
        kernel at once, if a cold one.
        """
        if self._closed:
            return
        if delay == 0:
            super().fill_if_needed(0, notebook_name, **kwargs)
        else:
            seconds = self.fill_delay if delay is None else delay
            IOLoop.current().call_later(seconds, self.fill_if_needed, 0, notebook_name, **kwargs)

    def get_pool_size(self, notebook_name: str) -> int:
        """Return how many kernels there are for readers, ready or about to be; see to it that there will be more.

        Voilà asks this once for each reader. To replace a dead kernel no sooner than that keeps a kernel that
        cannot live, for want of memory perhaps, from being started over and over.
        """
        pool = self._pools.get(notebook_name, [])
        pool[:] = [started for started in pool if self._is_sound(started)]
        self.fill_if_needed(notebook_name=notebook_name)
        return len(pool)

    async def get_rendered_notebook(self, notebook_name: str, *_: Any, **__: Any) -> tuple[Any, list[str], str]:
        """Hand out a kernel: its rendering task, what is rendered already, and its id.

        The address that this reader asked for is left out, since Voilà would tell it to the next reader's kernel.
        """
        rendering, rendered, kernel_id = await super().get_rendered_notebook(notebook_name)
        # It was last active when it was started, and may be culled for that before the page has connected.
        self.get_kernel(kernel_id).last_activity = datetime.now(UTC)
        return rendering, rendered, kernel_id

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
