"""What can go wrong with the static site: each is said in a sentence and survived, and nothing is lost."""

import pytest

from bitmass_viz.data import load_digits
from tests.browser.conftest import CHROMIUM_ARGUMENTS, find_chromium
from tests.browser.hosting import BUG, EXAMPLE, EXPLORER, frame, said, weights_in_python, weights_of
from tests.browser.reader import until
from tests.browser.test_faults import HIDE
from tests.browser.test_site import play_on, shared, wait_for_pause

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SLOW = 200_000
"""Bytes per second: 1.6 Mbit/s."""
IN_THE_WORKER = """
window.Blob = class extends Blob {{
  constructor(parts, options) {{
    super(options?.type === 'text/javascript' ? [{code!r}, ...parts] : parts, options);
  }}
}};
"""
"""Runs some code in every worker before its own."""
NO_STORAGE = """
Object.defineProperty(globalThis, 'caches', { get() { throw new DOMException('denied', 'SecurityError'); } });
"""


def piece(file):
    """Part of the name of a file of digits, such as train-8bit-05000."""
    return f"/digits/mnist-{file}"


@pytest.fixture
def mnist():
    """Skip where the site has other digits, which are too few to wait for."""
    if load_digits("auto", download=False).synthetic:
        pytest.skip("needs MNIST")


@pytest.mark.parametrize(
    ("fault", "sentence"), [("unavailable", "the server answered 503"), ("damaged", "arrived damaged")]
)
def test_a_piece_that_does_not_come_is_said_and_loaded_on_request(read, server, mnist, fault, sentence):
    getattr(server, fault).add(piece("train-8bit-05000"))
    page = read(server.url)
    page.at("speed").fill("4")
    page.at("play").click()
    page.at("notice").filter(has_text="The images could not be loaded: ").filter(has_text=sentence).wait_for()
    # All that can be learned without it: up to the last whole frame.
    page.wait_for_function("told[1].status.examples > 4000")
    assert page.state() == "playing"
    page.at("together").scroll_into_view_if_needed()
    page.at("together").get_by_text(sentence).first.wait_for()
    getattr(server, fault).clear()
    page.at("explorer").get_by_role("button", name="Try again").click()
    page.wait_for_digits()
    page.wait_for_function("told[1].status.examples > 6000")
    assert page.at("notice").is_hidden()
    assert not page.at("together").get_by_text(sentence).is_visible()
    page.at("pause").click()
    wait_for_pause(page)
    page.wait_for_timeout(300)
    assert frame(page)[1] == weights_in_python(page)
    assert all("503" in each for each in page.trouble)
    page.trouble.clear()


def test_a_part_that_does_not_come_is_said(read, server):
    server.unavailable.add("/parts/figures/bug")
    page = read(server.url)
    page.at("evidence-bug").scroll_into_view_if_needed()
    page.at("evidence-bug").get_by_text("could not be loaded").wait_for()
    play_on(page, 500)
    page.trouble.clear()

    server.unavailable.add("/parts/kernels")
    page = read(server.url, ready=".widget .problem")
    assert page.locator(".widget .problem").all_inner_texts() == 5 * [
        "A part of this page could not be loaded. Check the connection and try again, or reload the page."
    ]
    assert page.at("counter").is_visible()
    page.trouble.clear()


def test_a_browser_without_vectors_is_told_which_have_them(read, server):
    page = read(server.url, ready=".widget .problem", scripts=["WebAssembly.validate = () => false"])
    problems = page.locator(".widget .problem").all_inner_texts()
    assert len(problems) == 5
    assert all("it lacks WebAssembly SIMD. Chrome" in problem for problem in problems)
    page.at("evidence-claims").scroll_into_view_if_needed()
    page.at("evidence-claims").locator("figure svg").first.wait_for()


ENDS = {"fails": "workers.at(-1).postMessage(null)", "ends without a word": "workers.at(-1).terminate()"}


