"""Load a run that `Run.save` wrote; see `saving` for the file format."""

from __future__ import annotations

import json
import math
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.common.atomic_file import check_regular
from bitmass_viz.common.numeric import MAX_SEED
from bitmass_viz.data import NAMED, Digits, load_data
from bitmass_viz.kernels.revision import MAX_REVISION, REVISION, UNNAMED
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.network.weights import WeightMatrices
from bitmass_viz.trainers import TRAINERS, Trainer
from bitmass_viz.training.history import Checkpoint, Frame, capacity_for
from bitmass_viz.training.run import Run
from bitmass_viz.training.saving import FORMAT, FORMAT_VERSION, content_hash
from bitmass_viz.training.state import CURVE_POINTS, MAX_EXAMPLES, RunState

MAX_ABOUT_BYTES = 16 << 20
MAX_CHANGES = 100_000
HEADER_BYTES = 4096
"""Largest .npy header that is read, on top of an array's own bytes."""


_READ_HEADER = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


class SavedRunError(ValueError):
    """The file is not a saved run, or this version cannot resume from it."""


def load_run(path: Path | str, digits: Digits | None = None, trainer: type[Trainer] | None = None) -> Run:
    """Load a run that `Run.save` wrote. It continues as if it had never stopped, to the bit.

    Frames, checkpoints and curve are restored: `Run.seek` and `Run.compare` go as far back as before. A run saved
    with another revision of the numbers is restored as it was, but today's numbers train it from there.

    Parameters
    ----------
    path : Path or str
    digits : Digits, optional
        The digits it was trained on, which the file names but does not contain. Those with a name that `load_data`
        knows are loaded by default.
    trainer : type of Trainer, optional
        The class of your own trainer; the file holds only its name.

    Returns
    -------
    Run

    Raises
    ------
    SavedRunError
        A ValueError: the file is not a saved run, is damaged or in a newer format, or the run was trained on
        other digits.
    OSError
        If the file cannot be read.

    Warns
    -----
    UserWarning
        If the run was saved with another revision of the numbers.
    """
    path = Path(path)
    check_regular(path)
    try:
        archive = zipfile.ZipFile(path)
    except OSError:
        raise
    except Exception as error:  # zipfile raises half a dozen kinds of error for damaged archives
        raise SavedRunError(f"{path} is no saved run, or a damaged one ({str(error)[:100]})") from None
    with archive:
        try:
            run = _read(_Archive(archive), digits, trainer)
        except SavedRunError as error:
            raise SavedRunError(f"{path} cannot be loaded: {error}") from None
    if run.revision != REVISION:
        warnings.warn(
            f"{path} was saved with revision {run.revision} of the numbers, and this bitmass_viz calculates with "
            f"revision {REVISION}: what it holds is unchanged, but training that continues from it may differ in "
            "detail, and seek refuses frames that it cannot rebuild",
            stacklevel=2,
        )
    return run


class _Archive:
    """The arrays of an .npz file; each is checked for type and shape before it is returned."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def text(self, name: str) -> str:
        """Return a string of at most `MAX_ABOUT_BYTES`."""
        dtype, shape, data = self._member(name, MAX_ABOUT_BYTES)
        if dtype.kind != "U" or shape != () or len(data) != dtype.itemsize:
            raise SavedRunError(f"{name} should be a string, and is {dtype} {shape}")
        try:
            return str(np.frombuffer(data, dtype)[0]) if data else ""
        except ValueError as error:
            raise SavedRunError(f"{name} is damaged ({error})") from None

    def array(self, name: str, dtype: np.dtype[Any], shape: tuple[int, ...]) -> NDArray[Any]:
        """Return an array that has exactly this type and shape."""
        size = math.prod(shape) * dtype.itemsize
        found, found_shape, data = self._member(name, size)
        if (found, found_shape, len(data)) != (dtype, shape, size):
            raise SavedRunError(f"{name} should be {dtype} {shape}, and is {found} {found_shape}")
        return np.frombuffer(data, dtype).reshape(shape).copy()

    def _member(self, name: str, most: int) -> tuple[np.dtype[Any], tuple[int, ...], bytes]:
        """Return an array's type, shape and bytes; refuse more than `most` bytes."""
        try:
            info = self._archive.getinfo(f"{name}.npy")
        except KeyError:
            raise SavedRunError(f"it has no {name}") from None
        if info.file_size > most + HEADER_BYTES:
            raise SavedRunError(f"{name} has {info.file_size:,} bytes, and should not have more than {most:,}")
        try:
            with self._archive.open(info) as file:
                version = np.lib.format.read_magic(file)
                if version not in _READ_HEADER:
                    raise ValueError(f"an array of format {version}")
                shape, by_columns, dtype = _READ_HEADER[version](file, max_header_size=HEADER_BYTES)
                if by_columns and len(shape) > 1:
                    raise ValueError("its rows and columns are exchanged")
                return dtype, shape, file.read()
        # NumPy parses the header as Python, so it can raise anything that Python's parser raises.
        except Exception as error:
            raise SavedRunError(f"{name} is damaged ({str(error)[:100]})") from None


