"""Instruments use the width that they have, and what belongs together is in sight together, in both hosts."""

import pytest

from tests.browser.reader import opened_at
from tests.waiting import wait_until

pytestmark = pytest.mark.browser

PAINTED = """canvas => {
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const columns = new Set();
    for (let i = 3; i < data.length; i += 4) if (data[i] > 0) columns.add(((i - 3) / 4) % width);
    return columns.size / width * canvas.offsetWidth / (canvas.parentElement.clientWidth - 8);
}"""
"""Share of the width around a picture in which anything is painted."""


@pytest.mark.parametrize(("screen", "least_field"), [("laptop", 28), ("wide", 28), ("phone", 36)])
def test_the_pictures_of_networks_side_by_side_fill_their_width_and_are_legible(host, screen, least_field):
    options = {"device_scale_factor": 2} if screen == "phone" else {}
    page = opened_at(host, screen, **options)
    for name, networks in (("together", 3), ("bug", 2)):
        for network in range(networks):
            page.at(name).wait_for()
            page.at(name).scroll_into_view_if_needed()
            canvas = page.at(f"{name}-{network}-view")
            canvas.scroll_into_view_if_needed()
            wait_until(lambda canvas=canvas: canvas.evaluate(PAINTED) > 0.9)
            slots = 1 if screen == "phone" else 2
            across = slots * 8 if name == "bug" or network == 2 else 4
            assert canvas.bounding_box()["width"] / across >= least_field, (name, network)
