"""The shape of a network and how many weight bits it has."""

from __future__ import annotations

from dataclasses import dataclass

CONTAINER_BITS = 32
"""Binary hidden units in one *container*, the study's word for a 32-bit word that takes the place of a float."""

MAX_HIDDEN = 256
MAX_CLASSES = 16


def _whole(name: str, value: object, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number between {low} and {high}, got {value!r}")


@dataclass(frozen=True)
class Architecture:
    """A network of two layers without biases: inputs → hidden → classes.

    Parameters
    ----------
    inputs : int
        Pixels of an image, 1 to 4096.
    hidden : int
        Hidden units of a float network, and containers of 32 binary hidden units of a BV32 network, 1 to 256.
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
        _whole("inputs", self.inputs, 1, 4096)
        _whole("hidden", self.hidden, 1, MAX_HIDDEN)
        _whole("classes", self.classes, 2, MAX_CLASSES)

    @property
    def weights(self) -> int:
        """Number of weights when a hidden unit is one float."""
        return self.inputs * self.hidden + self.hidden * self.classes

    @property
    def binary_hidden(self) -> int:
        """Number of binary hidden units, 32 to a container."""
        return CONTAINER_BITS * self.hidden

    def bit_mass(self, bits_per_weight: int = 32) -> int:
        """Return the number of weight bits: the study's *bit-mass*. Padding never counts.

        With the default it is the same number for float32 and for BV32, whose 32 binary units a container
        hold one bit a weight.

        Parameters
        ----------
        bits_per_weight : int
            1 to 64.

        Raises
        ------
        ValueError
            If `bits_per_weight` is out of range.
        """
        _whole("bits_per_weight", bits_per_weight, 1, 64)
        return self.weights * bits_per_weight

    def __str__(self) -> str:
        return f"{self.inputs}→{self.hidden}→{self.classes}"
