"""How close to the limit of one core: ours and its peers, at training and at the XNOR-popcount layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from bitmass_viz.figures.canvas import new, settle
from bitmass_viz.figures.marks import say_other_data
from bitmass_viz.figures.style import INK, style, trainer_colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LAYER = "xnor-layer"
TRAINER = {"sgd": "sgd", "adamw": "adamw", "bv32": "bv32-hebbian", "xnor": "bv32-hebbian"}
"""How a task's name begins → whose colour it has."""
TOOLS = {
    "ours": "o",
    "PyTorch": "s",
    "torch.compile": "D",
    "NumPy": "^",
    "numpy": "^",
    "float32 BLAS": "v",
    "FAISS": "P",
    "our SGD": "X",
}
"""How a side's name begins → its marker."""
SHORT = {
    "our SGD, batch 1, three epochs": "our SGD, 3 epochs",
    ", one thread": ", 1 thread",
    "float32 BLAS": "BLAS float32",
    "XNOR-popcount": "XNOR-popcount layer",
}
LINE = 0.185
"""Inches of a line of the figure: a side each, and more to head each task."""
HEAD = 1.35
"""Lines that the head of a task takes."""
BEYOND = 3.0
"""How far the axis goes on behind the last limit, as a factor."""
ROOM = 4.0
"""The least gap to the limit, as a factor, that a number fits into."""
NAMES = 1.42
"""Inches for the names at the left of the axis."""
PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def draw_roofline(found: Mapping[str, Any]) -> Figure:
    """Draw what the benchmark found.

    Parameters
    ----------
    found : mapping
        As `bench.run` returns it, or as bench.json holds it.
    """
    with style("roofline"):
        return settle(_roofline(found))


def _roofline(found: Mapping[str, Any]) -> Figure:
    layer = [line for line in found["comparisons"] if line["name"].startswith(LAYER)]
    training = [line for line in found["comparisons"] if line not in layer]
    lines = [_lines(layer), _lines(training)]
    figure = new("roofline", LINE * sum(lines) + 2.5)
    upper, lower = figure.subplots(2, 1, height_ratios=lines)
    _draw_panel(upper, layer, lambda line: line["operations"])
    _head(upper, "Binary operations a second")
    _draw_panel(lower, training, lambda line: found["examples"])
    _head(lower, "Images a second, training")
    if found["synthetic"]:
        say_other_data(figure)
    figure.supxlabel(_foot(found), fontsize=8, color=INK["muted"], x=0.01, ha="left")
    return figure


def _lines(comparisons: list[Any]) -> float:
    return sum(len(line["sides"]) + HEAD for line in comparisons)


def _head(axes: Axes, title: str) -> None:
    axes.annotate(title, (0, 1), xycoords="axes fraction", xytext=(-72 * NAMES, 8), textcoords="offset points",
                  fontsize=10, fontweight="bold")  # fmt: skip
    axes.annotate("ours is …\n× as fast", (1, 1), xycoords="axes fraction", xytext=(6, 0),
                  textcoords="offset points", fontsize=8, color=INK["muted"], linespacing=1.1)  # fmt: skip


