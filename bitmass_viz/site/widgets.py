"""Describe each widget of the article for a page without a kernel; ``src/article.js`` reads it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from bitmass_viz.data import Digits
from bitmass_viz.experiments import EXPERIMENTS, shipped
from bitmass_viz.experiments.measures import FIRST_SEED
from bitmass_viz.experiments.statistics import t_quantile
from bitmass_viz.live.controls import CONTROLS
from bitmass_viz.live.counter_session import accounts
from bitmass_viz.live.declared import opening
from bitmass_viz.network.formats import WEIGHT_BITS
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.trainers.bv32 import Bv32Hebbian
from bitmass_viz.widgets.counter import BitCounter
from bitmass_viz.widgets.evidence import Claims, Evidence
from bitmass_viz.widgets.explorer import Explorer
from bitmass_viz.widgets.one_example import OneExample
from bitmass_viz.widgets.opening import Opening
from bitmass_viz.widgets.predict import Predict
from bitmass_viz.widgets.side_by_side import SideBySide

RUN_HERE = ("published", "bug", "iso-bit")
"""Experiments that the page itself can run again; their networks need no measure but the accuracy."""
SLOWER = 3.0
"""How many times as long as in the full run a network takes in a browser: 2.3 (E5) to 3.3 (E1) in Chromium."""


@dataclass(frozen=True)
class Shown:
    """A widget, ready for the page.

    Attributes
    ----------
    name : str
        Unique on the page.
    content : dict
        Data for the page, JSON-ready; ``kind`` selects the code that shows it.
    figure, alternative : str
        A figure as SVG and its alternative text; empty if there is none.
    digits : Digits, optional
        The digits that its networks learn.
    """

    name: str
    content: dict[str, Any] = field(repr=False)
    figure: str = field(default="", repr=False)
    alternative: str = ""
    digits: Digits | None = None


def shown(widget: Any) -> Shown:
    """Describe a widget.

    Parameters
    ----------
    widget : Opening, BitCounter, Predict, Explorer, SideBySide, OneExample, Evidence or Claims

    Raises
    ------
    ValueError
        If this type of widget cannot be shown without a kernel.
    """
    for kind, show in _KINDS.items():
        if isinstance(widget, kind):
            return show(widget)
    raise ValueError(f"a {type(widget).__name__} cannot be shown without a kernel")


def accounts_part() -> dict[str, Any]:
    """Return the arrays that trainers need, for every size and number of bits that a reader can choose."""
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
    return {"lines": lines, "of": of}


def _opening(widget: Opening) -> Shown:
    traits = {"seed": widget.seed, "ways": widget.ways}
    content = {"kind": "opening", "wanted": opening(), "traits": traits}
    return Shown("opening", content, digits=widget.session.digits)


def _counter(widget: BitCounter) -> Shown:
    return Shown("counter", {"kind": "counter", "content": widget.content})


def _predict(widget: Predict) -> Shown:
    session = widget.session
    known = {"question": widget.question, "truth": session.truth, "why": session.why}
    if session.truth is None:
        raise ValueError("the page can ask only what it has the answer to")
    return Shown(_name_of(widget), {"kind": "predict", "known": known})


def _name_of(widget: Predict) -> str:
    return "predict-" + re.sub(r"\W+", "-", widget.question["text"].lower())[:40].strip("-")


def _explorer(widget: Explorer) -> Shown:
    run = widget.run
    wanted = {
        "trainer": run.trainer.NAME,
        "seed": run.seed,
        "recipe": run.recipe,
        "hidden": run.arch.hidden,
        "options": run.options,
    }
    return Shown("explorer", {"kind": "explorer", "wanted": {"run": wanted}}, digits=run.digits)


def _side_by_side(widget: SideBySide) -> Shown:
    wanted = {name: getattr(widget, name) for name in ("lanes", "controls", "lane_controls", "settings")}
    wanted["titles"] = widget.session.titles
    can_change = any(control["name"] == "trainer" for controls in widget.lane_controls for control in controls)
    binary = all(issubclass(TRAINERS[lane["trainer"]], Bv32Hebbian) for lane in widget.lanes)
    content = {"kind": "side_by_side", "wanted": wanted, "black_and_white": binary and not can_change}
    return Shown(widget.name, content)


def _one_example(_widget: OneExample) -> Shown:
    return Shown("example", {"kind": "one_example", "wanted": {}})


def _evidence(widget: Evidence | Claims) -> Shown:
    content = dict(widget.content)
    name = content.get("name", "claims")
    networks = {}
    if name in RUN_HERE:
        networks = {"networks": _networks(name, content["seeds"])}
        content["seconds"] *= SLOWER
    elif content["kind"] == "experiment":
        content["seeds"] = []
    after = getattr(widget, "after", None)
    asked = {"asked": widget.asked, "after": _name_of(after)} if after else {}
    return Shown(
        f"evidence-{name}",
        {"kind": "evidence", "content": content, "figure": f"figures/{name}"} | networks | asked,
        widget.drawing(),
        f"The figure of {content.get('title', 'all claims')}",
    )


def _networks(name: str, seeds: list[int]) -> dict[str, Any]:
    """Describe an experiment's networks, with what the full run chose; ``src/run_here.js`` has the type."""
    experiment = EXPERIMENTS[name]
    chosen = shipped.chosen(name)
    lines = shipped.described()["experiments"][name]["cases"]
    seconds = {line["name"]: line["seconds_per_epoch"] for line in lines}
    cases = [
        {
            "name": case.name,
            "trainer": case.trainer,
            "recipe": case.recipe,
            "options": chosen[case.name],
            "hidden": case.hidden,
            "seconds": seconds[case.name] * experiment.epochs_of(case),
        }
        for case in experiment.cases
        if not case.data
    ]
    t = {str(n): t_quantile(n - 1) for n in seeds if n > 1}
    return {"epochs": experiment.epochs, "first_seed": FIRST_SEED, "cases": cases, "t": t}


_KINDS: dict[Any, Callable[[Any], Shown]] = {
    Opening: _opening,
    BitCounter: _counter,
    Predict: _predict,
    Explorer: _explorer,
    SideBySide: _side_by_side,
    OneExample: _one_example,
    Evidence: _evidence,
    Claims: _evidence,
}
