"""The picture in the README: the explorer's three views after some training, with one weight marked.

``python -m tests.browser.picture`` makes it anew.
"""

from io import BytesIO

from PIL import Image

from tests.browser.conftest import headless
from tests.conftest import ROOT
from tests.server.explore import App

PLACE = ROOT / "notebooks" / "explainer.png"
WIDTH, HEIGHT = 1280, 900
EXAMPLES = 9_000
SEEN = "parseInt(document.querySelector('[data-testid=examples-seen]').innerText.replaceAll(',', ''))"
COLOURS = 192
"""Enough for the page, in a fraction of the file."""


def main():
    app = App("--preheat", "0")
    try:
        with headless() as browser:
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
            page.goto(app.url)
            page.wait_for_selector('[data-testid=explorer][data-state="paused"]', timeout=60_000)
            page.get_by_test_id("trainer").first.select_option("bv32-hebbian")
            page.get_by_test_id("play").first.click()
            page.wait_for_function(f"{SEEN} > {EXAMPLES}", timeout=60_000)
            page.get_by_test_id("pause").first.click()
            page.wait_for_selector('[data-testid=explorer][data-state="paused"]')
            page.get_by_test_id("tour-decline").first.click()
            explorer = page.get_by_test_id("explorer")
            explorer.evaluate("(element) => element.scrollIntoView({ block: 'center' })")
            page.get_by_test_id("view-neuron").hover(position={"x": 240, "y": 60})
            page.wait_for_timeout(500)
            taken = Image.open(BytesIO(page.screenshot(clip=explorer.bounding_box())))
    finally:
        app.stop()
    taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(PLACE, optimize=True)
    print(f"{PLACE} ({PLACE.stat().st_size / 1000:.0f} kB)")


if __name__ == "__main__":
    main()
