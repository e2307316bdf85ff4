"""One network learning one set of digits: step, train, measure, go back in time. Knows nothing of Jupyter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from tqdm.auto import tqdm

from bitmass_viz import pretty
from bitmass_viz.architecture import Architecture
from bitmass_viz.compare import Comparison, compare
from bitmass_viz.data import Digits, Split
from bitmass_viz.history import Checkpoint, Frame, History
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.views import WeightMatrices

if TYPE_CHECKING:
    from bitmass_viz.explain import RunExplanation

FRAMES_PER_EPOCH = 20
"""Frames that `Run.train` records in an epoch."""
CURVE_POINTS = 600
EVALUATION_SLICE = 1_000
MAX_STEP = 1_000_000


class Run:
    """A trainer on its way through the training split.

    The examples come in an order that depends only on `seed` and the epoch, the same for every trainer.
    The same arguments give the same numbers on the same machine, to the bit, however the examples are cut into
    steps, and also after `seek`.

    Parameters
    ----------
    trainer : str
        A name in `TRAINERS`, for example "sgd", "adamw", "bv32-hebbian" or "bv32-uncentred".
    digits : Digits
        See `load_digits`.
    arch : Architecture, optional
        784→8→10 unless given (784→10 for a trainer without hidden layer).
    seed : int
        0 or more.
    recipe : {"published", "tuned"}
    **options
        The trainer's own: ``learning_rate`` and ``batch_size`` for float trainers; ``batch_size``, ``rule``,
        ``centring``, ``margin`` and ``sharpness`` for BV32.

    Raises
    ------
    ValueError
        For an unknown trainer, recipe or option, a value that is not allowed, or an architecture that does not
        fit the digits.

    Examples
    --------
    >>> run = Run("bv32-hebbian", load_digits(), seed=0)            # doctest: +SKIP
    >>> run.train(epochs=3)                                         # doctest: +SKIP
    >>> run.accuracy("test")                                        # doctest: +SKIP
    """

    def __init__(
        self,
        trainer: str,
        digits: Digits,
        arch: Architecture | None = None,
        seed: int = 0,
        recipe: str = "published",
        **options: Any,
    ) -> None:
        if trainer not in TRAINERS:
            raise ValueError(f"trainer must be one of {', '.join(TRAINERS)}, got {trainer!r}")
        if not isinstance(seed, int | np.integer) or isinstance(seed, bool) or seed < 0:
            raise ValueError(f"seed must be a whole number from 0 on, got {seed!r}")
        self.arch = TRAINERS[trainer].default_architecture() if arch is None else arch
        _check_fit(self.arch, digits)
        self.digits = digits
        self.seed = int(seed)
        self.recipe = recipe
        self.trainer = TRAINERS[trainer](self.arch, self.seed, recipe, **options)
        self.examples = 0
        self.curve: list[tuple[int, float]] = []
        """(examples, accuracy on the validation split), oldest first."""
        self.first_options = dict(self.trainer.options)
        """The trainer's options before any was changed."""
        self._changes: list[tuple[int, str, Any]] = []
        self._order: tuple[int, NDArray[np.int64]] = (-1, np.empty(0, np.int64))
        state_bytes = sum(array.nbytes for array in self.trainer.state.values())
        self.history = History(state_bytes + self.weights.buffer.size)
        self.record()

    @property
    def epoch(self) -> float:
        """Passes through the training split so far."""
        return self.examples / len(self.digits.train)

    @property
    def weights(self) -> WeightMatrices:
        """All weight bits as they are now."""
        return self.trainer.weights()

    @property
    def options(self) -> dict[str, Any]:
        """The trainer's options in force."""
        return dict(self.trainer.options)

    @property
    def changes(self) -> list[tuple[int, str, Any]]:
        """(examples, option, value) of every change of a live option, oldest first."""
        return list(self._changes)

    @property
    def frames(self) -> list[Frame]:
        """Recorded moments, oldest first; bounded, evenly thinned, the newest always among them."""
        return self.history.frames

    def step(self, examples: int = 64) -> Frame:
        """Learn from the next examples and record the moment.

        Parameters
        ----------
        examples : int
            1 to 1,000,000. Weights change at the end of each minibatch, so that fewer may change nothing yet.

        Raises
        ------
        ValueError
            If `examples` is out of range.
        """
        self.advance(examples)
        return self.record()

    def advance(self, examples: int) -> None:
        """Learn from the next examples without recording a frame."""
        if not isinstance(examples, int | np.integer) or not 1 <= examples <= MAX_STEP:
            raise ValueError(f"examples must be a whole number between 1 and {MAX_STEP:,}, got {examples!r}")
        self._forget_future()
        self._learn(int(examples))

    def _learn(self, examples: int) -> None:
        train = self.digits.train
        prepared = self.trainer.prepared(train)
        left = examples
        while left:
            epoch, done = divmod(self.examples, len(train))
            stop = min(len(train), done + left)
            order = self._epoch_order(epoch)[done:stop]
            self.trainer.learn(prepared, train.labels, order, stop == len(train))
            self.examples += stop - done
            left -= stop - done

    def train(self, epochs: int = 3, progress: bool = True) -> Frame:
        """Learn for whole epochs from here, measuring the validation accuracy after each.

        Parameters
        ----------
        epochs : int
            1 or more.
        progress : bool
            Whether to show a progress bar.

        Returns
        -------
        Frame
            The last.
        """
        if not isinstance(epochs, int) or epochs < 1:
            raise ValueError(f"epochs must be a whole number from 1 on, got {epochs!r}")
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
        """Compile, or load from the cache, all that training and measuring need; changes nothing."""
        train = self.digits.train
        prepared = self.trainer.prepared(train)
        self.trainer.learn(prepared, train.labels, self._epoch_order(0)[:0], False)
        self.trainer.classify(prepared[:0])

    def accuracy(self, split: str = "validation", weights: WeightMatrices | None = None) -> float:
        """Return the share of a split's images that are classified correctly, 0 to 1.

        Parameters
        ----------
        split : {"train", "validation", "test"}
            Choices belong on "validation"; "test" is for the figure at the end.
        weights : WeightMatrices, optional
            To measure with in place of those learned, for example with some bits cut off. The run keeps its own.

        Raises
        ------
        ValueError
            If there is no such split, or the weights have another shape or format.
        """
        images = self._split(split)
        if weights is None:
            measured = self._measure(images, lambda: False)
        else:
            kept = self.trainer.snapshot()
            try:
                self.trainer.put_weights(weights)
                measured = self._measure(images, lambda: False)
            finally:
                self.trainer.restore(kept)
        assert measured is not None
        return measured

    def validate(self, stop: Callable[[], bool] = lambda: False) -> float | None:
        """Measure the accuracy on the validation split and, unless in the past after `seek`, add it to `curve`.

        Parameters
        ----------
        stop : callable
            Asked now and then; True abandons the measurement.

        Returns
        -------
        float or None
            None if it was abandoned.
        """
        measured = self._measure(self.digits.validation, stop)
        if measured is not None and self._at_newest():
            if self.curve and self.curve[-1][0] == self.examples:
                self.curve.pop()
            self.curve.append((self.examples, measured))
            if len(self.curve) > CURVE_POINTS:
                self.curve = self.curve[:-1:2] + self.curve[-1:]
        return measured

    def _measure(self, split: Split, stop: Callable[[], bool]) -> float | None:
        prepared = self.trainer.prepared(split)
        right = 0
        for start in range(0, len(split), EVALUATION_SLICE):
            if stop():
                return None
            piece = slice(start, start + EVALUATION_SLICE)
            right += int((self.trainer.classify(prepared[piece]) == split.labels[piece]).sum())
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
        """Return the next example: its index in the training split, its label, and the answer it gets now."""
        epoch, done = divmod(self.examples, len(self.digits.train))
        index = int(self._epoch_order(epoch)[done])
        prepared = self.trainer.prepared(self.digits.train)[index : index + 1]
        return index, int(self.digits.train.labels[index]), int(self.trainer.classify(prepared)[0])

    def set_option(self, name: str, value: Any) -> Frame:
        """Change a live option (BV32: ``centring``) between two examples, and record the moment.

        Raises
        ------
        ValueError
            If the option is not live or the value is not allowed.
        """
        self._forget_future()
        self.trainer.set_option(name, value)
        self._changes.append((self.examples, name, self.trainer.options[name]))
        return self.record(keep_checkpoint=True)

    def seek(self, frame: Frame | int) -> Frame:
        """Go back to a recorded frame. What comes after it is kept until the run learns on from there.

        Parameters
        ----------
        frame : Frame or int
            A member of `frames`, or its index.

        Raises
        ------
        ValueError
            If the frame is not in the history (any more).
        """
        frames = self.frames
        if isinstance(frame, Frame):
            if not any(frame is kept for kept in frames):
                raise ValueError(f"this frame is no longer in the history, which has {len(frames)} frames")
            target = frame
        elif isinstance(frame, int) and -len(frames) <= frame < len(frames):
            target = frames[frame]
        else:
            raise ValueError(f"frame must be a Frame or an index below {len(frames)}, got {frame!r}")
        checkpoint = self.history.checkpoint_before(target.examples)
        self.trainer.restore(checkpoint.state)
        self.trainer.options.update(checkpoint.options)
        self.examples = checkpoint.examples
        for at, name, value in self._changes:
            if checkpoint.examples < at <= target.examples:
                self._learn(at - self.examples)
                self.trainer.set_option(name, value)
        self._learn(target.examples - self.examples)
        return target

    def explain(self, example: Any = None) -> RunExplanation:
        """Follow one example through the network, and what it would learn from it. The run stays as it is.

        Parameters
        ----------
        example : int or (image, label), optional
            The index of a training example, or an image, uint8 (28, 28), with its label; by default the next one.

        Returns
        -------
        RunExplanation
            Shows itself; every stage is also an attribute, for example ``run.explain().scores``.

        Raises
        ------
        ValueError
            If there is no such example.
        """
        from bitmass_viz.explain import explain

        return explain(self, example)

    def compare(self, a: Frame | int = -2, b: Frame | int = -1) -> Comparison:
        """Put two recorded moments, the last two by default, beside each other: which weight bits differ.

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
        """Write all that was learned, and the history, to a file from which `load_run` goes on, to the bit.

        Parameters
        ----------
        path : Path or str
            Gets the ending ``.npz`` if it has none. What was there is replaced once all of the new is written. The
            module `bitmass_viz.saved` says what is in it: plain arrays, no pickle, and not the digits.

        Raises
        ------
        OSError
            If it cannot be written. Nothing is left half-written.

        Examples
        --------
        >>> run.save("monday.npz")                                  # doctest: +SKIP
        >>> run = load_run("monday.npz")                            # doctest: +SKIP
        """
        from bitmass_viz.saved import save

        save(self, path)

    def take_over(self, changes: Sequence[tuple[int, str, Any]]) -> None:
        """Take over a saved run's changes of live options; all else of it is in place by then."""
        self._changes = list(changes)
        for at, name, value in changes:
            if at <= self.examples:
                self.trainer.options[name] = value

    def _at_newest(self) -> bool:
        return self.frames[-1].examples <= self.examples

    def _forget_future(self) -> None:
        if not self._at_newest():
            self.history.forget_after(self.examples)
            self.curve = [point for point in self.curve if point[0] <= self.examples]
            self._changes = [change for change in self._changes if change[0] <= self.examples]

    def record(self, keep_checkpoint: bool = False) -> Frame:
        """Record the present moment as a frame, with a checkpoint if `keep_checkpoint` or one is due."""
        live = self._live_options()
        at, accuracy = self.curve[-1] if self.curve else (0, None)
        frame = Frame(self.examples, self.epoch, self.weights, accuracy, at, live)
        self.history.record(
            frame,
            lambda: Checkpoint(self.examples, self.trainer.snapshot(), live),
            keep_checkpoint=keep_checkpoint,
        )
        return frame

    def _live_options(self) -> dict[str, Any]:
        return {o.name: self.trainer.options[o.name] for o in self.trainer.OPTIONS if o.live}

    def _epoch_order(self, epoch: int) -> NDArray[np.int64]:
        if self._order[0] != epoch:
            rng = np.random.default_rng([self.seed, 1, epoch])
            self._order = (epoch, rng.permutation(len(self.digits.train)))
        return self._order[1]

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
                measured += f"<br>{pretty.curve(self.curve)}"
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
        return pretty.card(f"{self.trainer.LABEL}: {self.trainer.SUMMARY}", pretty.table(rows), note=note)


def _check_fit(arch: Architecture, digits: Digits) -> None:
    pixels = int(np.prod(digits.train.images.shape[1:]))
    if arch.inputs != pixels:
        raise ValueError(f"inputs must be {pixels}, the pixels of a digit, got {arch.inputs}")
    classes = int(digits.train.labels.max()) + 1
    if arch.classes < classes:
        raise ValueError(f"classes must be at least {classes}, the classes of the digits, got {arch.classes}")
