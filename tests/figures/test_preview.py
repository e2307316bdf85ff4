"""The picture that other pages show with a link is a real network's, and the one that the script makes."""

import io
import re

import nbformat
import numpy as np
import pytest
from PIL import Image

from bitmass_viz.cli.lessons import explainer_notebook
from bitmass_viz.common.article import PREVIEW, TITLE, tags
from bitmass_viz.figures import preview
from tests.conftest import needs_jit


def pixels_of(content):
    return np.array(Image.open(io.BytesIO(content)).convert("RGB")).astype(int)


def test_the_picture_has_the_size_that_is_shown_uncropped():
    content = PREVIEW.read_bytes()
    assert pixels_of(content).shape == (630, 1200, 3)
    assert len(content) <= 120_000


def test_its_title_is_the_articles():
    cells = nbformat.read(explainer_notebook(), as_version=4).cells
    title = re.match(r"# (.+)", cells[0].source)[1]
    assert title == TITLE, "make the picture again: python -m bitmass_viz.figures.preview"


@needs_jit
def test_its_noise_and_its_digits_are_the_networks(mnist, monkeypatch):
    monkeypatch.setattr(preview, "load_digits", lambda name: mnist)
    grids, accuracies = preview.units()
    assert accuracies[0] < 0.2
    assert accuracies[1] > 0.6
    shown = pixels_of(PREVIEW.read_bytes()).sum(axis=2)
    for x, signs in ((preview.LEFT, grids[0]), (preview.RIGHT, grids[1])):
        for number, unit in enumerate(signs):
            left, top = preview.place(number, x)
            side = preview.SCALE * preview.SIDE
            tile = shown[top : top + side, left : left + side]
            expected = np.kron(unit, np.ones((preview.SCALE, preview.SCALE), int))
            assert np.array_equal(tile < 400, expected > 0), f"unit {number}"
    # Text may be drawn a little differently by another version of the font's renderer.
    again = pixels_of(preview.make())
    assert np.abs(again - pixels_of(PREVIEW.read_bytes())).mean() < 1


@pytest.mark.parametrize("image", ["", "https://a.example/x.png"])
def test_tags_hold_any_text_and_name_a_picture_only_if_there_is_one(image):
    found = tags('Bits & "bytes"', "<b>", "https://a.example/", image)
    assert '<meta property="og:title" content="Bits &amp; &quot;bytes&quot;">' in found
    assert '<meta name="twitter:description" content="&lt;b&gt;">' in found
    assert '<meta property="og:url" content="https://a.example/">' in found
    assert ("summary_large_image" in found) == ("og:image" in found) == bool(image)
