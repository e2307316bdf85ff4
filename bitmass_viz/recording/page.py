"""The page of a recording: its facts, the explorer's own code, and the frames as text, in one file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from bitmass_viz.common.palette import PALETTE, as_css
from bitmass_viz.common.version import __version__
from bitmass_viz.live.descriptions import describe_digits, describe_frame
from bitmass_viz.live.runs import Runs, check_shown
from bitmass_viz.recording.frames import MIN_FRAMES, Packed, Recording, check_length, pack, record
from bitmass_viz.recording.text import as_text, length_of
from bitmass_viz.training.run import Run
from bitmass_viz.widgets.traits import STATIC

LIVE = "https://mybinder.org/v2/gh/bitmass-viz/bitmass_viz/HEAD?urlpath=bitmass%2F"
"""Where a reader of a recording finds the live page, unless it is said otherwise."""
MAX_BYTES = 4_000_000
"""A page is not larger; of a run whose frames would not fit, fewer are kept."""
FULL = 0.99
"""Such a share of it is near enough."""
TEMPLATE = Path(__file__).with_name("recording.html")


@dataclass(frozen=True)
class Page:
    """A page, ready to be written.

    Attributes
    ----------
    content : bytes
        UTF-16 with its mark, which every browser goes by, whatever a server says of it.
    recording : Recording
    packed : Packed
    wanted : int
        Frames that were asked for; fewer are there if they would not have fitted.
    test_accuracy : float
        On the test split, after the last frame.
    """

    content: bytes = field(repr=False)
    recording: Recording
    packed: Packed
    wanted: int
    test_accuracy: float

    def as_dict(self) -> dict[str, Any]:
        """Return what there is to say of it, JSON-ready."""
        run = self.recording.run
        return {
            "trainer": run.trainer.NAME,
            "recipe": run.recipe,
            "seed": run.seed,
            "hidden": run.arch.hidden,
            "options": run.options,
            "digits": run.digits.name,
            "synthetic": run.digits.synthetic,
            "sha256": dict(run.digits.sha256),
            "version": __version__,
            "examples": self.recording.examples[-1],
            "validation_accuracy": self.recording.accuracy[-1],
            "test_accuracy": self.test_accuracy,
            "frames": len(self.recording),
            "frames_wanted": self.wanted,
            "bit_mass": run.weights.bit_mass,
            "bytes": len(self.content),
            "bytes_of_frames": len(self.packed.data),
            "bytes_of_frames_unpacked": self.recording.weights.size,
        }


def make_page(
    run: Run, epochs: int = 3, frames: int = 300, live: str = LIVE, progress: bool = True, most: int = MAX_BYTES
) -> Page:
    """Record a run and make a page of it that plays without a kernel and without a network.

    Every weight bit of every frame is there exactly. Where the frames would not fit, as those of large float32
    networks, fewer are kept, at larger distances, and the page says so.

    Parameters
    ----------
    run : Run
        As for `record`.
    epochs, frames : int
        As for `record`; `frames` is the most.
    live : str
        Address of the live page, to which the page links; empty for no link.
    progress : bool
        Whether to show a progress bar.
    most : int
        Bytes that the page may have.

    Raises
    ------
    ValueError
        As `record`; also if `live` is no address, or if not even two frames fit.
    """
    check_address(live)
    check_length(epochs, frames)
    check_shown(run)
    bits = run.weights.w0.layout.bits_per_weight
    if bits not in (1, 32):
        raise ValueError(
            f"recorded pages show weights of 1 or 32 bits, and this run's have {bits}; use bm.Explorer(run)"
        )
    wanted = min(frames, epochs * len(run.digits.train) + 1)
    best, fewest, most_frames, count = None, MIN_FRAMES, frames, frames
    while fewest <= most_frames:
        page, size, around = _attempt(run, epochs, count, wanted, live, progress, most)
        if page is not None:
            best, fewest = page, count + 1
            if size >= FULL * most:
                break
        else:
            most_frames = count - 1
        count = min(most_frames, max(fewest, int(count * (most - around) / (size - around))))
    if best is None:
        raise ValueError(f"two frames of this network need {size:,} bytes, and a page may have {most:,}")
    return best


def check_address(live: str) -> None:
    """See that `live` is an address or empty.

    Raises
    ------
    ValueError
        If it is not.
    """
    if live and not re.match(r"https?://\S+$", live):
        raise ValueError(f"live must be an address that begins with http:// or https://, or empty, got {live!r}")


def _attempt(
    run: Run, epochs: int, frames: int, wanted: int, live: str, progress: bool, most: int
) -> tuple[Page | None, int, int]:
    """Make a page; return it if it fits, its size, and how much of that is there besides the frames."""
    recording = record(run, epochs, frames, progress)
    packed = pack(recording)
    accuracy = run.accuracy("test")
    around = len(_compose(recording, packed, wanted, accuracy, live, ""))
    size = around + 2 * length_of(len(packed.data))
    if size > most:
        return None, size, around
    content = _compose(recording, packed, wanted, accuracy, live, as_text(packed.data))
    return Page(content, recording, packed, wanted, accuracy), size, around


def _compose(recording: Recording, packed: Packed, wanted: int, accuracy: float, live: str, text: str) -> bytes:
    run = recording.run
    parts = {
        "title": escape(f"{run.trainer.LABEL}, recorded"),
        "heading": escape(f"{run.trainer.LABEL} learns {run.digits.label}: a recording"),
        "about": escape(_about(recording, packed, wanted)),
        "facts": "\n".join(
            f"<div><dt>{escape(name)}</dt><dd{' class=synthetic' if mark else ''}>{escape(value)}</dd></div>"
            for name, value, mark in _facts(run, accuracy)
        ),
        "live": f'<a data-testid="live" href="{escape(live)}">Go live</a>' if live else "",
        "colours": as_css(),
        "css": style_sheet("explorer"),
        "js": re.sub("</(?=script)", r"<\\/", (STATIC / "recorded.js").read_text(encoding="utf-8"), flags=re.I),
        "recording": json.dumps(told_of(recording, packed), separators=(",", ":")).replace("<", "\\u003c"),
        "frames": text,
    }
    page = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(parts)
    return f"\ufeff{page}".encode("utf-16-le")


def style_sheet(name: str) -> str:
    """Return a widget's style sheet, on one line."""
    return re.sub(r"\s+", " ", (STATIC / f"{name}.css").read_text(encoding="utf-8"))


