"""Networks of every number format are shown as they are, in all three views."""

import pytest

import bitmass_viz as bm
from bitmass_viz.kernels.revision import REVISION
from bitmass_viz.network.formats import WEIGHT_BITS
from tests.browser.reader import VIEWS, hover
from tests.conftest import needs_jit

pytestmark = [pytest.mark.browser, needs_jit]


def number(text):
    return float(text.split(" ")[0].replace("\u2212", "-").replace(",", ""))


@pytest.mark.parametrize("bits", WEIGHT_BITS)
def test_what_is_read_at_a_weight_is_its_number(same_page, bits):
    run = bm.Run("straight-through", bm.load_digits(), seed=3, bits=bits)
    examples = 256 + bits  # for each another number, by which it is known
    run.step(examples)
    page = same_page
    link = f"#bitmass:trainer=straight-through&recipe=published&seed=3&bits={bits}&at={examples}&rev={REVISION}"
    page.evaluate("link => void (location.hash = link)", link)
    page.wait_for_examples(examples)
    page.wait_for("root.dataset.state === 'paused'")  # the link has arrived, and chooses no layer any more
    assert page.at("notice").is_hidden()
    for layer in ("W0", "W1"):
        page.at(f"layer-{layer}").check(force=True)
        matrix = run.weights.w0 if layer == "W0" else run.weights.w1
        for view in VIEWS:
            # A pointer that stays where it was would mark nothing new.
            page.mouse.move(0, 0)
            page.wait_for("root.dataset.selection === ''")
            hover(page, view, 0.31, 0.37)
            mark = page.selection()
            at = matrix.address(mark["unit"], mark["feature"], mark["bit"])
            assert {name: mark[name] for name in ("row", "column", "word", "byte")} == {
                name: getattr(at, name) for name in ("row", "column", "word", "byte")
            }
            weight = float(matrix.neurons[at.unit, at.feature])
            read = page.at("readout")
            shown = number(read.locator(".bm-entry-value dd").inner_text())
            assert shown == pytest.approx(weight, rel=1e-3)
            assert read.locator(".bm-entry-hex dd").inner_text() == f"0x{matrix.words.flat[at.word]:08X}"
    shown = page.locator(".bm-legend").all_inner_texts()
    assert not any("\u221e" in text or "NaN" in text for text in shown)
