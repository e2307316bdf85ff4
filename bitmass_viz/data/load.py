"""Load digits from the first available source."""

from __future__ import annotations

import warnings
from typing import get_args

from bitmass_viz.common.user_folders import cache_folder
from bitmass_viz.data import mnist, strokes
from bitmass_viz.data.digits import Digits, Progress, Source
from bitmass_viz.data.idx import IdxError, map_idx
from bitmass_viz.data.mnist import FetchError


def load_digits(
    source: Source = "auto", *, download: bool = True, progress: Progress = True, seed: int = 0
) -> Digits:
    """Load the digits: MNIST, or pen strokes drawn by a seeded generator.

    Parameters
    ----------
    source
        "mnist": from the folder `$BITMASS_DATA`, the user cache or the internet, in this order.
        "strokes": synthetic digits; needs neither files nor network.
        "auto": MNIST if available, otherwise strokes, with a warning that says why unless `download` is off.
    download
        Whether to download MNIST if this machine does not have it.
    progress
        Progress of the download: True for a bar, False for none, or a function of the fraction done (0 to 1).
    seed
        Seed of the strokes; irrelevant to MNIST.

    Raises
    ------
    ValueError
        If `source` is none of the three, or (`IdxError`, "mnist" only) a file in `$BITMASS_DATA` is corrupt.
    FetchError (an OSError)
        "mnist" only: if the files are neither on this machine nor available from a mirror.
    """
    if source not in get_args(Source):
        raise ValueError(f'source must be "auto", "mnist" or "strokes", got {source!r}')
    if source == "strokes":
        return strokes.load_strokes(seed)
    if source == "mnist":
        return load_mnist(download=download, progress=progress)
    for use_data_folder in (True, False):
        try:
            return load_mnist(download=download, progress=progress, use_data_folder=use_data_folder)
        except FetchError as error:
            if download:
                warnings.warn(f"{strokes.LABEL} are used in place of MNIST. {error}.", stacklevel=2)
            break
        except (IdxError, OSError) as error:
            warnings.warn(f"This MNIST is left aside: {error}.", stacklevel=2)
    return strokes.load_strokes(seed)


def load_mnist(*, download: bool = True, progress: Progress = True, use_data_folder: bool = True) -> Digits:
    """Load MNIST from `$BITMASS_DATA`, the user cache or the internet, in this order.

    Raises
    ------
    IdxError
        If `$BITMASS_DATA` holds all files, but one is corrupt.
    FetchError
        If the files are not available anywhere.
    """
    remark = ""
    folder = mnist.data_folder() if use_data_folder else None
    if folder is not None:
        missing = mnist.missing_files(folder)
        if not missing:
            return mnist.as_digits(
                {
                    name: mnist.read_verified(mnist.locate(folder, name), mnist.SHA256[name])
                    for name in mnist.SHA256
                }
            )
        why = mnist.unusable(folder) or f"does not hold {missing[0]}"
        remark = f"The folder {folder} of BITMASS_DATA {why}. "
    if not all(mnist.is_cached(name) for name in mnist.SHA256):
        if not download:
            raise FetchError(
                f"{remark}MNIST is not on this machine; run `bitmass fetch`, set BITMASS_DATA to a folder that "
                'holds its four files, or use the synthetic digits: load_digits("strokes")'
            )
        # The HTTP client takes a quarter of a second to import, and most sessions never download.
        from bitmass_viz.data.download import fetch_mnist

        try:
            fetch_mnist(progress)
        except FetchError as error:
            raise FetchError(f"{remark}{error}") from error
    return mnist.as_digits({name: map_idx(cache_folder() / name) for name in mnist.SHA256})
