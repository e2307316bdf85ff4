"""One reader of the load test: what they do, one thing after the other, and what they see."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import psutil
from tornado.httpclient import HTTPClientError

from bitmass_viz.live.controls import SPEED
from tests.load.page import LOADING_SECONDS, Page, TroubleError
from tests.processes import runs

OTHER_TRAINERS = ("sgd", "adamw", "straight-through")
MANNERS = ("dropped", "goodbye", "dropped", "silent", "dropped")
"""How readers leave: with a reset connection, with the page's goodbye, or without a word on an open connection."""


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
        ready = "the explorer is ready, its kernels compiled"
        await self.page.until(lambda: self.page.status.get("state") == "paused", ready, LOADING_SECONDS)
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
        await page.until(
            lambda: page.status.get("trainer") == trainer, f"the trainer is {trainer}", LOADING_SECONDS
        )
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
