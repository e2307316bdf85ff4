"""Compare two snapshots of a run: which weight bits differ, and by how much the weights changed."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.common import html, numeric
from bitmass_viz.network.weights import WeightMatrices, WeightMatrix
from bitmass_viz.training.history import Frame

if TYPE_CHECKING:
    import pandas as pd

MOST_PICTURES = 8


@dataclass(frozen=True)
class Comparison:
    """What differs between two frames of one run.

    Attributes
    ----------
    a, b : Frame
    """

    a: Frame
    b: Frame

    @property
    def flipped(self) -> int:
        """Number of weight bits that differ."""
        return self.a.weights.flipped(self.b.weights)

    @property
    def share(self) -> float:
        """Fraction of all weight bits that differ, 0 to 1."""
        return self.flipped / self.a.weights.bit_mass

    def bits(self, layer: int = 0) -> NDArray[np.uint8]:
        """Return 1 where a bit differs and 0 elsewhere, in the shape of the layer's ``bits``."""
        before, after = _matrices(self.a.weights)[layer], _matrices(self.b.weights)[layer]
        return before.bits ^ after.bits

    def change(self, layer: int = 0) -> NDArray[Any]:
        """Return the change of each weight of a layer, (units, features)."""
        before, after = _matrices(self.a.weights)[layer], _matrices(self.b.weights)[layer]
        kind = before.layout.format.difference
        return after.neurons.astype(kind) - before.neurons.astype(kind)

    def table(self) -> pd.DataFrame:
        """Return the number of bits that differ, one row per layer and, for float32, per field of the number."""
        import pandas as pd

        return pd.DataFrame.from_records(self._rows())

    def _rows(self) -> list[dict[str, Any]]:
        rows = []
        for number, matrix in enumerate(_matrices(self.a.weights)):
            layout = matrix.layout
            by_place = self.bits(number).reshape(layout.units, layout.bits_per_weight, layout.features)
            for name, places in layout.format.fields.items():
                part = by_place[:, places]
                differ = int(part.sum())
                rows.append(
                    {
                        "layer": layout.name,
                        "field": name,
                        "bits": part.size,
                        "flipped": differ,
                        "share": differ / part.size,
                    }
                )
        return rows

    def _summary(self) -> str:
        return (
            f"{self.flipped:,} of {self.a.weights.bit_mass:,} weight bits ({self.share:.2%}) differ between "
            f"{self.a.examples:,} and {self.b.examples:,} examples"
        )

    def _accuracies(self) -> str:
        return ", ".join(f"after {f.examples:,}: {_measured(f)}" for f in (self.a, self.b))

    def __repr__(self) -> str:
        lines = [f"{self._summary()}.", f"  validation accuracy: {self._accuracies()}"]
        lines += [
            f"  {row['layer']} {row['field']:<8} {row['flipped']:>9,} of {row['bits']:>9,}  {row['share']:7.2%}"
            for row in self._rows()
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = [
            (row["layer"], row["field"], f"{row['flipped']:,} of {row['bits']:,}", f"{row['share']:.2%}")
            for row in self._rows()
        ]
        change = self.change()
        names = [f"change of unit {j}" for j in range(MOST_PICTURES)]
        shown = f"<p style='margin:.3em 0'>Validation accuracy {escape(self._accuracies())}</p>"
        shown_units = min(len(change), MOST_PICTURES)
        under = f"<p style='margin:.3em 0;opacity:.75'>Change of the weights of the first {shown_units} units</p>"
        return html.card(
            self._summary(),
            shown,
            html.table(rows, ("layer", "field", "bits that differ", "share")),
            under,
            html.pictures(change[:MOST_PICTURES], names),
        )


def _measured(frame: Frame) -> str:
    if frame.accuracy is None:
        return "not measured"
    return f"{frame.accuracy:.1%}" + (
        f" (at {frame.accuracy_at:,})" if frame.accuracy_at != frame.examples else ""
    )


def _matrices(weights: WeightMatrices) -> list[WeightMatrix]:
    return [WeightMatrix(weights.buffer, layer) for layer in weights.layers]


def compare(frames: list[Frame], a: Frame | int = -2, b: Frame | int = -1) -> Comparison:
    """Compare two frames.

    Parameters
    ----------
    frames : list of Frame
        Where an index is looked up.
    a, b : Frame or int

    Raises
    ------
    ValueError
        If there is no such frame, or the two belong to networks of different shape or format.
    """
    chosen = []
    for name, frame in (("a", a), ("b", b)):
        index = numeric.as_whole(frame)
        if index is not None and -len(frames) <= index < len(frames):
            frame = frames[index]
        if not isinstance(frame, Frame):
            raise ValueError(
                f"{name} must be a Frame or an index of one of the run's {len(frames)} frames, got "
                f"{numeric.shortened(frame)}; step() and train() record more"
            )
        chosen.append(frame)
    first, second = chosen
    if first.weights.layers != second.weights.layers:
        raise ValueError("only frames of networks of one shape and format can be compared")
    return Comparison(first, second)
