"""Digits cut into pieces: what a page loads is what they were, to the bit."""

import gzip
import hashlib
import json
import subprocess
from dataclasses import dataclass, replace
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitmass_viz.data import load_digits
from bitmass_viz.data.pieces import cut
from bitmass_viz.kernels.random_numbers import example_order
from bitmass_viz.kernels.settings import PIXEL_THRESHOLD
from tests.conftest import ROOT, find_node, make_digits

CHECK = ROOT / "tests" / "js" / "engine" / "pieces.check.js"


@dataclass
class AnySplit:
    """Images of any size with labels of any number of classes, which `Split` does not take."""

    images: np.ndarray
    labels: np.ndarray

    def __len__(self):
        return len(self.images)


def make_data(counts, image=(28, 28), classes=10, seed=0):
    rng = np.random.default_rng(seed)

    def split(count):
        images = rng.integers(0, 256, (count, *image)).astype(np.uint8)
        return AnySplit(images, rng.integers(0, classes, count).astype(np.uint8))

    train, validation, test = map(split, counts)
    return SimpleNamespace(
        name="noise",
        label="Noise",
        synthetic=True,
        sha256={},
        train=train,
        validation=validation,
        test=test,
        class_names=tuple(map(str, range(classes))),
    )


def check_images(labels, images, split, bits, order=slice(None)):
    expected = split.images if bits == 8 else np.where(split.images > PIXEL_THRESHOLD, 255, 0)
    np.testing.assert_array_equal(labels, split.labels[order])
    np.testing.assert_array_equal(images, expected[order])


def content_of(entry, files, bits):
    """Read the pieces by their description alone: split → labels and images."""
    rows, columns = entry["image"]
    found = {}
    for piece in entry["pieces"] + entry["test_pieces"] if bits == 8 else entry["one_bit_pieces"]:
        content = np.frombuffer(gzip.decompress(files[piece["file"]]), np.uint8)
        labels, pixels = content[: piece["count"]], content[piece["count"] :].reshape(piece["count"], -1)
        if piece["bits"] == 1:
            pixels = 255 * np.unpackbits(pixels, axis=1, count=rows * columns, bitorder="little")
        kept = found.setdefault(piece["split"], ([], []))
        assert piece["start"] == sum(map(len, kept[0]))
        kept[0].append(labels)
        kept[1].append(pixels.reshape(-1, rows, columns))
    return {name: tuple(map(np.concatenate, kept)) for name, kept in found.items()}


def check(digits, classes=10):
    """Check everything that an entry says, and that the pieces hold the digits; return entry and files."""
    entry, files = cut(digits, classes)
    assert json.loads(json.dumps(entry)) == entry
    splits = {name: getattr(digits, name) for name in ("train", "validation", "test")}
    assert {name: entry[name] for name in splits} == {name: len(split) for name, split in splits.items()}
    assert (entry["name"], entry["label"], entry["synthetic"]) == (digits.name, digits.label, digits.synthetic)
    assert (entry["sha256"], entry["classes"]) == (digits.sha256, classes)
    assert entry["class_names"] == list(digits.class_names)
    lists = {"pieces": 8, "one_bit_pieces": 1, "test_pieces": 8}
    assert [piece["file"] for name in lists for piece in entry[name]] == list(files)
    for name, bits in lists.items():
        for piece in entry[name]:
            content = files[piece["file"]]
            assert (piece["bits"], piece["bytes"]) == (bits, len(content))
            assert piece["sha256"] == hashlib.sha256(content).hexdigest()
            assert piece["sha256"][:12] in piece["file"]
            # No time, name or system: RFC 1952, section 2.3.
            assert content[:10] == bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 255])
    for bits, total in ((8, entry["bytes"]), (1, entry["one_bit_bytes"])):
        assert total == sum(piece["bytes"] for piece in entry["pieces" if bits == 8 else "one_bit_pieces"])
        found = content_of(entry, files, bits)
        assert set(found) == {"train", "validation", "test"} - ({"test"} if bits == 1 else set())
        check_images(*found.pop("train"), digits.train, bits, example_order(0, 0, len(digits.train)))
        for name, (labels, images) in found.items():
            check_images(labels, images, getattr(digits, name), bits)
    return entry, files


