"""The explorer: three linked views of one weight matrix while it learns.

This side is a thin adapter: it turns the reader's messages into calls on a session and a player, and sends each
update of the run as one message. Drawing, and marking the bit under the pointer in all views, is in ``src/`` and
needs no kernel.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, ClassVar

from bitmass_viz.common import numeric
from bitmass_viz.common.version import __version__
from bitmass_viz.data import Digits, FetchError, load_digits
from bitmass_viz.data.release_pages import release_pages
from bitmass_viz.live.background_download import MnistDownload
from bitmass_viz.live.controls import SPEED
from bitmass_viz.live.permalink import Link, read_link
from bitmass_viz.live.player import Update
from bitmass_viz.live.session import Session
from bitmass_viz.training.export import curves_csv, weights_npz
from bitmass_viz.training.history import Frame, coarse_to_fine
from bitmass_viz.training.run import Run
from bitmass_viz.widgets.base import described
from bitmass_viz.widgets.training_widget import TrainingWidget
from bitmass_viz.widgets.traits import STATIC

SETTLE_SECONDS = 0.15
"""After the scrubber has rested this long on a frame, the run seeks to it."""
CATCH_UP_SECONDS = 0.05
"""Least time between frames of a run that other code trains, such as another cell."""
HISTORY_BYTES = 16 << 20
HISTORY_SECONDS = 0.25
HISTORY_FRAMES = 16
"""Frames per history message; `HISTORY_BYTES` limits all of them together, the page requests any others singly."""


class Explorer(TrainingWidget):
    """Three linked, live views of a network's weight bits, with controls to train it.

    Parameters
    ----------
    run : Run
        The first run to show; the reader can start others on the same digits.
    get_mnist : bool
        Whether to download MNIST in the background and offer it when ready.

    Raises
    ------
    TypeError
        If `run` is not a `Run`.
    ValueError
        If the views cannot show its weights (see `check_shown`).
    """

    _esm = STATIC / "explorer.js"
    _css = STATIC / "explorer.css"

    AT_ONCE: ClassVar[dict[str, str]] = TrainingWidget.AT_ONCE | {
        "fetch": "_on_fetch",
        "export": "_on_export",
        "history": "_on_history",
    }
    IN_TURN: ClassVar[dict[str, str]] = TrainingWidget.IN_TURN | {
        "show": "_on_show",
        "use-mnist": "_on_use_mnist",
        "follow": "_on_follow",
    }

    def __init__(self, run: Run, get_mnist: bool = False, **kwargs: Any) -> None:
        if not isinstance(run, Run):
            raise TypeError(
                f"Explorer needs a Run, for example Explorer(Run('sgd', load_digits())), got {run!r:.80}"
            )
        self._session = Session(run)
        self._followed = 0
        self._link: tuple[Link, int] | None = None
        self._preview: Frame | None = None
        self._shown = run.frames[-1]
        self._curves_sent: list[tuple[str, bool, int, float]] = []
        self._download = MnistDownload(self._describe_digits)
        self._get_mnist = get_mnist
        self._sending: asyncio.Task[None] | None = None
        self._history_asked = False
        self._catching_up: asyncio.TimerHandle | None = None
        self._caught_up_at = -CATCH_UP_SECONDS
        self._sent_at = -HISTORY_SECONDS
        super().__init__(
            run,
            controls=[control.as_dict() for control in self._session.controls.values()],
            settings=dict(self._session.settings),
            **kwargs,
        )
        self._describe_digits()
        self._publish(Update(run.frames[-1], None))
        self._unwatch = run.watch(self._on_run_changed)
        self.on_msg(self._receive)
        self._find_loop()

    @property
    def run(self) -> Run:
        """The run that is shown."""
        return self._session.run

    @property
    def digits(self) -> Digits:
        """The digits of the current run; the trait `dataset` changes with them."""
        return self._session.digits

    def _named_runs(self) -> list[tuple[str, Run]]:
        return self._session.named_runs()

    def _begin(self) -> None:
        self._spawn(self._in_turn(self._prepare_first_run))
        if self._get_mnist:
            self._spawn(self._get(asked=False))

    def _on_fetch(self, _message: dict[str, Any]) -> None:
        self._spawn(self._get(asked=True))

    def _on_export(self, message: dict[str, Any]) -> None:
        """Send a file to download."""
        what = message.get("what")
        digits = self._session.digits.name
        if what == "csv":
            content, kind = curves_csv(self._session.curves(), digits, __version__), "text/csv"
        elif what == "bin":
            content, kind = self._shown.weights.tobytes(), "application/octet-stream"
        elif what == "npz":
            about = {**self._session.status(self._shown), "digits": digits, "version": __version__}
            content, kind = weights_npz(self._shown.weights, about), "application/zip"
        else:
            self._say(f"A file to keep must be npz, bin or csv, got {what!r:.80}.", "error")
            return
        stem = "curves" if what == "csv" else f"{self.run.trainer.NAME}-{self._shown.examples}"
        self.send({"kind": "file", "name": f"bitmass-{stem}.{what}", "type": kind}, [content])

    def _on_history(self, _message: dict[str, Any]) -> None:
        self._history_asked = True
        if self._sending is None or self._sending.done():
            self._sending = self._spawn(self._send_histories())

    async def _send_histories(self) -> None:
        """Send the history, and again if it was requested meanwhile, since it may have changed."""
        while self._history_asked:
            self._history_asked = False
            await self._send_history()

    async def _send_history(self) -> None:
        """Send the run's frames, coarse steps first, so the page can scrub through them without the kernel."""
        # Rate limit: a history can take megabytes.
        await asyncio.sleep(self._sent_at + HISTORY_SECONDS - time.monotonic())
        self._sent_at = time.monotonic()
        run, entry = self.run, self._session.entry.id
        history = run.history
        frames, revision = history.frames, history.revision
        most = max(1, HISTORY_BYTES // frames[0].weights.buffer.nbytes)
        for positions in coarse_to_fine(len(frames), HISTORY_FRAMES)[: most // HISTORY_FRAMES + 1]:
            if run.history.revision != revision:
                return
            chosen = [frames[position] for position in positions]
            states = [self._session.frame_state(frames[position], position) for position in positions]
            content = {"kind": "history", "run": entry, "history": revision, "frames": states}
            self.send(content, [frame.weights.buffer for frame in chosen])
            await asyncio.sleep(0)

    async def _on_reset(self, _message: dict[str, Any]) -> None:
        await self._stop()
        self._preview = None
        await self._player.work(self._session.reset)
        await self._enter_run()

    async def _on_set(self, message: dict[str, Any]) -> None:
        name, value = message.get("name"), message.get("value")
        before = self._session.entry
        request = self._play_request if self._player.playing else None
        controls = self._session.controls
        live = isinstance(name, str) and name in controls and controls[name].live
        try:
            if not live:
                await self._stop()
            if name != SPEED:
                await self._settle()
            await self._player.work(lambda: self._session.set(name, value))  # type: ignore[arg-type]
            if live and name != SPEED:
                self._player.measure_next()
        except ValueError as error:
            self._say(f"{error}.", "error")
        self._player.speed = self._session.settings[SPEED]
        if self._session.entry is not before:
            await self._enter_run()
        self.settings = dict(self._session.settings)
        if live and name != SPEED and not self._player.playing:
            self._publish(await self._player.work(self._player.measured_update))
        # Send settings even if unchanged, because the browser's control may still show a refused value.
        self.send_state("settings")
        if request is not None and self._play_request is request and not self._player.playing:
            await self._play(request)

    async def _on_show(self, message: dict[str, Any]) -> None:
        index = numeric.as_whole(message.get("frame"))
        await self._stop()
        frames = self.run.frames
        if index is None or not 0 <= index < len(frames):
            given = numeric.shortened(message.get("frame"))
            self._say(f"The history has frames 0 to {len(frames) - 1}, got {given}.", "error")
            await self._show_present()
            return
        self._preview = frame = frames[index]
        self._publish(Update(frame, None))
        self._spawn(self._seek_if_still_shown(frame))

    async def _on_use_mnist(self, _message: dict[str, Any]) -> None:
        await self._stop()
        try:
            digits = await asyncio.to_thread(load_digits, "mnist", download=False)
        except FetchError as error:
            self._say(f"{error}.", "error")
            await self._show_present()
        else:
            await self._use(digits)

    async def _on_follow(self, message: dict[str, Any]) -> None:
        """Follow a link, waiting for its digits if they are being downloaded.

        The page numbers its links; the status names the last one handled. The link that the page was opened with
        is ignored once something has been trained; a link that the reader navigated to later never is.
        """
        link = read_link(message.get("state"), self._session.controls)
        number = numeric.as_whole(message.get("id")) or 1
        if link.data == "mnist" and self._session.digits.synthetic and self._download.running:
            self._link = (link, number)
            self._say("This link leads to a network trained on MNIST. It opens once MNIST has been downloaded.")
        else:
            await self._follow(link, number, message.get("navigated") is True)

    async def _follow(self, link: Link, number: int, navigated: bool = False) -> None:
        waited, self._link = self._link is not None, None
        if not navigated and (self._player.playing or not self._session.untouched):
            if waited:
                self._say("")
            self._followed = number
            self._publish_state()
            return
        self._play_request = None
        await self._stop()
        self._preview = None
        begin = partial(self._session.begin, link.settings, link.options)
        refused = [*link.refused, *await self._player.work(begin)]
        digits = self._session.digits
        if link.data not in (None, digits.name.lower()):
            refused.append(f"the digits {link.data!r}, in place of which it learns {digits.label}")
        if refused:
            self._say(f"Left out of this link: {'; '.join(refused)}.", "error")
        elif self.notice.get("text"):
            self._say("")
        await self._enter_run()
        self._player.speed = self._session.settings[SPEED]
        if link.at or link.changes:
            self._play_request = object()
            self._start_playing(
                self._player.follow(link.at, _by_examples(self.run, link.changes)), followed=number
            )
        else:
            self._followed = number
            self._publish_state()

    async def _play(self, request: object) -> None:
        self._player.speed = self._session.settings[SPEED]
        await super()._play(request)

    async def _await_end(self, playing: asyncio.Future[None], followed: int | None = None) -> None:
        await asyncio.wait([playing])
        if followed is not None:
            self._followed = followed
        await super()._await_end(playing)

    async def _seek_if_still_shown(self, frame: Frame) -> None:
        """Seek to the frame that the scrubber shows, if it stays there."""
        await asyncio.sleep(SETTLE_SECONDS)
        async with self._turn:
            if self._preview is frame:
                await self._settle()
                await self._show_present()

    async def _prepare_first_run(self) -> None:
        """Prepare the first run and show its starting point."""
        self._publish(await self._prepare_run())

    async def _prepare_run(self) -> Update:
        update = await super()._prepare_run()
        release_pages(self._session.digits)
        return update

    async def _settle(self) -> None:
        """Seek to the frame that the scrubber shows."""
        frame, self._preview = self._preview, None
        if frame is not None and frame in self.run.frames:
            await self._player.work(lambda: self.run.seek(frame))
            self._session.follow()
            self.settings = dict(self._session.settings)

    def _on_run_changed(self) -> None:
        """Show changes that other code makes to the run, such as `run.step()` in another cell."""
        if threading.get_ident() != self._worker_thread:
            self._widget_loop.call(self._catch_up)

    def _catch_up(self) -> None:
        """Show the run's current state, rate-limited: a loop of steps is faster than any page."""
        if self._player.playing or self._catching_up is not None:
            return
        wait = self._caught_up_at + CATCH_UP_SECONDS - time.monotonic()
        if wait > 0 and self._widget_loop.loop is not None:
            self._catching_up = self._widget_loop.loop.call_later(wait, self._catch_up_now)
            return
        self._caught_up_at = time.monotonic()
        self._preview = None
        self._session.follow()
        self.settings = dict(self._session.settings)
        self._publish(Update(self._present_frame(), None if self._preparing else self.run.upcoming()))

    def _catch_up_now(self) -> None:
        self._catching_up = None
        self._catch_up()

    def _present_frame(self) -> Frame:
        """Return the latest frame at or before the run's position."""
        run = self.run
        return next((f for f in reversed(run.frames) if f.examples <= run.examples), run.frames[-1])

    def close(self) -> None:
        """See `ActionWidget.close`."""
        if hasattr(self, "_unwatch"):  # missing if the constructor rejected its arguments
            self._unwatch()
            if self._catching_up is not None:
                self._catching_up.cancel()
        super().close()

    async def _enter_run(self) -> None:
        self._player.run = self.run
        self._unwatch()
        self._unwatch = self.run.watch(self._on_run_changed)
        update = await self._prepare_run()
        self.settings = dict(self._session.settings)
        self._publish(update)

    async def _show_present(self) -> None:
        self._publish(Update(self._present_frame(), await self._player.work(self.run.upcoming)))

    async def _use(self, digits: Digits) -> None:
        await self._player.work(lambda: self._session.use(digits))
        self._preview = None
        self._download.withdraw()
        self._describe_digits()
        await self._enter_run()

    def _publish(self, update: Update) -> None:
        """Send an update in one message: weights, next example and status."""
        self._shown = update.frame
        images = self._session.digits.train.images
        digit, example = b"", None
        if update.upcoming is not None:
            index, label, prediction = update.upcoming
            digit = images[index].tobytes()
            example = {"index": index, "label": label, "prediction": prediction}
        with self.hold_sync():
            self.frame = update.frame.weights.tobytes()
            self.digit = digit
            self.status = self._session.status(update.frame) | {
                "seq": self._window.next(),
                "example": example,
                "batch_size": self.run.options.get("batch_size"),
                **self._standing(),
            }
            self._publish_curves()

    def _publish_curves(self) -> None:
        ends = self._session.curve_ends()
        if ends != self._curves_sent:
            self._curves_sent = ends
            self.curves = self._session.curves()

    def _standing(self) -> dict[str, Any]:
        return super()._standing() | {"followed": self._followed}

    def _describe_digits(self) -> None:
        digits = self._session.digits
        self.dataset = described(digits) | {"fetch": self._download.described}

    async def _get(self, asked: bool) -> None:
        if not self._session.digits.synthetic:
            return
        try:
            digits = await self._download.fetch()
        except FetchError as error:
            if asked:
                self._say(f"{error}.", "error")
            digits = None
        if digits is not None:
            await self._in_turn(partial(self._use_if_untouched, digits))
        if self._link is not None:
            await self._in_turn(partial(self._follow, *self._link))

    async def _use_if_untouched(self, digits: Digits) -> None:
        if not self._player.playing and self._session.untouched:
            await self._use(digits)


def _by_examples(run: Run, changes: Iterable[tuple[int, str, Any]]) -> dict[int, Callable[[], object]]:
    """Return calls that make the changes (examples, live option, value), keyed by number of examples."""
    found: dict[int, list[tuple[str, Any]]] = {}
    for at, name, value in changes:
        found.setdefault(at, []).append((name, value))

    def make(options: list[tuple[str, Any]]) -> None:
        for name, value in options:
            run.set_option(name, value)

    return {at: partial(make, options) for at, options in found.items()}
