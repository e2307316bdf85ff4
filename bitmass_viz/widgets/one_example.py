"""One example, step by step: a digit's forward pass through a float and a binary network, and a training step.

The page computes the forward passes itself, from the weights. This side trains both networks, runs the training
step, and asks every other network on the page for its prediction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, TypeGuard

import numpy as np
import traitlets
from numpy.typing import NDArray

from bitmass_viz.data import Digits, Split
from bitmass_viz.data.release_pages import release_pages
from bitmass_viz.explain.one_step import one_step
from bitmass_viz.trainers.bv32 import PIXEL_THRESHOLD
from bitmass_viz.trainers.float32 import Float32Trainer
from bitmass_viz.training.run import Run
from bitmass_viz.widgets.base import ActionWidget, described
from bitmass_viz.widgets.explorer import Explorer
from bitmass_viz.widgets.training_widget import TrainingWidget
from bitmass_viz.widgets.traits import STATIC, synced

LEARNED = (0, 64, 1_024, 10_240, 50_000)
"""Numbers of training examples that a reader can choose."""
FIRST_LEARNED = 10_240


class OneExample(ActionWidget):
    """The forward pass of one digit through a float and a binary network, and one training step on it.

    Parameters
    ----------
    beside : Explorer or Digits
        Source of the digits; if it is an explorer, this widget follows when its digits change.
    *others : Explorer or SideBySide
        Widgets whose trained networks are asked for predictions too.

    Raises
    ------
    TypeError
        If an argument has another type.
    """

    _esm = STATIC / "one_example.js"
    _css = STATIC / "one_example.css"

    IN_TURN: ClassVar[dict[str, str]] = {
        "near": "_on_near",
        "learn-from": "_on_learn_from",
        "more": "_on_more",
        "ask": "_on_ask",
        "step": "_on_step",
    }

    digits = synced(traitlets.Bytes())
    labels = synced(traitlets.List())
    networks = synced(traitlets.Dict())
    weights = synced(traitlets.Bytes())
    state = synced(traitlets.Unicode("waiting"))

    def __init__(self, beside: Explorer | Digits, *others: TrainingWidget, **kwargs: Any) -> None:
        if not isinstance(beside, Explorer | Digits):
            raise TypeError(f"OneExample needs an Explorer or Digits to begin with, got {beside!r:.80}")
        for other in others:
            if not isinstance(other, TrainingWidget):
                raise TypeError(f"only widgets whose networks learn can be asked, got {other!r:.80}")
        self._digits = beside if isinstance(beside, Digits) else beside.digits
        self._asked = [*([beside] if isinstance(beside, TrainingWidget) else []), *others]
        self._page = 0
        self._learned = FIRST_LEARNED
        self._runs: list[Run] = []
        super().__init__(dataset=described(self._digits), **kwargs)
        self._show_digits()
        self.on_msg(self._receive)
        self._beside = beside if isinstance(beside, Explorer) else None
        if self._beside is not None:
            self._beside.observe(self._on_dataset, "dataset")
        self._find_loop()

    @property
    def source(self) -> Digits:
        """The digits in use (the trait `digits` holds the pixels of a few)."""
        return self._digits

    def _show_digits(self) -> None:
        """Send one validation digit of each class."""
        images, labels = digits_of_each(self._digits.validation, self._page)
        with self.hold_sync():
            self.digits = images.tobytes()
            self.labels = labels

    def close(self) -> None:
        """Stop following the explorer, and shut down the worker."""
        beside = getattr(self, "_beside", None)  # missing if the constructor rejected its arguments
        if beside is not None:
            beside.unobserve(self._on_dataset, "dataset")
            self._beside = None
        super().close()

    def _on_dataset(self, change: Any) -> None:
        self._follow_digits(change["owner"].digits)

    def _follow_digits(self, digits: Digits) -> None:
        if digits is self._digits:
            return
        self._digits, self._page = digits, 0
        self.dataset = described(digits)
        self._show_digits()
        begun, self._runs = bool(self._runs), []
        if begun and self._widget_loop.loop is not None:
            self._spawn(self._in_turn(self._train))

    async def _on_near(self, _message: dict[str, Any]) -> None:
        if not self._runs:
            await self._train()

    async def _on_learn_from(self, message: dict[str, Any]) -> None:
        examples = message.get("examples")
        if type(examples) is not int or examples not in LEARNED:
            allowed = ", ".join(f"{n:,}" for n in LEARNED)
            self._say(f"The networks can have learned from {allowed} examples, got {examples!r:.80}.", "error")
        else:
            self._learned = examples
            await self._train()
        self.send_state("networks")

    async def _on_more(self, _message: dict[str, Any]) -> None:
        self._page += 1
        self._show_digits()

    async def _on_ask(self, message: dict[str, Any]) -> None:
        """Send every trained network's prediction for an image."""
        image = self._image_of(message)
        if image is None:
            return
        answers = []
        for widget in self._asked:
            answers += await widget.answers(image[None])
        self.send({"kind": "answers", "id": _number_of(message), "answers": answers})

    async def _on_step(self, message: dict[str, Any]) -> None:
        """Train copies of both networks on an image, and send the changed weights."""
        image, label, unit = self._image_of(message), message.get("label"), message.get("unit")
        if image is None or not self._runs:
            return
        units = self._runs[1].arch.binary_hidden
        if not (_is_whole(label, 10) and _is_whole(unit, units)):
            self._say(
                f"A training step needs a label from 0 to 9 and a hidden unit from 0 to {units - 1}, "
                f"got {label!r:.40} and {unit!r:.40}.",
                "error",
            )
            return
        steps = await self._work(lambda: [one_step(run.trainer, image, label) for run in self._runs])
        binary = steps[1]
        assert binary.counters_before is not None
        assert binary.counters_after is not None
        assert binary.signal is not None
        counters = [each[unit].astype(np.float32) for each in (binary.counters_before, binary.counters_after)]
        content = {
            "kind": "step",
            "id": _number_of(message),
            "label": label,
            "unit": unit,
            "signal": int(binary.signal[unit]),
        }
        self.send(content, [*(step.after.tobytes() for step in steps), *(each.tobytes() for each in counters)])

    def _image_of(self, message: dict[str, Any]) -> NDArray[np.uint8] | None:
        """Return the image in a message, or None after a notice that says what an image is."""
        pixels = message.get("pixels")
        shape = self._digits.train.images.shape[1:]
        count = int(np.prod(shape))
        if not isinstance(pixels, list) or len(pixels) != count or not all(_is_whole(p, 256) for p in pixels):
            self._say(f"An image must be {count} whole numbers from 0 to 255, got {pixels!r:.60}.", "error")
            return None
        return np.array(pixels, np.uint8).reshape(shape)

    async def _train(self) -> None:
        """Train both networks on the chosen number of examples, from scratch if they have learned from more."""
        self.state = "working"
        try:
            await self._begin_numba()
            await self._work(self._train_now)
        finally:
            self.state = "ready"

    def _train_now(self) -> None:
        self._runs = networks_after(self._learned, self._digits, self._runs)
        described_networks = describe_networks(self._learned, self._runs)
        release_pages(self._digits)
        self._widget_loop.call(self._publish, described_networks)

    def _publish(self, networks: dict[str, Any]) -> None:
        with self.hold_sync():
            self.weights = b"".join(run.weights.tobytes() for run in self._runs)
            self.networks = networks