def check_in_node(digits, folder, classes=10):
    """Check the pieces, and that JavaScript makes the same digits of them; return the entry."""
    entry, files = check(digits, classes)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "entry.json").write_text(json.dumps(entry), "utf-8")
    done = subprocess.run([find_node(), str(CHECK), str(folder)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name, bits in (*product(("train", "validation"), (8, 1)), ("test", 8)):
        labels, images = (np.fromfile(folder / f"{name}-{bits}.{what}", np.uint8) for what in ("labels", "images"))
        check_images(labels, images.reshape(-1, *entry["image"]), getattr(digits, name), bits)
    return entry


def sizes(pieces):
    return [(piece["split"], piece["start"], piece["count"]) for piece in pieces]


def test_few_digits_are_a_piece_per_split(tiny):
    entry, _ = check(tiny)
    whole = [("train", 0, len(tiny.train)), ("validation", 0, len(tiny.validation))]
    assert sizes(entry["pieces"]) == sizes(entry["one_bit_pieces"]) == whole


@given(
    st.tuples(*[st.integers(1, 40)] * 3),
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    st.integers(1, 256),
    st.integers(0, 2**32 - 1),
)
def test_any_data_set_comes_back(counts, image, classes, seed):
    entry, _ = check(make_data(counts, image, classes, seed), classes)
    assert entry["image"] == list(image)


def test_where_digits_are_cut():
    entry, _ = check(make_data((23_456, 10_001, 7), image=(2, 2)))
    assert sizes(entry["pieces"]) == [
        ("train", 0, 1_000),
        ("validation", 0, 5_000),
        ("validation", 5_000, 5_000),
        ("validation", 10_000, 1),
        ("train", 1_000, 4_000),
        ("train", 5_000, 5_000),
        ("train", 10_000, 5_000),
        ("train", 15_000, 5_000),
        ("train", 20_000, 3_456),
    ]
    assert sizes(entry["one_bit_pieces"]) == [
        ("train", 0, 1_000),
        ("validation", 0, 10_000),
        ("validation", 10_000, 1),
        ("train", 1_000, 9_000),
        ("train", 10_000, 10_000),
        ("train", 20_000, 3_456),
    ]
    assert sizes(entry["test_pieces"]) == [("test", 0, 7)]


@pytest.mark.parametrize("count", [999, 1_000, 1_001, 5_000, 5_001])
def test_no_piece_is_empty(count):
    entry, _ = check(make_data((count, count, 1), image=(1, 1)))
    for pieces in (entry["pieces"], entry["one_bit_pieces"]):
        assert all(piece["count"] > 0 for piece in pieces)


def test_the_same_digits_give_the_same_bytes(tiny):
    copy = make_digits(len(tiny.train), len(tiny.validation), len(tiny.test))
    assert cut(copy) == cut(tiny)
    other = cut(make_digits(len(tiny.train), len(tiny.validation), len(tiny.test), seed=1))
    assert not other.files.keys() & cut(tiny).files.keys()


def test_names_of_files_can_stand_in_any_address():
    for name, plain in (("Meine Ziffern/2", "meine-ziffern-2"), ("../..", "data"), ("数字", "data")):
        digits = replace(make_digits(5, 5, 5), name=name)
        assert all(file.startswith(f"digits/{plain}-") for file in check(digits)[1])


def test_a_label_beyond_the_classes_is_refused():
    data = make_data((5, 5, 5), classes=13)
    data.test.labels[0] = 12
    with pytest.raises(ValueError, match="labels of 10 classes must be 0 to 9, got 12; give `classes`"):
        cut(data)


def test_javascript_reads_them(tiny, tmp_path):
    check_in_node(tiny, tmp_path)


def test_javascript_reads_another_size_and_more_classes(tmp_path):
    check_in_node(make_data((6_500, 5_500, 10), image=(5, 3), classes=13), tmp_path, classes=13)


@pytest.mark.slow
def test_javascript_reads_strokes(tmp_path):
    check_in_node(load_digits("strokes"), tmp_path)


@pytest.mark.mnist
@pytest.mark.slow
def test_javascript_reads_mnist_which_is_small(mnist, tmp_path):
    entry = check_in_node(mnist, tmp_path)
    assert entry["pieces"][0]["bytes"] < 170_000
    assert entry["one_bit_pieces"][0]["bytes"] < 30_000
    assert entry["bytes"] < 9_800_000
    assert entry["one_bit_bytes"] < 1_750_000
