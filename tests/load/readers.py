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
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from tornado.httpclient import HTTPClientError

import bitmass_viz as bm
from bitmass_viz.live.controls import CONTROLS, SPEED
from bitmass_viz.live.player import FLAT_OUT, SILENCE_SECONDS
from tests.conftest import ROOT
from tests.load.page import Page, TroubleError
from tests.load.report import as_text

MAX_READERS = 100
CULL_SECONDS = 15.0
CULL_EVERY_SECONDS = 2
PING_MS = 3_000
PINGS_TO_MISS = 3
NOTICE_SECONDS = max(SILENCE_SECONDS, (2 + PINGS_TO_MISS) * PING_MS / 1000) + 2 * CULL_EVERY_SECONDS
"""A kernel that was left while it plays must first notice it; so much longer than culling takes may it stay."""
LATE_SECONDS = 3.0
"""So much longer for each reader is waited for kernels that are culled too late, to say how late."""
START_SECONDS = 300.0
STOP_SECONDS = 60.0
QUIET_SECONDS = 1.5
QUIET_SHARE = 0.05
"""Kernels that wait are ready when all of them together have used less than this share of a core for so long."""
OTHER_TRAINERS = ("sgd", "adamw", "straight-through")
MANNERS = ("dropped", "goodbye", "dropped", "silent", "dropped")
"""How readers leave: with a reset connection, with the page's goodbye, or without a word on an open connection."""
MEGABYTE = 1e6
LAUNCH = """
from bitmass_viz.server import app
app.CULL_SECONDS, app.CULL_EVERY_SECONDS = {cull}
app.PING_MS, app.PINGS_TO_MISS = {ping}
from bitmass_viz.cli.main import main
main({arguments!r})
"""