def _about(recording: Recording, packed: Packed, wanted: int) -> str:
    run, count = recording.run, len(recording)
    said = (
        "This page plays a recorded run by itself: no network is trained, nothing is fetched. It has "
        f"{count:,} frames, from the first weights to those after {recording.examples[-1]:,} examples "
        f"({run.epoch:g} epochs), each with all {run.weights.bit_mass:,} weight bits exactly as they were."
    )
    if count < wanted:
        said += (
            f" {wanted:,} were asked for, and so many do not fit in {MAX_BYTES / 1e6:g} MB, because "
            f"{_bits_told(recording, packed):.1f} bits of each weight have to be told anew in each frame. "
            "Frames were left out, and no bits."
        )
    return said


def _bits_told(recording: Recording, packed: Packed) -> float:
    """Return how many bits a weight takes in a frame, on average."""
    told = 8 * sum(coded + plain for coded, plain, _ in packed.pieces)
    layer = recording.run.weights.layers[0]
    return told * layer.bits_per_weight / (recording.run.weights.bit_mass * max(1, len(recording) - 1))


def _facts(run: Run, accuracy: float) -> Iterator[tuple[str, str, bool]]:
    """Give the name and value of each fact, and whether it is a caution."""
    yield "Trainer", run.trainer.LABEL, False
    yield "Recipe", run.recipe, False
    for name, value in run.options.items():
        shown = (
            ("on" if value else "off") if isinstance(value, bool) else f"{value:g}" if _is_number(value) else value
        )
        yield name.replace("_", " ").capitalize(), str(shown), False
    yield "Seed", str(run.seed), False
    yield "Containers", str(run.arch.hidden), False
    yield "Digits", run.digits.label, run.digits.synthetic
    yield "Test accuracy at the end", f"{accuracy:.1%}", False
    yield "bitmass_viz", __version__, False


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def told_of(recording: Recording, packed: Packed) -> dict[str, Any]:
    """Return what the page's model tells the explorer, JSON-ready; `Recorded` in ``src/recorded/frames.js``."""
    run = recording.run
    runs = Runs(run)
    columns = int(run.digits.train.images.shape[2])
    return {
        "status": {
            **runs.network(),
            **describe_frame(run.frames[0], 0),
            "batch_size": None,
            "frames": len(recording),
            "changes": [],
            "history": 0,
        },
        "settings": runs.settings,
        "dataset": {**describe_digits(run.digits), "fetch": {"state": "none", "progress": 0, "message": ""}},
        "palette": PALETTE,
        "columns": columns,
        "carried": packed.carried,
        "examples": recording.examples,
        "accuracy": recording.accuracy,
        "next": recording.upcoming,
        "pieces": packed.pieces,
    }
