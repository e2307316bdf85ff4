"""A reader chooses other data: it is loaded, named in every view, learned as in Python, and can be left again."""

import re

import numpy as np
import pytest

from bitmass_viz.data import FASHION_MNIST
from tests.browser.hosting import EXPLORER, REST, TOGETHER, frame, said, weights_in_python
from tests.browser.reader import come_to_rest, hover
from tests.conftest import missing, needs_jit

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_jit]
HOSTS = ["site", "app"]


@pytest.fixture(autouse=True)
def both_data_sets():
    if FASHION_MNIST.find() is None:
        missing("Fashion-MNIST is not on this machine")


@pytest.fixture(params=HOSTS)
def page(request, read, server):
    if request.param == "site":
        return read(server.url)
    return request.getfixturevalue("open_page")()


def choose(page, label):
    page.open_settings()
    page.at("data").select_option(label=label)
    page.at("dataset").locator("strong").get_by_text(label, exact=True).wait_for()
    page.wait_for("root.dataset.state === 'paused'")


def learn(page, examples):
    page.at("play").click()
    page.wait_for(
        "+root.querySelector('[data-testid=examples-seen]').innerText.split(' ')[0].replace(',', '') >= "
        f"{examples}"
    )
    page.at("pause").click()
    return come_to_rest(page)


def test_classes_go_by_their_names_and_the_first_network_is_still_there(page):
    seen = learn(page, 300)
    choose(page, "Fashion-MNIST")
    learn(page, 300)
    page.at("layer-W1").check(force=True)
    hover(page, "view-bit")
    read = page.at("readout").inner_text()
    assert any(name in read for name in FASHION_MNIST.class_names), read
    assert "digits" not in page.at("accuracy").inner_text()
    choose(page, "MNIST")
    assert page.at("examples-seen").inner_text() == seen


def test_what_the_browser_learns_from_it_is_what_python_learns(read, server):
    page = read(server.url)
    choose(page, "Fashion-MNIST")
    learn(page, 500)
    page.evaluate(REST, EXPLORER)
    assert frame(page)[1] == weights_in_python(page)
    assert said(page, TOGETHER, "dataset")["name"] == FASHION_MNIST.name, "what stands beside it follows"
    page.at("share").click()
    link = page.at("link").input_value()
    examples, weights = frame(page)
    other = read(server.url + "#" + link.partition("#")[2])
    other.wait_for_examples(f"{examples:,}")
    other.evaluate(REST, EXPLORER)
    assert frame(other) == (examples, weights)
    assert other.at("notice").is_hidden()


@pytest.fixture
def own_file(tmp_path):
    """Images of three kinds of bars."""
    rng = np.random.default_rng(5)
    labels = np.arange(700) % 3
    images = rng.integers(0, 60, (700, 28, 28), np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[6 * label + 4 : 6 * label + 10] += 150
    path = tmp_path / "bars.npz"
    np.savez_compressed(path, images=images, labels=labels, class_names=["high", "middle", "low"])
    return path


def test_images_of_ones_own_are_learned_under_their_names(page, own_file):
    page.open_settings()
    page.at("own-file").set_input_files(own_file)
    page.at("dataset").get_by_text("bars (your own)", exact=True).wait_for()
    learn(page, 300)
    page.root.get_by_text(re.compile("(high|middle|low), read as (high|middle|low)")).wait_for()
    page.at("share").click()
    assert "leaves out the data (bars (your own))" in page.inner_text("[role=dialog], dialog[open]")
    page.keyboard.press("Escape")
    choose(page, "MNIST")
    choose(page, "bars (your own)")
    assert not page.at("examples-seen").inner_text().startswith("0 "), "its network was kept"


def test_the_browser_splits_and_learns_ones_own_images_as_python_does(read, server, own_file):
    page = read(server.url)
    page.open_settings()
    page.at("own-file").set_input_files(own_file)
    page.at("dataset").get_by_text("bars (your own)", exact=True).wait_for()
    learn(page, 300)
    page.evaluate(REST, EXPLORER)
    assert frame(page)[1] == weights_in_python(page, data=own_file)