@pytest.mark.parametrize("end", ENDS)
def test_a_worker_that_dies_is_replaced_and_nothing_is_lost(read, server, end):
    page = read(server.url)
    page.wait_for_digits()
    page.at("trainer").select_option("sgd")
    page.wait_for_function("told[1].network.trainer === 'sgd'")
    others = play_on(page, 700)
    page.at("trainer").select_option("bv32-hebbian")
    page.wait_for_function("told[1].network.trainer === 'bv32-hebbian'")
    play_on(page, 300)
    page.at("centring").uncheck()
    page.wait_for_function("told[1].status.changes.length === 1")
    play_on(page, 300)
    page.at("bug").scroll_into_view_if_needed()
    wait_for_pause(page, "bug")
    play_on(page, 300, "bug-", BUG)
    page.at("bug-1-centring").uncheck()
    page.wait_for_function("told[4].status.lanes[1].options.centring === false")
    play_on(page, 300, "bug-", BUG)
    before, side_by_side = frame(page), frame(page, BUG)
    assert before[1] == weights_in_python(page)
    page.evaluate("told = {}")
    page.evaluate(ENDS[end])
    page.at("notice").filter(has_text="was started again").wait_for()
    wait_for = "([id, end]) => told[id]?.status?.state === 'paused' && told[id].status.examples === end"
    page.wait_for_function(wait_for, arg=[EXPLORER, before[0]])
    page.wait_for_function(wait_for, arg=[BUG, side_by_side[0]])
    assert frame(page) == before
    assert frame(page, BUG) == side_by_side
    assert not page.at("centring").is_checked()
    ends = {curve["trainer"]: curve["points"][-1][0] for curve in said(page, EXPLORER, "curves")}
    assert ends == {"sgd": others, "bv32-hebbian": before[0]}
    play_on(page, 300)
    assert frame(page)[1] == weights_in_python(page)
    page.trouble.clear()


ENDS_WHILE_A_LINK_IS_FOLLOWED = """
const worker = workers.at(-1), post = worker.postMessage;
worker.postMessage = (message, ...rest) => {
  post.call(worker, message, ...rest);
  if (message.message?.action === 'follow') worker.terminate();
};
"""


def test_a_link_to_one_example_is_followed_although_the_worker_dies(read, server):
    page = read(server.url)
    page.wait_for_digits()
    page.at("example").scroll_into_view_if_needed()
    until(page, "at('example').dataset.state === 'ready'")
    page.evaluate(f"() => {{ {ENDS_WHILE_A_LINK_IS_FOLLOWED} }}")
    page.evaluate("location.hash = '#bitmass:widget=example&learned=1024&page=0&pick=3&units=5.130&step=0'")
    until(page, "at('binary-unit').value === '130'", timeout=60_000)
    assert said(page, EXAMPLE, "networks")["learned"] == 1024
    page.trouble.clear()


def test_a_worker_that_keeps_dying_is_given_up(read, server):
    page = read(server.url)
    page.wait_for_digits()
    for workers in (2, 3):
        page.evaluate(ENDS["fails"])
        page.wait_for_function("workers => window.workers.length === workers", arg=workers)
        page.wait_for_digits()
        page.wait_for_timeout(500)
    page.evaluate(ENDS["fails"])
    page.at("notice").filter(has_text="Reload the page to begin anew.").wait_for()
    page.trouble.clear()


def test_digits_that_are_not_kept_load_again_and_the_page_says_so(read, server):
    page = read(server.url, scripts=[IN_THE_WORKER.format(code=NO_STORAGE)])
    page.wait_for_digits()
    assert "they will load again next time" in page.at("edition").inner_text()
    play_on(page, 500)
    page.reload()
    page.wait_for_digits()
    assert len([request for request in server.requests if "train-8bit-00000" in request]) == 2


def test_a_plain_address_of_a_local_network(chromium, read, server):
    arguments = [*CHROMIUM_ARGUMENTS, "--host-resolver-rules=MAP class.test 127.0.0.1"]
    browser = chromium.browser_type.launch(executable_path=find_chromium(), args=arguments)
    page = read(server.url.replace("127.0.0.1", "class.test"), browser=browser)
    assert page.evaluate("[isSecureContext, crypto.subtle === undefined]") == [False, True]
    page.wait_for_digits()
    assert "they will load again next time" in page.at("edition").inner_text()
    play_on(page, 500)
    assert frame(page)[1] == weights_in_python(page)


