"""The conversation about one example: what a float and a binary network make of it, and learn from it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, NamedTuple, TypeGuard

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.common import numeric
from bitmass_viz.data import Digits, Split
from bitmass_viz.data.release_pages import release_pages
from bitmass_viz.explain.one_step import OneStep, one_step
from bitmass_viz.kernels.revision import REVISION
from bitmass_viz.kernels.settings import PIXEL_THRESHOLD
from bitmass_viz.live import protocol
from bitmass_viz.live.descriptions import describe_digits, describe_weights
from bitmass_viz.live.permalink import Link, digits_left_out, other_digits, read_link
from bitmass_viz.live.session import Session
from bitmass_viz.live.tasks import Steps, Work
from bitmass_viz.live.training_session import TrainingSession
from bitmass_viz.trainers.float32 import Float32Trainer
from bitmass_viz.training.run import Run

LEARNED = (0, 64, 1_024, 10_240, 50_000)
"""Numbers of training examples that a reader can choose."""
FIRST_LEARNED = 10_240
NETWORKS = (("sgd", "tuned"), ("bv32-hebbian", "published"))
"""Trainers and recipes of the float and the binary network."""
MAX_PAGE = 10_000
"""How often a link can ask for other digits: more than there are of each class."""


class ExampleLink(NamedTuple):
    """The validated content of a link to one example; `shared.refused` names its ignored parts."""

    shared: Link
    learned: int
    page: int


class OneExampleSession(Session):
    """One reader's conversation about one example.

    Parameters
    ----------
    digits : Digits
    others : sequence of TrainingSession
        Their trained networks are asked for predictions, too.
    clock
        As for `Session`.
    """

    IN_TURN: ClassVar[dict[str, str]] = {
        "near": "_on_near",
        "learn-from": "_on_learn_from",
        "more": "_on_more",
        "ask": "_on_ask",
        "learn": "_on_learn",
        "follow": "_on_follow",
    }

    def __init__(
        self,
        digits: Digits,
        others: Sequence[TrainingSession] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(clock)
        self.digits = digits
        self._others = others
        self._page = 0
        self._learned = FIRST_LEARNED
        self._followed = 0
        self._link: tuple[ExampleLink, int] | None = None
        self._runs: list[Run] = []
        self._put(state="waiting")
        self._show_digits()

    def follow_digits(self, digits: Digits) -> None:
        """Switch to other digits."""
        if digits is self.digits:
            return
        self.digits, self._page = digits, 0
        begun, self._runs = bool(self._runs), []
        link, self._link = self._link, None
        if link is not None and link[0].shared.data == digits.name.lower():
            self._start_in_turn(self._follow(*link))
            return
        self._show_digits()
        if begun:
            self._start_in_turn(self._train())

    def _show_digits(self) -> None:
        """Send one validation digit of each class."""
        images, labels = digits_of_each(self.digits.validation, self._page)
        self._put(
            dataset=describe_digits(self.digits), digits=images.tobytes(), labels=labels, link=self._origin()
        )

    def _origin(self) -> protocol.ExampleLink:
        origin: protocol.Settings = {"learned": self._learned, "page": self._page, "rev": REVISION}
        return {"origin": origin, "left_out": digits_left_out(self.digits), "followed": self._followed}

    def _on_near(self, _message: protocol.Near) -> Steps[None]:
        if not self._runs:
            yield from self._train()

    def _on_learn_from(self, message: protocol.LearnFrom) -> Steps[None]:
        examples: object = message.get("examples")
        if type(examples) is int and examples in LEARNED:
            self._learned = examples
            self._put(link=self._origin())
            yield from self._train()
        else:
            allowed = ", ".join(f"{n:,}" for n in LEARNED)
            self.notify(f"The networks can have learned from {allowed} examples, got {examples!r:.80}.", "error")
            # The browser's control shows the refused value.
            self._put_again(networks=self._sent.get("networks", {}))

    def _on_follow(self, message: protocol.Follow) -> Steps[None]:
        """Train the networks that a link leads to, and offer its digits; the page does the rest."""
        link = read_example_link(message.get("state"), self._learned, self._page)
        yield from self._follow(link, numeric.as_whole(message.get("id")) or 1)

    def _follow(self, link: ExampleLink, number: int) -> Steps[None]:
        self._learned, self._page = link.learned, link.page
        self._show_digits()
        others = other_digits(link.shared, self.digits)
        # They may still come (see `follow_digits`).
        self._link = (link, number) if others else None
        refused = [*link.shared.refused, *others]
        if notice := link.shared.notice(refused):
            self.notify(notice, "error" if refused else "info")
        else:
            self.clear_notice()
        yield from self._train()
        self._followed = number
        self._put(link=self._origin())

    def _on_more(self, _message: protocol.More) -> Steps[None]:
        self._page += 1
        self._show_digits()
        yield from ()

    def _on_ask(self, message: protocol.AskNetworks) -> Steps[None]:
        """Send every trained network's prediction for an image."""
        image = self._image_in(message.get("pixels"))
        if image is None:
            return
        answers: list[protocol.Answer] = []
        for label, run in (named for other in self._others for named in other.named_runs()):
            if run.examples > 0:
                found = yield Work(partial(run.predict, image[None]))
                answers.append(
                    {
                        "label": label,
                        "trainer": run.trainer.NAME,
                        "examples": run.examples,
                        "answers": found.tolist(),
                    }
                )
        self._reply({"kind": "answers", "id": _number(message.get("id")), "answers": answers})

    def _on_learn(self, message: protocol.LearnOne) -> Steps[None]:
        """Train copies of both networks on an image, and send the changed weights."""
        image = self._image_in(message.get("pixels"))
        label: object = message.get("label")
        unit: object = message.get("unit")
        if image is None or not self._runs:
            return
        units = self._runs[1].arch.binary_hidden
        if not (_is_whole(label, 10) and _is_whole(unit, units)):
            self.notify(
                f"A training step needs a label from 0 to 9 and a hidden unit from 0 to {units - 1}, "
                f"got {label!r:.40} and {unit!r:.40}.",
                "error",
            )
            return
        runs = self._runs
        steps: list[OneStep] = yield Work(lambda: [one_step(run.trainer, image, label) for run in runs])
        binary = steps[1]
        assert binary.counters_before is not None
        assert binary.counters_after is not None
        assert binary.signal is not None
        counters = [each[unit].astype(np.float32) for each in (binary.counters_before, binary.counters_after)]
        self._reply(
            {
                "kind": "step",
                "id": _number(message.get("id")),
                "label": label,
                "unit": unit,
                "signal": int(binary.signal[unit]),
            },
            [*(step.after.tobytes() for step in steps), *(each.tobytes() for each in counters)],
        )

    def _image_in(self, pixels: Any) -> NDArray[np.uint8] | None:
        """Return an image, or None after a notice that says what an image is."""
        shape = self.digits.train.images.shape[1:]
        count = int(np.prod(shape))
        if not isinstance(pixels, list) or len(pixels) != count or not all(_is_whole(p, 256) for p in pixels):
            self.notify(f"An image must be {count} whole numbers from 0 to 255, got {pixels!r:.60}.", "error")
            return None
        return np.array(pixels, np.uint8).reshape(shape)

    def _train(self) -> Steps[None]:
        """Train both networks on the chosen number of examples, from scratch if they have learned from more."""
        self._put(state="working")
        try:
            self._runs, networks = yield Work(partial(self._trained, self._learned, self.digits, self._runs))
            self._put(weights=b"".join(run.weights.tobytes() for run in self._runs), networks=networks)
        finally:
            self._put(state="ready")

    @staticmethod
    def _trained(learned: int, digits: Digits, runs: Sequence[Run]) -> tuple[list[Run], protocol.TwoNetworks]:
        found = networks_after(learned, digits, runs)
        described = describe_networks(learned, found)
        release_pages(digits)
        return found, described


