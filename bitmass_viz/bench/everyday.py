"""Tasks behind the page: evaluating 10,000 images, and producing frames."""

from __future__ import annotations

from collections.abc import Callable

from bitmass_viz.bench import ours
from bitmass_viz.bench.timing import OURS, Side, Task
from bitmass_viz.data import Digits
from bitmass_viz.live.player import Update

TRAINERS = ("sgd", "adamw", "bv32-hebbian")
FRAME_EXAMPLES = 64
FRAMES = 200


def evaluation(digits: Digits, trainer: str) -> Task:
    """Classify the test split, with images prepared beforehand."""
    run, size = ours.ready(trainer, digits), len(digits.test)
    side = Side(OURS, lambda: run.accuracy("test"), size, size)
    return Task(f"evaluate-{trainer}", f"{run.trainer.LABEL}: classify {size:,} images", (side,))


def frames(digits: Digits, trainer: str) -> Task:
    """Repeatedly train on 64 examples, record the frame and copy its weight bits."""
    run = ours.ready(trainer, digits)

    def show() -> None:
        run.step(FRAME_EXAMPLES).weights.tobytes()

    return _frames(
        f"frames-{trainer}", f"{run.trainer.LABEL}: {FRAMES} frames, {FRAME_EXAMPLES} examples each", show
    )


def explorer_frames(digits: Digits, trainer: str) -> Task:
    """Do the same as `frames`, and build the explorer's message, but without a browser."""
    from bitmass_viz.widgets import Explorer

    run = ours.ready(trainer, digits)
    explorer = Explorer(run)

    def show() -> None:
        explorer.session.publish(Update(run.step(FRAME_EXAMPLES), run.upcoming()))
        explorer._wake()

    what = f"{run.trainer.LABEL}: {FRAMES} frames with the explorer's message"
    return _frames(f"explorer-{trainer}", what, show)


def _frames(name: str, what: str, show: Callable[[], None]) -> Task:
    def many() -> None:
        for _ in range(FRAMES):
            show()

    return Task(name, what, (Side(OURS, many, FRAMES, FRAMES),))


def tasks(digits: Digits) -> list[Callable[[], Task]]:
    """Return functions that each prepare one of these tasks."""

    def later(make: Callable[[Digits, str], Task], trainer: str) -> Callable[[], Task]:
        return lambda: make(digits, trainer)

    return [later(make, trainer) for make in (evaluation, frames, explorer_frames) for trainer in TRAINERS]
