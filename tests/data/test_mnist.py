"""Where MNIST is looked for, what is checked, and what becomes of `load_digits` when it cannot be had."""

import os
import warnings

import numpy as np
import pytest

from bitmass_viz.data import MNIST, FetchError, IdxError, load_digits
from bitmass_viz.data import strokes as strokes_module
from bitmass_viz.data.idx import read_bytes
from tests.data.mirrors import damage


@pytest.fixture
def strokes(monkeypatch):
    """A stand-in for the strokes, which take a second to draw."""
    drawn = object()
    monkeypatch.setattr(strokes_module, "load_strokes", lambda seed: (drawn, seed))
    return drawn


def test_the_data_folder_comes_first_and_is_only_read(data_folder, cache, files):
    before = {path.name: path.stat().st_mtime_ns for path in data_folder.iterdir()}
    assert MNIST.find() == data_folder
    digits = load_digits("mnist", download=False)
    assert digits.name == "mnist"
    assert not digits.synthetic
    assert digits.test.images.tobytes() == files["t10k-images-idx3-ubyte"][16:]
    assert digits.test.labels.tobytes() == files["t10k-labels-idx1-ubyte"][8:]
    assert {path.name: path.stat().st_mtime_ns for path in data_folder.iterdir()} == before
    assert not MNIST.is_cached(), "without the variable it is not found"


def test_plain_files_in_the_data_folder(data_folder, files):
    for name, content in files.items():
        (data_folder / f"{name}.gz").unlink()
        (data_folder / name).write_bytes(content)
    assert load_digits("mnist", download=False).test.images.tobytes() == files["t10k-images-idx3-ubyte"][16:]


def test_a_corrupt_data_folder_is_an_error_for_mnist_and_a_warning_for_auto(data_folder, strokes):
    path = damage(data_folder)
    with pytest.raises(IdxError, match=f"{path} has the SHA-256"):
        load_digits("mnist", download=False)
    with pytest.warns(UserWarning, match=f"{path} has the SHA-256"):
        assert load_digits("auto", download=False, seed=5) == (strokes, 5)


@pytest.mark.usefixtures("cache", "mirror")
def test_after_a_corrupt_data_folder_comes_the_cache(data_folder, monkeypatch):
    monkeypatch.delenv("BITMASS_DATA")
    load_digits("mnist", progress=False)
    damage(data_folder)
    monkeypatch.setenv("BITMASS_DATA", str(data_folder))
    with pytest.warns(UserWarning, match="left aside"):
        assert load_digits("auto", download=False).name == "mnist"


@pytest.mark.usefixtures("mirror")
def test_an_incomplete_data_folder_is_passed_over_and_mentioned(data_folder, cache):
    (data_folder / "train-labels-idx1-ubyte.gz").unlink()
    assert MNIST.find() is None
    with pytest.raises(
        FetchError, match=f"{data_folder} of BITMASS_DATA does not hold train-labels-idx1-ubyte.gz"
    ):
        load_digits("mnist", download=False)
    assert load_digits("mnist", progress=False).name == "mnist"
    assert MNIST.find() == cache


@pytest.mark.parametrize(("folder", "why"), [("file", "is a file, not a folder"), ("nowhere", "is not there")])
def test_a_data_folder_that_is_none_is_named(cache, tmp_path, monkeypatch, folder, why):
    (tmp_path / "file").touch()
    monkeypatch.setenv("BITMASS_DATA", str(tmp_path / folder))
    with pytest.raises(FetchError, match=rf"The folder .* of BITMASS_DATA {why}"):
        load_digits("mnist", download=False)