def digits_of_each(split: Split, page: int) -> tuple[NDArray[np.uint8], list[int]]:
    """Return one digit of each class; each `page` has different ones, starting over when they run out.

    Returns
    -------
    images : uint8 (n, 28, 28)
    labels : list of int
    """
    places = [np.flatnonzero(split.labels == label) for label in range(10)]
    chosen = [int(place[page % len(place)]) for place in places if len(place)]
    return split.images[chosen], [int(split.labels[i]) for i in chosen]


def networks_after(learned: int, digits: Digits, runs: Sequence[Run] = ()) -> list[Run]:
    """Train the float and the binary network on `learned` examples, rounded down to whole minibatches.

    Parameters
    ----------
    learned : int
    digits : Digits
    runs : sequence of Run
        An earlier result, which is trained further unless it has learned from more examples already.
    """
    epochs, rest = divmod(learned, len(digits.train))
    end = epochs * len(digits.train) + rest // 64 * 64
    if not runs or runs[0].examples > end:
        runs = [Run("sgd", digits, recipe="tuned"), Run("bv32-hebbian", digits, recipe="published")]
    for run in runs:
        if run.examples < end:
            run.advance(end - run.examples)
    return list(runs)


def describe_networks(learned: int, runs: Sequence[Run]) -> dict[str, Any]:
    """Return the value of the trait `networks` for the runs of `networks_after`."""
    thresholds = runs[1].weights.thresholds
    assert thresholds is not None
    return {
        "learned": learned,
        "examples": runs[0].examples,
        "choices": list(LEARNED),
        "image": list(runs[0].digits.train.images.shape[1:]),
        "threshold": PIXEL_THRESHOLD,
        "thresholds": thresholds.tolist(),
        "float": _described(runs[0]),
        "binary": _described(runs[1]),
    }


def _described(run: Run) -> dict[str, Any]:
    weights = run.weights
    trainer = run.trainer
    more = {}
    if isinstance(trainer, Float32Trainer):
        more = {"slope": float(trainer.model.slope), "rate": trainer.options["learning_rate"]}
    return {
        "label": f"{trainer.LABEL}, {run.recipe}",
        "trainer": trainer.NAME,
        "accuracy": run.accuracy("validation"),
        **weights.shape(),
        "bytes": weights.buffer.nbytes,
        **more,
    }


def _number_of(message: dict[str, Any]) -> int | None:
    """Return the number by which the page matches a reply to its message."""
    number = message.get("id")
    return number if _is_whole(number, 1 << 53) else None


def _is_whole(value: object, end: int) -> TypeGuard[int]:
    return type(value) is int and 0 <= value < end
