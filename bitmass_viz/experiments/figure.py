"""What an experiment's figure shows, as data: `figures` draws each kind, and here it is put into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def _mean(results: pd.DataFrame, case: str) -> float:
    return 100 * float(results.loc[results["case"] == case, "accuracy"].mean())


def _means(results: pd.DataFrame) -> dict[str, float]:
    return {str(case): _mean(results, str(case)) for case in results["case"].unique()}


@dataclass(frozen=True)
class Dots:
    """Every network a dot, every case a mean with its interval: the figure unless another is named."""

    def in_words(self, results: pd.DataFrame) -> str:
        """Say what the figure shows, with its main numbers, for those who cannot see it."""
        published = results.groupby("case")["published"].first()
        parts = [
            f"{case} {mean:.1f} %" + (f" (published {100 * published[case]:.1f} %)" if published[case] > 0 else "")
            for case, mean in _means(results).items()
        ]
        return f"{str(results['split'].iloc[0]).capitalize()} accuracy: {'; '.join(parts)}."


@dataclass(frozen=True)
class PublishedDots(Dots):
    """The same by group, with two columns of numbers: what the study published, and the mean."""


@dataclass(frozen=True)
class Pairs(Dots):
    """What one change does to each pair of cases, and of the first pair, what was learned and answered.

    Attributes
    ----------
    pairs : mapping of str to (str, str)
        Name → the case without the change, and the one with it.
    labels : (str, str)
        The two, beside the pictures.
    title, change : str
        Of the accuracies: in the figure, and in words.
    answers, collapse : str
        The title over what the changed network answers, and how a sentence on it begins.
    pictures : mapping of str to str
        Column of the measure → title.
    note : str
        Whose pictures these are.
    """

    pairs: Mapping[str, tuple[str, str]]
    labels: tuple[str, str]
    title: str
    change: str
    answers: str
    collapse: str
    pictures: Mapping[str, str]
    note: str

    def in_words(self, results: pd.DataFrame) -> str:
        """See `Dots.in_words`."""
        parts = [
            f"{name} " + " → ".join(f"{_mean(results, case):.1f}" for case in pair) + " %"
            for name, pair in self.pairs.items()
        ]
        changed = results[results["case"] == next(iter(self.pairs.values()))[1]]
        return (
            f"Test accuracy {self.change}: {', '.join(parts)}. {self.collapse} gives "
            f"one and the same answer to {100 * changed['commonest_answer'].mean():.0f} % of the digits."
        )


@dataclass(frozen=True)
class RateSweeps(Dots):
    """Validation accuracy over the learning rate in two panels, and test accuracy at the rates that were chosen.

    Attributes
    ----------
    panels : mapping of str to tuple of str
        What the networks of a panel have in common → their cases, a line each, in the order of `labels`.
    labels : mapping of str to str
        Trainer → its name in the figure.
    sizes : mapping of str to float
        Trainer → size of its marks, where lines fall on each other and a smaller mark on a larger one shows both.
    """

    panels: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, str]
    sizes: Mapping[str, float] = field(default_factory=dict)

    def in_words(self, results: pd.DataFrame) -> str:
        """See `Dots.in_words`."""
        parts = []
        for panel, cases in self.panels.items():
            means = [f"{name} {_mean(results, case):.1f}" for name, case in zip(self.labels, cases, strict=True)]
            parts.append(f"with {panel}: {', '.join(means)}")
        return f"Test accuracy of each optimiser at its best rate, in percent, {'; '.join(parts)}."


@dataclass(frozen=True)
class MassLines(Dots):
    """Test accuracy over weight bits: a line a group, and an upright through what has equally many bits.

    Attributes
    ----------
    groups : mapping of str to int
        Each line's group → its place in `figures.style.SERIES`.
    apart : str
        The group whose cases are marked one by one.
    unit : str
        What `Case.level` counts.
    marks : mapping of int to str
        Weight bits → what stands above their upright.
    ticks : mapping of float to str
    limits : (float, float)
    note : str
    """

    groups: Mapping[str, int]
    apart: str
    unit: str
    marks: Mapping[int, str]
    ticks: Mapping[float, str]
    limits: tuple[float, float]
    note: str

    def in_words(self, results: pd.DataFrame) -> str:
        """See `Dots.in_words`."""
        ends = []
        for group in self.groups:
            lines = results[results["group"] == group].groupby("level")["accuracy"].mean()
            ends.append(f"{group} from {100 * lines.iloc[0]:.1f} to {100 * lines.iloc[-1]:.1f} %")
        levels = results.loc[results["group"].isin(list(self.groups)), "level"]
        return f"Test accuracy from {levels.min():g} to {levels.max():g} {self.unit}: {', '.join(ends)}."


@dataclass(frozen=True)
class Mark:
    """A case beside a line: its label, matplotlib's marker, and its colour's name in the palette."""

    label: str
    marker: str
    colour: str


@dataclass(frozen=True)
class MarkedLine(Dots):
    """One group as a line over its levels, evenly spaced; other cases are marked at the line's two ends.

    Attributes
    ----------
    title, axis, levels : str
        In the figure, along its axis, and what a level is in words.
    group : str
        The line's.
    ticks : mapping of float to str
        Level → what stands beneath it.
    first, last : mapping of str to Mark
        Cases that belong to the first level, and to the last.
    note : str
        What is said of intervals.
    """

    title: str
    axis: str
    levels: str
    group: str
    ticks: Mapping[float, str]
    first: Mapping[str, Mark]
    last: Mapping[str, Mark]
    note: str

    def in_words(self, results: pd.DataFrame) -> str:
        """See `Dots.in_words`."""
        rows = results[results["group"] == self.group].groupby("level")["accuracy"].mean()
        line = [f"{level:g}: {100 * mean:.1f}" for level, mean in rows.items()]
        means = _means(results)
        others = [f"{case} {means[case]:.1f}" for case in (*self.last, *self.first) if case in means]
        return f"{self.title} in percent, by {self.levels}: {', '.join(line)}. Otherwise trained: {', '.join(others)}."


@dataclass(frozen=True)
class Cuts(Dots):
    """What the measure "bit-knife" leaves of the accuracy, cut by cut; the groups are "float32" and "binary"."""

    def in_words(self, results: pd.DataFrame) -> str:
        """See `Dots.in_words`."""
        case = str(results.loc[results["group"] == "float32", "case"].iloc[0])
        rounded = results[(results["case"] == case) & (results["cut"] == "round")]
        kept = 100 * rounded.groupby("bit")["accuracy"].mean()
        parts = [f"{bits} bits {kept.loc[bits]:.1f} %" for bits in (32, 16, 12, 10, 9, 8) if bits in kept.index]
        flipped = results[(results["cut"] == "flip") & (results["share"] == 0.1)]
        left = [f"{name} {mean:.1f} %" for name, mean in _means(flipped).items()]
        return (
            f"{case}, keeping the top bits of each float: {', '.join(parts)}. "
            f"A tenth of all bits flipped leaves: {', '.join(left)}."
        )


@dataclass(frozen=True)
class Part:
    """A part of a bar: its label, its colour's name in the palette, matplotlib's hatch."""

    label: str
    colour: str
    hatch: str = ""


@dataclass(frozen=True)
class Bars(Dots):
    """Bits that each case has in use, by what they are for, with their multiple of the weight bits.

    Attributes
    ----------
    title : str
    total : str
        Column of the measure, of which `parts` are the parts.
    parts : mapping of str to Part
        Column → part.
    multiple : str
        What the multiple is of what, in words.
    """

    title: str
    total: str
    parts: Mapping[str, Part]
    multiple: str

    def in_words(self, results: pd.DataFrame) -> str:
        """See `Dots.in_words`."""
        lines = results.drop_duplicates("case")
        parts = [f"{line['case']} {line[self.total] / line['weight_bits']:.1f}" for _, line in lines.iterrows()]
        return f"{self.multiple}: {', '.join(parts)}."


@dataclass(frozen=True)
class ClaimRow:
    """What of an experiment stands beside a claim in the figure of all claims.

    Attributes
    ----------
    cases : tuple of str or of (str, str)
        Each a mean with its interval: of a case, or of the difference of two.
    paired : bool
        Whether differences are taken seed by seed.
    ways : tuple of str
        Cases of which only the spread of their means matters.
    said : str
        In figures: a format of the means (0, 1), of the ways' ``low`` and ``high``, and of what is ``published``.
    note : str
        At the foot.
    """

    cases: tuple[str | tuple[str, str], ...] = ()
    paired: bool = False
    ways: tuple[str, ...] = ()
    said: str = "◇ {published:.1f}  ● {0:.1f}"
    note: str = ""
