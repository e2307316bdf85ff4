"""Explanations: ordered stages, each with a formula and numbers, shown as text and as HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from bitmass_viz.common import html

if TYPE_CHECKING:
    import pandas as pd

Part = Literal["forward pass", "update"]
Kind = Literal["numbers", "image", "images"]
MOST_PICTURES = 8
FEW_PIXELS = 16
"""Images with at most this many pixels are shown as numbers, to follow on paper."""


@dataclass(frozen=True)
class Stage:
    """One step of a computation.

    Attributes
    ----------
    name : str
        Attribute of the explanation that holds the value: ``explanation.scores``.
    formula : str
    value : ndarray or number
    says : str
        Description in a sentence.
    part : {"forward pass", "update"}
    kind : {"numbers", "image", "images"}
        How to draw it: "image" has a number per pixel, "images" a row of pixels per image.
    """

    name: str
    formula: str
    value: Any
    says: str
    part: Part = "forward pass"
    kind: Kind = "numbers"

    @property
    def shape(self) -> str:
        """Shape of the value, such as "256 × 784"; empty for a single number."""
        return " × ".join(f"{n:,}" for n in np.shape(self.value))

    def written(self) -> str:
        """Return the value as text: its numbers, or a summary of an image's."""
        if np.ndim(self.value) == 0:
            return self.value if isinstance(self.value, str) else html.number(self.value)
        if self.kind == "numbers" or np.size(self.value) <= html.MAX_NUMBERS:
            return html.numbers(self.value)
        if np.isin(self.value, (0, 1)).all():
            return f"{np.size(self.value):,} bits, {int(np.sum(self.value)):,} of them 1"
        low, high = html.number(np.min(self.value)), html.number(np.max(self.value))
        return f"{np.size(self.value):,} numbers, {low} to {high}"

    def _drawn(self) -> str:
        rows = np.atleast_2d(np.asarray(self.value))
        if self.kind != "numbers" and rows.shape[1] <= FEW_PIXELS:
            return "<br>".join(escape(html.numbers(row, FEW_PIXELS)) for row in rows)
        if self.kind == "image":
            return html.picture(html.squared(np.asarray(self.value)), label=self.says)
        if self.kind == "images":
            rows = np.asarray(self.value)
            left = len(rows) - MOST_PICTURES
            shown = html.pictures(rows[:MOST_PICTURES], [f"{self.name} {j}" for j in range(MOST_PICTURES)])
            return shown + (f" … {left:,} more" if left > 0 else "")
        return escape(self.written())


def learned(name: str, formula: str, value: Any, says: str, kind: Kind = "numbers") -> Stage:
    """Return a stage of the part "update"."""
    return Stage(name, formula, value, says, "update", kind)


class Explanation:
    """Every intermediate of a computation, in order. ``explanation.NAME`` is the value of the stage NAME.

    Attributes
    ----------
    title : str
    stages : tuple of Stage
    note : str
    """

    def __init__(self, title: str, stages: Sequence[Stage], note: str = "") -> None:
        self.title = title
        self.stages = tuple(stages)
        self.note = note

    def __getattr__(self, name: str) -> Any:
        for stage in self.__dict__.get("stages", ()):
            if stage.name == name:
                return stage.value
        known = ", ".join(stage.name for stage in self.__dict__.get("stages", ()))
        raise AttributeError(f"this explanation has no stage {name!r}; it has {known}")

    def __dir__(self) -> Iterator[str]:
        return iter([*super().__dir__(), *(stage.name for stage in self.stages)])

    def __len__(self) -> int:
        return len(self.stages)

    def table(self) -> pd.DataFrame:
        """Return the stages as a tidy table: part, name, formula, shape, smallest and largest number."""
        import pandas as pd

        records = []
        for stage in self.stages:
            is_number = np.issubdtype(np.asarray(stage.value).dtype, np.number)
            records.append(
                {
                    "part": stage.part,
                    "name": stage.name,
                    "formula": stage.formula,
                    "shape": stage.shape,
                    "smallest": np.min(stage.value) if is_number else None,
                    "largest": np.max(stage.value) if is_number else None,
                }
            )
        return pd.DataFrame.from_records(records)

    def _parts(self) -> list[tuple[str, list[tuple[int, Stage]]]]:
        parts: dict[str, list[tuple[int, Stage]]] = {}
        for place, stage in enumerate(self.stages, start=1):
            parts.setdefault(stage.part, []).append((place, stage))
        return list(parts.items())

    def __repr__(self) -> str:
        names = max(len(stage.name) for stage in self.stages)
        formulas = max(len(stage.formula) for stage in self.stages)
        lines = [self.title]
        parts = self._parts()
        for part, stages in parts:
            if len(parts) > 1:
                lines.append(part.capitalize())
            lines += [
                f"  {place:>2} {stage.name:<{names}}  {stage.formula:<{formulas}}  {stage.written()}"
                for place, stage in stages
            ]
        return "\n".join([*lines, *([self.note] if self.note else [])])

    def _repr_html_(self) -> str:
        rows = []
        parts = self._parts()
        for part, stages in parts:
            if len(parts) > 1:
                rows.append((f"<b>{escape(part.capitalize())}</b>", "", "", ""))
            rows += [
                (
                    f"{place}&ensp;<code>.{stage.name}</code>",
                    _formula(stage),
                    stage._drawn(),
                    _aside(stage.shape),
                )
                for place, stage in stages
            ]
        return html.card(self.title, html.table(rows), note=self.note)


def _aside(text: str) -> str:
    return f'<span style="opacity:.75">{escape(text)}</span>'


def _formula(stage: Stage) -> str:
    formula = f"<code>{escape(stage.formula)}</code><br>{_aside(stage.says)}"
    return f'<div style="min-width:11em">{formula}</div>'
