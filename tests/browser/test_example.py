"""A reader's own input: a drawing and image files, and what cannot be read."""

import io

import numpy as np
import pytest
from PIL import Image

from bitmass_viz.data import load_digits
from tests.browser.reader import draw_a_one, until

pytestmark = pytest.mark.browser


def png(array):
    file = io.BytesIO()
    Image.fromarray(array).save(file, "PNG")
    return file.getvalue()


def ready(page):
    page.at("example").scroll_into_view_if_needed()
    until(page, "at('example').dataset.state === 'ready'")
    return page.at("draw-said")


def test_image_files_are_read_or_refused_with_a_sentence(same_page):
    page = same_page
    said = ready(page)
    digits = load_digits("auto", download=False)
    which = int(np.flatnonzero(digits.test.labels == 1)[0])
    # Dark on light and large, as a photograph would be; the networks were shown light on dark.
    photograph = np.kron(255 - digits.test.images[which], np.ones((9, 9), np.uint8))
    for name, content, sentence in (
        ("notes.txt", b"seven", "\u201cnotes.txt\u201d is not a picture that this browser can read."),
        (
            "broken.png",
            png(photograph)[:200],
            "\u201cbroken.png\u201d is not a picture that this browser can read.",
        ),
        ("blank.png", png(np.full((50, 80), 200, np.uint8)), "\u201cblank.png\u201d seems to be empty"),
        ("one.png", png(photograph), "Read from \u201cone.png\u201d."),
    ):
        page.at("draw-file").set_input_files({"name": name, "mimeType": "image/png", "buffer": content})
        said.filter(has_text=sentence).wait_for(timeout=5_000)
    answers = page.at("answers").locator("li b")
    assert [answers.nth(i).inner_text() for i in range(2)] == ["1", "1"], "both know a clear one"
    page.at("example-label").select_option("7")
    assert [answers.nth(i).inner_text() for i in range(2)] == ["1 \u2717", "1 \u2717"]


def test_next_and_back_go_from_stage_to_stage_and_show_all_of_each(same_page):
    page = same_page
    ready(page)
    page.at("example-stage-see").click()
    seen = [page.at("example").get_attribute("data-moment")]
    for title in ("2 Compare", "3 Decide", "4 Score", "5 Answer", "6 Learn"):
        page.at("example-next").click()
        assert page.locator("[data-testid^=example-stage][aria-current=step]").inner_text() == title
        seen.append(page.at("example").get_attribute("data-moment"))
    assert page.at("example-next").is_disabled()
    assert page.at("float-scores").locator(".bm-later").count() == 0
    for moment in reversed(seen[:-1]):
        page.at("example-back").click()
        assert page.at("example").get_attribute("data-moment") == moment
    assert page.at("example-back").is_disabled()
    page.at("example-next").click()
    assert "So far" in page.at("binary-said").inner_text()
    assert page.at("binary-said").inner_text().startswith("Word 24"), "the last of 25"


def test_an_image_can_be_dropped(same_page):
    page = same_page
    said = ready(page)
    canvas = np.zeros((60, 60), np.uint8)
    canvas[10:50, 28:34] = 255
    page.at("example").evaluate(
        """(root, bytes) => {
            const file = new File([new Uint8Array(bytes)], 'dropped.png', { type: 'image/png' });
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(file);
            root.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
        }""",
        list(png(canvas)),
    )
    said.filter(has_text="Read from \u201cdropped.png\u201d.").wait_for(timeout=5_000)
    assert page.at("binary-see").get_attribute("aria-label") == "the digit as signs"
    page.at("draw-clear").click()
    assert page.at("pick-0").get_attribute("aria-pressed") == "true", "back to a digit that was not drawn"


def test_a_mouse_draws_and_the_networks_keep_up(same_page):
    page = same_page
    ready(page)
    draw_a_one(page)
    pixels = page.at("float-see").evaluate(
        "c => [...c.getContext('2d').getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0)"
    )
    assert len(set(pixels)) > 3
    page.at("example-label").select_option("1")
    for stage in ("compare", "decide", "score", "answer", "learn"):
        page.at(f"example-stage-{stage}").click()
    until(page, "at('binary-said').innerText.startsWith('The codebook')")
    page.at("binary-unit").fill("999")
    page.at("binary-unit").press("Enter")
    assert page.at("binary-unit").input_value() == "0", "there is no such unit"
    page.at("example-learned").select_option("0")
    until(page, "at('answers').innerText.includes('untrained')")


def test_a_number_that_is_being_typed_outlives_what_arrives_meanwhile(same_page):
    page = same_page
    ready(page)
    unit = page.at("binary-unit")
    until(page, "at('binary-said').innerText !== ''")
    unit.fill("130")
    # Everything is shown anew, as it is when the networks' answers arrive, while the field keeps the keyboard.
    page.at("pick-2").evaluate("(button) => button.click()")
    until(page, "at('pick-2').ariaPressed === 'true'")
    assert unit.input_value() == "130"
    unit.press("Enter")
    assert page.at("binary-weights").get_attribute("aria-label") == "the signs of hidden unit 130"
    unit.fill("999")
    unit.press("Enter")
    assert unit.input_value() == "130"


def test_a_digit_that_nobody_named_is_neither_right_nor_wrong_and_nothing_is_learned_from_it(same_page):
    page = same_page
    ready(page)
    page.at("draw-clear").click()
    draw_a_one(page)
    assert page.at("example-label").input_value() == ""
    for stage in ("answer", "learn"):
        page.at(f"example-stage-{stage}").click()
        for kind in ("float", "binary"):
            said = page.at(f"{kind}-said").inner_text()
            assert "right." not in said
            assert "wrong" not in said
            assert page.at(kind).locator(".bm-mistaken").count() == 0
    answers = page.at("answers").locator("li b")
    assert not any(mark in answers.nth(0).inner_text() for mark in "\u2713\u2717")
    page.wait_for_timeout(500)
    for kind in ("float", "binary"):
        assert "Say which digit you meant" in page.at(f"{kind}-said").inner_text(), "its own answer is no truth"
    page.at("example-label").select_option("7")
    until(page, "at('binary-said').innerText.includes('to a 7')")
    assert answers.nth(0).inner_text() == "1 \u2717"
    page.at("example-label").select_option("")
    until(page, "at('binary-said').innerText.includes('Say which digit you meant')")
