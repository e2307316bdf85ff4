"""Images to train on: MNIST, Fashion-MNIST, a reader's own, and synthetic pen strokes where there is no MNIST."""

from typing import TYPE_CHECKING, Any

from bitmass_viz.data.digits import Digits, Split
from bitmass_viz.data.idx import IdxError, read_idx
from bitmass_viz.data.load import NAMED, load_data, load_digits
from bitmass_viz.data.published import FASHION_MNIST, MNIST, PUBLISHED, FetchError, Published

if TYPE_CHECKING:
    from bitmass_viz.data.download import fetch

__all__ = [
    "FASHION_MNIST",
    "MNIST",
    "NAMED",
    "PUBLISHED",
    "Digits",
    "FetchError",
    "IdxError",
    "Published",
    "Split",
    "fetch",
    "load_data",
    "load_digits",
    "read_idx",
]


def __getattr__(name: str) -> Any:
    # The HTTP client takes a quarter of a second to import, and most sessions never download.
    if name == "fetch":
        from bitmass_viz.data.download import fetch

        return fetch
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
