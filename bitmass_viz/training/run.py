"""One network learning one set of digits: step, train, measure, go back in time. No Jupyter."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import asdict, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.common import html, numeric
from bitmass_viz.data import Digits, Split
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.network.weights import WeightMatrices
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.trainers.base import Trainer
from bitmass_viz.training.atomic_value import Versioned
from bitmass_viz.training.comparison import Comparison, compare
from bitmass_viz.training.example_stream import ExampleStream
from bitmass_viz.training.history import Checkpoint, Frame, History, capacity_for
from bitmass_viz.training.rebuilding import found, rebuilt
from bitmass_viz.training.state import CURVE_POINTS, RunState

if TYPE_CHECKING:
    from bitmass_viz.explain import RunExplanation

T = TypeVar("T")

FRAMES_PER_EPOCH = 20
"""Frames that `Run.train` records per epoch."""
EVALUATION_SLICE = 1_000
MAX_STEP = 1_000_000
MAX_EPOCHS = 100_000


class Run:
    """A network being trained on a set of digits.

    The order of the examples depends only on `seed` and the epoch; it is the same for every trainer.
    The same arguments give the same numbers on the same machine, to the bit, however the examples are divided
    into steps, and also after `seek`.

    A run is always consistent. Every change builds a new state beside the old one and swaps it in atomically, so
    an interrupt leaves one or the other, and readers (`save`, `explain`, `weights`, …) see a single snapshot
    whatever other threads do. Several threads can train the same run: each step learns from new examples.

    Parameters
    ----------
    trainer : str or type of Trainer
        A name in `TRAINERS`, for example "sgd", "adamw", "bv32-hebbian" or "bv32-uncentred", or your own class.
    digits : Digits
        See `load_digits`.
    arch : Architecture, optional
        784→8→10 unless given (784→10 for a trainer without hidden layer).
    seed : int
        0 to 2^53 − 1.
    recipe : {"published", "tuned"}
    **options
        The trainer's own: ``learning_rate`` and ``batch_size`` for float trainers; ``batch_size``, ``rule``,
        ``hidden_layer``, ``centring``, ``margin`` and ``sharpness`` for BV32.

    Raises
    ------
    ValueError
        For an unknown trainer, recipe or option, a value that is not allowed, or an architecture that does not
        fit the digits.
    TypeError
        If `digits` is not a `Digits`, or `arch` not an `Architecture`.

    Examples
    --------
    >>> run = Run("bv32-hebbian", load_digits(), seed=0)            # doctest: +SKIP
    >>> run.train(epochs=3)                                         # doctest: +SKIP
    >>> run.accuracy("test")                                        # doctest: +SKIP
    """

    def __init__(
        self,
        trainer: str | type[Trainer],
        digits: Digits,
        arch: Architecture | None = None,
        seed: int = 0,
        recipe: str = "published",
        **options: Any,
    ) -> None:
        kind = _kind_of(trainer)
        if not isinstance(digits, Digits):
            raise TypeError(
                f"digits must be Digits, as load_digits() returns them, got {numeric.shortened(digits)}"
            )
        if not isinstance(arch, Architecture | None):
            raise TypeError(f"arch must be an Architecture, got {numeric.shortened(arch)}")
        self.seed = numeric.seed(seed)
        self.arch = kind.default_architecture() if arch is None else arch
        _check_fit(self.arch, digits)
        self.digits = digits
        self.recipe = recipe
        untrained = kind(self.arch, self.seed, recipe, **options)
        self.first_options = dict(untrained.options)
        """The trainer's options before any change."""
        self._stream = ExampleStream(digits.train, self.seed)
        state_bytes = sum(array.nbytes for array in untrained.state.values())
        self._watchers: tuple[Callable[[], object], ...] = ()
        history = History(capacity_for(state_bytes + untrained.weights().buffer.size))
        self._versions = Versioned(RunState(untrained, history))
        self.record()

    @property
    def present(self) -> RunState:
        """The current state. Read it once when several values must come from the same snapshot."""
        return self._versions.latest()[1]

    @property
    def trainer(self) -> Trainer:
        """The current trainer. Do not modify it: work on a copy (see `copy`)."""
        return self.present.trainer

    @property
    def examples(self) -> int:
        """Examples learned so far."""
        return self.present.examples

    @property
    def history(self) -> History:
        """Frames and checkpoints."""
        return self.present.history

    @property
    def revision(self) -> int:
        """Revision of the numbers that the run began with: today's, unless it was loaded from an older file."""
        return self.present.revision

    @property
    def curve(self) -> list[tuple[int, float]]:
        """(examples, accuracy on the validation split), oldest first."""
        return list(self.present.curve)

    @property
    def epoch(self) -> float:
        """Passes through the training split so far."""
        return self.examples / len(self.digits.train)

    @property
    def weights(self) -> WeightMatrices:
        """The current weights."""
        return self.trainer.weights()

    @property
    def options(self) -> dict[str, Any]:
        """The trainer's current options."""
        return dict(self.trainer.options)

    @property
    def changes(self) -> list[tuple[int, str, Any]]:
        """(examples, option, value) of every change of a live option, oldest first."""
        return list(self.present.changes)

    @property
    def frames(self) -> list[Frame]:
        """Recorded snapshots, oldest first: bounded in number and evenly thinned; the newest is always kept."""
        return list(self.history.frames)

    def copy(self) -> Run:
        """Return an independent run with the same state and history.

        It costs almost nothing: the two share the history up to here.
        """
        twin, present = copy(self), self.present
        twin._versions = Versioned(replace(present, trainer=present.trainer.copy()))
        twin._stream = copy(self._stream)
        twin._watchers = ()
        return twin

    def step(self, examples: int = 64) -> Frame:
        """Learn from the next examples and record a frame.

        Parameters
        ----------
        examples : int
            1 to 1,000,000. Weights change at the end of a minibatch, so fewer examples may change nothing yet.

        Raises
        ------
        ValueError
            If `examples` is out of range.
        """
        self.advance(examples)
        return self.record()

    def advance(self, examples: int) -> None:
        """Learn from the next examples without recording a frame."""
        left = numeric.whole("examples", examples, 1, MAX_STEP)
        most = left
        while left:
            version, present = self._versions.latest()
            present = present.without_future()
            piece = min(left, most, self._stream.left_in_epoch(present.trainer))
            trainer = self._stream.learned(present.trainer, piece)
            if self._versions.replace(version, replace(present, trainer=trainer)):
                left -= piece
            else:
                # Another thread changed the run first. A shorter piece has a better chance.
                most = max(1, piece // 2)

    def train(self, epochs: int = 3, progress: bool = True) -> Frame:
        """Train for whole epochs from here, measuring the validation accuracy after each.

        Parameters
        ----------
        epochs : int
            1 to 100,000.
        progress : bool
            Whether to show a progress bar.

        Returns
        -------
        Frame
            The last one recorded.
        """
        from tqdm.auto import tqdm  # slow to import, and most sessions show no progress bar

        epochs = numeric.whole("epochs", epochs, 1, MAX_EPOCHS)
        size = len(self.digits.train)
        piece = -(-size // FRAMES_PER_EPOCH)
        with tqdm(total=epochs * size, unit="ex", disable=not progress, desc=self.trainer.LABEL) as bar:
            for _ in range(epochs):
                for start in range(0, size, piece):
                    self.step(min(piece, size - start))
                    bar.update(min(piece, size - start))
                bar.set_postfix(validation=f"{self.validate():.1%}")
        return self.record()

    def warm_up(self) -> None:
        """Compile the kernels for training and measuring, or load them from the cache; changes no weight."""
        train = self.digits.train
        trainer = self.trainer.copy()
        prepared = trainer.prepared(train)
        trainer.learn(prepared, train.labels, self._stream.order(0)[:0], False)
        trainer.classify(prepared[:0])

    def accuracy(self, split: str = "validation", weights: WeightMatrices | None = None) -> float:
        """Return the fraction of a split's images that are classified correctly, 0 to 1.

        Parameters
        ----------
        split : {"train", "validation", "test"}
            Make choices on "validation"; keep "test" for the final figure.
        weights : WeightMatrices, optional
            Use these weights instead of the run's, for example with some bits cut off. The run does not change.

        Raises
        ------
        ValueError
            If there is no such split, or the weights have another shape or format.
        """
        trainer = self.trainer
        if weights is not None:
            trainer = trainer.copy()
            trainer.put_weights(weights)
        measured = self._measure(trainer, self._split(split), lambda: False)
        assert measured is not None
        return measured

    def validate(self, stop: Callable[[], bool] = lambda: False) -> float | None:
        """Measure the accuracy on the validation split and, unless in the past after `seek`, add it to `curve`.

        Parameters
        ----------
        stop : callable
            Called now and then; the measurement is abandoned when it returns True.

        Returns
        -------
        float or None
            None if the measurement was abandoned.
        """
        trainer = self.trainer
        measured = self._measure(trainer, self.digits.validation, stop)

        def add(present: RunState) -> tuple[RunState, None]:
            if measured is None or present.trainer is not trainer or not present.is_newest:
                return present, None
            curve = (*(p for p in present.curve if p[0] != trainer.examples), (trainer.examples, measured))
            if len(curve) > CURVE_POINTS:
                curve = (*curve[:-1:2], curve[-1])
            return replace(present, curve=curve), None

        self._change(add)
        return measured

    @staticmethod
    def _measure(trainer: Trainer, split: Split, stop: Callable[[], bool]) -> float | None:
        prepared = trainer.prepared(split)
        right = 0
        for start in range(0, len(split), EVALUATION_SLICE):
            if stop():
                return None
            piece = slice(start, start + EVALUATION_SLICE)
            right += int((trainer.classify(prepared[piece]) == split.labels[piece]).sum())
        return right / len(split)

    def predict(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Classify images.

        Parameters
        ----------
        images : uint8 (n, 28, 28)

        Returns
        -------
        uint8 (n,)

        Raises
        ------
        ValueError
            If the images have another shape or type.
        """
        images = np.asarray(images)
        shape = self.digits.train.images.shape[1:]
        if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != shape:
            raise ValueError(
                f"images must be uint8 of shape (n, {shape[0]}, {shape[1]}), got {images.dtype} {images.shape}"
            )
        return self.trainer.classify(self.trainer.prepare(np.ascontiguousarray(images)))

    def upcoming(self) -> tuple[int, int, int]:
        """Return the next example: its index in the training split, its label, and the network's prediction."""
        trainer, train = self.trainer, self.digits.train
        index = self._stream.next_index(trainer)
        prepared = trainer.prepared(train)[index : index + 1]
        return index, int(train.labels[index]), int(trainer.classify(prepared)[0])

    def set_option(self, name: str, value: Any) -> Frame:
        """Change a live option (BV32: ``centring``) between two examples, and record a frame.

        Raises
        ------
        ValueError
            If the option is not live or the value is not allowed.
        """

        def change(present: RunState) -> tuple[RunState, Frame]:
            present = present.without_future()
            trainer = present.trainer.copy()
            trainer.set_option(name, value)
            now = trainer.examples
            changed = replace(
                present,
                trainer=trainer,
                curve=tuple(point for point in present.curve if point[0] < now),
                changes=(*present.changes, (now, name, trainer.options[name])),
            )
            return self._recorded(changed, keep_checkpoint=True)

        return self._change(change)

    def seek(self, frame: Frame | int) -> Frame:
        """Go back to a recorded frame. Later frames are kept until training continues from there.

        Parameters
        ----------
        frame : Frame or int
            A member of `frames`, or its index.

        Raises
        ------
        ValueError
            If the frame is not, or no longer, in the history.
        ReplayError
            A ValueError: if training to the frame again gives other weights than the frame has, which happens
            to runs saved with another revision of the numbers. The run stays where it is.
        """

        def go(present: RunState) -> tuple[RunState, Frame]:
            target = found(frame, present.history.frames)
            return replace(present, trainer=rebuilt(present, target, self._stream)), target

        return self._change(go)

    def explain(self, example: Any = None) -> RunExplanation:
        """Follow one example through the network, and show what the network would learn from it.

        The run does not change.

        Parameters
        ----------
        example : int or (image, label), optional
            The index of a training example, or an image, uint8 (28, 28), with its label; by default the next one.

        Returns
        -------
        RunExplanation
            Displays itself in a notebook; every stage is also an attribute, such as ``run.explain().scores``.

        Raises
        ------
        ValueError
            If there is no such example.
        """
        from bitmass_viz.explain.example import explain

        run = self.copy()
        return explain(run.trainer, run.digits, run.upcoming()[0] if example is None else example)

    def compare(self, a: Frame | int = -2, b: Frame | int = -1) -> Comparison:
        """Compare two recorded frames, by default the last two: which weight bits differ.

        Parameters
        ----------
        a, b : Frame or int
            Frames, or indices in `frames`.

        Raises
        ------
        ValueError
            If there is no such frame.
        """
        return compare(self.frames, a, b)

    def save(self, path: Path | str) -> None:
        """Save the run and its history to a file; `load_run` resumes from it, to the bit.

        Parameters
        ----------
        path : Path or str
            ``.npz`` is added if it has no suffix. An existing file is replaced once the new one is complete. For
            the format see `bitmass_viz.training.saving`: plain arrays, no pickle, without the digits.

        Raises
        ------
        OSError
            If the file cannot be written. No partial file is left.

        Examples
        --------
        >>> run.save("monday.npz")                                  # doctest: +SKIP
        >>> run = load_run("monday.npz")                            # doctest: +SKIP
        """
        from bitmass_viz.training.saving import save

        beginning = {
            "trainer": self.trainer.NAME,
            "recipe": self.recipe,
            "seed": self.seed,
            "arch": asdict(self.arch),
            "options": self.first_options,
        }
        save(path, self.present, beginning, self.digits)

    def take_over(self, present: RunState) -> None:
        """Replace the state by one of a run with the same trainer, digits and settings, such as a loaded one."""
        self._change(lambda _: (present, None))

    def _change(self, make: Callable[[RunState], tuple[RunState, T]]) -> T:
        """Replace the current state by `make` of it; if another thread was faster, start again from its state."""
        while True:
            version, present = self._versions.latest()
            changed, result = make(present)
            if changed is present:
                return result
            if self._versions.replace(version, changed):
                for watcher in self._watchers:
                    watcher()
                return result

    def watch(self, changed: Callable[[], object]) -> Callable[[], None]:
        """Call a function after every change: a frame recorded, a seek, an option set, an accuracy measured.

        Parameters
        ----------
        changed : callable
            Called on the thread that made the change; it should return quickly. Copies of the run do not call it.

        Returns
        -------
        callable
            Call it to stop watching.
        """
        self._watchers = (*self._watchers, changed)

        def unwatch() -> None:
            self._watchers = tuple(watcher for watcher in self._watchers if watcher is not changed)

        return unwatch

    def record(self) -> Frame:
        """Record and return the current frame, with a checkpoint if one is due; after `seek`, the one recorded."""
        return self._change(self._recorded)

    def _recorded(self, present: RunState, keep_checkpoint: bool = False) -> tuple[RunState, Frame]:
        trainer, examples = present.trainer, present.examples
        if not present.is_newest:
            return present, next(frame for frame in present.history.frames if frame.examples == examples)
        live = trainer.live_options()
        at, accuracy = present.measured
        frame = Frame(examples, examples / len(self.digits.train), trainer.weights(), accuracy, at, live)
        history = present.history.record(
            frame, lambda: Checkpoint(examples, trainer.snapshot(), live), keep_checkpoint=keep_checkpoint
        )
        return replace(present, history=history), frame

    def _split(self, name: str) -> Split:
        if name not in ("train", "validation", "test"):
            raise ValueError(f"split must be one of train, validation, test, got {name!r}")
        split: Split = getattr(self.digits, name)
        return split

    def __repr__(self) -> str:
        return (
            f"<Run {self.trainer.NAME}, {self.recipe} recipe, {self.arch}, seed {self.seed}, {self.digits.name}: "
            f"{self.examples:,} examples, {len(self.frames)} frames>"
        )

    def _repr_html_(self) -> str:
        options = ", ".join(f"{name} {value}" for name, value in self.options.items())
        measured = "not measured yet: <code>run.validate()</code>"
        if self.curve:
            at, accuracy = self.curve[-1]
            measured = f"{accuracy:.1%} after {at:,} examples"
            if len(self.curve) > 1:
                measured += f"<br>{html.curve(self.curve)}"
        rows = [
            ("network", f"{self.arch}, {self.weights.format}, {self.weights.bit_mass:,} weight bits"),
            ("digits", escape(self.digits.label)),
            ("seed, recipe", f"{self.seed}, {escape(self.recipe)}"),
            ("options", escape(options)),
            (
                "learned so far",
                f"{self.examples:,} examples, {self.epoch:.2f} epochs, {len(self.frames)} frames kept",
            ),
            ("validation accuracy", measured),
        ]
        note = "Go on with step(), train(), explain(), compare(), accuracy(), seek(), or bm.Explorer(run)."
        return html.card(f"{self.trainer.LABEL}: {self.trainer.SUMMARY}", html.table(rows), note=note)


def _kind_of(trainer: object) -> type[Trainer]:
    if isinstance(trainer, type) and issubclass(trainer, Trainer):
        name = getattr(trainer, "NAME", None)
        if not isinstance(name, str) or TRAINERS.get(name, trainer) is not trainer:
            raise ValueError(
                f"NAME of the trainer {trainer.__name__} must be a text that no other trainer has, got {name!r}"
            )
        return trainer
    if not isinstance(trainer, str) or trainer not in TRAINERS:
        raise ValueError(
            f"trainer must be one of {', '.join(TRAINERS)}, or a class made from Trainer, got "
            f"{numeric.shortened(trainer)}"
        )
    return TRAINERS[trainer]


def _check_fit(arch: Architecture, digits: Digits) -> None:
    pixels = int(np.prod(digits.train.images.shape[1:]))
    if arch.inputs != pixels:
        raise ValueError(f"inputs must be {pixels}, the pixels of a digit, got {arch.inputs}")
    classes = int(digits.train.labels.max()) + 1
    if arch.classes < classes:
        raise ValueError(f"classes must be at least {classes}, the classes of the digits, got {arch.classes}")
