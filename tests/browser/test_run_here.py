"""“Run it here” on the static site: networks of an experiment train in workers of their own."""

import re
from dataclasses import replace

import pytest

from bitmass_viz.data import load_digits
from bitmass_viz.experiments import EXPERIMENTS, shipped
from bitmass_viz.experiments.job import perform
from bitmass_viz.experiments.measures import FIRST_SEED
from bitmass_viz.experiments.runner import Sweep
from bitmass_viz.site.widgets import RUN_HERE
from tests.browser.reader import findings, section, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def state(page, name, *states, timeout=120_000):
    wanted = " || ".join(
        f"at('evidence-{name}').querySelector('.bm-runner').dataset.state === '{s}'" for s in states
    )
    until(page, wanted, timeout)


def wait_for_end_of_workers(page):
    """Only the worker stays that everything else on the page trains in."""
    for _ in range(100):
        if len(page.page.workers) == 1:
            return
        page.page.wait_for_timeout(100)
    pytest.fail(f"{len(page.page.workers)} workers are left")


def said(page, name):
    return section(page, name).locator(".bm-said").inner_text()


def measured(name, seeds):
    """What Python measures: for each case, the accuracies in percent."""
    digits = load_digits("auto", download=False)
    sweep = Sweep(
        EXPERIMENTS[name], {"": digits}, range(FIRST_SEED, FIRST_SEED + seeds), given=shipped.chosen(name)
    )
    sweep.choose(lambda planned: [])
    found = {}
    for planned in sweep.results():
        accuracy = perform(replace(planned.job, measure="accuracy"), planned.data)[0]["accuracy"]
        found.setdefault(planned.case.name, []).append(100 * accuracy)
    return found


def shown(page, name):
    """The rows of the table: case, mean and interval here, mean and interval of the full run."""
    rows = page.at(f"beside-{name}").locator("tbody tr")
    cells = [rows.nth(i).locator("th, td b, td small").all_inner_texts() for i in range(rows.count())]
    return {case: [text.strip() for text in rest] for case, *rest in cells}


def test_a_reader_trains_an_experiment_cancels_and_goes_on(read, server):
    page = read(server.url)
    page.wait_for_digits()
    section(page, "bug")
    assert not any("-test-" in request for request in server.requests)
    server.requests.clear()
    assert len(page.page.workers) == 1
    page.at("seeds-bug").select_option("2")
    assert said(page, "bug").startswith("12 networks: ")
    page.at("run-bug").click()
    until(page, "/^[2-9] of 12 networks, .* left$/.test(at('evidence-bug').querySelector('.bm-said').innerText)")
    assert 2 <= len(page.page.workers) <= 5
    page.at("cancel-bug").click()
    state(page, "bug", "cancelled")
    assert "kept" in said(page, "bug")
    assert not page.at("beside-bug").is_visible()
    wait_for_end_of_workers(page)
    pieces = [request for request in server.requests if "/digits/" in request]
    assert len(pieces) == len(set(pieces)) > 0
    assert all("-test-8bit-" in piece for piece in pieces)
    server.requests.clear()

    page.at("run-bug").click()
    until(page, "/^[2-9]/.test(at('evidence-bug').querySelector('.bm-said').innerText)")
    state(page, "bug", "done")
    wait_for_end_of_workers(page)
    assert not any("/digits/" in request for request in server.requests)
    found, full = shown(page, "bug"), {line["name"]: line for line in page.evaluate(CASES, "bug")}
    expected = measured("bug", 2)
    assert list(found) == list(expected)
    for case, accuracies in expected.items():
        mean, interval, mean_of_full, interval_of_full = found[case]
        assert float(mean) == pytest.approx(sum(accuracies) / 2, abs=0.05001)
        low, high = (float(text.replace("\u2212", "-")) for text in interval.split(" to "))
        half = 12.7062047 * abs(accuracies[0] - accuracies[1]) / 2
        assert [low, high] == pytest.approx([sum(accuracies) / 2 - half, sum(accuracies) / 2 + half], abs=0.051)
        assert float(mean_of_full) == pytest.approx(100 * full[case]["mean"], abs=0.05001)
        assert float(interval_of_full.split(" to ")[0]) == pytest.approx(100 * full[case]["ci95"][0], abs=0.05001)
    text = section(page, "bug").inner_text()
    assert f"Measured here: 2 seeds per case ({FIRST_SEED} and {FIRST_SEED + 1})" in text
    assert ("not MNIST" in text) == load_digits("auto", download=False).synthetic
    assert "Full run: 10 to 30 seeds per case, MNIST" in text
    assert page.at("evidence-bug").locator("figure").get_attribute("data-drawn") in ("full", "")
    assert not page.at("evidence-bug").get_by_role("button", name="Yours").is_visible()
    assert findings(page, "[data-testid=evidence-bug]") == []