def read_example_link(state: Any, learned: int, page: int) -> ExampleLink:
    """Validate what a page read from its address; what is left out stays as it is. Never raises."""
    given = dict(state) if isinstance(state, Mapping) else state
    wanted = {"learned": learned, "page": page}
    if isinstance(given, dict):
        wanted = {name: given.pop(name, value) for name, value in wanted.items()}
    shared = read_link(given, {})
    refused = [*shared.refused, *(f"{name} does not apply here" for name in shared.options)]
    if not _is_whole(wanted["learned"], LEARNED[-1] + 1) or wanted["learned"] not in LEARNED:
        allowed = ", ".join(f"{n:,}" for n in LEARNED)
        given = numeric.shortened(wanted["learned"], 40)
        refused.append(f"the examples learned must be one of {allowed}, got {given}")
        wanted["learned"] = learned
    if not _is_whole(wanted["page"], MAX_PAGE + 1):
        allowed = numeric.whole_between(0, MAX_PAGE)
        refused.append(f"page must be {allowed}, got {numeric.shortened(wanted['page'], 40)}")
        wanted["page"] = page
    shared = replace(shared, refused=tuple(refused), at=wanted["learned"])
    return ExampleLink(shared, **wanted)


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
        runs = [Run(trainer, digits, recipe=recipe) for trainer, recipe in NETWORKS]
    for run in runs:
        if run.examples < end:
            run.advance(end - run.examples)
    return list(runs)


def describe_networks(learned: int, runs: Sequence[Run]) -> protocol.TwoNetworks:
    """Describe the runs of `networks_after`, JSON-ready."""
    float32, binary = runs
    thresholds = binary.weights.thresholds
    assert thresholds is not None
    assert isinstance(float32.trainer, Float32Trainer)
    height, width = float32.digits.train.images.shape[1:]
    return {
        "learned": learned,
        "examples": float32.examples,
        "choices": list(LEARNED),
        "image": [height, width],
        "threshold": PIXEL_THRESHOLD,
        "thresholds": thresholds.tolist(),
        "float": {
            **_described(float32),
            "slope": float(float32.trainer.model.slope),
            "rate": float32.options["learning_rate"],
        },
        "binary": _described(binary),
    }


def _described(run: Run) -> protocol.OneNetwork:
    weights = run.weights
    return {
        "label": f"{run.trainer.LABEL}, {run.recipe}",
        "trainer": run.trainer.NAME,
        "accuracy": run.accuracy("validation"),
        **describe_weights(weights),
        "bytes": weights.buffer.nbytes,
    }


def _number(value: object) -> int | None:
    """Return the number by which the page matches a reply to its message."""
    return value if _is_whole(value, 1 << 53) else None


def _is_whole(value: object, end: int) -> TypeGuard[int]:
    return type(value) is int and 0 <= value < end
