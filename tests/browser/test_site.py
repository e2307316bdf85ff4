"""The article as a site: from a web server, from a disk and as one file, it trains what Python trains."""

import io
import re
from pathlib import Path

import numpy as np
import pytest

from bitmass_viz.data import load_digits
from bitmass_viz.experiments import EXPERIMENTS
from bitmass_viz.explain.one_step import one_step
from bitmass_viz.kernels.revision import REVISION
from bitmass_viz.live.one_example_session import FIRST_LEARNED, networks_after
from tests.browser.conftest import colours_on
from tests.browser.hosting import BUG, EXPLORER, REST, TOGETHER, frame, said, weights_in_python, weights_of
from tests.browser.reader import draw_a_one, drawn, findings, hover, picture, scroll_through, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTHS = {1280: {}, 390: {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True}}


@pytest.fixture(params=["server", "disk", "one file"])
def place(request, sites):
    """Where the article is read."""
    if request.param == "server":
        return request.getfixturevalue("server").url
    return (sites / ("one.html" if request.param == "one file" else "site/index.html")).as_uri()


def wait_for_pause(page, name="explorer"):
    until(page, f"at('{name}').dataset.state === 'paused'")
    page.evaluate(REST, {"explorer": EXPLORER, "together": TOGETHER, "bug": BUG}[name])


def play_on(page, examples, prefix="", widget=EXPLORER):
    """Play until a network has learned from so many examples more; return how many it has learned from."""
    before, _ = frame(page, widget)
    page.at(f"{prefix}play").click()
    page.wait_for_function("([id, end]) => told[id].status.examples >= end", arg=[widget, before + examples])
    page.at(f"{prefix}pause").click()
    page.evaluate(REST, widget)
    return frame(page, widget)[0]


def kept(page, name):
    """Save a file, and return its name and content."""
    page.at("export").click()
    with page.expect_download() as downloading:
        page.at(f"save-{name}").click()
    page.keyboard.press("Escape")
    return downloading.value.suggested_filename, Path(downloading.value.path()).read_bytes()


def shared(page):
    """Press Share, and return the link's fragment."""
    page.at("share").click()
    link = page.at("link").input_value()
    page.keyboard.press("Escape")
    return "#" + link.partition("#")[2]


def trainers_of(page):
    return page.at("trainer").locator("option").evaluate_all("all => all.map(({ value }) => value)")


@pytest.mark.parametrize("width", WIDTHS)
def test_every_trainer_plays_live(read, place, width):
    page = read(place, **WIDTHS[width])
    page.at("play").click()
    trainers = trainers_of(page)
    assert len(trainers) >= 4
    for trainer in trainers:
        page.at("trainer").select_option(trainer)
        page.wait_for_function(
            "name => told[1].network.trainer === name && told[1].status.examples > 300", arg=trainer
        )
    page.at("pause").click()
    wait_for_pause(page)
    assert len(said(page, EXPLORER, "curves")) == len(trainers)
    picture(page, "view-bit")
    assert page.ink("view-bit") > 2
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_trainer_learns_what_it_learns_in_python(read, server):
    page = read(server.url)
    for trainer in trainers_of(page):
        page.at("trainer").select_option(trainer)
        page.wait_for_function("name => told[1].network.trainer === name", arg=trainer)
        examples = play_on(page, 500)
        assert frame(page)[1] == weights_in_python(page), trainer
        page.wait_for_examples(f"{examples:,}")


def test_every_control_works(read, place):
    page = read(place)
    page.wait_for_digits()
    page.at("play").click()
    page.wait_for("+root.dataset.frames > 20")
    marked = hover(page, "view-bit")
    assert str(marked["word"]) in page.at("readout").inner_text().replace(",", "")
    page.at("centring").uncheck()
    page.wait_for_function("told[1].status.changes.length === 1")
    page.at("centring").check()
    page.wait_for_function("told[1].status.changes.length === 2")
    page.at("pause").click()
    wait_for_pause(page)
    examples, weights = frame(page)
    assert weights == weights_in_python(page)
    page.at("keep").click()
    page.at("speed").fill("2")
    page.wait_for_function("told[1].settings.speed === 64")
    page.at("step").click()
    page.wait_for_examples(f"{examples + 64:,}")
    assert "bits differ from the snapshot" in page.root.inner_text()
    page.at("scrubber").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_examples(f"{examples:,}")
    page.wait_for_function("examples => told[1].status.examples === examples", arg=examples)
    assert frame(page)[1] == weights
    assert kept(page, "bin") == (f"bitmass-bv32-hebbian-{examples}.bin", weights)
    name, content = kept(page, "npz")
    assert name == f"bitmass-bv32-hebbian-{examples}.npz"
    with np.load(io.BytesIO(content)) as saved:
        assert saved["buffer"].tobytes() == weights
        assert saved["w0"].shape == (256, 784)
    _, content = kept(page, "csv")
    assert content.decode().splitlines()[-1].split(",")[-2] == str(examples + 64), "all of its curve"
    page.open_settings()
    page.at("reset").click()
    page.wait_for_examples("0")
    page.at("tour").click()
    page.wait_for_selector("[data-testid=tour-card][data-step=play]")
    page.at("play").click()
    page.wait_for_selector("[data-testid=tour-card][data-step=accuracy]")


