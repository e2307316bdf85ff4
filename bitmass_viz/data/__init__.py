"""Digits to train on: MNIST, and synthetic pen strokes for when MNIST is not available."""

from typing import TYPE_CHECKING, Any

from bitmass_viz.data.digits import Digits, Split
from bitmass_viz.data.idx import IdxError, read_idx
from bitmass_viz.data.load import load_digits
from bitmass_viz.data.mnist import FetchError, find_mnist

if TYPE_CHECKING:
    from bitmass_viz.data.download import fetch_mnist

__all__ = ["Digits", "FetchError", "IdxError", "Split", "fetch_mnist", "find_mnist", "load_digits", "read_idx"]


def __getattr__(name: str) -> Any:
    # The HTTP client takes a quarter of a second to import, and most sessions never download.
    if name == "fetch_mnist":
        from bitmass_viz.data.download import fetch_mnist

        return fetch_mnist
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
