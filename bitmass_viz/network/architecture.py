"""The shape of a network, and its number of weight bits."""

from __future__ import annotations

from dataclasses import dataclass

from bitmass_viz.common import html
from bitmass_viz.common.numeric import as_whole, shortened, whole
from bitmass_viz.kernels.settings import CONTAINER_BITS
from bitmass_viz.network.formats import WEIGHT_BITS

MAX_HIDDEN = 256
MAX_CLASSES = 16


@dataclass(frozen=True)
class Architecture:
    """A network without biases: inputs → hidden → classes, or inputs → classes without a hidden layer.

    Parameters
    ----------
    inputs : int
        Pixels of an image, 1 to 4096.
    hidden : int
        Containers of 32 bits in the hidden layer, 0 to 256. A container is one float32 hidden unit, 32 binary
        ones, or 32/k units with k-bit weights. 0 makes a linear network.
    classes : int
        2 to 16.

    Raises
    ------
    ValueError
        If a number is out of its range.

    Examples
    --------
    >>> Architecture().bit_mass()
    203264
    """

    inputs: int = 784
    hidden: int = 8
    classes: int = 10

    def __post_init__(self) -> None:
        bounds = {"inputs": (1, 4096), "hidden": (0, MAX_HIDDEN), "classes": (2, MAX_CLASSES)}
        for name, (low, high) in bounds.items():
            object.__setattr__(self, name, whole(name, getattr(self, name), low, high))

    @property
    def weights(self) -> int:
        """Number of weights with float32 hidden units, one per container."""
        if self.hidden == 0:
            return self.inputs * self.classes
        return self.inputs * self.hidden + self.hidden * self.classes

    @property
    def binary_hidden(self) -> int:
        """Number of binary hidden units, 32 per container."""
        return self.hidden_units(1)

    def hidden_units(self, bits_per_weight: int) -> int:
        """Return how many hidden units with weights of `bits_per_weight` bits fill the containers.

        Raises
        ------
        ValueError
            If there is no number format of that many bits.
        """
        bits = as_whole(bits_per_weight)
        if bits not in WEIGHT_BITS:
            allowed = ", ".join(map(str, WEIGHT_BITS))
            raise ValueError(f"bits_per_weight must be one of {allowed}, got {shortened(bits_per_weight)}")
        return self.hidden * CONTAINER_BITS // bits

    def bit_mass(self, bits_per_weight: int = 32) -> int:
        """Return the number of weight bits: the study's *bit-mass*. Padding is not counted.

        The default gives the number for float32 and for BV32 alike: BV32 has 32 binary units per container and
        one bit per weight.

        Parameters
        ----------
        bits_per_weight : int
            1 to 64.

        Raises
        ------
        ValueError
            If `bits_per_weight` is out of range.
        """
        return self.weights * whole("bits_per_weight", bits_per_weight, 1, 64)

    def __str__(self) -> str:
        hidden = f"{self.hidden}→" if self.hidden else ""
        return f"{self.inputs}→{hidden}{self.classes}"

    def _repr_html_(self) -> str:
        layers = [("hidden", self.inputs, self.hidden), ("classes", self.hidden, self.classes)]
        rows = [
            (
                f"{features:,} → {units:,}"
                + (f" (or {self.binary_hidden:,} binary units)" if what == "hidden" else ""),
                f"{features * units:,}",
                f"{features * units * CONTAINER_BITS:,}",
            )
            for what, features, units in (layers if self.hidden else [("classes", self.inputs, self.classes)])
        ]
        rows.append(("<b>together</b>", f"{self.weights:,}", f"<b>{self.bit_mass():,}</b>, the bit-mass"))
        head = ("layer", "weights as floats", f"weight bits, {CONTAINER_BITS} a float")
        return html.card(f"Architecture {self}", html.table(rows, head))