def _read(archive: _Archive, digits: Digits | None, own: type[Trainer] | None) -> Run:
    about = _checked(archive.text("about"))
    kind = own if own is not None and about["trainer"] == own.NAME else TRAINERS.get(about["trainer"])
    if kind is None:
        raise SavedRunError(
            f"its trainer is {about['trainer']!r:.80}, which is none of {', '.join(TRAINERS)}; give load_run the "
            "class of that name as trainer"
        )
    digits = _matching(about["digits"], digits)
    try:
        arch = Architecture(**about["arch"])
        run = Run(kind, digits, arch, about["seed"], about["recipe"], **about["options"])
        changes = [(at, name, _live(run, name).check(value)) for at, name, value in about["changes"]]
        frame_options = [_live_options(run, options) for *_, options in about["frames"]]
        checkpoint_options = [_live_options(run, options) for *_, options in about["checkpoints"]]
    except (ValueError, TypeError) as error:
        raise SavedRunError(str(error)[:300]) from None
    most = _capacity_in(run, about["format_version"]) + 1
    for what, found in (("frames", about["frames"]), ("checkpoints", about["checkpoints"])):
        if len(found) > most:
            raise SavedRunError(f"it has {len(found):,} {what}, and should not have more than {most}")
    if about["checkpoints"][0][0] > about["frames"][0][0]:
        raise SavedRunError("its first checkpoint comes after its first frame")

    state, stacks, count = {}, {}, len(about["checkpoints"])
    for name, array in run.trainer.state.items():
        shape = run.trainer.shape_in(about["format_version"], name)
        then = archive.array(f"state/{name}", array.dtype, shape)
        state[name] = run.trainer.converted(about["format_version"], name, then)
        stacks[name] = archive.array(f"checkpoint/{name}", array.dtype, (count, *shape))
    _check_clock(run, about["examples"], state)
    checkpoints = []
    for number, ((examples, _), options) in enumerate(zip(about["checkpoints"], checkpoint_options, strict=True)):
        kept = {
            name: run.trainer.converted(about["format_version"], name, stack[number].copy())
            for name, stack in stacks.items()
        }
        _check_clock(run, examples, kept)
        checkpoints.append(Checkpoint(examples, kept, options))

    frames = tuple(_frames(archive, run, about["frames"], frame_options))
    trainer = run.trainer.copy()
    trainer.restore(state)
    trainer.options |= {name: value for at, name, value in changes if at <= about["examples"]}
    if about["revision"] != REVISION and all(kept.examples != about["examples"] for kept in checkpoints):
        # Frames that today's numbers add can then be rebuilt without going through older ones.
        checkpoints.append(Checkpoint(about["examples"], trainer.snapshot(), trainer.live_options()))
        checkpoints.sort(key=lambda kept: kept.examples)
    history = replace(run.history, frames=frames, checkpoints=tuple(checkpoints), stride=about["stride"])
    curve = tuple((at, accuracy) for at, accuracy in about["curve"])
    run.take_over(RunState(trainer, history, curve, tuple(changes), about["revision"]))
    return run


def _capacity_in(run: Run, version: int) -> int:
    """Return how many frames a history had room for when arrays had the shapes of a format version."""
    size = sum(
        math.prod(run.trainer.shape_in(version, name)) * array.itemsize
        for name, array in run.trainer.state.items()
    )
    return capacity_for(size + run.weights.buffer.size)


def _frames(
    archive: _Archive, run: Run, entries: list[list[Any]], options: list[dict[str, Any]]
) -> Iterator[Frame]:
    now = run.weights
    buffers = archive.array("frames", np.dtype(np.uint8), (len(entries), now.buffer.size))
    thresholds = None
    if now.thresholds is not None:
        thresholds = archive.array("thresholds", np.dtype(np.int32), (len(entries), len(now.thresholds)))
    for number, (examples, accuracy, at, _) in enumerate(entries):
        weights = WeightMatrices(
            buffers[number].copy(), now.layers, None if thresholds is None else thresholds[number].copy()
        )
        yield Frame(examples, examples / len(run.digits.train), weights, accuracy, at, options[number])


