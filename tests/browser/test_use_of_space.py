"""Instruments use the width that they have, and what belongs together is in sight together, in both hosts."""

import pytest

from tests.browser.reader import IN_ONE_HOST, opened_at, until
from tests.waiting import wait_until

pytestmark = pytest.mark.browser

PAINTED = """canvas => {
    const { width, height } = canvas;
    const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, width, height);
    const columns = new Set();
    for (let i = 3; i < data.length; i += 4) if (data[i] > 0) columns.add(((i - 3) / 4) % width);
    return columns.size / width * canvas.offsetWidth / (canvas.parentElement.clientWidth - 8);
}"""
"""Share of the width around a picture in which anything is painted."""


@IN_ONE_HOST
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


SHOWS = {"compare": "both", "decide": "hidden", "score": "scores", "answer": "scores", "learn": "after"}
"""What a stage of the one example shows."""
SCROLL = """(e, by) => {
    let scroller = e;
    while (!/auto|scroll/.test(getComputedStyle(scroller).overflowY) && scroller.parentElement)
        scroller = scroller.parentElement;
    scroller.scrollBy(0, by);
}"""
EDGES = "e => (({top, bottom}) => [Math.round(top), Math.round(bottom)])(e.getBoundingClientRect())"


def show_stage(page, stage):
    page.at(f"example-stage-{stage}").click()
    if stage == "learn":
        until(page, "at('float-after').offsetParent && at('binary-after').offsetParent")


@IN_ONE_HOST
def test_digit_stepper_and_the_step_of_both_networks_are_in_sight_together(host):
    page = opened_at(host, "laptop")
    page.at("example").scroll_into_view_if_needed()
    until(page, "at('pick-7')?.getAttribute('aria-pressed') === 'true' && at('float-said').innerText")
    for stage, shown in SHOWS.items():
        show_stage(page, stage)
        page.at("example").evaluate("e => e.scrollIntoView()")
        bar = page.locator(".bar").first.evaluate(EDGES)[1]
        networks = [f"{kind}-{part}" for kind in ("float", "binary") for part in ("said", shown)]
        for part in ("draw", "pick-7", "example-next", "example-moment", *networks):
            top, bottom = page.at(part).evaluate(EDGES)
            assert bar <= top < bottom <= 768, (stage, part, top, bottom)


@IN_ONE_HOST
@pytest.mark.parametrize("screen", ["laptop", "phone"])
def test_what_the_networks_say_is_in_sight_with_what_is_drawn(host, screen):
    page = opened_at(host, screen)
    page.at("example").scroll_into_view_if_needed()
    until(page, "at('answers')?.querySelectorAll('li').length >= 2")
    page.at("draw").evaluate("e => e.scrollIntoView()")
    answers = page.at("answers").evaluate(EDGES)
    assert page.at("draw").evaluate(EDGES)[1] < answers[0] < answers[1] <= page.viewport_size["height"]
    assert answers[1] < page.at("pick-0").evaluate(EDGES)[0]


@IN_ONE_HOST
def test_on_a_phone_a_step_and_what_it_shows_are_in_sight_together(host):
    page = opened_at(host, "phone", device_scale_factor=2, has_touch=True)
    page.at("example").scroll_into_view_if_needed()
    until(page, "at('float-said')?.innerText")
    for stage, shown in SHOWS.items():
        show_stage(page, stage)
        for kind in ("float", "binary"):
            said = page.at(f"{kind}-said")
            # The stepper stays at the upper edge, under the article's bar.
            said.evaluate("e => e.scrollIntoView()")
            for _ in range(2):
                above = page.locator(".bm-stepper").evaluate(EDGES)[1] - said.evaluate(EDGES)[0]
                said.evaluate(SCROLL, -above)
            assert page.locator(".bar").first.evaluate(EDGES)[1] <= page.at("example-next").evaluate(EDGES)[0]
            assert page.locator(".bm-stepper").evaluate(EDGES)[1] <= said.evaluate(EDGES)[0] + 1
            assert page.at(f"{kind}-{shown}").evaluate(EDGES)[1] <= 844, (stage, kind)


ROOM = """() => [...document.querySelectorAll(".bm-evidence:has(.bm-text)")].map((card) => {
    const [text, figure] = [card.querySelector(".bm-text"), card.querySelector(".bm-figure")];
    return [card.dataset.testid, figure.offsetHeight - text.offsetHeight];
})"""
MOST_ROOM = 150
"""Of the height of a screen this is a fifth."""


@IN_ONE_HOST
def test_no_card_is_empty_below_its_text_and_a_figure_stays_in_sight_below_the_bar(host):
    page = opened_at(host, "laptop")
    page.at("evidence-claims").wait_for(timeout=60_000)
    assert [card for card in page.evaluate(ROOM) if card[1] > MOST_ROOM] == []
    card = page.at("evidence-published")
    card.locator(".bm-verdict").nth(1).evaluate("e => e.scrollIntoView({ block: 'center' })")
    top, bottom = card.locator("figure").evaluate(EDGES)
    bar = page.locator(".bar").first.evaluate(EDGES)[1]
    assert bar <= top
    assert bottom <= 768


NOTES = """() => {
    const box = (e) => e.getBoundingClientRect();
    const shown = (selector) => [...document.querySelectorAll(selector)].filter((e) => box(e).height > 0);
    const notes = shown("div.note > div");
    const text = shown("p, li").filter((e) => !e.closest(".note"));
    const others = [...shown(".bm-widget, main h2"), ...text, ...notes];
    const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    return notes.map((note) => ({
        text: note.innerText,
        right: box(note).right,
        met: others.filter((e) => e !== note && meet(box(note), box(e))).map((e) => e.textContent.slice(0, 60)),
        on_top: [0.1, 0.5, 0.9].every((share) => {
            note.scrollIntoView({ block: "center" });
            const { left, top, height } = box(note);
            return note.contains(document.elementFromPoint(left + 5, top + share * height));
        }),
    }));
}"""
FOLDED = "details.note"


@pytest.mark.parametrize("width", [1200, 1366, 1600])
def test_side_notes_stand_in_the_margin_and_touch_nothing(host, width):
    page = host(viewport={"width": width, "height": 900})
    page.at("bug").wait_for()
    until(page, "at('together')?.getBoundingClientRect().height > 400 || (at('together').scrollIntoView(), false)")
    notes = page.evaluate(NOTES)
    assert len(notes) == page.locator(FOLDED).count() == 3
    assert not any(each.is_visible() for each in page.locator(FOLDED).all())
    for note in notes:
        assert note["met"] == []
        assert note["on_top"], "a part that clips its content cuts the note off"
        assert note["right"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_narrow_screen_they_are_folded_in_their_place(host):
    page = opened_at(host, "phone", device_scale_factor=2, has_touch=True)
    assert page.locator("div.note:visible").count() == 0
    note = page.locator(FOLDED).first
    note.locator("summary").tap()
    note.get_by_text("of every small picture").wait_for()