WANTED = [
    {"trainer": "sgd", "recipe": "tuned", "seed": 7, "hidden": 8, "learning_rate": 0.125},
    {"trainer": "bv32-hebbian", "recipe": "published", "seed": 2**40, "hidden": 3, "rule": "delta"},
    {"trainer": "adamw", "recipe": "published", "seed": 1, "hidden": 2},
]


@pytest.mark.parametrize("wanted", WANTED, ids=lambda wanted: wanted["trainer"])
def test_a_link_leads_to_the_same_bits_here_and_in_python(read, server, open_page, app, wanted):
    asked = "&".join(f"{name}={value}" for name, value in wanted.items())
    page = read(f"{server.url}#bitmass:{asked}&rev={REVISION}&at=1000")
    page.wait_for_examples("1,000")
    wait_for_pause(page)
    examples = play_on(page, 500)
    weights = weights_of(examples, **wanted)
    assert kept(page, "bin")[1] == weights
    link = shared(page)
    python = open_page(app.url + link)
    python.wait_for_examples(f"{examples:,}")
    python.wait_for("root.dataset.state === 'paused'")
    assert python.at("notice").is_hidden()
    assert kept(python, "bin")[1] == weights
    back = read(server.url + shared(python))
    back.wait_for_examples(f"{examples:,}")
    wait_for_pause(back)
    assert back.at("notice").is_hidden()
    assert kept(back, "bin")[1] == weights


def test_networks_side_by_side_learn_the_same_examples(read, server):
    page = read(server.url)
    page.at("together").scroll_into_view_if_needed()
    wait_for_pause(page, "together")
    examples = play_on(page, 3_000, "together-", TOGETHER)
    lanes = [{"trainer": name} for name in ("adamw", "sgd", "bv32-hebbian")]
    assert frame(page, TOGETHER)[1] == b"".join(weights_of(examples, **lane) for lane in lanes)
    page.at("together-seed").fill("1")
    page.at("together-seed").press("Enter")
    page.wait_for_function("told[2].settings.seed === 1 && told[2].status.examples === 0")
    wait_for_pause(page, "together")
    examples = play_on(page, 1_000, "together-", TOGETHER)
    assert frame(page, TOGETHER)[1] == b"".join(weights_of(examples, seed=1, **lane) for lane in lanes)
    for lane in range(3):
        assert colours_on(page.at(f"together-{lane}-view")) > 2


def test_the_switch_of_the_missing_term(read, server):
    page = read(server.url)
    page.at("bug").scroll_into_view_if_needed()
    wait_for_pause(page, "bug")
    half = play_on(page, 5_000, "bug-", BUG)
    page.at("bug-1-centring").uncheck()
    page.wait_for_function("told[4].status.lanes[1].options.centring === false")
    examples = play_on(page, 5_000, "bug-", BUG)
    lanes = [{}, {"changes": [(half, "centring", False)]}]
    expected = [weights_of(examples, "bv32-hebbian", **lane) for lane in lanes]
    assert frame(page, BUG)[1] == b"".join(expected)
    left, switched = (lane["accuracy"] for lane in said(page, BUG, "status")["lanes"])
    assert switched < left - 0.2


