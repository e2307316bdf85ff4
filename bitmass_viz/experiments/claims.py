"""The study's claims, exactly as published. Every other place reads them from here."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from bitmass_viz.common import html


class Statement(NamedTuple):
    """What the study says in public that bears on a claim: in its own words within “”, otherwise in ours."""

    text: str
    source: str
    """File of its public repository, or where else it stands."""


REPOSITORY = "aotto1968/forward-prop, commit 4e528d4 of 2026-08-20"
"""The state of the study's public repository in which the files of all statements stand."""
BITMASS = "docs/bitmass.md"
GRADIENT_FREE = Statement(
    "calls the trainer of 76.0 % (MSE gradient, no chain rule) and that of 76.4 % (BV32) “both gradient-free”, "
    "and speaks of a “76% Wall”",
    BITMASS,
)


@dataclass(frozen=True)
class Claim:
    """One claim of the study.

    Attributes
    ----------
    id : str
    short : str
        In a few words, for the figure of all claims.
    text : str
    published : str
        The study's own figure, as a reader sees it; not measured by us.
    experiment : str
        The experiment whose verdict answers it.
    value : float or None
        The same figure as a number: an accuracy or a difference of accuracies, 0 to 1, or a count.
    needs_mnist : bool
        Whether the figure is an accuracy on MNIST, of which other digits say nothing.
    statements : tuple of Statement
        What the study's public repository says that bears on it.
    """

    id: str
    short: str
    text: str
    published: str
    experiment: str
    value: float | None = None
    needs_mnist: bool = False
    statements: tuple[Statement, ...] = ()

    def _repr_html_(self) -> str:
        rows = [("the study says", escape(self.text)), ("its figure", escape(self.published))]
        rows += [(escape(statement.source), escape(statement.text)) for statement in self.statements]
        note = f"Published, not measured by us. Tested by the experiment “{self.experiment}”."
        if self.statements:
            note += f" Files are those of {REPOSITORY}."
        return html.card(f"Claim {self.id}", html.table(rows), note=note)


CLAIMS: dict[str, Claim] = {
    claim.id: claim
    for claim in (
        Claim(
            "C1",
            "203,264 weight bits",
            "784→8→10 at 32 bits per weight has a bit-mass of 203,264",
            "203,264 bits",
            "ledger",
            203_264,
            statements=(
                Statement(
                    "“8×784×32 + 8×10×32 = 207 Kbit”. The sum is 203,264; 207,360, which may be meant, counts "
                    "the padding of the binary rows, too",
                    BITMASS,
                ),
            ),
        ),
        Claim(
            "C2",
            "AdamW",
            "AdamW on float32 weights reaches 81.3 %",
            "81.3 %",
            "published",
            0.813,
            True,
            (
                Statement("“flt32-trn-adam … Chain rule (backprop) … 81.3%”, from logs of May 2026", BITMASS),
                Statement(
                    "evaluates on a fixed part of the training file and reports the best epoch there; the trainer "
                    "of May is not public",
                    "the oldest public trainer, of June",
                ),
            ),
        ),
        Claim(
            "C3",
            "SGD",
            "Plain SGD on float32 weights reaches 76.0 %",
            "76.0 %",
            "published",
            0.760,
            True,
            (
                Statement("“flt32-trn-hebian … MSE gradient, no chain … Vanilla SGD … 76.0%”", BITMASS),
                GRADIENT_FREE,
            ),
        ),
        Claim(
            "C4",
            "BV32-Hebbian",
            "BV32-Hebbian, with binary weights, XNOR and popcount and no backpropagation, reaches 76.4 %",
            "76.4 %",
            "published",
            0.764,
            True,
            (
                Statement(
                    "“bin32-trn-hebian (BV32) … XNOR+popcount … Hebbian prototype, no BP … "
                    "sign(W) + centering … 76.4%”",
                    BITMASS,
                ),
                GRADIENT_FREE,
                Statement(
                    "gave BV32 with “Floats? Training only” until 2026-08-20: whether it learned with floats is "
                    "not known. 76.4 % also stands there for two other methods",
                    "the study’s site",
                ),
                Statement("is named as BV32’s code, but is not public", "mnist-research/mlp-bitnrn-trn-gemm.c"),
            ),
        ),
        Claim(
            "C5",
            "equal bits, equal accuracy",
            "Equal bit-mass gives equal accuracy, whatever the format or arithmetic",
            "76.0 % ≈ 76.4 %",
            "iso-bit",
            statements=(
                Statement(
                    "says of leaving out the first layer that it “costs 4–9pp at identical bit-mass”",
                    "www/papers/otto-score.html",
                ),
                Statement("calls that gap outdated, an effect of unequal width", "docs/bitvoting-baseline.md"),
                Statement(
                    "compares 66.79 % with 67.72 %. That is about accumulators of an ensemble’s scores, not about "
                    "weights",
                    "the repository",
                ),
            ),
        ),
        Claim(
            "C6",
            "AdamW’s lead over SGD",
            "The distance to AdamW is due to momentum and adaptive rates alone",
            "+5 points",
            "ladder",
            0.05,
            True,
        ),
        Claim(
            "C7",
            "cost of the bug",
            "One error in the Hebbian update formula cost more than 65 points",
            "more than 65 points",
            "bug",
            0.65,
            True,
        ),
        Claim(
            "C8",
            "8 float = 256 binary units",
            "8 float neurons equal 256 binary neurons, 64 float equal 2,048 binary",
            "equal bit-mass",
            "width",
        ),
        Claim(
            "C9",
            "three equal views",
            "One weight matrix has three equivalent descriptions: neuron, bit and data view",
            "three views",
            "ledger",
        ),
        Claim(
            "C10",
            "more bits, or better used",
            "To do better you need more bits, or a better use of the bits",
            "no figure",
            "width",
            statements=(
                Statement(
                    "“To close performance gaps, you either add more bits (wider hidden) or extract more "
                    "information per bit (momentum, adaptive LR).”",
                    BITMASS,
                ),
            ),
        ),
        Claim(
            "C11",
            "bits decide capacity",
            "Bit-mass determines the information capacity of a network",
            "no figure",
            "capacity",
        ),
    )
}
"""All claims by their number, from C1 to C11."""

EQUAL_POINTS = 1.0
"""Two accuracies count as equal when the 95 % interval of their difference lies within ±1 percentage point."""


def published(claim: str) -> float:
    """Return a claim's published figure, an accuracy or a difference of accuracies, in percent.

    Raises
    ------
    ValueError
        If the study gives no such figure.
    """
    value = CLAIMS[claim].value
    if value is None or value > 1:
        raise ValueError(f"claim must be one with a published accuracy, got {claim!r}")
    return 100.0 * value
