"""Questions before the article's results: true, not given away above, and drawn where they belong."""

import html
import json
import re

import nbformat
import pytest

import bitmass_viz as bm
from bitmass_viz.cli.lessons import explainer_notebook
from bitmass_viz.experiments import EXPERIMENTS, Finding, shipped
from bitmass_viz.experiments.declared import e2_bug, e4_width, e5_iso_bit, e6_bit_knife, e8_capacity
from bitmass_viz.experiments.summary import summarise
from bitmass_viz.widgets.questions import CATALOGUE, EVIDENCE

EXPERIMENT = {
    "evidence/uncentred": "bug",
    "evidence/formats": "iso-bit",
    "evidence/loss": "ladder",
    "evidence/width": "width",
    "evidence/where-it-holds": "where-it-holds",
    "evidence/kept-bits": "bit-knife",
    "evidence/capacity": "capacity",
    "evidence/while-learning": "ledger",
}


def means(experiment):
    lines = summarise(shipped.load(experiment))
    return dict(zip(lines["name"], 100 * lines["mean"], strict=True))


def truth(name):
    return CATALOGUE[name]().truth


def test_the_truths_are_those_of_the_tables():
    assert truth("evidence/uncentred") == pytest.approx(means("bug")[e2_bug.PAIRS["prototype"][1]])
    formats = [means("iso-bit")[e5_iso_bit.name_of(bits)] for bits in e5_iso_bit.BITS]
    assert truth("evidence/formats") == pytest.approx(formats, abs=0.006)
    widths = [means("width")[e4_width.name_of(e4_width.PROTOTYPE, width)] for width in e4_width.WIDTHS]
    assert truth("evidence/width") == pytest.approx(widths, abs=0.006)


def test_the_capacities_are_those_of_the_table():
    results = shipped.load("capacity").query("stage == 'result'")
    held = results.groupby("case")["memorised"].mean()
    cases = [e8_capacity.case_of(8, e5_iso_bit.name_of(bits)) for bits in e5_iso_bit.BITS]
    assert truth("evidence/capacity") == pytest.approx(held[cases].tolist(), abs=0.51)
    known = CATALOGUE["evidence/capacity"]()
    assert known.question.high == results.query("hidden == 8")["bit_mass"].iloc[0] == 35_328
    assert "35,328 bits" in known.question.text


def test_the_best_change_is_the_one_of_the_highest_mean():
    of = {answer: means("ladder")[case] for answer, case in EVIDENCE["evidence/loss"]().mark.cases.items()}
    assert of.pop(truth("evidence/loss")) > max(of.values())


def test_so_few_bits_are_the_fewest_that_cost_less_than_a_point():
    table = shipped.load("bit-knife")
    kept = table[(table["case"] == e6_bit_knife.FLOAT) & (table["stage"] == "result")]
    whole = 100 * kept[kept["cut"] == "none"]["accuracy"].mean()
    rounded = 100 * kept[kept["cut"] == "round"].groupby("bit")["accuracy"].mean()
    assert truth("evidence/kept-bits") == min(rounded[whole - rounded < 1].index)


def test_the_network_that_needs_the_fewest_bits_is_counted():
    bits = shipped.load("ledger").groupby("case")["total_bits"].first()
    cases = EVIDENCE["evidence/while-learning"]().mark.cases
    assert min(cases, key=lambda answer: bits[cases[answer]]) == truth("evidence/while-learning")


def panels(experiment):
    return json.loads(html.unescape(re.search(r'data-panels="([^"]*)"', shipped.drawing(experiment))[1]))


def marks(experiment):
    """Where the figure has marks of its own."""
    found = re.findall(r'<use [^>]*?x="([\d.]+)" y="([\d.]+)"', shipped.drawing(experiment))
    return [(float(x), float(y)) for x, y in found]


def along(axis, value):
    start, at, end, to = axis
    return at + (value - start) / (end - start) * (to - at)


@pytest.mark.parametrize("name", ["evidence/formats", "evidence/width", "evidence/capacity"])
def test_a_curve_as_it_is_would_fall_on_that_of_the_figure(name):
    known = EVIDENCE[name]()
    panel = panels(EXPERIMENT[name])[known.mark.panel]
    for level, value in zip(known.question.x, known.truth, strict=True):
        x, y = panel["columns"][f"{level:g}"], along(panel["y"], value)
        assert any(abs(px - x) < 0.1 and abs(py - y) < 0.1 for px, py in marks(EXPERIMENT[name])), level


