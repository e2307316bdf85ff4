"""Networks of every number format are shown as they are, in all three views."""

import pytest

import bitmass_viz as bm
from bitmass_viz.network.formats import WEIGHT_BITS
from tests.browser.reader import VIEWS, hover
from tests.conftest import needs_jit

pytestmark = [pytest.mark.browser, needs_jit]
AT = 256


@pytest.fixture(scope="module")
def networks():
    found = {}
    digits = bm.load_digits()
    for bits in WEIGHT_BITS:
        found[bits] = bm.Run("straight-through", digits, seed=3, bits=bits)
        found[bits].step(AT)
    return found


def number(text):
    return float(text.split(" ")[0].replace("\u2212", "-").replace(",", ""))


@pytest.mark.parametrize("bits", WEIGHT_BITS)
def test_what_is_read_at_a_weight_is_its_number(open_page, app, networks, bits):
    run = networks[bits]
    link = f"{app.url}#bitmass:trainer=straight-through&recipe=published&seed=3&bits={bits}&at={AT}"
    page = open_page(link)
    page.wait_for(f"root.querySelector('[data-testid=examples-seen]').innerText.startsWith('{AT} ')", 90_000)
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
