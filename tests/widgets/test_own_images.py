"""A reader's own images as the page reads them: it takes and refuses what Python takes and refuses."""

import base64
import json
import re
import struct
import subprocess
import zipfile

import numpy as np
import pytest
from PIL import Image

from bitmass_viz.data import load_data, own
from bitmass_viz.live.own_images import MOST_IMAGES
from tests.conftest import ROOT, find_node

CHECKS = ROOT / "tests" / "js" / "own_images"
RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (70, 28, 28), np.uint8)
LABELS = (np.arange(70) % 3).astype(np.uint8)
NAMES = ("anvil", "bell", "çlög 𝔸")
BOTH = {"images": IMAGES, "labels": LABELS}
SENTENCE = re.compile(r"(?!.*(undefined|NaN|Error|null|\n))[A-Za-z“].*[.)”]")
MUTANTS = 300

GOOD = {
    "stored": BOTH,
    "int64": BOTH | {"labels": LABELS.astype(np.int64), "class_names": NAMES},
    "big-endian": BOTH | {"labels": LABELS.astype(">i2"), "class_names": np.array(NAMES).astype(">U9")},
    "other arrays": BOTH | {"extra": np.zeros(3), "objects": np.array([None])},
}
BAD = {
    "no images": ({"labels": LABELS}, r"must hold images and labels, and images are missing; it holds labels\."),
    "no labels": ({"images": IMAGES}, r"labels are missing"),
    "floats": (BOTH | {"images": IMAGES / 255}, r"got float64; convert them, for example with np\.rint"),
    "flat": (BOTH | {"images": IMAGES.reshape(70, 784)}, r"shape \(70, 784\); convert them: images\.reshape"),
    "one image": (BOTH | {"images": IMAGES[0]}, r"got the shape \(28, 28\)\."),
    "large": (BOTH | {"images": np.zeros((70, 32, 32), np.uint8)}, r"got the shape \(70, 32, 32\)\."),
    "objects": (BOTH | {"images": np.array([object()])}, r"got object"),
    "one too few": (BOTH | {"labels": LABELS[:-1]}, r"shape \(70,\).*got the shape \(69,\)"),
    "one-hot": (BOTH | {"labels": np.eye(10, dtype=np.uint8)[LABELS]}, r"labels\.argmax\(axis=1\)"),
    "float labels": (
        BOTH | {"labels": LABELS.astype(float)},
        r"integers.*got float64; convert them: labels",
    ),
    "bool labels": (BOTH | {"labels": LABELS > 0}, r"got bool"),
    "ten": (BOTH | {"labels": LABELS + 8}, r"0 to 9, got 10 at position 2\."),
    "negative": (BOTH | {"labels": LABELS.astype(np.int32) - 1}, r"got -1 at position 0\."),
    "huge": (BOTH | {"labels": LABELS + np.uint64(1 << 40)}, r"got 1099511627776 at position 0\."),
    "six": ({"images": IMAGES[:6], "labels": LABELS[:6]}, r"“six” must hold at least 7 images, got 6\."),
    "none": ({"images": IMAGES[:0], "labels": LABELS[:0]}, r"got 0\."),
    "too few names": (BOTH | {"class_names": ["one"]}, r"name every class, got 1 name and the label 2\."),
}
ONLY_THE_PAGE = {
    "Fortran": (BOTH | {"images": np.asfortranarray(IMAGES)}, r"np\.ascontiguousarray\(images\)\."),
    "long names": (
        BOTH | {"class_names": ["a" * 101] * 3},
        r"of 100 characters, got str of the shape \(3,\)",
    ),
    "many names": (BOTH | {"class_names": ["a"] * 11}, r"got str of the shape \(11,\)"),
    "numbered names": (BOTH | {"class_names": [1, 2, 3]}, r"got int64 of the shape \(3,\)"),
}
"""What Python can read, but a browser cannot, or shows badly."""


def damaged(content):
    """Return name → file, of what no zip file should be, and the sentence's reason."""
    stored = content["stored"]
    at = stored.index(b"NUMPY") + 500
    flipped = stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1 :]
    directory = stored.index(b"PK\x01\x02")
    encrypted = bytearray(stored)
    encrypted[directory + 8] |= 1
    deflated = content["deflated"]
    directory = deflated.index(b"PK\x01\x02")
    lying = deflated[: directory + 24] + struct.pack("<I", 100) + deflated[directory + 28 :]
    return {
        "text": (b"not a zip file", "it is not a zip file"),
        "empty": (b"", "it is not a zip file"),
        "cut": (stored[:-1000], "it is not a zip file"),
        "beheaded": (stored[1000:], "it is damaged"),
        "flipped": (flipped, "it is damaged"),
        "encrypted": (bytes(encrypted), "it is encrypted, or compressed in an unknown way"),
        "lying": (lying, "it is damaged"),
    }


