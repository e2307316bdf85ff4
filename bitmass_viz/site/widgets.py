"""Prepare what each widget of the article needs without a kernel; ``src/recorded/article.js`` reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np

from bitmass_viz.data import Digits
from bitmass_viz.kernels.settings import PIXEL_THRESHOLD
from bitmass_viz.live.controls import CONTROLS
from bitmass_viz.live.counter_session import accounts
from bitmass_viz.live.descriptions import describe_weights
from bitmass_viz.live.one_example_session import (
    FIRST_LEARNED,
    LEARNED,
    describe_networks,
    digits_of_each,
    networks_after,
)
from bitmass_viz.network.formats import FLOAT32, WEIGHT_BITS
from bitmass_viz.site.parts import Part
from bitmass_viz.site.recordings import EPOCHS, Recorder
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.trainers.bv32 import Bv32Hebbian
from bitmass_viz.trainers.float32 import Float32Trainer
from bitmass_viz.training.run import Run
from bitmass_viz.widgets.counter import BitCounter
from bitmass_viz.widgets.evidence import Claims, Evidence
from bitmass_viz.widgets.explorer import Explorer
from bitmass_viz.widgets.one_example import OneExample
from bitmass_viz.widgets.side_by_side import TRIO, SideBySide

BINARY_FRAMES, FLOAT_FRAMES = 301, 121
"""Frames per network in the explorer: float32 frames take over ten times as many bytes."""
TOGETHER_FRAMES = 61
PAGES_OF_DIGITS = 10
SWITCHES: dict[str, tuple[str, tuple[tuple[int, bool], ...]]] = {
    "between": (f"off from epoch 1 to {EPOCHS - 1}", ((1, False), (EPOCHS - 1, True))),
    "off": ("off all along", ((0, False),)),
    "on": ("on all along", ()),
}
"""Recorded histories of the centring switch: name → label, and the epochs at which it is switched."""


@dataclass(frozen=True)
class Shown:
    """A widget, ready for the page.

    Attributes
    ----------
    content : dict
        Data for the page, JSON-ready; ``kind`` selects the code that shows it.
    only_live : str
        What the live page can do in addition, for the reader.
    name, figure, alternative : str
        A figure's name, its SVG and its alternative text; empty if there is none.
    digits : Digits, optional
        The digits that its networks learn.
    """

    content: dict[str, Any] = field(repr=False)
    only_live: str = ""
    name: str = ""
    figure: str = field(default="", repr=False)
    alternative: str = ""
    digits: Digits | None = None


def shown(widget: Any, recorder: Recorder, seeds: int) -> Shown:
    """Record what a widget needs, and return it.

    Parameters
    ----------
    widget : BitCounter, Explorer, SideBySide, OneExample, Evidence or Claims
    recorder : Recorder
        Makes and stores the recordings.
    seeds : int
        Number of seeds to record for networks side by side.

    Raises
    ------
    ValueError
        If this type of widget cannot be shown without a kernel.
    """
    for kind, show in _KINDS.items():
        if isinstance(widget, kind):
            return show(widget, recorder, seeds)
    raise ValueError(f"a {type(widget).__name__} cannot be shown without a kernel")


def _counter(widget: BitCounter, recorder: Recorder, _seeds: int) -> Shown:
    control = CONTROLS["hidden"]
    lines: list[dict[str, Any]] = []
    of: dict[str, list[int]] = {}
    for hidden, bits in product(range(int(control.low), int(control.high) + 1), WEIGHT_BITS):
        numbers = []
        for line in accounts(hidden, bits):
            # Most lines are the same for every number of bits.
            if line not in lines[-4 * len(WEIGHT_BITS) :]:
                lines.append(line)
            numbers.append(len(lines) - 1 - lines[::-1].index(line))
        of[f"{hidden}/{bits}"] = numbers
    name = recorder.put(Part("accounts", {"lines": lines, "of": of}))
    return Shown({"kind": "counter", "content": widget.content, "accounts": name})


def _explorer(widget: Explorer, recorder: Recorder, _seeds: int) -> Shown:
    run = widget.run
    names = dict.fromkeys([run.trainer.NAME, *reversed(TRIO)])
    recordings = {}
    for trainer in names:
        frames = FLOAT_FRAMES if TRAINERS[trainer].FORMAT is FLOAT32 else BINARY_FRAMES
        arch = TRAINERS[trainer].default_architecture()
        settings = {"trainer": trainer, "arch": arch, "seed": run.seed, "recipe": run.recipe}
        recordings[trainer] = recorder.recording(run.digits, settings, frames)
    choices = [{"value": trainer, "label": TRAINERS[trainer].LABEL} for trainer in names]
    content = {"kind": "explorer", "first": run.trainer.NAME, "choices": choices, "recordings": recordings}
    return Shown(
        content,
        f"Recorded: {EPOCHS} epochs of each trainer, {run.recipe}, seed {run.seed}. Other trainers, rules, "
        "rates, sizes and seeds, and links to a moment, are for networks that learn while you look.",
        digits=run.digits,
    )


def _together(widget: SideBySide, recorder: Recorder, seeds: int) -> Shown:
    own = {control["name"]: control for control in widget.controls}
    controls = []
    if "recipe" in own:
        controls.append(own["recipe"])
    if "seed" in own:
        label = str(seeds - 1)
        choices = [{"value": seed, "label": str(seed)} for seed in range(seeds)]
        controls.append(own["seed"] | {"kind": "choice", "choices": choices, "help": f"Recorded: 0 to {label}."})
    # A lane with a choice of trainers is recorded with its initial one; one with a switch, with all its histories.
    switched = [[c["name"] for c in names] == ["centring"] for names in widget.lane_controls]
    lane_controls = [[_switch()] if has else [] for has in switched]
    lanes = [
        dict(lane) | ({"centring": next(iter(SWITCHES))} if has else {})
        for lane, has in zip(widget.lanes, switched, strict=True)
    ]
    values = [[choice["value"] for choice in control["choices"]] for control in controls]
    histories = [list(SWITCHES) for has in switched if has]
    recordings = {}
    for chosen in product(*values, *histories):
        shared = dict(zip([control["name"] for control in controls], chosen, strict=False))
        rest = iter(chosen[len(controls) :])
        recordings["/".join(map(str, chosen))] = [
            _lane(run, shared, next(rest) if has else None, recorder)
            for run, has in zip(widget.runs, switched, strict=True)
        ]
    content = {
        "kind": "together",
        "name": widget.name,
        "titles": [lane["label"] for lane in widget.network["lanes"]],
        "controls": controls,
        "lane_controls": lane_controls,
        "settings": {name: widget.settings[name] for name in ("recipe", "seed")},
        "lanes": lanes,
        "recordings": recordings,
        "dataset": widget.dataset,
    }
    only_live = (
        "Recorded with the moments of switching given: on the live page the switch is yours."
        if any(switched)
        else f"Recorded with {seeds} seed{'s' if seeds > 1 else ''}: on the live page any trainers can be put "
        "beside each other, with any seed and size."
    )
    return Shown(content, only_live)


def _switch() -> dict[str, Any]:
    choices = [{"value": name, "label": label} for name, (label, _) in SWITCHES.items()]
    return CONTROLS["centring"].as_dict() | {"kind": "choice", "choices": choices}


def _lane(run: Run, shared: Mapping[str, Any], history: str | None, recorder: Recorder) -> str:
    """Record one lane's network with the given settings."""
    settings = {"trainer": run.trainer.NAME, "arch": run.arch, "seed": run.seed, "recipe": run.recipe, **shared}
    switched: tuple[str, dict[int, dict[str, Any]]] = ("", {})
    if history is not None:
        size = len(run.digits.train)
        changes = {epochs * size: {"centring": on} for epochs, on in SWITCHES[history][1]}
        switched = (f"centring-{history}" if changes else "", changes)
    return recorder.recording(run.digits, settings, TOGETHER_FRAMES, switched)


