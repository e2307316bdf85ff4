"""Load data from the first available source."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from bitmass_viz.common.numeric import shortened
from bitmass_viz.data import strokes
from bitmass_viz.data.digits import Digits, Progress, Source
from bitmass_viz.data.idx import IdxError, map_idx
from bitmass_viz.data.published import MNIST, PUBLISHED, FetchError, Published, unusable

NAMED = (*PUBLISHED, strokes.NAME)
"""What can be loaded by its name alone, on any machine."""


def load_data(
    source: str | Path | Mapping[str, Any] = "auto",
    *,
    download: bool = True,
    progress: Progress = True,
    seed: int = 0,
) -> Digits:
    """Load any data set: a published one, pen strokes, or a reader's own images.

    Parameters
    ----------
    source
        "mnist", "strokes" or "auto": as `load_digits` loads them. "fashion-mnist": articles of clothing in the
        same format (Xiao, Rasul and Vollgraf 2017), from the folder `fashion-mnist` of `$BITMASS_DATA`, the user
        cache or the internet, in this order.

        A path, or a text with a slash or ".npz": your own images. An .npz file holds ``images``, uint8 of shape
        (n, 28, 28), ``labels`` from 0 to at most 9, and if you like ``class_names``. A folder holds a subfolder of
        pictures for each class; they become grey pictures of 28 × 28. A mapping holds the same arrays as an .npz
        file. One seventh of your images, drawn at random, is kept for validation, and one for the test.
    download
        Whether to download a published data set if this machine does not have it.
    progress
        Progress of the download: True for a bar, False for none, or a function of the fraction done (0 to 1).
    seed
        Seed of the strokes, and of the choice of validation and test images among your own.

    Returns
    -------
    Digits
        With ``class_names``.

    Raises
    ------
    ValueError
        If there is no data set of this name, or something is wrong with your images, or (`IdxError`) a file in
        `$BITMASS_DATA` is corrupt.
    FetchError (an OSError)
        If the files of a published data set are neither on this machine nor available from a mirror.
    OSError
        If your files cannot be read.
    """
    if isinstance(source, str) and source in (*NAMED, "auto"):
        return _load_named(source, download, progress, seed)
    if isinstance(source, str) and "/" not in source and ".npz" not in source:
        allowed = ", ".join(f'"{name}"' for name in ("auto", *NAMED))
        raise ValueError(
            f"source must be one of {allowed}, a path of your own images, or their arrays, "
            f"got {shortened(source)}; begin a folder's name with ./"
        )
    # Pictures take a library that most sessions do not need.
    from bitmass_viz.data import own

    return own.load(source, seed)


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
    return _load_named(source, download, progress, seed)


def _load_named(name: str, download: bool, progress: Progress, seed: int) -> Digits:
    """Load data by name, "auto" included, for a function that a user called."""
    if name == strokes.NAME:
        return strokes.load_strokes(seed)
    if name in PUBLISHED:
        return load_published(PUBLISHED[name], download=download, progress=progress)
    for use_data_folder in (True, False):
        try:
            return load_published(MNIST, download=download, progress=progress, use_data_folder=use_data_folder)
        except FetchError as error:
            if download:
                warnings.warn(f"{strokes.LABEL} are used in place of MNIST. {error}.", stacklevel=3)
            break
        except (IdxError, OSError) as error:
            warnings.warn(f"This MNIST is left aside: {error}.", stacklevel=3)
    return strokes.load_strokes(seed)


def load_published(
    data: Published, *, download: bool = True, progress: Progress = True, use_data_folder: bool = True
) -> Digits:
    """Load a published data set from `$BITMASS_DATA`, the user cache or the internet, in this order.

    Raises
    ------
    IdxError
        If `$BITMASS_DATA` holds all files, but one is corrupt.
    FetchError
        If the files are not available anywhere.
    """
    remark = ""
    folder = data.data_folder() if use_data_folder else None
    if folder is not None:
        missing = data.missing_files(folder)
        if not missing:
            return data.read(folder)
        why = unusable(folder) or f"does not hold {missing[0]}"
        remark = f"The folder {folder} of BITMASS_DATA {why}. "
    if not data.is_cached():
        if not download:
            raise FetchError(
                f"{remark}{data.label} is not on this machine; run `bitmass fetch {data.name}`, {data.elsewhere}"
            )
        # The HTTP client takes a quarter of a second to import, and most sessions never download.
        from bitmass_viz.data.download import fetch

        try:
            fetch(data, progress)
        except FetchError as error:
            raise FetchError(f"{remark}{error}") from error
    return data.as_digits({name: map_idx(data.cache_folder() / name) for name in data.sha256})
