"""Pen strokes: repeatable, balanced, with MNIST's looks and about MNIST's difficulty."""

import itertools
import os
from unittest.mock import Mock

import numpy as np
import pytest

from bitmass_viz.data.pen_paths import STYLES
from bitmass_viz.data.strokes import draw_digits, load_strokes
from bitmass_viz.kernels.raster import draw_lines
from tests.conftest import needs_jit


def draw(count, seed):
    images, labels = np.empty((count, 28, 28), np.uint8), np.empty(count, np.uint8)
    draw_digits(images, labels, np.random.default_rng(seed))
    return images, labels


@pytest.fixture(scope="module")
def strokes():
    return load_strokes(0)


def naive_lines(points, segments, radius, blur, ink):
    image = np.zeros((12, 9))
    for row, column in itertools.product(range(12), range(9)):
        nearest = np.inf
        for a, b in segments:
            start, way = points[a], points[b] - points[a]
            length = way @ way
            along = np.clip((np.array([column, row]) - start) @ way / length, 0, 1) if length else 0
            nearest = min(nearest, np.hypot(*(start + along * way - [column, row])))
        image[row, column] = 255 * ink * np.clip(0.5 + (radius - nearest) / blur, 0, 1)
    return image


def test_lines_against_a_naive_twin():
    rng = np.random.default_rng(1)
    points = rng.uniform(-3, 14, (6, 5, 2)).astype(np.float32)
    points[0, 1] = points[0, 0]
    segments = np.array([[0, 1], [1, 2], [3, 4]])
    radius = rng.uniform(0.3, 2, 6).astype(np.float32)
    blur = rng.uniform(0.5, 2, 6).astype(np.float32)
    ink = rng.uniform(0.5, 1, 6).astype(np.float32)
    images = np.full((8, 12, 9), 77, np.uint8)
    where = np.array([1, 0, 7, 3, 4, 5])
    draw_lines(points, segments, radius, blur, ink, where, images)
    for i, place in enumerate(where):
        expected = naive_lines(points[i].astype(float), segments, radius[i], blur[i], ink[i])
        np.testing.assert_allclose(images[place], expected, atol=0.51)
    assert (images[[2, 6]] == 77).all()
    assert len({images[place].tobytes() for place in where}) == 6


def test_the_same_seed_gives_the_same_bytes():
    images, labels = draw(60, 4)
    again, labels_again = draw(60, 4)
    other, _ = draw(60, 5)
    assert images.tobytes() == again.tobytes()
    assert labels.tobytes() == labels_again.tobytes()
    assert images.tobytes() != other.tobytes()


def test_few_images_have_every_class():
    images, labels = draw(40, 0)
    assert np.bincount(labels, minlength=10).tolist() == [4] * 10
    assert images.max(axis=(1, 2)).min() > 150
    assert images[:, [0, -1]].mean() < 5, "the digit stays clear of the border"


def test_every_digit_has_several_styles():
    for digit in range(10):
        assert sum(style.digit == digit for style in STYLES) >= 3


@needs_jit
def test_the_splits(strokes):
    assert strokes.name == "strokes"
    assert strokes.synthetic
    assert "synthetic" in strokes.label
    for split, count in ((strokes.train, 50_000), (strokes.validation, 10_000), (strokes.test, 10_000)):
        assert split.images.shape == (count, 28, 28)
        assert split.images.dtype == split.labels.dtype == np.uint8
        assert split.images.flags.c_contiguous
        assert not split.images.flags.writeable
        assert (split.per_class == count // 10).all()
        assert (np.diff(split.labels[:200].astype(int)) != 0).mean() > 0.7, "in random order"
    assert len({image.tobytes() for image in strokes.test.images}) == 10_000


@needs_jit
def test_another_seed_is_another_data_set(strokes):
    other = load_strokes(1)
    assert load_strokes(0).sha256 == strokes.sha256
    assert other.sha256["images"] != strokes.sha256["images"]


@needs_jit
def test_those_that_take_the_place_of_mnist_are_kept_and_mapped(strokes, tmp_path, monkeypatch):
    monkeypatch.setenv("BITMASS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("bitmass_viz.data.strokes.draw_digits", counted := Mock(side_effect=draw_digits))
    assert load_strokes(0).sha256 == strokes.sha256
    assert counted.call_count == 3
    kept = load_strokes(0)
    assert counted.call_count == 3, "not drawn again"
    np.testing.assert_array_equal(kept.test.images, strokes.test.images)
    assert not kept.train.images.flags.writeable
    load_strokes(1)
    assert len(list((tmp_path / "cache").iterdir())) == 4, "of one seed only"


@needs_jit
@pytest.mark.parametrize("damage", ["changed", "no stamp", "every user can write"])
def test_kept_digits_that_cannot_be_relied_on_are_drawn_again(strokes, damage, tmp_path, monkeypatch):
    monkeypatch.setenv("BITMASS_CACHE", str(tmp_path / "cache"))
    load_strokes(0)
    (path,) = (tmp_path / "cache").glob("*images")
    if damage == "changed":
        about = path.stat()
        path.write_bytes(path.read_bytes()[:-1] + b"7")
        os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    elif damage == "no stamp":
        path.with_name(f"{path.name}.stamp").unlink()
    else:
        path.parent.chmod(0o777)
    monkeypatch.setattr("bitmass_viz.data.strokes.draw_digits", counted := Mock(side_effect=draw_digits))
    assert load_strokes(0).sha256 == strokes.sha256
    assert counted.call_count == 3


@needs_jit
def test_it_looks_like_mnist(strokes):
    images = strokes.train.images[:20_000]
    assert 0.18 < (images > 0).mean() < 0.205  # MNIST: 0.191
    assert 0.11 < (images > 127).mean() < 0.14  # MNIST: 0.133
    weights = images.astype(np.float32)
    mass = weights.sum(axis=(1, 2))
    rows = (weights.sum(axis=2) @ np.arange(28)) / mass
    columns = (weights.sum(axis=1) @ np.arange(28)) / mass
    for centre in (rows, columns):
        assert abs(centre.mean() - 13.5) < 0.3
        assert centre.std() < 1.2


@needs_jit
def test_it_is_about_as_hard_as_mnist(strokes):
    def prepared(split, count):
        return np.where(split.images[:count].reshape(count, 784) > 127, np.float32(1), np.float32(-1))

    x, y = prepared(strokes.train, 20_000), strokes.train.labels[:20_000]
    test, labels = prepared(strokes.validation, 5_000), strokes.validation.labels[:5_000]
    mean = x.mean(axis=0)
    signs = np.sign([(x[y == k] - mean).sum(axis=0) for k in range(10)]).astype(np.float32)
    prototype = ((test - mean) @ signs.T).argmax(axis=1)
    assert 0.70 < (prototype == labels).mean() < 0.80  # MNIST: 0.78

    centred = x - mean
    gram = centred.T @ centred + 100 * np.eye(784, dtype=np.float32)
    weights = np.linalg.solve(gram, centred.T @ (np.eye(10, dtype=np.float32)[y] - 0.1))
    linear = ((test - mean) @ weights).argmax(axis=1)
    assert 0.78 < (linear == labels).mean() < 0.90  # MNIST: 0.85