def test_the_rows_of_numbers_and_choices_are_those_of_the_figure():
    bug = EVIDENCE["evidence/uncentred"]()
    panel = panels("bug")[bug.mark.panel]
    lowest = 100 * shipped.load("bug").set_index("case").loc[bug.mark.case, "accuracy"].min()
    ring = (along(panel["x"], lowest), panel["cases"][bug.mark.case][1])
    assert any(abs(x - ring[0]) < 0.1 and abs(y - ring[1]) < 0.1 for x, y in marks("bug"))

    kept = panels("bit-knife")[EVIDENCE["evidence/kept-bits"]().mark.panel]
    for bits in range(1, 33):
        assert any(abs(x - along(kept["x"], bits)) < 0.1 for x, _ in marks("bit-knife")), bits

    best = panels("ladder")["best"]
    for case in EVIDENCE["evidence/loss"]().mark.cases.values():
        x, y, _ = best["cases"][case]
        assert abs(x - along(best["x"], means("ladder")[case])) < 0.1
        assert any(abs(px - x) < 0.1 and abs(py - y) < 0.1 for px, py in marks("ladder"))

    ends = {case: (panel, spot) for panel in panels("ledger").values() for case, spot in panel["cases"].items()}
    bits = shipped.load("ledger").groupby("case")["total_bits"].first()
    for case in EVIDENCE["evidence/while-learning"]().mark.cases.values():
        panel, (x, _, _) = ends[case]
        assert abs(x - along(panel["x"], bits[case])) < 0.1


def read_until(name):
    """All that the article says before it asks: text, findings, and the cards above with what they found."""
    said = []
    for cell in nbformat.read(explainer_notebook(), as_version=4).cells:
        if cell.cell_type == "markdown":
            said.append(cell.source)
        elif f'"{name}"' in cell.source:
            return "\n".join(said)
        elif found := re.fullmatch(r'bm\.Finding\("(.*)"\)', cell.source):
            said.append(Finding(found[1]).text)
        elif found := re.match(r'bm\.Evidence\("(.*?)"', cell.source):
            full = shipped.described()["experiments"][found[1]]
            said += [verdict["measured"] for verdict in full["verdicts"]]
            said += [
                str(line["shown"]) + line["what"] for verdict in full["verdicts"] for line in verdict["lines"]
            ]
            said.append(re.search(r'aria-label="([^"]*)"', shipped.drawing(found[1]))[1])
        elif found := re.search(r'bm\.Predict\("(.*?)"\)', cell.source):
            known = CATALOGUE[found[1]]()
            said += [known.question.text, known.why]
    raise AssertionError(f"the article does not ask {name}")


@pytest.mark.parametrize("name", EVIDENCE)
def test_nothing_above_a_question_gives_its_answer(name):
    known, above = EVIDENCE[name](), read_until(name)
    assert known.question.text not in above
    assert known.why not in above
    kind = known.question.KIND
    if kind == "number":
        decimals = {f"{known.truth:.0f}", f"{known.truth:.1f}"}
        unit = known.question.unit
        for number in decimals:
            assert not re.search(rf"(?<![\d.]){re.escape(number)} {unit}", above), number
            assert not re.search(rf"(?<![\d.]){re.escape(number)} {unit}", known.question.text), number
    elif kind == "curve":
        given = [value for value in known.truth if re.search(rf"(?<![\d.]){value:.1f}(?!\d)", above)]
        assert len(given) < len(known.truth) / 2, "some numbers stand there by chance"
    else:
        sentences = re.split(r"(?<=[.!?])\s", known.question.text)
        assert known.truth not in sentences[0]
        assert known.truth not in above


@pytest.mark.parametrize("name", EVIDENCE)
def test_its_card_stays_covered_until_there_is_a_guess(name):
    cells = [cell.source for cell in nbformat.read(explainer_notebook(), as_version=4).cells]
    asking = next(i for i, source in enumerate(cells) if f'bm.Predict("{name}")' in source)
    variable = cells[asking].splitlines()[-1]
    assert cells[asking + 1] == f'bm.Evidence("{EXPERIMENT[name]}", digits, after={variable})'


def a_guess(question):
    if question.KIND == "choice":
        return question.answers[-1]
    return 20.0 if question.KIND == "number" else [60.0] * len(question.x)


@pytest.mark.parametrize("name", EVIDENCE)
def test_a_guess_comes_to_the_figure(name):
    question = bm.Predict(name)
    evidence = bm.Evidence(EXPERIMENT[name], after=question)
    assert evidence.asked["question"] == question.question
    assert not evidence.asked["revealed"]
    assert evidence.asked["guess"] is None
    guess = a_guess(question.session.question)
    question._handle({"action": "guess", "value": guess}, [])
    assert evidence.asked["revealed"]
    assert evidence.asked["guess"] == guess
    evidence.close()
    question.close()


def test_only_a_prediction_can_come_before():
    with pytest.raises(
        TypeError, match=r"after must be a prediction, as bm\.Predict makes it, got 'evidence/formats'"
    ):
        bm.Evidence("iso-bit", after="evidence/formats")
    assert bm.Evidence("iso-bit").asked == {}


def test_every_question_is_about_an_experiment():
    assert set(EXPERIMENT) == set(EVIDENCE)
    assert set(EXPERIMENT.values()) < set(EXPERIMENTS)
