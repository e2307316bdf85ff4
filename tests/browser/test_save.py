"""What a reader can keep is a file that other programs read."""

import io
import struct
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from tests.browser.reader import drawn, hover

pytestmark = pytest.mark.browser


def test_files_to_keep(same_page):
    page = same_page
    page.at("trainer").select_option("sgd")
    page.wait_for("root.dataset.state === 'paused' && root.querySelector('[data-testid=trainer]').value === 'sgd'")
    page.at("step").click()
    page.wait_for_examples("64")
    hover(page, "view-bit")
    page.at("export").click()
    files = {}
    for name in ("npz", "bin", "csv", "neuron", "bit", "data", "chart", "chart-png"):
        with page.expect_download() as downloading:
            page.at(f"save-{name}").click()
        kept = downloading.value
        assert page.at("saved").inner_text() == f"Saved as {kept.suggested_filename}."
        files[name] = Path(kept.path()).read_bytes()
        files[kept.suggested_filename] = name
    page.keyboard.press("Escape")
    assert files["bitmass-sgd-64.npz"] == "npz"
    weights = np.load(io.BytesIO(files["npz"]))
    assert weights["w0"].shape == (8, 784)
    assert weights["buffer"].tobytes() == files["bin"]
    assert len(files["bin"]) == 25_408
    assert files["csv"].decode().count("SGD") >= 2
    for view in ("neuron", "bit", "data"):
        assert files[view][:8] == b"\x89PNG\r\n\x1a\n"
        width, height = struct.unpack("!II", files[view][16:24])
        assert width > 200
        assert height > 90
    assert files["chart-png"][:8] == b"\x89PNG\r\n\x1a\n"
    picture = ElementTree.fromstring(files["chart"])
    assert picture.tag.endswith("svg")
    assert b"var(" not in files["chart"], "nothing in it may need the page"
    assert "SGD" in "".join(picture.itertext())


def test_a_figure_of_the_evidence_is_a_file_of_its_own(same_page):
    page = same_page
    drawn(page, "bit-knife")
    with page.expect_download() as downloading:
        page.at("save-figure-bit-knife").click()
    kept = downloading.value
    assert kept.suggested_filename == "bitmass-bit-knife.svg"
    content = Path(kept.path()).read_bytes()
    assert ElementTree.fromstring(content).tag.endswith("svg")
    assert b"var(" not in content, "nothing in it may need the page"
