"""The ledger: a network's bits by purpose, counted from its actual arrays rather than from a formula."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from bitmass_viz.common import html
from bitmass_viz.trainers import Trainer


@dataclass(frozen=True)
class Ledger:
    """Bits of one network, by purpose.

    Attributes
    ----------
    weight_bits : int
        The study's bit-mass: the weights, without padding.
    constant_bits : int
        Other numbers that inference needs: BV32's thresholds, a quantised layer's scale.
    training_bits : int
        State carried from one minibatch to the next: momentum, running squares, latent weights, counters.
    scratch_bits : int
        Temporary arrays of a minibatch (the accumulating gradient), and the example counters.
    fixed_bits : int
        Random arrays that training reads but never changes: BV32's codebook.
    constants : int
        Number of constants.
    """

    weight_bits: int
    constant_bits: int
    training_bits: int
    scratch_bits: int
    fixed_bits: int
    constants: int

    @property
    def inference_bits(self) -> int:
        """Bits needed to recognise digits."""
        return self.weight_bits + self.constant_bits

    @property
    def total_bits(self) -> int:
        """Bits in use during training."""
        return self.inference_bits + self.training_bits + self.scratch_bits + self.fixed_bits

    def as_dict(self) -> dict[str, int]:
        """Return all entries and both totals."""
        return asdict(self) | {"inference_bits": self.inference_bits, "total_bits": self.total_bits}

    def _repr_html_(self) -> str:
        rows = [
            ("weights: the bit-mass", self.weight_bits),
            ("what recognising needs besides", self.constant_bits),
            ("what training keeps from one minibatch to the next", self.training_bits),
            ("what lives within a minibatch", self.scratch_bits),
            ("random codes that training reads", self.fixed_bits),
            ("<b>together</b>", self.total_bits),
        ]
        return html.card("Bits by what they are for", html.table((what, f"{bits:,}") for what, bits in rows))


def account(trainer: Trainer) -> Ledger:
    """Count the bits of a trainer's arrays.

    Parameters
    ----------
    trainer : Trainer

    Returns
    -------
    Ledger
    """
    constants = trainer.constants().values()
    by_role = dict.fromkeys(("weights", "constants", "training", "scratch"), 0)
    for name in trainer.state:
        by_role[trainer.ROLES[name]] += trainer.bits_in(name)
    return Ledger(
        weight_bits=trainer.weights().bit_mass,
        constant_bits=sum(8 * array.nbytes for array in constants),
        training_bits=by_role["training"],
        scratch_bits=by_role["scratch"],
        fixed_bits=sum(8 * array.nbytes for array in trainer.teaching().values()),
        constants=sum(array.size for array in constants),
    )