def _example(widget: OneExample, recorder: Recorder, _seeds: int) -> Shown:
    digits = widget.session.digits
    pages = [digits_of_each(digits.validation, page) for page in range(PAGES_OF_DIGITS)]
    images = b"".join(images.tobytes() for images, _ in pages)
    others = list(_others(digits))
    content, weights = [each for each, _ in others], b"".join(weights for _, weights in others)
    files = {"base": recorder.put(Part("example", {}, images + weights))}
    runs: list[Run] = []
    for learned in LEARNED:
        runs = networks_after(learned, digits, runs)
        files[str(learned)] = recorder.put(_learned(learned, runs))
    return Shown(
        {
            "kind": "example",
            "labels": [labels for _, labels in pages],
            "others": content,
            "dataset": widget.dataset,
            "first": str(FIRST_LEARNED),
            "files": files,
        },
        "All of this is worked out by your browser, from recorded weights. On the live page the networks that you "
        "trained yourself are asked, too.",
    )


def _others(digits: Digits) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yield descriptions and weights of trained networks, whose predictions for a digit are shown."""
    for name in TRIO:
        run = Run(name, digits)
        run.train(EPOCHS, progress=False)
        weights = run.weights
        more: dict[str, Any] = {}
        if weights.thresholds is not None:
            more = {"threshold": PIXEL_THRESHOLD, "thresholds": weights.thresholds.tolist()}
        elif isinstance(run.trainer, Float32Trainer):
            more = {"slope": float(run.trainer.model.slope)}
        yield (
            {
                "label": f"{run.trainer.LABEL}, {run.recipe}, recorded",
                "trainer": name,
                "examples": run.examples,
                **describe_weights(weights),
                "bytes": weights.buffer.nbytes,
                **more,
            },
            weights.tobytes(),
        )


def _learned(learned: int, runs: list[Run]) -> Part:
    """Return a part with both networks' weights and the binary one's counters."""
    binary = runs[1].trainer
    assert isinstance(binary, Bv32Hebbian)
    state = binary.state
    names = ("class_sums", "hidden_sums", "signal_sums", "input_sum", "hidden_sum")
    sums = np.concatenate([state[name].ravel() for name in names])
    limits = np.iinfo(np.int32)
    assert limits.min <= sums.min()
    assert sums.max() <= limits.max
    data = [*(run.weights.tobytes() for run in runs), sums.astype("<i4").tobytes(), binary.codebook.tobytes()]
    classes, units = binary.codebook.shape
    counts = {"examples": int(state["clock"][0]), "classes": classes, "units": units}
    content = {
        "networks": describe_networks(learned, runs),
        "sums": counts | {"inputs": len(state["input_sum"])},
    }
    return Part(f"example-{learned}", content, b"".join(data))


def _evidence(widget: Evidence | Claims, recorder: Recorder, _seeds: int) -> Shown:
    content = dict(widget.content)
    name = content.get("name", "claims")
    live = ""
    if content["kind"] == "experiment":
        content["seeds"] = []
        live = "On the live page these networks are trained again at the press of a button."
    return Shown(
        {"kind": "evidence", "content": content, "figure": f"figure-{name}"},
        live,
        name,
        widget.drawing(),
        f"The figure of {content.get('title', 'all claims')}",
    )


_KINDS: dict[Any, Callable[[Any, Recorder, int], Shown]] = {
    BitCounter: _counter,
    Explorer: _explorer,
    SideBySide: _together,
    OneExample: _example,
    Evidence: _evidence,
    Claims: _evidence,
}