CASES = (
    "name => Object.values(JSON.parse(document.getElementById('page').textContent).widgets)"
    ".find(({ content }) => content?.name === name).content.cases"
)


@pytest.mark.parametrize("place", ["site/index.html", "one.html"])
def test_from_a_disk_on_a_phone_with_one_seed(read, sites, place):
    page = read((sites / place).as_uri(), viewport={"width": 390, "height": 844}, offline=True)
    section(page, "published")
    page.at("seeds-published").select_option("1")
    page.at("run-published").click()
    state(page, "published", "running")
    # A second experiment waits for the first, and has what it shares with it.
    section(page, "bug")
    page.at("seeds-bug").select_option("1")
    page.at("run-bug").click()
    state(page, "bug", "waiting", "loading", "running")
    state(page, "published", "done")
    state(page, "bug", "done")
    rows = shown(page, "published")
    assert len(rows) == len(EXPERIMENTS["published"].cases)
    assert all(row[1] == "no interval" and re.fullmatch(r"[\d.]+ to [\d.]+", row[3]) for row in rows.values())
    shared = {case: row[0] for case, row in shown(page, "bug").items()}
    assert shared["prototype, centred"] == rows["BV32-Hebbian, prototype"][0]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for name in EXPERIMENTS:
        section(page, name)
        assert page.at(f"run-{name}").is_visible() == (name in RUN_HERE)


def test_what_does_not_come_is_said_and_comes_when_it_is_asked_for_again(read, server):
    page = read(server.url)
    server.unavailable.add("-test-")
    section(page, "bug")
    page.at("seeds-bug").select_option("1")
    page.at("run-bug").click()
    state(page, "bug", "failed")
    said = page.at("evidence-bug").get_by_role("alert")
    assert "The images could not be loaded: the server answered 503" in said.inner_text()
    server.unavailable.clear()
    page.at("run-bug").click()
    assert not said.is_visible()
    # A worker that fails is replaced, and its network trained by another.
    state(page, "bug", "running")
    before = page.evaluate("workers.length")
    page.evaluate("workers.at(-1).postMessage({ job: {} })")
    state(page, "bug", "done")
    assert page.evaluate("workers.length") > before
    assert not said.is_visible()
    expected = {case: f"{accuracies[0]:.1f}" for case, accuracies in measured("bug", 1).items()}
    assert {case: row[0] for case, row in shown(page, "bug").items()} == expected


def test_who_saves_data_gets_all_digits_when_they_press_the_button(read, server):
    saves_data = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"
    server.rate = 100_000
    page = read(server.url, scripts=[saves_data], ready="[data-testid=held]")
    page.at("seeds-bug").evaluate("seeds => (seeds.value = '1')")
    while not any("/digits/" in request for request in server.requests):
        page.page.wait_for_timeout(10)
    # The first digits are on their way, and no others are to come.
    page.at("run-bug").evaluate("button => button.click()")
    server.rate = float("inf")
    state(page, "bug", "done")
    assert page.at("held").count() == 0
    # None had to be replaced.
    assert page.evaluate("workers.length === 1 + Math.max(1, Math.min(4, navigator.hardwareConcurrency - 1))")
    expected = {case: f"{accuracies[0]:.1f}" for case, accuracies in measured("bug", 1).items()}
    assert {case: row[0] for case, row in shown(page, "bug").items()} == expected