@pytest.mark.usefixtures("cache", "files")
def test_without_mnist(strokes, monkeypatch):
    monkeypatch.setattr(MNIST, "mirrors", ())
    with pytest.raises(FetchError, match=r"bitmass fetch.*BITMASS_DATA.*strokes"):
        load_digits("mnist", download=False)
    with pytest.raises(FetchError, match="could not be fetched"):
        load_digits("mnist")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load_digits("auto", download=False) == (strokes, 0)
        assert load_digits("strokes", seed=3) == (strokes, 3)
    with pytest.warns(UserWarning, match="in place of MNIST"):
        assert load_digits("auto") == (strokes, 0)


def is_mapped(digits):
    images = digits.test.images
    while isinstance(images, np.ndarray):
        images = images.base
    return type(getattr(images, "obj", images)).__name__ == "mmap"


@pytest.mark.usefixtures("cache", "mirror")
def test_the_cache_is_mapped_not_copied():
    assert is_mapped(load_digits("mnist", progress=False))


@pytest.fixture
def readings(monkeypatch):
    """The files that are read whole."""
    read = []
    monkeypatch.setattr(
        "bitmass_viz.data.published.read_bytes", lambda path: read.append(path.name) or read_bytes(path)
    )
    return read


def test_the_data_folder_is_read_once_and_then_mapped(data_folder, readings):
    assert is_mapped(load_digits("mnist", download=False))
    assert len(readings) == 4
    assert is_mapped(load_digits("mnist", download=False))
    assert len(readings) == 4


def test_a_data_folder_that_has_changed_is_read_again(data_folder, readings):
    load_digits("mnist", download=False)
    path = damage(data_folder)
    with pytest.raises(IdxError, match=f"{path} has the SHA-256"):
        load_digits("mnist", download=False)
    assert readings[4:] == [path.name]


def test_a_copy_that_has_changed_is_made_again(data_folder, cache, files):
    load_digits("mnist", download=False)
    (copy,) = cache.rglob("t10k-images-idx3-ubyte")
    copy.write_bytes(bytes(copy.stat().st_size))
    for _ in range(2):
        assert load_digits("mnist", download=False).test.images.tobytes() == files["t10k-images-idx3-ubyte"][16:]
    assert copy.read_bytes() == files["t10k-images-idx3-ubyte"]


@pytest.mark.parametrize("unfit", ["a file", "anyone's"])
def test_where_no_copy_can_be_kept_the_data_folder_is_read_each_time(data_folder, cache, readings, unfit):
    if unfit == "a file":
        cache.touch()
    else:
        cache.mkdir()
        cache.chmod(0o777)
    for _ in range(2):
        assert not is_mapped(load_digits("mnist", download=False))
    assert len(readings) == 8
    assert not cache.is_dir() or list(cache.iterdir()) == []


def test_an_unknown_source():
    with pytest.raises(ValueError, match='source must be "auto", "mnist" or "strokes", got \'cifar\''):
        load_digits("cifar")


@pytest.mark.mnist
@pytest.mark.skipif(not os.environ.get("BITMASS_DATA"), reason="BITMASS_DATA is not set")
def test_the_real_thing():
    digits = load_digits("mnist", download=False)
    assert digits.sha256 == MNIST.sha256
    for split, count in ((digits.train, 50_000), (digits.validation, 10_000), (digits.test, 10_000)):
        assert len(split) == count
        assert split.images.shape == (count, 28, 28)
        assert split.labels.shape == (count,)
        assert split.images.dtype == split.labels.dtype == np.uint8
        assert split.images.flags.c_contiguous
        assert not split.images.flags.writeable
        assert not split.labels.flags.writeable
    assert digits.train.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert digits.test.labels[:5].tolist() == [7, 2, 1, 0, 4]
    assert digits.train.per_class[1] == 5678
    assert digits.test.per_class[1] == 1135, "the share of one class behind the published 11.35 %"
    pointer = digits.train.images.ctypes.data
    assert digits.validation.images.ctypes.data == pointer + 50_000 * 784, "views of one array"
    assert repr(digits) == "<Digits 'mnist', MNIST: 50,000 train, 10,000 validation, 10,000 test>"
