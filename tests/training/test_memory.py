import struct
import sys
from pathlib import Path

import numpy as np
import pytest

from bitmass_viz.data import Digits, Split
from bitmass_viz.data.idx import map_idx
from bitmass_viz.data.release_pages import release_pages, shown_pixels
from tests.conftest import make_digits

IMAGES = 30_000


def resident():
    """Bytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


@pytest.fixture
def mapped(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (IMAGES, 28, 28), np.uint8)
    path = tmp_path / "images"
    path.write_bytes(struct.pack(">HBBIII", 0, 8, 3, *pixels.shape) + pixels.tobytes())
    split = Split(map_idx(path), np.zeros(IMAGES, np.uint8))
    return Digits("mapped", "Mapped", True, {}, split, split, split), pixels


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_mapped_pixels_leave_memory_and_come_back(mapped):
    digits, pixels = mapped
    assert digits.train.images.sum() == pixels.sum()
    before = resident()
    release_pages(digits)
    assert before - resident() > 0.8 * pixels.nbytes
    assert (digits.train.images == pixels).all()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_images_that_are_shown_do_not_pile_up(mapped):
    digits, pixels = mapped
    release_pages(digits)
    before = resident()
    for index in range(0, IMAGES, 50):
        assert shown_pixels(digits, index) == pixels[index].tobytes()
    assert resident() - before < 0.2 * pixels.nbytes


def test_digits_in_memory_stay():
    digits = make_digits()
    kept = digits.train.images.copy()
    release_pages(digits)
    assert (digits.train.images == kept).all()