def test_a_digit_is_drawn_answered_and_learned(read, server):
    page = read(server.url)
    play_on(page, 1_000)
    page.at("example").scroll_into_view_if_needed()
    until(page, "at('example').dataset.state === 'ready'")
    digits = load_digits("auto", download=False)
    runs = networks_after(FIRST_LEARNED, digits)
    assert bytes(page.evaluate("[...told[3].weights]")) == b"".join(run.weights.tobytes() for run in runs)
    draw_a_one(page)
    until(page, "at('answers').querySelectorAll('li').length === 3")
    page.at("pick-3").click()
    page.at("example-stage-learn").click()
    until(page, "/[\\d,]+ of 203,264/.test(at('example').innerText)")
    page.wait_for_function("told[3].step")
    pixels = page.evaluate("[...told[3].digits.slice(3 * 784, 4 * 784)]")
    image = np.array(pixels, np.uint8).reshape(28, 28)
    learned = page.evaluate("told[3].step.buffers.slice(0, 2).map((bytes) => [...bytes])")
    assert [*map(bytes, learned)] == [one_step(run.trainer, image, 3).after.tobytes() for run in runs]
    page.at("example-learned").select_option("0")
    until(page, "at('example').innerText.includes('untrained')")
    before = page.at("pick-3").locator("canvas").evaluate("c => c.toDataURL()")
    page.at("example-more").click()
    page.wait_for_function(
        "before => document.querySelector('[data-testid=pick-3] canvas').toDataURL() !== before", arg=before
    )


def test_the_server_sees_only_gets_of_files_and_none_once_the_digits_are_here(read, server, sites):
    page = read(server.url)
    page.wait_for_digits()
    asked = [*server.requests]
    assert all(request.startswith("GET /") for request in asked)
    files = {request.removeprefix("GET /") or "index.html" for request in asked}
    assert all((sites / "site" / file).is_file() for file in files)
    assert len(files) == len(asked), "nothing is asked for twice"
    pieces = {file for file in files if file.startswith("digits/")}
    begun_with = load_digits("auto", download=False).name
    every = {f"digits/{path.name}" for path in (sites / "site" / "digits").glob(f"{begun_with}-*-8bit-*")}
    assert pieces == {piece for piece in every if "-test-" not in piece}, "of no other data set"
    scroll_through(page)
    page.at("count-left-out").locator("summary").click()
    page.at("count-left-out").get_by_role("row").filter(has_text="AdamW").wait_for()
    until(page, f"document.querySelectorAll('[data-drawn] svg').length === {len(EXPERIMENTS) + 1}")
    when_reached = {f"GET /parts/figures/{path.stem}.js" for path in (sites / "site" / "figures").iterdir()}
    assert set(server.requests[len(asked) :]) <= when_reached | {"GET /parts/accounts.js"}
    assert when_reached <= set(server.requests)
    del server.requests[:]
    for trainer in ("sgd", "adamw"):
        page.at("trainer").select_option(trainer)
        play_on(page, 500)
    page.open_settings()
    page.at("seed").fill("5")
    page.at("seed").press("Enter")
    page.wait_for_function("told[1].settings.seed === 5")
    play_on(page, 500)
    for name in ("together", "bug"):
        page.at(name).scroll_into_view_if_needed()
        wait_for_pause(page, name)
        play_on(page, 500, f"{name}-", TOGETHER if name == "together" else BUG)
    page.at("example").scroll_into_view_if_needed()
    until(page, "at('example').dataset.state === 'ready'")
    page.at("example-more").click()
    kept(page, "npz")
    shared(page)
    assert server.requests == []

    page.reload()
    page.wait_for_digits()
    assert "GET /" in server.requests
    assert not [request for request in server.requests if "/digits/" in request]
    play_on(page, 500)


@pytest.mark.parametrize("width", [1280, 320])
def test_the_whole_of_it_light_and_dark(read, sites, width):
    page = read((sites / "site/index.html").as_uri(), viewport={"width": width, "height": 844})
    scroll_through(page)
    for name in ("bug", "published", "ladder", "width", "iso-bit", "bit-knife", "ledger", "claims"):
        drawn(page, name)
        assert page.at(f"run-{name}").is_visible() == (name in ("bug", "published", "iso-bit"))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for theme in ("light", "dark"):
        page.at("theme").select_option(theme)
        assert page.root.evaluate("root => getComputedStyle(root).colorScheme") == theme
        paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", paper))) > 380) == (theme == "light")
        assert findings(page) == []
    page.reload()
    assert page.evaluate("localStorage.getItem('bitmass-theme')") == "dark"
    assert page.locator("html").get_attribute("data-bitmass-theme") == "dark"


def test_without_javascript_there_are_the_text_and_the_figures(chromium, sites):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((sites / "site/index.html").as_uri())
    pictures = page.locator("img")
    assert pictures.count() == len(EXPERIMENTS) + 1
    for i in range(pictures.count()):
        pictures.nth(i).scroll_into_view_if_needed()
        assert pictures.nth(i).bounding_box()["height"] > 100
        assert pictures.nth(i).get_attribute("alt")
    interactive = page.locator("[data-widget]").count() - pictures.count()
    said = page.locator("noscript p").all_inner_texts()
    assert said == interactive * ["This part is interactive: it needs JavaScript."]
    context.close()
