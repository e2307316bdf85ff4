"""What an experiment's figure shows, as data and in words; `figures` has a function that draws each kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bitmass_viz.experiments.shipped import data_label

if TYPE_CHECKING:
    import pandas as pd


def _mean(results: pd.DataFrame, case: str) -> float:
    return 100 * float(results.loc[results["case"] == case, "accuracy"].mean())


@dataclass(frozen=True)
class Figure:
    """What all kinds of figure share."""

    def in_words(self, results: pd.DataFrame) -> str:
        """Say what the figure shows, with its main numbers, for those who cannot see it."""
        published = results.groupby("case", sort=False)["published"].first()
        parts = [
            f"{case} {_mean(results, str(case)):.1f} %"
            + (f" (published {100 * value:.1f} %)" if value > 0 else "")
            for case, value in published.items()
        ]
        return f"{str(results['split'].iloc[0]).capitalize()} accuracy: {'; '.join(parts)}."


@dataclass(frozen=True)
class Dots(Figure):
    """Each network as a dot, each case as a mean with its interval: the default."""


@dataclass(frozen=True)
class PublishedDots(Figure):
    """The same by group, and two columns of numbers: what the study published, and the mean."""


@dataclass(frozen=True)
class Pairs(Figure):
    """What leaving something out costs; what the first pair learned and answered, by the measure "collapse".

    Attributes
    ----------
    what : str
        Is left out.
    pairs : mapping of str to (str, str)
        Rule → the case with it, and the one without.
    labels : (str, str)
        The two, beside their pictures.
    """

    what: str
    pairs: Mapping[str, tuple[str, str]]
    labels: tuple[str, str]

    def in_words(self, results: pd.DataFrame) -> str:
        """See `Figure.in_words`."""
        parts = [
            f"{rule} " + " → ".join(f"{_mean(results, case):.1f}" for case in pair) + " %"
            for rule, pair in self.pairs.items()
            if set(pair) <= set(results["case"])
        ]
        rule, (_, without) = next(iter(self.pairs.items()))
        commonest = 100 * results.loc[results["case"] == without, "commonest_answer"].mean()
        return (
            f"Test accuracy with {self.what} → without: {', '.join(parts)}. Without {self.what} the {rule} rule "
            f"gives one and the same answer to {commonest:.0f} % of the digits."
        )


@dataclass(frozen=True)
class RateSweeps(Figure):
    """Validation accuracy over the learning rate in two panels, and test accuracy at the rates that were chosen.

    Attributes
    ----------
    panels : mapping of str to tuple of str
        What the networks of a panel have in common → their cases, in the order of `labels`.
    labels : mapping of str to str
        Trainer → its name in the figure.
    sizes : mapping of str to float
        Trainer → size of its marks: where lines fall on each other, a smaller mark on a larger one shows both.
    """

    panels: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, str]
    sizes: Mapping[str, float] = field(default_factory=dict)

    def in_words(self, results: pd.DataFrame) -> str:
        """See `Figure.in_words`."""
        parts = []
        for panel, cases in self.panels.items():
            means = [f"{name} {_mean(results, case):.1f}" for name, case in zip(self.labels, cases, strict=True)]
            parts.append(f"with {panel}: {', '.join(means)}")
        return f"Test accuracy of each optimiser at its best rate, in percent, {'; '.join(parts)}."


@dataclass(frozen=True)
class MassLines(Figure):
    """Test accuracy over weight bits: a line a group, with an upright through those of equally many bits.

    Attributes
    ----------
    groups : tuple of str
        Groups of one trainer and recipe each, whose levels are containers.
    apart : str
        The group whose cases are marked one by one.
    marks : mapping of int to str
        Weight bits → what stands above their upright.
    """

    groups: tuple[str, ...]
    apart: str
    marks: Mapping[int, str]

    def in_words(self, results: pd.DataFrame) -> str:
        """See `Figure.in_words`."""
        results = results[results["group"].isin(self.groups)]
        parts = {name: 100 * rows.groupby("level")["accuracy"].mean() for name, rows in results.groupby("group")}
        lines = [(name, parts[name]) for name in self.groups if name in parts]
        ends = [f"{name} from {line.iloc[0]:.1f} to {line.iloc[-1]:.1f} %" for name, line in lines]
        narrow, wide = results["level"].min(), results["level"].max()
        return f"Test accuracy from {narrow:g} to {wide:g} containers, of equal bits each: {', '.join(ends)}."


@dataclass(frozen=True)
class FormatLine(Figure):
    """Test accuracy over bits per weight: a group as a line, and other cases marked beside its ends.

    Attributes
    ----------
    title, group : str
    marks : mapping of str to str
        Case → its label.
    beside : mapping of str to str
        Another group, drawn as a thinner line → its label.
    """

    title: str
    group: str
    marks: Mapping[str, str]
    beside: Mapping[str, str] = field(default_factory=dict)

    def in_words(self, results: pd.DataFrame) -> str:
        """See `Figure.in_words`."""
        means, *besides = (self._line(results, group) for group in (self.group, *self.beside))
        there = [case for case in self.marks if case in set(results["case"])]
        others = ", ".join(f"{case} {_mean(results, case):.1f}" for case in there)
        said = "".join(
            f" {label}: {line}." for label, line in zip(self.beside.values(), besides, strict=True) if line
        )
        return f"{self.title} in percent, by bits per weight: {means}. Otherwise trained: {others}.{said}"

    @staticmethod
    def _line(results: pd.DataFrame, group: str) -> str:
        line = 100 * results[results["group"] == group].groupby("level")["accuracy"].mean()
        return ", ".join(f"{bits:g}: {mean:.1f}" for bits, mean in line.items())


@dataclass(frozen=True)
class CapacityLines(Figure):
    """Bits memorised over bits per weight: a group as a line for each bit-mass, and what theory says of it.

    Attributes
    ----------
    group : str
    others : mapping of str to str
        Other group, marked at its level → its label.
    per_weight : float
        Bits that a weight is said to hold, whatever its format.
    per_binary_weight : float
        The same of a weight of one bit.
    """

    group: str
    others: Mapping[str, str]
    per_weight: float
    per_binary_weight: float

    def in_words(self, results: pd.DataFrame) -> str:
        """See `Figure.in_words`."""
        parts = []
        for mass, rows in results.groupby("bit_mass"):
            line = rows[rows["group"] == self.group].groupby("level")["memorised"].mean()
            means = [f"{bits:g}: {mean:,.0f}" for bits, mean in line.items()]
            means += [
                f"{label}: {rows.loc[rows['group'] == group, 'memorised'].mean():,.0f}"
                for group, label in self.others.items()
            ]
            parts.append(f"{int(str(mass)):,} weight bits {', '.join(means)}")
        return f"Bits of random labels memorised, by bits per weight, of {'; of '.join(parts)}."


@dataclass(frozen=True)
class GapLines(Figure):
    """Difference of test accuracy between groups and one of them over bit-mass: a panel a data set, a line a time.

    Attributes
    ----------
    title, reference : str
        The other groups are compared with this one.
    band : float
        Points within which accuracies count as equal.
    """

    title: str
    reference: str
    band: float

    def in_words(self, results: pd.DataFrame) -> str:
        """See `Figure.in_words`."""
        means = results.assign(accuracy=100 * results["accuracy"]).pivot_table(
            "accuracy", ["dataset", "epochs", "level"], "group", sort=True
        )
        gaps = means.drop(columns=self.reference).sub(means[self.reference], axis=0).round(1)
        parts = [
            f"{data_label(str(data))}, {epochs} epochs, {group} "
            + ", ".join(f"{level:g}: {gap:+.1f}" for level, gap in line.droplevel([0, 1]).items())
            for (data, epochs), rows in gaps.groupby(level=["dataset", "epochs"])
            for group, line in rows.items()
        ]
        return f"{self.title}, in points of test accuracy by containers. {'; '.join(parts)}."


@dataclass(frozen=True)
class Cuts(Figure):
    """What the measure "bit-knife" leaves of the accuracy of the groups "float32" and "binary"."""

    def in_words(self, results: pd.DataFrame) -> str:
        """See `Figure.in_words`."""
        case = str(results.loc[results["group"] == "float32", "case"].iloc[0])
        rounded = results[(results["case"] == case) & (results["cut"] == "round")]
        kept = 100 * rounded.groupby("bit")["accuracy"].mean()
        parts = [f"{bits} bits {kept.loc[bits]:.1f} %" for bits in (32, 16, 12, 10, 9, 8) if bits in kept.index]
        quantised = results[(results["case"] == case) & (results["cut"] == "quantise")]
        even = 100 * quantised.groupby("bit")["accuracy"].mean()
        evenly = ", ".join(f"{bits} bits {even.loc[bits]:.1f} %" for bits in (8, 6, 5, 4, 3) if bits in even.index)
        on_grid = f"On an even grid: {evenly}. " if evenly else ""
        flipped = results[(results["cut"] == "flip") & (results["share"] == 0.1)]
        left = [f"{name} {_mean(flipped, name):.1f} %" for name in flipped["case"].unique()]
        return (
            f"{case}, keeping the top bits of each float: {', '.join(parts)}. {on_grid}"
            f"A tenth of all bits flipped leaves: {', '.join(left)}."
        )


@dataclass(frozen=True)
class LedgerBars(Figure):
    """What the measure "ledger" counts of each case, as bars."""

    def in_words(self, results: pd.DataFrame) -> str:
        """See `Figure.in_words`."""
        lines = results.drop_duplicates("case")
        parts = [f"{line['case']} {line['total_bits'] / line['weight_bits']:.1f}" for _, line in lines.iterrows()]
        return f"Bits in use while learning, as a multiple of the weight bits: {', '.join(parts)}."


@dataclass(frozen=True)
class ClaimRow:
    """What stands beside a claim in the figure of all claims.

    Attributes
    ----------
    cases : tuple of str or of (str, str)
        Each a mean with its interval: of a case, or of the difference of two.
    paired : bool
        Whether differences are taken seed by seed.
    ways : tuple of str
        Cases of which only the spread of their means matters.
    said : str
        A format of the means (0, 1), of the ways' ``low`` and ``high``, and of what is ``published``.
    note : str
        At the foot.
    """

    cases: tuple[str | tuple[str, str], ...] = ()
    paired: bool = False
    ways: tuple[str, ...] = ()
    said: str = "◇ {published:.1f}  ● {0:.1f}"
    note: str = ""