def test_a_hidden_tab_trains_nothing_and_goes_on_when_it_is_seen(read, server):
    page = read(server.url)
    page.at("play").click()
    page.wait_for("+root.dataset.frames > 10")
    page.evaluate(HIDE, True)
    page.wait_for("root.dataset.state === 'paused'")
    page.wait_for_timeout(500)  # what was on its way may still be shown
    seen, _ = frame(page)
    page.wait_for_timeout(500)
    assert frame(page)[0] == seen
    page.evaluate(HIDE, False)
    page.wait_for("root.dataset.state === 'playing'")


def test_on_a_slow_network_it_plays_before_all_is_there(read, server, mnist):
    server.rate = SLOW
    page = read(server.url)
    page.at("play").click()
    page.wait_for("+root.dataset.frames > 3")
    first = page.evaluate("performance.now()")
    print(f"\nfirst flipped weights after {first:.0f} ms")
    assert first < 10_000
    assert page.root.get_by_role("progressbar").is_visible()
    assert "loading MNIST (" in page.at("dataset").inner_text()
    assert "\u2014 not measured yet" in page.at("accuracy").inner_text().replace("\n", " ")
    page.at("notice").filter(has_text="as soon as the digits that come next are here").wait_for()
    assert said(page, EXPLORER, "status")["accuracy"] is None
    page.at("example").scroll_into_view_if_needed()
    page.at("example").get_by_text("learn as soon as all digits are here").wait_for()
    server.rate = float("inf")
    page.wait_for_digits()
    page.wait_for_function("told[1].status.examples > 6000")
    assert page.at("notice").is_hidden()
    assert said(page, EXPLORER, "status")["accuracy"] > 0.3
    until(page, "at('example').dataset.state === 'ready'")
    assert not page.at("example").get_by_text("as soon as").is_visible()


def test_another_seed_waits_for_its_digits_says_so_and_can_be_left(read, server, mnist):
    server.rate = 4 * SLOW
    page = read(server.url)
    page.open_settings()
    page.at("seed").fill("5")
    page.at("seed").press("Enter")
    page.wait_for_function("told[1].settings.seed === 5")
    page.at("step").click()
    page.at("notice").filter(has_text="as soon as the digits that come next are here").wait_for()
    assert frame(page)[0] == 0
    page.at("seed").fill("0")
    page.at("seed").press("Enter")
    page.wait_for_function("told[1].settings.seed === 0")
    page.at("step").click()
    page.wait_for_examples("64")
    page.at("seed").fill("5")
    page.at("seed").press("Enter")
    page.wait_for_function("told[1].settings.seed === 5")
    page.at("play").click()
    page.at("notice").filter(has_text="as soon as the digits that come next are here").wait_for()
    server.rate = float("inf")
    page.wait_for_function("told[1].status.examples > 300")
    assert page.at("notice").is_hidden()
    page.at("pause").click()
    wait_for_pause(page)
    page.wait_for_timeout(300)
    assert frame(page)[1] == weights_in_python(page)


def test_a_reader_comes_back_to_where_they_were(read, server):
    page = read(server.url)
    page.at("trainer").select_option("adamw")
    page.wait_for_function("told[1].network.trainer === 'adamw'")
    examples = play_on(page, 500)
    link, before = shared(page), frame(page)
    page.wait_for_function(f"(history.state?.bitmass?.link ?? '').includes('&at={examples}&')")
    page.reload()
    page.at("trainer").wait_for()
    page.wait_for_examples(f"{examples:,}")
    wait_for_pause(page)
    assert frame(page) == before
    page.evaluate("location.hash = '#bitmass:trainer=sgd&seed=3&at=1280'")
    page.wait_for_examples("1,280")
    wait_for_pause(page)
    assert frame(page)[1] == weights_of(1280, "sgd", seed=3)
    page.go_back()
    page.wait_for_examples(f"{examples:,}")
    wait_for_pause(page)
    assert shared(page) == link
