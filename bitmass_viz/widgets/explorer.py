"""The explorer: three linked views of one weight matrix while it learns.

This side holds no logic of its own. It turns the reader's messages into calls on a session and a player, and
moments of the run into one message to the browser. What is drawn, and how pointing at a bit in one view marks
it in the others, is in ``src/`` and needs no kernel.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import anywidget
import traitlets

from bitmass_viz import __version__
from bitmass_viz.controls import CONTROLS, SPEED
from bitmass_viz.data import Digits, FetchError, load_digits
from bitmass_viz.export import curves_csv, weights_npz
from bitmass_viz.history import Frame, coarse_to_fine
from bitmass_viz.link import Link, read_link
from bitmass_viz.memory import let_go
from bitmass_viz.offer import MnistOffer
from bitmass_viz.palette import PALETTE
from bitmass_viz.player import Gate, Moment, Player
from bitmass_viz.run import Run
from bitmass_viz.session import Session
from bitmass_viz.widgets.home import Home
from bitmass_viz.widgets.traits import STATIC, synced

MAX_STEP = 4096
SETTLE_SECONDS = 0.15
"""A scrubber that rests this long on a frame brings the run there."""
HISTORY_BYTES = 16 << 20
HISTORY_FRAMES = 16
"""So many frames go in one message, and so many bytes in all; a page asks for others one by one."""
PATIENCE_SECONDS = 0.2
"""A run that takes longer to be made ready says that it is."""

log = logging.getLogger(__name__)


class Explorer(anywidget.AnyWidget):
    """Three linked views of a network's weight bits, live, with everything to play it.

    Parameters
    ----------
    run : Run
        The first run to show; the reader can begin others of the same architecture on the same digits.
    get_mnist : bool
        Whether to fetch MNIST in the background and offer it when it is there.

    Raises
    ------
    TypeError
        If `run` is not a `Run`.
    """

    _esm = STATIC / "explorer.js"
    _css = STATIC / "explorer.css"

    controls = synced(traitlets.List())
    palette = synced(traitlets.Dict())
    settings = synced(traitlets.Dict())
    dataset = synced(traitlets.Dict())
    curves = synced(traitlets.List())
    notice = synced(traitlets.Dict())
    frame = synced(traitlets.Bytes())
    digit = synced(traitlets.Bytes())
    status = synced(traitlets.Dict())

    def __init__(self, run: Run, get_mnist: bool = False, **kwargs: Any) -> None:
        if not isinstance(run, Run):
            raise TypeError(
                f"Explorer needs a Run, for example Explorer(Run('sgd', load_digits())), got {run!r:.80}"
            )
        self._session = Session(run)
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="bitmass")
        self._gate = Gate()
        self._player = Player(run, self._publish, self._gate, self._worker)
        self._home = Home()
        self._playing: asyncio.Future[None] | None = None
        self._turn = asyncio.Lock()
        self._wish: object | None = None
        self._followed = False
        self._link: Link | None = None
        self._preparing = True
        self._preview: Frame | None = None
        self._shown = run.frames[-1]
        self._curves_sent: list[tuple[str, bool, int, float]] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self._offer = MnistOffer(self._describe_digits)
        self._get_mnist = get_mnist
        super().__init__(
            controls=[control.as_dict() for control in CONTROLS.values()],
            palette=PALETTE,
            settings=dict(self._session.settings),
            **kwargs,
        )
        self._describe_digits()
        self._publish(Moment(run.frames[-1], None))
        self.on_msg(self._receive)
        self._begin()

    @property
    def run(self) -> Run:
        """The run that is shown."""
        return self._session.run

    def _begin(self) -> None:
        """Compile, measure and fetch in the background, as soon as there is an event loop to do it on."""
        if self._home.find():
            self._spawn(self._in_turn(self._prepare))
            if self._get_mnist:
                self._spawn(self._get(asked=False))

    def _receive(self, _widget: Any, message: Any, _buffers: Any) -> None:
        """Take a message from the browser, on whatever thread it comes (see `Home`)."""
        self._begin()
        if self._home.loop is not None and isinstance(message, dict):
            self._home.call(self._handle, message)

    def _handle(self, message: dict[str, Any]) -> None:
        at_once: dict[str, Callable[[dict[str, Any]], None]] = {
            "ack": self._on_ack,
            "play": self._on_play,
            "pause": self._on_pause,
            "fetch": self._on_fetch,
            "export": self._on_export,
            "history": self._on_history,
        }
        in_turn: dict[str, Callable[[dict[str, Any]], Coroutine[Any, Any, None]]] = {
            "hello": self._on_hello,
            "step": self._on_step,
            "reset": self._on_reset,
            "set": self._on_set,
            "show": self._on_show,
            "use-mnist": self._on_use_mnist,
            "follow": self._on_follow,
        }
        action = message.get("action")
        if not isinstance(action, str) or not (action in at_once or action in in_turn):
            self._say(f"The explorer does not know the action {action!r:.80}.", "error")
        elif action in at_once:
            at_once[action](message)
        else:
            self._spawn(self._in_turn(partial(in_turn[action], message)))

    async def _in_turn(self, action: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do something after what the reader asked for before it: a run is not played while it is exchanged."""
        async with self._turn:
            await action()

    def _on_ack(self, message: dict[str, Any]) -> None:
        number = message.get("seq")
        if isinstance(number, int):
            self._gate.acknowledge(number)

    def _on_play(self, _message: dict[str, Any]) -> None:
        if not self._player.playing:
            self._wish = object()
            self._spawn(self._in_turn(partial(self._play, self._wish)))

    def _on_pause(self, _message: dict[str, Any]) -> None:
        self._wish = None
        self._player.pause()
        self._publish_state()

    def _on_fetch(self, _message: dict[str, Any]) -> None:
        self._spawn(self._get(asked=True))

    def _on_export(self, message: dict[str, Any]) -> None:
        """Send a file that the reader wants to keep."""
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
        self._spawn(self._send_history())

    async def _send_history(self) -> None:
        """Send the run's frames, coarse steps first, so that the page can go through them by itself."""
        run, entry = self.run, self._session.entry.id
        frames, revision = list(run.frames), run.history.revision
        most = max(1, HISTORY_BYTES // frames[0].weights.buffer.nbytes)
        for positions in coarse_to_fine(len(frames), HISTORY_FRAMES)[: most // HISTORY_FRAMES + 1]:
            if run.history.revision != revision:
                return
            chosen = [frames[position] for position in positions]
            moments = [self._session.moment(frames[position], position) for position in positions]
            content = {"kind": "history", "run": entry, "history": revision, "frames": moments}
            self.send(content, [frame.weights.buffer for frame in chosen])
            await asyncio.sleep(0)

    async def _on_hello(self, _message: dict[str, Any]) -> None:
        self._gate.forgive()
        if not self._player.playing:
            await self._show_present()

    async def _on_step(self, message: dict[str, Any]) -> None:
        examples = message.get("examples")
        if not isinstance(examples, int) or not 1 <= examples <= MAX_STEP:
            self._say(f"A step must be a whole number between 1 and {MAX_STEP:,}, got {examples!r:.80}.", "error")
            return
        await self._stop()
        await self._settle()
        await self._player.step(examples)

    async def _on_reset(self, _message: dict[str, Any]) -> None:
        await self._stop()
        self._preview = None
        await self._player.work(self._session.reset)
        await self._enter_run()

    async def _on_set(self, message: dict[str, Any]) -> None:
        name, value = message.get("name"), message.get("value")
        before = self._session.entry
        wish = self._wish if self._player.playing else None
        live = isinstance(name, str) and name in CONTROLS and CONTROLS[name].live
        try:
            if not live:
                await self._stop()
            if name != SPEED:
                await self._settle()
            await self._player.work(lambda: self._session.set(name, value))  # type: ignore[arg-type]
        except ValueError as error:
            self._say(f"{error}.", "error")
        self._player.speed = self._session.settings[SPEED]
        if self._session.entry is not before:
            await self._enter_run()
        self.settings = dict(self._session.settings)
        if live and name != SPEED and not self._player.playing:
            await self._show_present()
        # An unchanged value is no news to the browser, whose control may still show what was refused.
        self.send_state("settings")
        if wish is not None and self._wish is wish and not self._player.playing:
            await self._play(wish)

    async def _on_show(self, message: dict[str, Any]) -> None:
        index = message.get("frame")
        await self._stop()
        frames = self.run.frames
        if not isinstance(index, int) or not 0 <= index < len(frames):
            self._say(f"The history has frames 0 to {len(frames) - 1}, got {index!r:.80}.", "error")
            await self._show_present()
            return
        self._preview = frame = frames[index]
        self._publish(Moment(frame, None))
        self._spawn(self._rest_on(frame))

    async def _on_use_mnist(self, _message: dict[str, Any]) -> None:
        await self._stop()
        digits = await asyncio.to_thread(load_digits, "mnist", download=False)
        await self._use(digits)

    async def _on_follow(self, message: dict[str, Any]) -> None:
        """Bring the reader where a link leads, on the digits that it was made with if they are on their way."""
        link = read_link(message.get("state"))
        if link.data == "mnist" and self._session.digits.synthetic and self._offer.running:
            self._link = link
            self._say("This link leads to a network that learned MNIST. It is followed once MNIST is here.")
        else:
            await self._follow(link)

    async def _follow(self, link: Link) -> None:
        """Bring the reader where a link leads, unless something has been begun here before."""
        if self._link is not None:
            self._link = None
            self._say("")
        if self._player.playing or not self._session.untouched:
            self._followed = True
            return
        refused = [*link.refused, *await self._player.work(partial(self._session.begin, link.settings))]
        if refused:
            self._say(f"Left out of this link: {'; '.join(refused)}.", "error")
        await self._enter_run()
        self._player.speed = self._session.settings[SPEED]
        if link.at or link.changes:
            self._wish = object()
            self._begin_to(self._player.follow(link.at, link.changes))
        else:
            self._followed = True
            self._publish_state()

    async def _play(self, wish: object) -> None:
        """Begin to play, unless the reader has meanwhile pressed pause, or play again."""
        await self._stop()
        await self._settle()
        if self._wish is not wish:
            return
        self._player.speed = self._session.settings[SPEED]
        self._begin_to(self._player.play())

    def _begin_to(self, play: Coroutine[Any, Any, None]) -> None:
        self._gate.forgive()
        self._playing = asyncio.ensure_future(play)
        self._publish_state()
        self._spawn(self._see_out(self._playing))

    async def _see_out(self, playing: asyncio.Future[None]) -> None:
        """Tell the page when playing has ended, and why if it was not asked for."""
        await playing
        self._followed = True
        if self._player.abandoned:
            self._say("Paused, because the page was not being looked at.")
        self._publish_state()

    async def _rest_on(self, frame: Frame) -> None:
        """Bring the run to the frame that the scrubber shows, if it rests there."""
        await asyncio.sleep(SETTLE_SECONDS)
        async with self._turn:
            if self._preview is frame:
                await self._settle()
                await self._show_present()

    async def _prepare(self) -> None:
        """Make the first run ready, and show where it starts from."""
        self._publish(await self._made_ready())

    async def _made_ready(self) -> Moment:
        """Compile, or load from the cache, what the first press of play needs; measure where it starts from."""
        slow = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._tell_preparing)
        try:
            await self._begin_numba()
            await self._player.work(self.run.warm_up)
            moment = await self._player.work(self._player.measured_moment)
        finally:
            slow.cancel()
            if self._preparing:
                self._preparing = False
                self._publish_state()
        let_go(self._session.digits)
        return moment

    async def _begin_numba(self) -> None:
        """Let Numba look through the builtins on this thread, where IPython changes them for each cell."""
        registry = await self._player.work(partial(importlib.import_module, "numba.core.registry"))
        _ = registry.cpu_target.target_context

    def _tell_preparing(self) -> None:
        self._preparing = True
        self._publish_state()

    async def _stop(self) -> None:
        """Pause, and wait until the last frame of this run has been sent."""
        self._player.pause()
        if self._playing is not None:
            await asyncio.wait([self._playing])

    async def _settle(self) -> None:
        """Bring the run to the frame that the scrubber shows."""
        frame, self._preview = self._preview, None
        if frame is not None and frame in self.run.frames:
            await self._player.work(lambda: self.run.seek(frame))
            self._session.follow()
            self.settings = dict(self._session.settings)

    async def _enter_run(self) -> None:
        self._player.run = self.run
        moment = await self._made_ready()
        self.settings = dict(self._session.settings)
        self._publish(moment)

    async def _show_present(self) -> None:
        run = self.run
        frame = next((f for f in reversed(run.frames) if f.examples <= run.examples), run.frames[-1])
        self._publish(Moment(frame, await self._player.work(run.upcoming)))

    async def _use(self, digits: Digits) -> None:
        await self._player.work(lambda: self._session.use(digits))
        self._preview = None
        self._offer.withdraw()
        self._describe_digits()
        await self._enter_run()

    def _state(self) -> str:
        if self._player.playing:
            return "playing"
        return "preparing" if self._preparing else "paused"

    def _publish(self, moment: Moment) -> None:
        """Send a moment: weights, the example, and what belongs to them, in one message."""
        self._shown = moment.frame
        images = self._session.digits.train.images
        digit, example = b"", None
        if moment.upcoming is not None:
            index, label, prediction = moment.upcoming
            digit = images[index].tobytes()
            example = {"index": index, "label": label, "prediction": prediction}
        with self.hold_sync():
            self.frame = moment.frame.weights.tobytes()
            self.digit = digit
            self.status = self._session.status(moment.frame) | {
                "seq": self._gate.next(),
                "state": self._state(),
                "followed": self._followed,
                "example": example,
            }
            self._publish_curves()

    def _publish_curves(self) -> None:
        ends = self._session.curve_ends()
        if ends != self._curves_sent:
            self._curves_sent = ends
            self.curves = self._session.curves()

    def _publish_state(self) -> None:
        self.status = self.status | {"state": self._state(), "followed": self._followed}

    def _say(self, text: str, level: str = "info") -> None:
        self.notice = {"id": self.notice.get("id", 0) + 1, "level": level, "text": text}

    def _describe_digits(self) -> None:
        digits = self._session.digits
        self.dataset = {
            "name": digits.name,
            "label": digits.label,
            "synthetic": digits.synthetic,
            "train": len(digits.train),
            "validation": len(digits.validation),
            "test": len(digits.test),
            "fetch": self._offer.described,
        }

    async def _get(self, asked: bool) -> None:
        if not self._session.digits.synthetic:
            return
        try:
            digits = await self._offer.fetch()
        except FetchError as error:
            if asked:
                self._say(f"{error}.", "error")
            digits = None
        if digits is not None:
            await self._in_turn(partial(self._use_if_untouched, digits))
        if self._link is not None:
            await self._in_turn(partial(self._follow, self._link))

    async def _use_if_untouched(self, digits: Digits) -> None:
        if not self._player.playing and self._session.untouched:
            await self._use(digits)

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        assert self._home.loop is not None, "actions begin only once there is a loop"
        task = self._home.loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("an action of the explorer failed", exc_info=error)
            self._say(
                f"Something went wrong ({type(error).__name__}: {error}). Press reset to begin anew.", "error"
            )

    def close(self) -> None:
        """Stop playing and let go of the worker."""
        if hasattr(self, "_player"):  # not if the constructor refused its arguments
            self._player.pause()
            self._worker.shutdown(wait=False)
        super().close()
