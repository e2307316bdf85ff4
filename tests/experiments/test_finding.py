"""What the notebooks' text says about results is read from them."""

import re
from copy import deepcopy

import nbformat
import pytest

import bitmass_viz as bm
from bitmass_viz.experiments import CLAIMS, EXPERIMENTS, Finding, shipped
from bitmass_viz.experiments.declaration import STOPPING_RULE
from bitmass_viz.experiments.declared import e9_where_it_holds
from bitmass_viz.experiments.finding import FINDINGS
from bitmass_viz.experiments.judging import accuracies
from tests.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
AMOUNT = re.compile(r"(\d[\d.,]*)(?:\s+| )(?:%|points\b|per cent\b)")
VERDICT = re.compile(r"\b(?:is|are|was|were) (?:not )?(?:supported|undecided|compatible)\b", re.I)
LITERATURE = "Others have been here"
"""The one section whose figures are other people's."""


@pytest.fixture
def results(monkeypatch):
    """A copy of the shipped verdicts that a test can change."""
    content = deepcopy(shipped.described())
    monkeypatch.setattr(shipped, "described", lambda: content)
    return content["experiments"]


def of(results, name, claim):
    return next(verdict for verdict in results[name]["verdicts"] if verdict["claim"] == claim)


def test_the_answer_is_what_the_iso_bit_experiment_found():
    table = shipped.load("iso-bit").query("stage == 'result'")
    means = [accuracies(table, case.name).mean() for case in EXPERIMENTS["iso-bit"].cases if not case.data]
    said = Finding("answer").text
    assert f"from {min(means):.0f} to {max(means):.0f} % of the test digits" in said
    assert f"{bm.Architecture().bit_mass():,}" in said


def test_the_answer_follows_the_results(results):
    assert "do not make equal accuracy" in Finding("answer").text
    for case in results["iso-bit"]["cases"]:
        case["mean"] = 0.5
    for answer, words in (("supported", "equal bits make equal accuracy"), ("undecided", "is undecided")):
        of(results, "iso-bit", "C5")["answer"] = answer
        said = Finding("answer").text
        assert words in said
        assert "from 50 to 50 %" in said


def test_every_claim_stands_under_its_verdict(results):
    of(results, "published", "C2")["answer"] = "supported"
    lines = Finding("verdicts").text.splitlines()
    for claim in CLAIMS.values():
        [line] = [line for line in lines if f"{claim.id} ({claim.short})" in line]
        answer = of(results, claim.experiment, claim.id)["answer"]
        assert line.startswith(f"- **{bm.experiments.ANSWERS[answer].symbol} {answer.capitalize()}**")


def test_the_rule_for_seeds_is_said_and_what_was_known_when_it_was_written():
    said = Finding("seeds").text
    assert STOPPING_RULE in said
    assert "10 to 30 per case" in said
    assert "The rule was written after earlier runs had been seen" in said
    assert "With fewer than 5 seeds we give no verdict" in said


def test_the_closing_says_where_the_claim_holds_where_not_and_what_stays_open(results):
    holds, fails, stays_open = Finding("closing").text.split("\n\n")
    of_size = {line["what"]: line for line in of(results, "where-it-holds", "C5")["lines"]}
    equal = [what for what, line in of_size.items() if line["answer"] == "supported"]
    assert equal
    for containers in e9_where_it_holds.CONTAINERS:
        mass = f"with {e9_where_it_holds.mass_of(containers):,} bits"
        assert (mass in holds) == any(what.endswith(mass.removeprefix("with ")) for what in equal)
    assert of_size[e9_where_it_holds.line_of(8)]["shown"][0].lstrip("+") in fails
    assert "bits of random labels" in fails
    assert "until its code is public" in stays_open
    for line in of_size.values():
        line["answer"] = "not supported"
    assert "In accuracy" not in Finding("closing").text.split("\n\n")[0]


def test_the_published_figures_are_quoted_from_the_claims():
    assert "AdamW 81.3 %, BV32-Hebbian 76.4 %, SGD 76.0 %" in Finding("published").text


@pytest.mark.parametrize("name", FINDINGS)
def test_a_finding_shows_as_text(name):
    finding = bm.Finding(name)
    assert finding._repr_markdown_() == repr(finding) == finding.text
    assert "nan" not in finding.text.lower()


def test_an_unknown_finding_is_refused():
    with pytest.raises(
        ValueError, match="finding must be one of answer, closing, published, verdicts, seeds, got 'truth'"
    ):
        Finding("truth")


def published_amounts():
    """Every figure of the study's as it may stand in a text, and their differences in points."""
    texts = " ".join(f"{claim.text} {claim.published}" for claim in CLAIMS.values())
    values = [100 * claim.value for claim in CLAIMS.values() if claim.value and claim.value < 1]
    gaps = {f"{abs(a - b):.1f}" for a in values for b in values}
    return {match[1].rstrip(".") for match in AMOUNT.finditer(texts)} | gaps


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_no_measured_number_and_no_verdict_is_typed_in_a_notebook(path):
    allowed = published_amounts() | {"95", "50"}  # of intervals, and of a tossed coin
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type != "markdown" or LITERATURE in cell.source:
            continue
        text = " ".join(cell.source.split())
        typed = {match[1] for match in AMOUNT.finditer(text)} - allowed
        assert not typed, text
        assert not VERDICT.search(text), text


@pytest.mark.parametrize("path", sorted((ROOT / "docs").glob("*.md")), ids=lambda path: path.name)
def test_no_measured_number_is_typed_in_the_documentation(path):
    typed = {match[1] for match in AMOUNT.finditer(" ".join(path.read_text().split()))}
    assert typed <= published_amounts() | {"95"}


def test_the_readme_quotes_what_was_measured():
    low, high = (f"{share:.0f} %" for share in bm.experiments.finding.accuracies_of_equal_bits())
    text = " ".join((ROOT / "README.md").read_text().split())
    assert f"the same 203,264 bits gave anything from {low} to {high}" in text
    typed = {match[1] for match in AMOUNT.finditer(re.sub(r"\]\([^)]*\)", "", text))}
    assert typed == {low.split()[0], high.split()[0]}


def test_the_documentation_explains_answers_as_the_page_does():
    text = (ROOT / "docs" / "experiments.md").read_text()
    for answer, meaning in bm.experiments.ANSWERS.items():
        assert f"| {answer} | {meaning.words} |" in text
