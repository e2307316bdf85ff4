"""What a split takes, what it says of everything else, and that it changes nothing that it was given."""

import re
import warnings

import numpy as np
import pytest

from bitmass_viz.data import Digits, Split, load_digits
from bitmass_viz.data.idx import map_idx, parse_idx, read_idx
from tests.conftest import needs_jit

N = 6
IMAGES = np.random.default_rng(0).integers(0, 256, (N, 28, 28)).astype(np.uint8)
LABELS = (np.arange(N) % 10).astype(np.uint8)
SHARES = IMAGES / 255


def with_nan(array):
    array = array.copy()
    array[0] = np.nan
    return array


IMAGES_REFUSED = [
    (SHARES, "float64 from 0 to 1; convert them: np.rint(255 * images).astype(np.uint8)"),
    (SHARES.astype(np.float32), "float32 from 0 to 1; convert them: np.rint(255 * images).astype(np.uint8)"),
    (2 * SHARES - 1, "float64 from -1 to 1; convert them: np.rint(127.5 * (images + 1)).astype(np.uint8)"),
    (IMAGES.astype(float), "float64 from 0 to 255; convert them: np.rint(images).astype(np.uint8)"),
    (IMAGES.astype(np.int64), "int64 from 0 to 255; convert them: np.rint(images).astype(np.uint8)"),
    (SHARES > 0.5, "bool; convert them: 255 * images.astype(np.uint8)"),
]


@pytest.mark.parametrize(("images", "said"), IMAGES_REFUSED)
def test_images_of_another_type_are_refused_with_a_conversion_that_works(images, said):
    with pytest.raises(
        ValueError, match=r"images must be an array of uint8, shape \(n, 28, 28\), 0 \(background\) to 255"
    ) as error:
        Split(images, LABELS)
    assert str(error.value).endswith(f"got {said}")
    converted = eval(said.split("convert them: ")[1], {"np": np, "images": images})
    split = Split(converted, LABELS)
    if images.dtype == bool:
        assert set(np.unique(split.images)) == {0, 255}
    else:
        assert np.array_equal(split.images, IMAGES)