def folders(root):
    """Make folders of pictures that are refused before any picture is read, and return what is said of each."""

    def fill(name, *paths):
        for path in paths:
            (root / name / path).parent.mkdir(parents=True, exist_ok=True)
            (root / name / path).write_bytes(b"")

    fill("loose", "a.png", "b.png")
    fill("eleven", *(f"class {k}/a.png" for k in range(11)))
    fill("no pictures", "a/a.PNG", "b/notes.txt", ".git/a.png")
    return {
        "loose": r"“loose” must hold 1 to 10 subfolders of pictures, one for each class, got 0\.",
        "eleven": r"got 11\.",
        "no pictures": r"“no pictures/b” holds no picture \(\.bmp, .*\.webp\)\.",
    }


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Files and folders; what is said of those that both refuse, or only the page; what the page says of all."""
    root = tmp_path_factory.mktemp("own")
    for name, arrays in GOOD.items():
        np.savez(root / f"{name}.npz", **arrays)
    np.savez_compressed(root / "deflated.npz", **BOTH)
    for name, (arrays, _) in (BAD | ONLY_THE_PAGE).items():
        np.savez_compressed(root / f"{name}.npz", **arrays)
    refused, by_the_page = (
        {f"{name}.npz": said for name, (_, said) in kind.items()} for kind in (BAD, ONLY_THE_PAGE)
    )
    for name, count in (("most", MOST_IMAGES), ("more", MOST_IMAGES + 1), ("far too many", 90_000)):
        arrays = {"images": np.zeros((count, 28, 28), np.uint8), "labels": np.zeros(count, np.uint8)}
        np.savez_compressed(root / f"{name}.npz", **arrays)
    by_the_page["more.npz"] = r"“more” must hold at most 10,000 images, got 10,001; keep fewer\."
    by_the_page["far too many.npz"] = r"The arrays in .* take 71 MB, and 64 MB are allowed; keep fewer images\."
    with zipfile.ZipFile(root / "bzip2.npz", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("images.npy", b"")
    by_the_page["bzip2.npz"] = "compressed in an unknown way"
    by_the_page["pictures"] = r"“pictures” must hold at most 10,000 images, got 10,001; keep fewer\."
    by_the_page["no files"] = r"got 0 files\."
    content = {name: (root / f"{name}.npz").read_bytes() for name in ("stored", "deflated")}
    for name, (damage, why) in damaged(content).items():
        (root / f"{name}.npz").write_bytes(damage)
        refused[f"{name}.npz"] = (
            rf"“{name}\.npz” cannot be read as an \.npz file of images and labels \({why}\); write"
        )
    (root / "table.csv").write_text("1,2,3")
    refused["table.csv"] = r"Choose one \.npz file, or one folder .*; got “table\.csv”\."
    refused |= folders(root)
    for name, small in content.items():
        for k in range(MUTANTS):
            mutant = bytearray(small)
            for at in RNG.integers(0, len(mutant), 3) if k % 2 else RNG.integers(-400, 0, 3):
                mutant[at] = RNG.integers(256)
            (root / f"mutant {name} {k}.npz").write_bytes(mutant)
    command = [find_node(), str(CHECKS / "read.check.js"), str(root), str(MOST_IMAGES + 1)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return root, refused, by_the_page, json.loads(done.stdout)


def images_in(found):
    return base64.b64decode(found["images"]), base64.b64decode(found["labels"])


@pytest.mark.parametrize("name", [*GOOD, "deflated"])
def test_the_page_reads_what_numpy_writes(files, name):
    *_, said = files
    found = said[f"{name}.npz"]
    assert images_in(found) == (IMAGES.tobytes(), LABELS.tobytes())
    assert found["name"] == name
    names = GOOD.get(name, {}).get("class_names")
    assert found["class_names"] == (None if names is None else [*NAMES])


def test_the_page_refuses_in_a_sentence(files):
    _, refused, by_the_page, said = files
    for name, expected in (refused | by_the_page).items():
        sentence = said[name].get("error", "")
        assert re.search(expected, sentence), (name, sentence)
        assert SENTENCE.fullmatch(sentence), (name, sentence)


def test_as_many_are_read_as_a_session_takes(files):
    *_, said = files
    assert len(images_in(said["most.npz"])[1]) == MOST_IMAGES


def test_python_refuses_the_same(files):
    root, refused, _, _ = files
    for name in refused:
        with pytest.raises(ValueError, match=r"must|cannot|convert|holds no"):
            load_data(root / name)


def test_damage_is_found_or_does_no_harm(files):
    *_, said = files
    mutants = {name: found for name, found in said.items() if name.startswith("mutant")}
    assert len(mutants) == 2 * MUTANTS
    for name, found in mutants.items():
        if "error" in found:
            assert SENTENCE.fullmatch(found["error"]), (name, found["error"])
        else:
            assert images_in(found) == (IMAGES.tobytes(), LABELS.tobytes()), name
    assert sum("error" in found for found in mutants.values()) > MUTANTS


@pytest.mark.parametrize("size", [(28, 28), (27, 29), (1, 1), (56, 30), (640, 480), (13, 300)])
def test_pictures_become_small_as_in_python(tmp_path, size):
    width, height = size
    # Of tall pictures Pillow makes the columns small first, which rounds some pixels to the next number.
    rgba = RNG.integers(64, 192, (height, width, 4), np.uint8)
    rgba[..., 3] = 255
    given = [{"width": width, "height": height, "rgba": base64.b64encode(rgba.tobytes()).decode()}]
    (tmp_path / "given.json").write_text(json.dumps(given))
    Image.fromarray(rgba).save(tmp_path / "picture.png")
    command = [find_node(), str(CHECKS / "resize.check.js"), str(tmp_path / "given.json")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (found,) = np.array(json.loads(done.stdout))
    expected = own._read_picture(tmp_path / "picture.png").ravel()
    assert np.abs(found - expected).max() <= (height > width)
