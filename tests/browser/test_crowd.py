"""What a reader sees who comes when many have come: a place in the queue, no place, or no kernel."""

import pytest

from tests.server.explore import CANNOT_START, App

pytestmark = pytest.mark.browser
READY = '[data-testid=explorer][data-state="paused"]'


@pytest.fixture
def serve():
    apps = []

    def start(*options, before):
        apps.append(App("--preheat", "0", *options, before=before))
        return apps[-1]

    yield start
    for app in apps:
        app.stop()


@pytest.fixture
def new_page(chromium):
    contexts = []

    def new_page(scheme="light", width=1280):
        contexts.append(chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme))
        return contexts[-1].new_page()

    yield new_page
    for context in contexts:
        context.close()


def test_a_page_without_a_place_becomes_the_explainer_as_soon_as_somebody_leaves(serve, new_page):
    app = serve("--max-readers", "1", before="access.TRY_AGAIN_SECONDS = 1")
    first, second = new_page(), new_page("dark", 390)
    first.goto(app.url)
    first.wait_for_selector(READY, timeout=60_000)
    assert second.goto(f"{app.url}#bitmass:trainer=sgd&seed=3").status == 503
    second.get_by_role("heading", name="All places are taken").wait_for()
    assert second.evaluate("document.documentElement.scrollWidth <= innerWidth")
    second.wait_for_timeout(2_500)
    assert second.title() == "All places are taken"
    first.goto("about:blank")
    second.wait_for_selector(READY, timeout=60_000)
    assert second.evaluate("location.hash").startswith("#bitmass:trainer=sgd&seed=3"), "a link is not lost"


def test_who_looks_at_the_page_or_loads_it_again_keeps_the_place(serve, new_page):
    app = serve("--max-readers", "1", before="admission.UNVISITED_SECONDS = admission.SPARE_SECONDS = 0.0")
    page = new_page()
    page.goto(app.url)
    page.wait_for_selector(READY, timeout=60_000)
    assert new_page().goto(app.url).status == 503
    assert page.reload().status == 200
    page.wait_for_selector(READY, timeout=60_000)


def test_who_waits_for_a_turn_is_told_how_many_come_before(serve, new_page):
    app = serve(before="admission.AT_ONCE, admission.WORD_SECONDS = 1, 0.05")
    pages = [new_page() for _ in range(3)]
    for page in pages:
        page.goto(app.url, wait_until="commit")
    pages[2].get_by_text("Before you: ").wait_for(timeout=10_000)
    assert pages[2].get_by_role("heading", level=1).is_visible(), "and can read meanwhile"
    for page in pages:
        page.wait_for_selector(READY, timeout=60_000)
        assert page.locator("#loading").count() == 0


def test_a_kernel_that_cannot_start_is_said_so_and_the_reader_can_try_again(serve, new_page, tmp_path):
    full = tmp_path / "full"
    full.touch()
    app = serve(before=CANNOT_START.format(path=str(full)))
    page = new_page()
    page.goto(app.url)
    page.get_by_text("Python could not be started for this page.").wait_for()
    page.wait_for_timeout(1_000)
    assert page.get_by_text("Python could not be started for this page.").is_visible(), "it does not go away"
    assert "Traceback" not in page.locator("body").inner_text()
    full.unlink()
    page.get_by_role("button", name="Try again").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(READY, timeout=60_000)
