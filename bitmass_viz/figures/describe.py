"""The figures in words, with their main numbers, for those who cannot see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bitmass_viz.experiments.declared import e2_bug, e3_ladder, e4_width, e5_iso_bit
from bitmass_viz.figures.style import SYNTHETIC
from bitmass_viz.figures.tables import complete_table_of, result_rows

if TYPE_CHECKING:
    import pandas as pd


def describe(name: str, table: pd.DataFrame) -> str:
    """Say in one or two sentences what a figure shows.

    Parameters
    ----------
    name : str
        `Experiment.figure`.
    table : pandas.DataFrame
        As for `draw`.

    Raises
    ------
    ValueError
        If there is no such figure.
    """
    if name not in IN_WORDS:
        raise ValueError(f"figure must be one of {', '.join(IN_WORDS)}, got {name!r}")
    results = result_rows(complete_table_of(name.replace("_", "-"), table))
    seeds = int(results.groupby("case")["seed"].nunique().min())
    data = SYNTHETIC if results["synthetic"].iloc[0] else "MNIST"
    return f"{IN_WORDS[name](results)} Means of {seeds} seed{'s' if seeds > 1 else ''}, {data}."


def _mean(results: pd.DataFrame, case: str) -> float:
    return 100 * float(results.loc[results["case"] == case, "accuracy"].mean())


def _by_case(results: pd.DataFrame) -> dict[str, float]:
    return {str(case): 100 * float(rows["accuracy"].mean()) for case, rows in results.groupby("case", sort=False)}


def _published(results: pd.DataFrame) -> str:
    claimed = results.groupby("case")["published"].first()
    parts = [
        f"{case} {mean:.1f} %" + (f" (published {100 * claimed[case]:.1f} %)" if claimed[case] > 0 else "")
        for case, mean in _by_case(results).items()
    ]
    return f"Test accuracy: {'; '.join(parts)}."


def _bug(results: pd.DataFrame) -> str:
    parts = [
        f"{rule} " + " → ".join(f"{_mean(results, e2_bug.name_of(rule, c)):.1f}" for c in (True, False)) + " %"
        for rule in e2_bug.RULES
    ]
    bare = results[results["case"] == e2_bug.name_of("prototype", False)]
    return (
        f"Test accuracy with centring → without: {', '.join(parts)}. Without centring the prototype rule gives "
        f"one and the same answer to {100 * bare['commonest_answer'].mean():.0f} % of the digits."
    )


def _ladder(results: pd.DataFrame) -> str:
    parts = []
    for loss, words in e3_ladder.LOSSES.items():
        rungs = [f"{rung} {_mean(results, e3_ladder.name_of(rung, loss)):.1f}" for rung in e3_ladder.RUNGS]
        parts.append(f"with {words}: {', '.join(rungs)}")
    return f"Test accuracy of each optimiser at its best rate, in percent, {'; '.join(parts)}."


def _width(results: pd.DataFrame) -> str:
    narrow, wide = min(e4_width.WIDTHS), max(e4_width.WIDTHS)
    ends = [
        f"{family} from {_mean(results, e4_width.name_of(family, narrow)):.1f} to "
        f"{_mean(results, e4_width.name_of(family, wide)):.1f} %"
        for family in e4_width.HOW
    ]
    return f"Test accuracy from {narrow} to {wide} containers, of equal bits each: {', '.join(ends)}."


def _iso_bit(results: pd.DataFrame) -> str:
    means = _by_case(results)
    line = [f"{bits}: {_mean(results, e5_iso_bit.name_of(bits)):.1f}" for bits in e5_iso_bit.BITS]
    others = [
        f"{case} {means[case]:.1f}"
        for case in (
            e5_iso_bit.FLOAT,
            e5_iso_bit.ALL_BINARY,
            e5_iso_bit.BOP,
            e5_iso_bit.DELTA,
            e5_iso_bit.PROTOTYPE,
        )
        if case in means
    ]
    return (
        f"Test accuracy of the same 203,264 bits in percent, by bits a weight: {', '.join(line)}. "
        f"Otherwise trained: {', '.join(others)}."
    )


def _bit_knife(results: pd.DataFrame) -> str:
    case = str(results.loc[results["group"] == "float32", "case"].iloc[0])
    rounded = results[(results["case"] == case) & (results["cut"] == "round")]
    kept = 100 * rounded.groupby("bit")["accuracy"].mean()
    parts = [f"{bits} bits {kept.loc[bits]:.1f} %" for bits in (32, 16, 12, 10, 9, 8) if bits in kept.index]
    flipped = results[(results["cut"] == "flip") & (results["share"] == 0.1)]
    left = [f"{name} {mean:.1f} %" for name, mean in _by_case(flipped).items()]
    return (
        f"{case}, keeping the top bits of each float: {', '.join(parts)}. "
        f"A tenth of all bits flipped leaves: {', '.join(left)}."
    )


def _ledger(results: pd.DataFrame) -> str:
    lines = results.drop_duplicates("case")
    parts = [f"{line['case']} {line['total_bits'] / line['weight_bits']:.1f}" for _, line in lines.iterrows()]
    return f"Bits in use while learning, as a multiple of the weight bits: {', '.join(parts)}."


IN_WORDS: dict[str, Callable[[pd.DataFrame], str]] = {
    "published": _published,
    "bug": _bug,
    "ladder": _ladder,
    "width": _width,
    "iso_bit": _iso_bit,
    "bit_knife": _bit_knife,
    "ledger": _ledger,
}