class Server:
    """`bitmass explore` with short times until it culls; in a `with` block, after which none of it is left."""

    def __init__(self, *options: str, cull_seconds: float = CULL_SECONDS, **environment: str) -> None:
        program = LAUNCH.format(
            cull=(cull_seconds, CULL_EVERY_SECONDS),
            ping=(PING_MS, PINGS_TO_MISS),
            arguments=["explore", "--no-browser", "--port", "0", *options],
        )
        self._process = subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.root = psutil.Process(self._process.pid)
        self.said: list[str] = []
        self.url = ""
        self._listening = threading.Thread(
            target=lambda: self.said.extend(self._process.stdout or ()), daemon=True
        )

    def __enter__(self) -> Server:
        """Wait until it answers."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if found := re.search(r"http://\S+", line):
                self.url = found[0]
                # Whoever does not listen makes the server wait once it has said much.
                self._listening.start()
                return self
            self.said.append(line)
        self.stop()
        raise RuntimeError("bitmass explore ended early:\n" + "".join(self.said))

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

    def kernels(self) -> list[psutil.Process]:
        """Return the processes of all kernels."""
        return [child for child in self.root.children() if runs(child)]

    def kernel_of(self, kernel: str) -> psutil.Process | None:
        """Return the process of a kernel, known by its id; None if it is gone."""
        for process in self.kernels():
            try:
                if any(kernel in argument for argument in process.cmdline()):
                    return process
            except psutil.Error:
                continue
        return None

    async def warm(self, number: int) -> None:
        """Wait until so many kernels wait, and all of them have run the notebook."""
        before = -1.0
        async with asyncio.timeout(START_SECONDS):
            while True:
                used = processor_seconds(self.kernels())
                if len(self.kernels()) >= number and 0 <= used - before < QUIET_SHARE * QUIET_SECONDS:
                    return
                before = used
                await asyncio.sleep(QUIET_SECONDS)

    def stop(self) -> None:
        """Stop it as Ctrl-C does, and whatever does not end by that for good."""
        started = self.root.children(recursive=True) if self._process.poll() is None else []
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.said.append(f"bitmass explore had to be killed after {STOP_SECONDS:g} s\n")
            self._process.kill()
            self._process.wait()
        for process in filter(runs, psutil.wait_procs(started, timeout=1)[1]):
            self.said.append(f"a kernel was left: {process.pid}\n")
            process.kill()
        if self._listening.is_alive():
            self._listening.join()
        if self._process.stdout is not None:
            self._process.stdout.close()


@dataclass
class Figures:
    """What one reader saw; times in seconds."""

    reader: int
    first_frame: float | None = None
    """From the request for the page."""
    ready: float | None = None
    """The same until the explorer could be played."""
    frames_a_second: dict[str, float] = field(default_factory=dict)
    examples: dict[str, int] = field(default_factory=dict)
    """Learned in each part."""
    pauses: dict[str, list[float]] = field(default_factory=dict)
    switched: float | None = None
    """From the choice of another trainer until a frame of it was there."""
    scrubbed: float | None = None
    left: str = ""
    gone: float | None = None
    """From leaving until the kernel had ended."""
    trouble: list[str] = field(default_factory=list)


class Reader:
    """One reader, and what they do one thing after the other."""

    def __init__(self, number: int, readers: int, url: str) -> None:
        self.figures = Figures(number)
        self.page = Page(url)
        self.page.trouble = self.figures.trouble
        self._share = (number + 0.5) / readers
        self.process: psutil.Process | None = None
        self._left_at = 0.0
        self._since = (0.0, 0)

    async def attempt(self, act: Callable[..., Awaitable[None]], *given: Any) -> None:
        """Do something, unless there was trouble before, and note if there is now."""
        if self.figures.trouble:
            return
        try:
            await act(self, *given)
        except TroubleError as error:
            self.figures.trouble.append(str(error))
        except (OSError, TimeoutError, HTTPClientError) as error:
            self.figures.trouble.append(f"{type(error).__name__}: {error}")

    async def come(self) -> None:
        """Get the page and begin to play as soon as one can."""
        started = time.monotonic()
        await self.page.load()
        await self.page.connect()
        await self.page.until(lambda: self.page.drawn > 0, "the first frame")
        self.figures.first_frame = time.monotonic() - started
        asking = asyncio.create_task(self.page.keep_asking())
        try:
            await self.page.until(lambda: self.page.status.get("state") == "paused", "the explorer is ready", 120)
        finally:
            asking.cancel()
        self.figures.ready = time.monotonic() - started
        await self._play()
        self._since = (time.monotonic(), self.page.drawn)

    async def look_on(self) -> None:
        """Say how it was to play while others were still coming, if that took long enough to say so."""
        since, drawn = self._since
        if (took := time.monotonic() - since) > 2:
            self.figures.frames_a_second["while others come"] = (self.page.drawn - drawn) / took

    async def watch(self, part: str, speed: int, seconds: float) -> None:
        """Play for some time, pressing pause and play again in the midst."""
        page, figures = self.page, self.figures
        page.say("set", name=SPEED, value=speed)
        await page.until(lambda: page.settings.get(SPEED) == speed, f"the speed is {speed}")
        learned, drawn, took = page.status["examples"], 0, 0.0
        first = seconds * (0.25 + 0.5 * self._share)
        for share in (first, seconds - first):
            started, before = time.monotonic(), page.drawn
            await asyncio.sleep(share)
            await self._see_a_frame(before)
            took, drawn = took + time.monotonic() - started, drawn + page.drawn - before
            figures.pauses.setdefault(part, []).append(await self._pause())
            await self._play()
        figures.frames_a_second[part] = drawn / took
        figures.examples[part] = page.status["examples"] - learned

    async def switch(self, seconds: float) -> None:
        """Choose another trainer while the present one plays, and go on with it."""
        page = self.page
        await asyncio.sleep(seconds * 0.5 * self._share)
        trainer = OTHER_TRAINERS[self.figures.reader % len(OTHER_TRAINERS)]
        started = time.monotonic()
        page.say("set", name="trainer", value=trainer)
        await page.until(lambda: page.status.get("trainer") == trainer, f"the trainer is {trainer}")
        self.figures.switched = time.monotonic() - started
        await page.until(lambda: page.status["state"] == "playing" and page.status["examples"] > 0, "it plays on")
        started, before = time.monotonic(), page.drawn
        await asyncio.sleep(seconds * (1 - 0.5 * self._share))
        await self._see_a_frame(before)
        self.figures.frames_a_second["another trainer"] = (page.drawn - before) / (time.monotonic() - started)
        self.figures.examples["another trainer"] = page.status["examples"]
        self.figures.pauses["another trainer"] = [await self._pause()]

    async def go_back(self) -> None:
        """Move the scrubber to the middle of the run, and play on from there."""
        page = self.page
        newest = page.status["frames"] - 1
        started = time.monotonic()
        page.say("show", frame=newest // 2)
        await page.until(lambda: page.status.get("position") == newest // 2, "the scrubber's frame is shown")
        self.figures.scrubbed = time.monotonic() - started
        page.say("step", examples=64)
        await page.until(lambda: page.status["position"] == page.status["frames"] - 1, "the step is shown")
        await self._play()

    async def leave(self) -> None:
        """Leave while the network learns."""
        self.figures.left = MANNERS[self.figures.reader % len(MANNERS)]
        self._left_at = time.monotonic()
        if self.figures.left == "goodbye":
            await self.page.say_goodbye()
        elif self.figures.left == "silent":
            await self.page.fall_silent()
        else:
            await self.page.drop()

    def note_if_gone(self) -> bool:
        """Tell whether the kernel has ended."""
        if self.process is None:
            return True
        running = runs(self.process)
        if not running and self.figures.gone is None and self._left_at:
            self.figures.gone = time.monotonic() - self._left_at
        return not running

    async def _see_a_frame(self, before: int) -> None:
        """Wait for a frame after the first `before`, because a busy machine may draw none in a short part."""
        await self.page.until(lambda: self.page.drawn > before, "a frame while it plays")

    async def _play(self) -> None:
        self.page.say("play")
        await self.page.until(lambda: self.page.status.get("state") == "playing", "it plays")

    async def _pause(self) -> float:
        started = time.monotonic()
        self.page.say("pause")
        await self.page.until(lambda: self.page.status.get("state") == "paused", "it has paused")
        return time.monotonic() - started


async def measure(
    readers: int, seconds: float, preheat: int, cull_seconds: float = CULL_SECONDS, cold: bool = False
) -> dict[str, Any]:
    """Let readers come, play and leave; return the figures of each and of the server.

    Raises
    ------
    TimeoutError
        All of it takes longer than `limit` says.
    """
    gone = NOTICE_SECONDS + cull_seconds
    measured: dict[str, Any] = {
        "version": bm.__version__,
        "python": platform.python_version(),
        "cores": len(os.sched_getaffinity(0)),
        "readers": readers,
        "seconds": seconds,
        "preheat": preheat,
        "cold": cold,
        "cull_seconds": cull_seconds,
        "gone_within": gone,
    }
    with ExitStack() as stack:
        empty = {"NUMBA_CACHE_DIR": stack.enter_context(TemporaryDirectory())} if cold else {}
        server = stack.enter_context(Server("--preheat", str(preheat), cull_seconds=cull_seconds, **empty))
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
        "server": processor_seconds([server.root]),
        "kernels": processor_seconds(server.kernels()),
        "readers": processor_seconds([psutil.Process()]),
    }
    machine = psutil.cpu_times()
    return used | {"others": sum(machine) - machine.idle - getattr(machine, "iowait", 0) - sum(used.values())}


def _memory(there: Iterable[Reader], server: Server) -> dict[str, Any]:
    mine = [pss(reader.process) for reader in there if reader.process is not None]
    of_readers = {reader.process for reader in there}
    return {
        "server": pss(server.root),
        "kernels of readers": mine,
        "kernels that wait": [pss(process) for process in server.kernels() if process not in of_readers],
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


def runs(process: psutil.Process) -> bool:
    """Tell whether a process has not ended yet, be it that nobody has asked for its exit code."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def processor_seconds(processes: Iterable[psutil.Process]) -> float:
    """Return the processor time that processes have used so far; none for those that have ended."""
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system
    return total


def pss(process: psutil.Process) -> float:
    """Return the memory of a process in MB, its share of what it shares included; 0 if it has ended."""
    try:
        return float(process.memory_full_info().pss / MEGABYTE)
    except psutil.Error:
        return 0.0


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
