"""Frames of a run, evenly over its epochs, and how they are packed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm.auto import tqdm

from bitmass_viz.common.numeric import whole
from bitmass_viz.training.run import Run

MIN_FRAMES, MAX_FRAMES = 2, 1000
MAX_EPOCHS = 100
CARRIED = (0, 4)
"""Eighths of the last change; whichever gives the shorter page is taken."""


@dataclass(frozen=True, eq=False)
class Recording:
    """Frames of a run and what is known of each.

    Attributes
    ----------
    run : Run
        As it is after the last frame.
    examples : list of int
        Examples learned up to each frame.
    accuracy : list of float
        On the validation split, measured at each.
    upcoming : list of (int, int, int)
        The example that comes next: index in the training split, label, answer.
    weights : uint8 (frames, bytes)
        All weight bits of each frame (see `WeightMatrices.tobytes`).
    """

    run: Run
    examples: list[int]
    accuracy: list[float]
    upcoming: list[tuple[int, int, int]]
    weights: NDArray[np.uint8] = field(repr=False)

    def __len__(self) -> int:
        return len(self.examples)


@dataclass(frozen=True)
class Packed:
    """A recording's weights and digits, packed.

    Attributes
    ----------
    data : bytes
        The first frame as it is; then, frame by frame, its pieces.
    pieces : list of list of int
        For each frame the lengths of its pieces in bytes: weights as the coder tells them (none of the first
        frame), their bits that are sent as they are (float32 only), and the digit that comes next.
    carried : int
        Eighths of a weight's last change that are expected to come again (float32 only).
    """

    data: bytes = field(repr=False)
    pieces: list[list[int]]
    carried: int


def record(
    run: Run,
    epochs: int = 3,
    frames: int = 300,
    progress: bool = True,
    changes: Mapping[int, Mapping[str, Any]] | None = None,
) -> Recording:
    """Train a run from its beginning and keep frames at even distances, the first and the last among them.

    Parameters
    ----------
    run : Run
        It goes back to its beginning, and forgets what it learned.
    epochs : int
        1 to 100.
    frames : int
        2 to 1,000; fewer are kept of a run with fewer examples.
    progress : bool
        Whether to show a progress bar.
    changes : mapping, optional
        Live options that are changed on the way: their values, by the number of examples learned until then.

    Raises
    ------
    ValueError
        If a number is out of its range, an option was changed before, or the network has no hidden layer.
    """
    check_length(epochs, frames)
    if not run.trainer.HAS_HIDDEN_LAYER:
        raise ValueError(f"a recording shows two layers of weights, and {run.trainer.LABEL} has only one")
    if run.changes:
        raise ValueError("a recording is of one way to learn, and this run's options were changed on the way")
    run.seek(0)
    end = epochs * len(run.digits.train)
    moments = sorted({round(i * end / (frames - 1)) for i in range(frames)})
    coming = sorted((changes or {}).items())
    accuracy, upcoming, weights = [], [], []
    for moment in tqdm(moments, unit="frame", desc=f"Recording {run.trainer.LABEL}", disable=not progress):
        while coming and coming[0][0] <= moment:
            at, options = coming.pop(0)
            _advance_to(run, at)
            for name, value in options.items():
                run.set_option(name, value)
        _advance_to(run, moment)
        measured = run.validate()
        assert measured is not None
        accuracy.append(measured)
        upcoming.append(run.upcoming())
        weights.append(run.weights.buffer.copy())
    run.record()
    return Recording(run, moments, accuracy, upcoming, np.array(weights))


def _advance_to(run: Run, examples: int) -> None:
    if examples > run.examples:
        run.advance(examples - run.examples)


def check_length(epochs: int, frames: int) -> None:
    """See that a recording may be so long.

    Raises
    ------
    ValueError
        If a number is out of its range.
    """
    for name, value, low, high in (("epochs", epochs, 1, MAX_EPOCHS), ("frames", frames, MIN_FRAMES, MAX_FRAMES)):
        whole(name, value, low, high)


def pack(recording: Recording) -> Packed:
    """Pack what changed from frame to frame, so that every bit can be had back (see `kernels.coder`)."""
    floats = recording.run.weights.layers[0].bits_per_weight == 32
    tries = [_pack(recording, carried) for carried in (CARRIED if floats else (0,))]
    return min(tries, key=lambda packed: len(packed.data))


def _pack(recording: Recording, carried: int) -> Packed:
    run = recording.run
    weights = run.weights
    bits = weights.layers[0].bits_per_weight
    features = weights.layers[0].features
    columns = run.digits.train.images.shape[2]
    coder: _Words | _Bytes
    coder = (
        _Words(weights.buffer.size // 4, columns, features, carried)
        if bits == 32
        else _Bytes(weights.buffer.size, features * bits // 8)
    )
    pixels = run.digits.train.images[0].size
    pen = _Bytes(pixels, columns)
    nothing = np.zeros(pixels, np.uint8)
    parts = [recording.weights[0].tobytes()]
    pieces = []
    for i, (index, _, _) in enumerate(recording.upcoming):
        own = coder.pack(recording.weights[i - 1], recording.weights[i]) if i else (b"", b"")
        digit, _ = pen.pack(nothing, run.digits.train.images[index].reshape(-1))
        pieces.append([len(own[0]), len(own[1]), len(digit)])
        parts += [*own, digit]
    return Packed(b"".join(parts), pieces, carried)


class _Bytes:
    """Packs frames of packed weights, or pictures, one after the other."""

    def __init__(self, size: int, row: int) -> None:
        from bitmass_viz.kernels import coder

        self._row = max(1, row)
        self._histories = np.zeros(size, np.uint8)
        self._chances = np.full((2, coder.BYTE_MODELS), 32768, np.int32)
        self._interval = np.zeros(3, np.int64)
        self._out = np.empty(coder.ROOM * size + 8, np.uint8)

    def pack(self, before: NDArray[np.uint8], after: NDArray[np.uint8]) -> tuple[bytes, bytes]:
        from bitmass_viz.kernels.coder import encode_bytes

        encode_bytes(before ^ after, self._row, self._histories, self._chances, self._interval, self._out)
        return self._out[: self._interval[2]].tobytes(), b""


class _Words:
    """Packs frames of float32 weights one after the other."""

    def __init__(self, size: int, columns: int, features: int, carried: int) -> None:
        from bitmass_viz.kernels import coder

        self._frame = 0
        self._neighbours = np.array([columns, features], np.int64)
        self._carried = carried
        self._drift = np.zeros(size, np.int32)
        self._expected = np.full(size, coder.FIRST_SIZE, np.int32)
        self._surprise = np.zeros(size, np.int32)
        self._chances = np.full((2, coder.WORD_MODELS), 32768, np.int32)
        self._interval = np.zeros(3, np.int64)
        self._out = np.empty(coder.ROOM * size + 8, np.uint8)
        self._plain = np.empty(4 * size + 8, np.uint8)

    def pack(self, before: NDArray[np.uint8], after: NDArray[np.uint8]) -> tuple[bytes, bytes]:
        from bitmass_viz.kernels.coder import encode_words

        self._frame += 1
        used = encode_words(
            before.view(np.int32),
            after.view(np.int32),
            self._frame,
            self._neighbours,
            self._carried,
            self._drift,
            self._expected,
            self._surprise,
            self._chances,
            self._interval,
            self._out,
            self._plain,
        )
        return self._out[: self._interval[2]].tobytes(), self._plain[:used].tobytes()
