"""Fashion-MNIST beside MNIST, and a reader's own images: where they are found, and what is checked."""

import gzip
import hashlib
import io
import zipfile

import numpy as np
import pytest
from PIL import Image

import bitmass_viz as bm
from bitmass_viz.data import FASHION_MNIST, MNIST, FetchError, IdxError, load_data, own
from tests.conftest import needs_jit
from tests.data.mirrors import small_files

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (70, 28, 28), np.uint8)
LABELS = (np.arange(70) % 3).astype(np.uint8)


@pytest.fixture
def fashion(data_folder, monkeypatch):
    """Four small files in place of Fashion-MNIST's, in a folder of their own beside those of MNIST."""
    contents = small_files(1)
    monkeypatch.setattr(FASHION_MNIST, "sha256", {n: hashlib.sha256(c).hexdigest() for n, c in contents.items()})
    folder = data_folder / "fashion-mnist"
    folder.mkdir()
    for name, content in contents.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(content))
    return contents


def test_both_lie_in_one_data_folder(data_folder, files, fashion):
    assert MNIST.find() == data_folder
    assert FASHION_MNIST.find() == data_folder / "fashion-mnist"
    for name, contents in (("mnist", files), ("fashion-mnist", fashion)):
        data = load_data(name, download=False)
        assert data.name == name
        assert data.test.images.tobytes() == contents["t10k-images-idx3-ubyte"][16:]
    assert data.label == "Fashion-MNIST"
    assert data.class_names[9] == "ankle boot"
    assert load_data("auto", download=False).name == "mnist"


def test_or_each_in_its_subfolder(data_folder, files, fashion):
    (data_folder / "mnist").mkdir()
    for name in files:
        (data_folder / f"{name}.gz").rename(data_folder / "mnist" / f"{name}.gz")
    assert MNIST.find() == data_folder / "mnist"
    assert load_data("mnist", download=False).class_names == tuple("0123456789")


@pytest.mark.usefixtures("data_folder")
def test_mnists_files_are_not_taken_for_fashion():
    with pytest.raises(FetchError, match=r"fashion-mnist of BITMASS_DATA is not there.*bitmass fetch fashion"):
        load_data("fashion-mnist", download=False)


def test_a_damaged_file_is_named_with_its_data_set(data_folder, fashion):
    path = data_folder / "fashion-mnist" / "t10k-labels-idx1-ubyte.gz"
    content = bytearray(gzip.decompress(path.read_bytes()))
    content[-1] ^= 1
    path.write_bytes(gzip.compress(content))
    with pytest.raises(IdxError, match=f"{path} has the SHA-256 .*Fashion-MNIST’s is"):
        load_data("fashion-mnist")


def test_fashion_comes_from_a_mirror_into_a_folder_of_its_own(cache, monkeypatch, start_mirror, files):
    monkeypatch.setattr(FASHION_MNIST, "sha256", MNIST.sha256)
    monkeypatch.setattr(FASHION_MNIST, "compressed_bytes", MNIST.compressed_bytes)
    monkeypatch.setattr(FASHION_MNIST, "mirrors", (start_mirror().url,))
    load_data("fashion-mnist", progress=False)
    assert {path.name for path in (cache / "fashion-mnist").iterdir() if path.suffix != ".stamp"} == set(files)
    assert MNIST.find() is None


@needs_jit
@pytest.mark.mnist
@pytest.mark.skipif(FASHION_MNIST.find() is None, reason="Fashion-MNIST is not on this machine")
def test_the_real_fashion():
    data = load_data("fashion-mnist", download=False)
    assert data.train.labels[:5].tolist() == [9, 0, 0, 3, 0]
    assert data.test.per_class.tolist() == [1000] * 10
    run = bm.Run("straight-through", data, recipe="tuned")
    run.advance(5_000)
    assert run.accuracy("validation") > 0.6


def folder_of_pictures(folder, make=lambda image: Image.fromarray(image)):
    for image, label in zip(IMAGES, LABELS, strict=True):
        of_class = folder / ("anvil", "bell", "clog")[label]
        of_class.mkdir(parents=True, exist_ok=True)
        make(image).save(of_class / f"{len(list(of_class.iterdir())):02}.png")
    (folder / ".hidden").mkdir()
    return folder


def test_arrays_an_npz_file_and_a_folder_give_the_same_images(tmp_path):
    names = ("anvil", "bell", "clog")
    arrays = {"images": IMAGES, "labels": LABELS.astype(np.int64), "class_names": names}
    np.savez_compressed(tmp_path / "mine.npz", **arrays)
    found = [load_data(arrays), load_data(tmp_path / "mine.npz"), load_data(str(tmp_path / "mine.npz"))]
    for data in found:
        assert [len(split) for split in (data.train, data.validation, data.test)] == [50, 10, 10]
        assert data.class_names == names
        assert data.sha256 == found[0].sha256
        assert data.test.images.tobytes() == found[0].test.images.tobytes()
    assert found[1].label == "mine (your own)"
    every = np.concatenate([split.images for split in (data.train, data.validation, data.test)])
    assert sorted(image.tobytes() for image in every) == sorted(image.tobytes() for image in IMAGES)
    assert load_data(arrays, seed=1).test.images.tobytes() != found[0].test.images.tobytes()

    data = load_data(folder_of_pictures(tmp_path / "pictures"))
    assert data.class_names == names
    every = np.concatenate([split.images for split in (data.train, data.validation, data.test)])
    assert sorted(image.tobytes() for image in every) == sorted(image.tobytes() for image in IMAGES)