def _draw_panel(axes: Axes, comparisons: list[Any], amount: Callable[[Any], float]) -> None:
    """Draw one task under the other: a mark for each side, and the limit as a wall."""
    rates = [amount(line) / side["seconds"] for line in comparisons for side in line["sides"]]
    limits = [amount(line) / line["limit_seconds"] for line in comparisons]
    left, right = min(rates) / 2, max(rates + limits) * BEYOND
    axes.set_xscale("log")
    axes.set_xlim(left, right)
    y = 0.0
    for line in comparisons:
        y = _draw_task(axes, line, amount(line), y)
    axes.set_ylim(y, 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(LogLocator(numticks=9))
    axes.xaxis.set_major_formatter(FuncFormatter(_with_prefix))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.grid(axis="x", linewidth=0.6)
    axes.set_axisbelow(True)


def _draw_task(axes: Axes, line: Any, amount: float, top: float) -> float:
    """Draw a task from `top` down; return where the next begins."""
    colour = trainer_colour(TRAINER[line["name"].split("-")[0]])
    limit, (left, right) = amount / line["limit_seconds"], axes.get_xlim()
    first, bottom = top - HEAD, top - HEAD - len(line["sides"])
    _name(axes, line["what"], first + 0.45, bold=True)
    axes.fill_betweenx(
        [bottom + 0.05, first + 0.05], limit, right, facecolor=INK["nought"], edgecolor=INK["padding"],
        hatch="/////", linewidth=0, zorder=1,
    )  # fmt: skip
    axes.plot([limit, limit], [bottom + 0.05, first + 0.05], color=INK["ink"], linewidth=1.8, zorder=3)
    for row, side in enumerate(line["sides"]):
        y, rate, own = first - 0.45 - row, amount / side["seconds"], row == 0
        shade = colour if own else INK["muted"]
        axes.plot(
            [left, rate], [y, y], color=shade if own else INK["line"], linewidth=1.4 if own else 0.9, zorder=2
        )
        axes.plot(
            [rate], [y], _marker(side["name"]), color=shade, markersize=7.5 if own else 5.5,
            markerfacecolor=shade if own else INK["surface"], zorder=4,
        )  # fmt: skip
        _name(axes, side["name"] + _remarks(side), y, bold=own)
        if own:
            _draw_gap(axes, rate, limit, y, shade)
        else:
            axes.annotate(
                f"{_short(side['ratio'])} ×", (1, y), xycoords=axes.get_yaxis_transform(), xytext=(36, 0),
                textcoords="offset points", fontsize=8, va="center", ha="right",
            )  # fmt: skip
    return bottom


def _draw_gap(axes: Axes, rate: float, limit: float, y: float, colour: str) -> None:
    """Draw how far it is to the limit, and say it where there is room."""
    axes.plot([rate, limit], [y, y], color=colour, linewidth=1.2, linestyle=":", zorder=2)
    if limit / rate > ROOM:
        axes.text(
            (rate * limit) ** 0.5, y, f" {_short(limit / rate)} × ", fontsize=8, va="center", ha="center",
            color=colour, zorder=5, bbox={"facecolor": INK["surface"], "edgecolor": "none", "pad": 0.5},
        )  # fmt: skip


def _name(axes: Axes, name: str, y: float, bold: bool) -> None:
    """Write a name at the left of the axis."""
    for full, short in SHORT.items():
        name = name.replace(full, short)
    axes.annotate(
        name, (0, y), xycoords=axes.get_yaxis_transform(), xytext=(-72 * NAMES, 0), textcoords="offset points",
        fontsize=8, va="center", color=INK["ink"], fontweight="bold" if bold else "normal",
    )  # fmt: skip


def _remarks(side: Any) -> str:
    marks = ("*" if side["scaled"] else "") + ("†" if side["unsteady"] else "")
    return f" {marks}" if marks else ""


def _marker(name: str) -> str:
    return next((marker for begins, marker in TOOLS.items() if name.startswith(begins)), "o")


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 9.95 else f"{value:.1f}" if value >= 0.95 else f"{value:.2f}"


def _with_prefix(value: float, _: object = None) -> str:
    return next((f"{value / size:g} {prefix}" for size, prefix in PREFIXES if value >= size), f"{value:g}")


def _foot(found: Mapping[str, Any]) -> str:
    machine, rounds = found["machine"], found["rounds"]
    lines = [
        "filled: ours, one thread; open: peers, with their own number of threads",
        "wall: limit of one core, estimated from rates measured in the same run: two",
        "instructions for a register of bit pairs (BV32: of its forward passes alone),",
        "one for a multiply-add of a register of floats, or all data through memory",
        "once, whichever takes longer; number before the wall: the limit ÷ ours",
    ]
    if any(side["scaled"] for line in found["comparisons"] for side in line["sides"]):
        lines.append("* measured on a share of the epoch and scaled up")
    if any(side["unsteady"] for line in found["comparisons"] for side in line["sides"]):
        lines.append("† rounds differ by more than a factor of two")
    lines.append(f"{machine['processor']}, {machine['usable_cores']} cores; {found['label']}, ")
    lines[-1] += f"{found['examples']:,} images; medians of {rounds} round{'s' if rounds > 1 else ''}"
    return "\n".join(lines)
