"""Save a run, with its history, to a file that training can resume from, to the bit.

The file is a zip archive of plain arrays, as `numpy.savez` writes and ``numpy.load(allow_pickle=False)`` reads it:

``about``
    A string of JSON: ``format`` ("bitmass-run"), ``format_version``, ``version`` of this package, ``revision`` of
    the numbers (1 if it is missing), ``trainer``, ``recipe``, ``seed``, ``arch``, ``options`` (the initial ones),
    ``changes`` of live options, ``examples``, ``curve``, ``frames`` and ``checkpoints`` (examples, options and
    accuracies of each), ``stride``, and ``digits``: their name, and the SHA-256 of all pixels and labels, since
    the digits are not in the file.
``state/NAME``
    The trainer's current arrays.
``frames``, ``thresholds``
    The weight bits of each frame, uint8 (frames, bytes); and for BV32 its thresholds, int32 (frames, units).
``checkpoint/NAME``
    The trainer's arrays at each checkpoint, stacked along a new first axis.

Loading trusts nothing: every array must have the type and shape that the architecture implies, and the trainer's
counters must follow from the number of examples. Nothing is unpickled.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.common.atomic_file import write_atomically
from bitmass_viz.common.version import __version__
from bitmass_viz.data import Digits
from bitmass_viz.training.state import RunState

FORMAT = "bitmass-run"
FORMAT_VERSION = 3
"""2: weights of float networks in blocks of pixels (see `trainers.float32`). 3: wide layers of few-bit weights in
tiles (see `kernels.tiles`)."""


def save(path: Path | str, state: RunState, beginning: Mapping[str, Any], digits: Digits) -> None:
    """Write a run to a file, completely or not at all; see `Run.save`.

    Parameters
    ----------
    path : Path or str
    state : RunState
    beginning : mapping
        The arguments of `Run`: ``trainer``, ``recipe``, ``seed``, ``arch`` and ``options``.
    digits : Digits
        Only their name and hash go into the file.
    """
    path = Path(path)
    if not path.suffix:
        path = path.with_suffix(".npz")
    frames, checkpoints = state.history.frames, state.history.checkpoints
    arrays: dict[str, NDArray[Any]] = {f"state/{name}": array for name, array in state.trainer.state.items()}
    arrays["frames"] = np.array([frame.weights.buffer for frame in frames])
    if (thresholds := frames[0].weights.thresholds) is not None:
        arrays["thresholds"] = np.array([frame.weights.thresholds for frame in frames], thresholds.dtype)
    for name in state.trainer.state:
        arrays[f"checkpoint/{name}"] = np.array([checkpoint.state[name] for checkpoint in checkpoints])
    about = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "version": __version__,
        "revision": state.revision,
        **beginning,
        "changes": [list(change) for change in state.changes],
        "examples": state.examples,
        "curve": [list(point) for point in state.curve],
        "frames": [[f.examples, f.accuracy, f.accuracy_at, f.options] for f in frames],
        "checkpoints": [[c.examples, c.options] for c in checkpoints],
        "stride": state.history.stride,
        "digits": {"name": digits.name, "label": digits.label, "content": content_hash(digits)},
    }
    arrays["about"] = np.array(json.dumps(about))
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    write_atomically(path, file.getvalue())


def content_hash(digits: Digits) -> str:
    """Return the SHA-256 of all pixels and labels, in the order of the splits."""
    found = hashlib.sha256()
    for split in (digits.train, digits.validation, digits.test):
        found.update(f"{len(split)}:".encode())
        found.update(np.ascontiguousarray(split.images).data)
        found.update(np.ascontiguousarray(split.labels).data)
    return found.hexdigest()