def _check_clock(run: Run, examples: int, state: dict[str, NDArray[Any]]) -> None:
    """Check that the trainer's counters agree with the number of examples: the kernels rely on them."""
    expected, clock = [examples], state["clock"]
    if "batch_size" in run.options:
        size, batch = len(run.digits.train), int(run.options["batch_size"])
        epochs, done = divmod(examples, size)
        expected += [done % batch, epochs * -(-size // batch) + done // batch]
    if clock.tolist()[: len(expected)] != expected[: len(clock)]:
        raise SavedRunError(f"after {examples:,} examples its clock should be {expected}, and is {clock.tolist()}")


def _matching(saved: dict[str, str], digits: Digits | None) -> Digits:
    """Return the digits that the run was trained on, checked by their hash."""
    if digits is None:
        if saved["name"] not in NAMED:
            raise SavedRunError(f"it learned digits called {saved['name']!r:.40}; give them to load_run as digits")
        digits = load_data(saved["name"])
    if content_hash(digits) != saved["content"]:
        raise SavedRunError(
            f"it learned {saved['label']!r:.80} with other pixels or labels than {digits.label!r} has here; give "
            "load_run the digits that it learned"
        )
    return digits


def _live(run: Run, name: object) -> Any:
    for option in run.trainer.OPTIONS:
        if option.live and option.name == name:
            return option
    raise ValueError(f"{run.trainer.NAME} cannot change {name!r:.40} while it trains")


def _live_options(run: Run, options: object) -> dict[str, Any]:
    live = {option.name for option in run.trainer.OPTIONS if option.live}
    if not isinstance(options, dict) or options.keys() != live:
        raise ValueError(f"a moment should have the options {sorted(live)}, and has {options!r:.80}")
    return {name: _live(run, name).check(value) for name, value in options.items()}


def _checked(text: str) -> dict[str, Any]:
    """Return a file's ``about``, with the type and range of every part checked."""
    try:
        about = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SavedRunError(f"about is no JSON ({str(error)[:100]})") from None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise SavedRunError("it is a file of another kind; Run.save writes saved runs")
    version = about.get("format_version")
    if not _is_whole(version, 1, MAX_EXAMPLES):
        raise SavedRunError(f"its format_version should be a whole number, and is {version!r:.40}")
    if version > FORMAT_VERSION:
        raise SavedRunError(
            f"it was written by a newer bitmass_viz ({about.get('version')!r:.20}, format {version}); this one "
            f"reads up to format {FORMAT_VERSION}: update the package"
        )
    about.setdefault("revision", UNNAMED)
    for name, allowed, is_allowed in _RULES:
        if name not in about:
            raise SavedRunError(f"about has no {name}")
        if not is_allowed(about[name]):
            raise SavedRunError(f"its {name} should be {allowed}, got {about[name]!r:.80}")
    newest = max(about["examples"], about["frames"][-1][0])
    for name in ("curve", "changes", "checkpoints"):
        if about[name] and about[name][-1][0] > newest:
            raise SavedRunError(f"its {name} go beyond its {newest:,} examples")
    return about


def _is_whole(value: object, low: int, high: int) -> TypeGuard[int]:
    return type(value) is int and low <= value <= high


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _is_course(value: object, width: int, low: int, high: int, strictly: bool = True) -> bool:
    """Return whether this is a list of `width`-long lists, ordered by their first item, a number of examples."""
    if not isinstance(value, list) or not low <= len(value) <= high:
        return False
    if not all(isinstance(e, list) and len(e) == width and _is_whole(e[0], 0, MAX_EXAMPLES) for e in value):
        return False
    return all(a[0] < b[0] or (not strictly and a[0] == b[0]) for a, b in pairwise(value))


def _is_digits(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(key), str) for key in ("name", "label", "content"))


_RULES = (
    ("revision", "a whole number from 1 on", lambda v: _is_whole(v, 1, MAX_REVISION)),
    ("trainer", "a name", lambda v: isinstance(v, str)),
    ("recipe", "a string", lambda v: isinstance(v, str)),
    ("seed", f"a whole number from 0 to {MAX_SEED:,}", lambda v: _is_whole(v, 0, MAX_SEED)),
    (
        "arch",
        "inputs, hidden and classes",
        lambda v: isinstance(v, dict) and {*v} == {"inputs", "hidden", "classes"},
    ),
    ("options", "options by their names", lambda v: isinstance(v, dict)),
    ("changes", "changes in their order", lambda v: _is_course(v, 3, 0, MAX_CHANGES, strictly=False)),
    ("examples", "a whole number from 0 on", lambda v: _is_whole(v, 0, MAX_EXAMPLES)),
    (
        "curve",
        "accuracies in their order",
        lambda v: _is_course(v, 2, 0, CURVE_POINTS) and all(_is_share(accuracy) for _, accuracy in v),
    ),
    (
        "frames",
        "frames in their order",
        lambda v: (
            _is_course(v, 4, 1, MAX_CHANGES)
            and all((a is None or _is_share(a)) and _is_whole(at, 0, MAX_EXAMPLES) for _, a, at, _ in v)
        ),
    ),
    ("checkpoints", "checkpoints in their order", lambda v: _is_course(v, 2, 1, MAX_CHANGES)),
    ("stride", "a whole number from 0 on", lambda v: _is_whole(v, 0, MAX_EXAMPLES)),
    ("digits", "name, label and content", _is_digits),
)
"""The parts of ``about``: name, what is allowed (in words), and the check."""
