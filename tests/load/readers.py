"""Measure many readers at once, as figures, never as pass or fail: python -m tests.load.readers [--json].

`bitmass explore` serves the page on loopback, and readers come all at the same time: each gets the page and its
scripts, reaches its kernel over a websocket, and begins to play as soon as there is something to play. When all
are there they play at the default speed, then flat out, then another trainer; each presses pause in the midst, at
another moment than the others. Most leave without goodbye, while they play. Then the server has to cull the
kernels; the times after which it does so are shortened.

With `--cold` no code is compiled beforehand, as on a new machine: all that is kept goes to a folder that is empty.

There is no browser, so that its processor time is not counted: a page here acknowledges frames as often as a
screen would show them. Pointing at a weight is missing because no kernel and no server hears of it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import signal
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from tempfile import TemporaryDirectory
from typing import Any

import psutil

import bitmass_viz as bm
from bitmass_viz.live.controls import CONTROLS, SPEED
from bitmass_viz.live.player import FLAT_OUT
from tests.load.reader import Reader
from tests.load.report import as_text
from tests.load.server import CULL_SECONDS, NOTICE_SECONDS, START_SECONDS, Server
from tests.processes import family, megabytes, processor_seconds

MAX_READERS = 100
LATE_SECONDS = 3.0
"""So much longer for each reader is waited for kernels that are culled too late, to say how late."""


async def measure(readers: int, seconds: float, preheat: int, cold: bool = False) -> dict[str, Any]:
    """Let readers come, play and leave; return the figures of each and of the server.

    Raises
    ------
    TimeoutError
        All of it takes longer than `limit` says.
    """
    gone = NOTICE_SECONDS + CULL_SECONDS
    measured: dict[str, Any] = {
        "version": bm.__version__,
        "python": platform.python_version(),
        "cores": len(os.sched_getaffinity(0)),
        "readers": readers,
        "seconds": seconds,
        "preheat": preheat,
        "cold": cold,
        "cull_seconds": CULL_SECONDS,
        "gone_within": gone,
    }
    with ExitStack() as stack:
        empty = {"NUMBA_CACHE_DIR": stack.enter_context(TemporaryDirectory())} if cold else {}
        server = stack.enter_context(Server("--preheat", str(preheat), **empty))
        there: list[Reader] = []
        try:
            async with asyncio.timeout(limit(readers, seconds, gone)):
                await server.warm(preheat)
                measured["server"] = figures = {"kernels": {"before": len(server.kernels())}}
                there += [Reader(number, readers, server.url) for number in range(readers)]
                await _go_through(there, server, seconds, figures)
                await _wait_until_gone(there, gone)
                figures["kernels"] |= {
                    "left": sum(not reader.note_if_gone() for reader in there),
                    "gone late": sum((reader.figures.gone or 0) > gone for reader in there),
                    "waiting at the end": len(server.kernels()),
                }
        finally:
            for reader in there:
                await reader.page.close()
    figures["trouble"] = [line.rstrip() for line in server.said if "WebSocket ping timeout" not in line]
    measured["each"] = [asdict(reader.figures) for reader in there]
    return measured


async def _go_through(there: list[Reader], server: Server, seconds: float, figures: dict[str, Any]) -> None:
    """Do all that readers do, each part by all at the same time."""
    parts: dict[str, Sequence[tuple[Any, ...]]] = {
        "coming": [(Reader.come,), (Reader.look_on,)],
        "default speed": [(Reader.watch, "default speed", CONTROLS[SPEED].default, seconds)],
        "flat out": [(Reader.watch, "flat out", FLAT_OUT, seconds)],
        "another trainer": [(Reader.switch, seconds / 2), (Reader.go_back,)],
    }
    for part, acts in parts.items():
        before, started = _used(server), time.monotonic()
        for act in acts:
            await asyncio.gather(*(reader.attempt(*act) for reader in there))
        took = time.monotonic() - started
        for reader in there:
            reader.process = reader.process or (
                server.kernel_of(reader.page.kernel) if reader.page.kernel else None
            )
        cores = {whose: (used - before[whose]) / took for whose, used in _used(server).items()}
        figures.setdefault("cores", {})[part] = cores
        figures.setdefault("seconds", {})[part] = took
        figures["kernels"][part] = len(server.kernels())
        if part == "flat out":
            figures["pss_mb"] = await asyncio.to_thread(_memory, there, server)
    await asyncio.gather(*(reader.attempt(Reader.leave) for reader in there))


def _used(server: Server) -> dict[str, float]:
    """Return the processor time used so far: by the server, the kernels, these readers, and whatever else runs."""
    used = {
        "server": processor_seconds({*family(server.root)} - {*server.kernels()}),
        "kernels": processor_seconds(server.kernels()),
        "readers": processor_seconds([psutil.Process()]),
    }
    machine = psutil.cpu_times()
    return used | {"others": sum(machine) - machine.idle - getattr(machine, "iowait", 0) - sum(used.values())}


def _memory(there: Iterable[Reader], server: Server) -> dict[str, Any]:
    of_readers = {reader.process for reader in there if reader.process is not None}
    return {
        "server": megabytes({*family(server.root)} - {*server.kernels()})["pss"],
        "kernels of readers": [megabytes([process])["pss"] for process in of_readers],
        "kernels that wait": [megabytes([process])["pss"] for process in {*server.kernels()} - of_readers],
    }


async def _wait_until_gone(there: list[Reader], seconds: float) -> None:
    until = time.monotonic() + seconds + LATE_SECONDS * len(there)
    while time.monotonic() < until:
        still_there = [reader for reader in there if not reader.note_if_gone()]
        if not still_there:
            return
        await asyncio.sleep(0.25)


def limit(readers: int, seconds: float, gone: float) -> float:
    """Return the seconds after which all is broken off, whatever it waits for."""
    return START_SECONDS + (10 + LATE_SECONDS) * readers + 5 * seconds + gone


def main() -> dict[str, Any]:
    """Measure everything once and return the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.readers", description=__doc__.splitlines()[0])
    parser.add_argument("--readers", type=int, default=30, help=f"at most {MAX_READERS} (default: 30)")
    parser.add_argument("--seconds", type=float, default=20, help="how long each part is played (default: 20)")
    parser.add_argument("--preheat", type=int, help="kernels that wait (default: one for each reader)")
    parser.add_argument("--cold", action="store_true", help="begin with no compiled code")
    parser.add_argument("--json", action="store_true", help="print every figure as JSON")
    chosen = parser.parse_args()
    if not 1 <= chosen.readers <= MAX_READERS:
        parser.error(f"--readers must be between 1 and {MAX_READERS}, got {chosen.readers}")
    if not 0 < chosen.seconds <= 600:
        parser.error(f"--seconds must be above 0 and at most 600, got {chosen.seconds:g}")
    # As Ctrl-C does, so that nothing is left running.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    preheat = chosen.readers if chosen.preheat is None else chosen.preheat
    measured = asyncio.run(measure(chosen.readers, chosen.seconds, preheat, cold=chosen.cold))
    print(json.dumps(measured, indent=1) if chosen.json else as_text(measured))
    return measured


if __name__ == "__main__":
    main()
