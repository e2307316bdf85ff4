"""A reader's own images: arrays, an .npz file, or a folder with a subfolder of pictures for each class."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.common.numeric import shortened
from bitmass_viz.data.digits import DIGIT_NAMES, Digits, Split
from bitmass_viz.data.idx import CLASSES, IMAGE_SIDE
from bitmass_viz.kernels.random_numbers import example_order

HELD_OUT = 7
"""One image in so many is kept for validation, and one for the test."""
MOST_BYTES = 1 << 30
"""Of the arrays in a file, unpacked."""
MOST_PIXELS = 1 << 24
"""Of a picture, before it is made small."""
PICTURES = {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
NEEDED = ("images", "labels")


def load(source: str | Path | Mapping[str, Any], seed: int = 0) -> Digits:
    """Load images as `load_data` describes them.

    Raises
    ------
    ValueError
        If the source is of another kind, or its content is not as described.
    OSError
        If a file cannot be read.
    """
    if isinstance(source, Mapping):
        return from_arrays("arrays", source, seed)
    if not isinstance(source, str | Path):
        raise ValueError(f"source must be a name, a path, or arrays of images and labels, got {shortened(source)}")
    path = Path(source).expanduser()
    if path.is_dir():
        return from_arrays(path.resolve().name, _read_folder(path), seed)
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there; give an .npz file, or a folder with a subfolder per class")
    return from_arrays(path.stem, _read_npz(path), seed)


def from_arrays(name: str, arrays: Mapping[str, Any], seed: int = 0) -> Digits:
    """Split the images at random, in the browser's sessions as here: the same way for the same seed.

    Raises
    ------
    ValueError
        If the arrays are not as `load_data` describes them.
    """
    if missing := [needed for needed in NEEDED if needed not in arrays]:
        found = ", ".join(sorted(map(str, arrays))) or "nothing"
        raise ValueError(f"{name} must hold images and labels, and {missing[0]} are missing; it holds {found}")
    every = Split(np.asarray(arrays["images"]), _small(np.asarray(arrays["labels"])))
    if len(every) < HELD_OUT:
        raise ValueError(f"{name} must hold at least {HELD_OUT} images, got {len(every)}")
    held_out = len(every) // HELD_OUT
    order = example_order(seed, 0, len(every))
    parts = np.split(order, [len(every) - 2 * held_out, len(every) - held_out])
    train, validation, test = (Split(every.images[part], every.labels[part]) for part in parts)
    sha256 = {
        "images": hashlib.sha256(every.images.tobytes()).hexdigest(),
        "labels": hashlib.sha256(every.labels.tobytes()).hexdigest(),
        "seed": str(seed),
    }
    names = arrays.get("class_names")
    class_names = DIGIT_NAMES if names is None else tuple(str(each) for each in np.asarray(names).ravel())
    return Digits(f"own-{name}", f"{name} (your own)", False, sha256, train, validation, test, class_names)


def _small(labels: NDArray[Any]) -> NDArray[Any]:
    """Return whole numbers from 0 to 255 as bytes, whatever their type; anything else is left for the check."""
    fits = labels.dtype.kind in "iu" and labels.size > 0 and labels.min() >= 0 and labels.max() <= 255
    return labels.astype(np.uint8) if fits else labels


def _read_npz(path: Path) -> dict[str, NDArray[Any]]:
    """Read the arrays: none may be a pickled object, nor all together larger than `MOST_BYTES`."""
    try:
        with zipfile.ZipFile(path) as archive:
            if (size := sum(member.file_size for member in archive.infolist())) > MOST_BYTES:
                raise ValueError(f"its arrays take {size:,} bytes, and {MOST_BYTES:,} are allowed")
        with np.load(path, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in (*NEEDED, "class_names") if name in arrays}
    except OSError:
        raise
    except Exception as error:  # zipfile and numpy raise half a dozen kinds of error for damaged files
        raise ValueError(
            f"{path} cannot be read as an .npz file of images and labels ({str(error)[:100]}); "
            "write it: np.savez(path, images=images, labels=labels)"
        ) from None


def _read_folder(folder: Path) -> dict[str, Any]:
    """Read the pictures of each subfolder, sorted by name, as grey images of 28 × 28."""
    classes = sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))
    if not 1 <= len(classes) <= CLASSES:
        raise ValueError(f"{folder} must hold 1 to {CLASSES} subfolders, one for each class, got {len(classes)}")
    images, labels = [], []
    for label, each in enumerate(classes):
        files = sorted(file for file in each.iterdir() if file.suffix.lower() in PICTURES)
        if not files:
            raise ValueError(f"{each} holds no picture ({', '.join(sorted(PICTURES))})")
        images += [_read_picture(file) for file in files]
        labels += [label] * len(files)
    names = [each.name for each in classes]
    return {"images": np.stack(images), "labels": np.array(labels, np.uint8), "class_names": names}


def _read_picture(file: Path) -> NDArray[np.uint8]:
    """Read a picture as it is shown: turned as its camera says, and on white where it is transparent."""
    from PIL import Image, ImageOps

    try:
        with Image.open(file) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValueError(f"{picture.width} × {picture.height} pixels are too many")
            upright = ImageOps.exif_transpose(picture)
            if upright.has_transparency_data:
                clear = upright.convert("RGBA")
                upright = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)
            grey = upright.convert("L")
            if grey.size != (IMAGE_SIDE, IMAGE_SIDE):
                grey = grey.resize((IMAGE_SIDE, IMAGE_SIDE), Image.Resampling.LANCZOS)
            return np.array(grey, np.uint8)
    except Exception as error:  # Pillow raises a different one for each format
        raise ValueError(f"{file} cannot be read as a picture ({str(error)[:100]})") from None