def test_pictures_of_any_size_and_colour_become_small_and_grey(tmp_path):
    def larger(image):
        return Image.fromarray(image).resize((56, 30)).convert("RGBA")

    data = load_data(folder_of_pictures(tmp_path / "pictures", larger))
    assert data.train.images.shape == (50, 28, 28)
    run = bm.Run("sgd", data, bm.Architecture(hidden=1, classes=3))
    run.step(20)
    assert 0 <= run.accuracy("test") <= 1


def test_pictures_are_read_as_they_are_shown(tmp_path):
    clear = np.zeros((28, 28, 4), np.uint8)
    clear[9:19, 9:19, 3] = 255
    Image.fromarray(clear).save(tmp_path / "clear.png")
    assert (own._read_picture(tmp_path / "clear.png") == np.where(clear[..., 3] > 0, 0, 255)).all(), (
        "black on white"
    )
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.fromarray(IMAGES[0]).save(tmp_path / "turned.png", exif=turned)
    assert (own._read_picture(tmp_path / "turned.png") == np.rot90(IMAGES[0], -1)).all(), "turned to the right"


def zipped(**members):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(f"{name}.npy", member)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no zip", r"cannot be read as an \.npz file.*np\.savez"),
        (zipped(images=b"garbage", labels=b"garbage"), "images must be an array of uint8"),
        (zipped(other=b""), "must hold images and labels, and images are missing; it holds nothing"),
        (zipped(images=bytes(100_001)), "its arrays take 100,001 bytes, and 100,000 are allowed"),
    ],
    ids=["no zip", "no arrays", "other arrays", "bomb"],
)
def test_a_file_that_is_none_is_one_clear_error(tmp_path, monkeypatch, content, said):
    monkeypatch.setattr(own, "MOST_BYTES", 100_000)
    path = tmp_path / "mine.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=said):
        load_data(path)


def test_a_pickled_object_is_not_unpickled(tmp_path):
    np.savez(tmp_path / "mine.npz", images=np.array([object()]), labels=LABELS)
    with pytest.raises(ValueError, match="cannot be read"):
        load_data(tmp_path / "mine.npz")


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"images": IMAGES / 255, "labels": LABELS}, "convert them"),
        ({"images": IMAGES, "labels": LABELS[:-1]}, "shape"),
        ({"images": IMAGES, "labels": LABELS + 9}, "0 to 9"),
        ({"images": IMAGES[:6], "labels": LABELS[:6]}, "at least 7 images, got 6"),
        ({"images": IMAGES, "labels": LABELS, "class_names": ["one"]}, "class_names must name every class, got 1"),
        ({"labels": LABELS}, "images are missing"),
    ],
)
def test_arrays_are_checked(arrays, said):
    with pytest.raises(ValueError, match=said):
        load_data(arrays)


def test_a_folder_is_checked(tmp_path):
    with pytest.raises(ValueError, match="1 to 10 subfolders, one for each class, got 0"):
        load_data(tmp_path)
    (tmp_path / "anvil").mkdir()
    with pytest.raises(ValueError, match="anvil holds no picture"):
        load_data(tmp_path)
    (tmp_path / "anvil" / "1.png").write_bytes(b"no picture")
    with pytest.raises(ValueError, match=r"1\.png cannot be read as a picture"):
        load_data(tmp_path)


@pytest.mark.parametrize(
    ("source", "error", "said"),
    [
        ("cifar", ValueError, '"auto", "mnist", "fashion-mnist", "strokes", a path'),
        ("./nowhere", FileNotFoundError, "nowhere is not there; give an"),
        (7, ValueError, "a path, or arrays"),
    ],
)
def test_what_is_no_source_is_said(source, error, said):
    with pytest.raises(error, match=said):
        load_data(source)


def test_a_run_on_ones_own_images_is_saved_and_goes_on_with_them(tmp_path):
    data = load_data({"images": IMAGES, "labels": LABELS})
    run = bm.Run("bv32-hebbian", data, bm.Architecture(hidden=1))
    run.step(20)
    run.save(tmp_path / "run.npz")
    with pytest.raises(ValueError, match="give them to load_run"):
        bm.load_run(tmp_path / "run.npz")
    again = bm.load_run(tmp_path / "run.npz", data)
    again.step(5)
    run.step(5)
    assert again.weights.tobytes() == run.weights.tobytes()
