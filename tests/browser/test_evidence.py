"""Claims and experiments on the page, in headless Chromium through Voilà."""

import re

import pytest

from bitmass_viz.experiments import ANSWERS, CLAIMS, EXPERIMENTS, Finding, shipped
from tests.browser.reader import drawn, section

pytestmark = pytest.mark.browser


def test_scrolling_once_shows_each_claim_what_was_measured_and_how_sure_that_is(same_page):
    page = same_page
    page.at("evidence-claims").wait_for(timeout=30_000)
    full = shipped.described()["experiments"]
    for name, experiment in EXPERIMENTS.items():
        part = drawn(page, name)
        for claim in experiment.criteria:
            article = part.locator(f"article[data-claim={claim}]")
            answer = article.get_attribute("data-answer")
            said = article.inner_text().replace("\u00a0", " ")
            assert said.startswith(f"{ANSWERS[answer].symbol} {answer} {claim} "), "the verdict comes first"
            assert CLAIMS[claim].published in said
            verdict = next(v for v in full[name]["verdicts"] if v["claim"] == claim)
            assert verdict["measured"] in said
            for line in verdict["lines"]:
                row = article.locator("tr").filter(has=page.get_by_text(line["what"], exact=True)).inner_text()
                assert all(figure in row.replace("\u00a0", " ") for figure in line["shown"])
            if article.locator("details[open]").count() == 0:  # where a card has room, it is open already
                article.get_by_text("Criterion", exact=True).click()
            assert re.search(r"(95 % .* interval|Counted, not estimated).*; \d+ seeds?", article.inner_text())
            assert experiment.history in article.inner_text()
        few = "With fewer than 5 seeds we give no verdict."
        assert (few in part.inner_text()) == (name != "ledger"), "what was counted needs no seeds"
        assert experiment.note in part.inner_text()
        assert page.at(f"seeds-{name}").input_value() == "5"
        figure = part.locator("figure svg")
        assert figure.get_attribute("aria-label").startswith(experiment.title)
        assert figure.bounding_box()["width"] > 300
    drawn(page, "claims")
    table = page.at("claims-table")
    for claim in CLAIMS.values():
        row = table.locator(f"tr[data-claim={claim.id}]").inner_text().replace("\u00a0", " ")
        assert claim.published in row
        assert re.search("|".join(ANSWERS), row)


def test_a_reader_runs_an_experiment_and_compares(same_page):
    page = same_page
    part = section(page, "ledger")
    page.at("seeds-ledger").select_option("1")
    page.at("run-ledger").click()
    page.wait_for_selector("[data-testid=evidence-ledger] .bm-runner[data-state=done]", timeout=120_000)
    drawn(page, "ledger", "=mine")
    assert "Measured here: 1 seed per case" in part.inner_text()
    part.get_by_role("button", name="Full run").click()
    drawn(page, "ledger", "=full")
    assert "Full run: 1 seed per case, MNIST" in part.inner_text()
    part.get_by_role("button", name="Yours").click()
    drawn(page, "ledger", "=mine")


def test_a_reader_is_told_what_so_many_seeds_can_show(same_page):
    page = same_page
    section(page, "iso-bit")
    for seeds, said in (("1", "no verdict"), ("2", "Fewer than 5 seeds"), ("5", "Enough seeds for an interval")):
        page.at("seeds-iso-bit").select_option(seeds)
        assert said in page.at("evidence-iso-bit").locator(".bm-said").inner_text()


def test_text_shows_what_was_found(same_page):
    """The sentences that the notebook reads from the results stand in the text."""
    text = same_page.locator("body").inner_text()
    for name in ("answer", "seeds"):
        assert Finding(name).text in text
    assert "Not supported: C5" in text


def test_a_run_is_cancelled(same_page):
    page = same_page
    section(page, "width")
    page.at("seeds-width").select_option("10")
    page.at("run-width").click()
    page.wait_for_selector("[data-testid=evidence-width] .bm-runner[data-state=running]", timeout=60_000)
    page.at("cancel-width").click()
    page.wait_for_selector("[data-testid=evidence-width] .bm-runner[data-state=cancelled]", timeout=60_000)
    assert page.at("run-width").is_enabled()
    assert "kept" in page.at("evidence-width").inner_text()


CUT = """svg => {
    const { left, right, width } = svg.getBoundingClientRect();
    const scale = width / svg.viewBox.baseVal.width;
    return [...svg.querySelectorAll('text')].filter(text => {
        const box = text.getBoundingClientRect();
        const isSmall = scale * parseFloat(getComputedStyle(text).fontSize) < 8.7;
        return box.left < left - 1 || box.right > right + 1 || isSmall;
    }).map(text => text.textContent);
}"""


def test_on_a_phone_no_word_of_a_figure_is_cut_off_or_too_small(read, server):
    page = read(server.url, viewport={"width": 390, "height": 844})
    for name in ("claims", *EXPERIMENTS):
        assert drawn(page, name).locator("figure svg").first.evaluate(CUT) == [], name


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_the_evidence_fits_its_screen_in_either_theme(open_page, width, scheme):
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    part = drawn(page, "iso-bit")
    box = part.bounding_box()
    assert box["width"] <= width
    inside = part.evaluate(
        "e => [...e.querySelectorAll('p, article, figure, .bm-scroll')].every(x => "
        "x.getBoundingClientRect().right <= e.getBoundingClientRect().right + 1)"
    )
    assert inside
    colour = part.evaluate("e => getComputedStyle(e.querySelector('svg text')).fill")
    bright = sum(map(int, re.findall(r"\d+", colour)[:3])) / 3
    assert bright > 128 if scheme == "dark" else bright < 128
