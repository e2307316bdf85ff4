"""A number of before is dimmed until the new one is measured, and what does not move says why."""

import pytest

pytestmark = pytest.mark.browser

WATCH = """() => {
  const shown = document.querySelector('[data-testid=bug-1-accuracy]');
  const change = document.querySelector('[data-testid=bug-1-centring]');
  window.seen = [];
  const note = () => window.seen.push([shown.classList.contains('bm-stale'), parseFloat(shown.textContent)]);
  const all = { attributes: true, childList: true, characterData: true, subtree: true };
  // From the switch on, and not before: until then numbers come in as ever, also for the watcher of the last one.
  window.watching?.disconnect();
  window.watching = new MutationObserver(note);
  const begin = () => window.watching.observe(shown, all);
  change.addEventListener('change', begin, { capture: true, once: true });
}"""


def accuracy(number):
    return f"parseFloat(document.querySelector('[data-testid=bug-{number}-accuracy]').textContent)"


def test_an_accuracy_of_before_a_switch_is_dimmed_until_the_new_one_is_measured(same_page):
    page = same_page
    page.at("bug").scroll_into_view_if_needed()
    page.wait_for_function(
        "document.querySelector('[data-testid=bug]').dataset.state === 'paused'", timeout=60_000
    )
    page.at("bug-play").click()
    page.wait_for_function(f"{accuracy(1)} > 60")
    switch = page.at("bug-1-centring")
    switch.uncheck()
    page.wait_for_function(f"{accuracy(1)} < 40")
    for playing in (True, False):
        if not playing:
            switch.uncheck()
            page.wait_for_function(f"{accuracy(1)} < 40")
            page.at("bug-pause").click()
            page.wait_for_function("document.querySelector('[data-testid=bug]').dataset.state === 'paused'")
        page.evaluate(WATCH)
        switch.check()
        page.wait_for_function("window.seen.some(([stale, share]) => !stale && share > 50)")
        seen = page.evaluate("window.seen")
        assert seen[0][0], "it is dimmed before anything else happens"
        sharp = [share for stale, share in seen if not stale]
        assert min(sharp) > 50, f"a number of before the repair was shown as if it were the present one: {seen}"
        assert page.at("bug-0-accuracy").evaluate("e => !e.classList.contains('bm-stale')"), (
            "the other lane goes on"
        )


def is_never_sharp_and_of_before_after_quick_clicks(page):
    """Flip the switch three times faster than it is answered: it ends up on."""
    page.at("bug").scroll_into_view_if_needed()
    page.wait_for_function(
        "document.querySelector('[data-testid=bug]').dataset.state === 'paused'", timeout=60_000
    )
    page.at("bug-speed").evaluate("e => { e.value = e.max; e.dispatchEvent(new Event('change')); }")
    page.at("bug-play").click()
    page.wait_for_function(f"{accuracy(1)} > 60")
    page.at("bug-1-centring").uncheck()
    page.wait_for_function(f"{accuracy(1)} < 40")
    page.evaluate(WATCH)
    page.evaluate(
        """() => {
          const change = document.querySelector('[data-testid=bug-1-centring]');
          for (let clicks = 0; clicks < 3; clicks++) change.click();
        }"""
    )
    page.wait_for_function("window.seen.some(([stale, share]) => !stale && share > 50)")
    sharp = [share for stale, share in page.evaluate("window.seen") if not stale]
    assert min(sharp) > 50, "a number of before was shown as if it were the present one"
    page.at("bug-pause").click()
    page.wait_for_function("document.querySelector('[data-testid=bug]').dataset.state === 'paused'")


def test_quick_clicks_on_the_switch_leave_no_stale_number(same_page):
    is_never_sharp_and_of_before_after_quick_clicks(same_page)


@pytest.mark.slow
def test_quick_clicks_on_the_switch_leave_no_stale_number_on_the_site(read, server):
    is_never_sharp_and_of_before_after_quick_clicks(read(server.url))


def test_what_is_learned_in_step_6_is_not_told_of_another_digit(same_page):
    page = same_page
    page.at("example").scroll_into_view_if_needed()
    page.wait_for_function(
        "document.querySelector('[data-testid=example]').dataset.state === 'ready'", timeout=60_000
    )
    page.evaluate("""() => {
      const said = document.querySelector('[data-testid=binary-said]');
      window.seen = [];
      const note = () => window.seen.push(said.textContent);
      new MutationObserver(note).observe(said, { childList: true, characterData: true, subtree: true });
    }""")
    page.at("pick-3").click()
    page.get_by_role("button", name="Learn").click()
    page.wait_for_function("window.seen.some((text) => text.includes('The codebook'))")
    seen = page.evaluate("window.seen")
    assert "is learning from the digit" in seen[next(i for i, text in enumerate(seen) if "codebook" in text) - 1]


def test_where_most_frames_change_nothing_the_page_says_why(same_page):
    page = same_page
    assert page.at("minibatch").is_hidden()
    page.at("speed").fill("0")
    page.at("minibatch").wait_for()
    assert page.at("minibatch").inner_text() == "weights change every 64 examples: 0 of 64 so far"
    for done in (1, 2):
        page.at("step").click()
        page.wait_for_function(
            f"document.querySelector('[data-testid=minibatch]').innerText.endsWith(': {done} of 64 so far')"
        )
    page.at("speed").fill("2")
    page.wait_for_function("document.querySelector('[data-testid=minibatch]').hidden")