@pytest.mark.parametrize(
    ("images", "said"),
    [
        (with_nan(SHARES), "float64 with NaN or infinity; NaN and infinity are no pixels: replace them first"),
        ((SHARES + 1) * np.inf, "float64 with NaN or infinity"),
        (IMAGES.astype(int) * 2, "scale them to 0 to 255, then: np.rint(images).astype(np.uint8)"),
        (IMAGES.astype(int) - 1, "scale them to 0 to 255"),
        (IMAGES.astype(complex), "got complex128"),
        (IMAGES.astype(object), "got object"),
        (IMAGES.tolist(), "got a list; convert it: np.array(images, np.uint8)"),
        (None, "got a NoneType"),
        (IMAGES.reshape(N, 784), "got the shape (6, 784); convert them: images.reshape(-1, 28, 28)"),
        (IMAGES[..., None], "got the shape (6, 28, 28, 1); convert them: images.reshape(-1, 28, 28)"),
        (IMAGES[:, :20], "got the shape (6, 20, 28)"),
        (IMAGES[0], "got the shape (28, 28)"),
        (np.zeros((), np.uint8), "got the shape ()"),
        (IMAGES[:0], "a split must hold at least one image, got none"),
        (np.zeros((0, 28, 28)), "got float64"),
    ],
)
def test_images_that_cannot_be_are_one_clear_error(images, said):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match=re.escape(said)):
            Split(images, LABELS)


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (LABELS.astype(np.int64), "int64 from 0 to 5; convert them: labels.astype(np.uint8)"),
        (LABELS.astype(float), "float64 from 0 to 5; convert them: labels.astype(np.uint8)"),
        (LABELS.astype(str), "<U3; convert them: labels.astype(np.uint8)"),
        (LABELS.astype(str).astype(object), "object; convert them: labels.astype(np.uint8)"),
        (np.eye(10)[LABELS], "if they are one-hot, convert them: labels.argmax(axis=1).astype(np.uint8)"),
        (LABELS[:, None], "the shape (6, 1); convert them: labels.ravel()"),
    ],
)
def test_labels_of_another_type_are_refused_with_a_conversion_that_works(labels, said):
    with pytest.raises(
        ValueError, match=r"labels must be an array of uint8, shape \(6,\), one an image, 0 to 9"
    ) as error:
        Split(IMAGES, labels)
    assert str(error.value).endswith(said)
    converted = eval(said.split("convert them: ")[1], {"np": np, "labels": labels})
    assert np.array_equal(Split(IMAGES, converted).labels, LABELS)


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (np.array([0, 1, 2, -1, 4, 5]), "got -1 at position 3"),
        (np.array([0, 1, 2, 3, 10, 5], np.uint8), "got 10 at position 4"),
        (LABELS + 0.5, "got 0.5 at position 0"),
        (with_nan(LABELS.astype(float)), "got nan at position 0"),
        (LABELS > 2, "got bool"),
        (LABELS.astype(complex), "got complex128"),
        (LABELS.tolist(), "got a list; convert it: np.array(labels, np.uint8)"),
        (LABELS[:5], "got the shape (5,)"),
        (np.zeros((), np.uint8), "got the shape ()"),
        (None, "got a NoneType"),
    ],
)
def test_labels_that_cannot_be_are_one_clear_error(labels, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        Split(IMAGES, labels)


@pytest.mark.parametrize("name", ["train", "validation", "test"])
def test_digits_are_of_splits(name):
    split = Split(IMAGES, LABELS)
    parts = {"train": split, "validation": split, "test": split} | {name: (1, 2)}
    with pytest.raises(ValueError, match=f"{name} must be a Split, got .* make one: Split"):
        Digits("mine", "Mine", True, {}, **parts)


def test_a_split_leaves_the_callers_arrays_alone_and_does_not_change_with_them():
    images, labels = IMAGES.copy(), LABELS.copy()
    split = Split(images, labels)
    views = Split(images[::2], labels[::2])
    hidden = images.view()
    hidden.flags.writeable = False
    behind = Split(hidden, labels)
    images[:] = 7
    labels[:] = 7
    assert np.array_equal(split.images, IMAGES)
    assert np.array_equal(split.labels, LABELS)
    assert np.array_equal(views.images, IMAGES[::2])
    assert np.array_equal(behind.images, IMAGES)
    for array in (split.images, split.labels, views.images):
        assert array.flags.c_contiguous
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_what_cannot_change_is_shared_and_not_copied(tmp_path):
    path = tmp_path / "labels"
    path.write_bytes(b"\x00\x00\x08\x01\x00\x00\x00\x06" + LABELS.tobytes())
    images = IMAGES.copy()
    images.flags.writeable = False
    for labels in (
        map_idx(path),
        read_idx(path),
        parse_idx(bytearray(path.read_bytes()), "labels"),
        np.frombuffer(LABELS.tobytes(), np.uint8),
        np.memmap(path, np.uint8, "r", offset=8),
    ):
        split = Split(images[1:], labels[1:])
        assert np.shares_memory(split.images, images)
        assert np.shares_memory(split.labels, labels)
        assert type(split.labels) is np.ndarray
    written = np.memmap(path, np.uint8, "r+", offset=8)
    assert not np.shares_memory(Split(images, written).labels, written)


@needs_jit
def test_digits_of_the_package_are_shared():
    strokes = load_digits("strokes")
    assert np.shares_memory(Split(strokes.train.images[5:], strokes.train.labels[5:]).images, strokes.train.images)
    assert strokes.train.images.base is strokes.test.images.base, "one array, in three parts"


@pytest.mark.parametrize("seed", [True, -1, 2**53, 0.5, "0", None])
def test_strokes_have_a_seed_as_everything_has(seed):
    with pytest.raises(ValueError, match="seed must be a whole number between 0 and 9,007,199,254,740,991"):
        load_digits("strokes", seed=seed)
