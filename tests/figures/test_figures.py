import json
import re
from functools import partial
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from bitmass_viz import figures
from bitmass_viz.cli.draw_shipped import CLAIMS, drawings
from bitmass_viz.common.palette import PALETTE, TRAINERS
from bitmass_viz.experiments import EXPERIMENTS, design, shipped, statistics
from bitmass_viz.experiments import figure as kinds
from bitmass_viz.experiments.measures import FIRST_SEED
from bitmass_viz.experiments.summary import summarise
from bitmass_viz.figures.marks import draw_each
from bitmass_viz.figures.style import MARKS, trainer_colour

NAMES = list(EXPERIMENTS)


def draw(name, table):
    return figures.draw(EXPERIMENTS[name], table)


def describe(name, table):
    return figures.describe(EXPERIMENTS[name], table)


def with_seeds(table, seeds):
    return table[(table["stage"] == "choice") | (table["seed"] < FIRST_SEED + seeds)]


def drawn_numbers(figure):
    """All x and y of the lines of a figure."""
    return [line.get_xydata() for axes in figure.axes for line in axes.get_lines()]


def contains(figure, x=None, y=None):
    for points in drawn_numbers(figure):
        for px, py in points:
            if (x is None or abs(px - x) < 1e-6) and (y is None or abs(py - y) < 1e-6):
                return True
    return False


@pytest.mark.parametrize("seeds", [1, 2])
@pytest.mark.parametrize("name", NAMES)
def test_every_experiment_has_a_figure_that_can_be_written(outcomes, tmp_path, name, seeds):
    table = with_seeds(outcomes[name].table, seeds)
    figure = draw(name, table)
    figures.save(figure, tmp_path / name)
    first = (tmp_path / f"{name}.svg").read_bytes()
    assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    text = first.decode()
    assert ElementTree.fromstring(text).tag.endswith("svg")
    of_digits = EXPERIMENTS[name].source is None
    assert ("synthetic pen strokes, not MNIST" if of_digits else "random patterns") in text
    assert f"{seeds} seed{'s' if seeds > 1 else ''}" in text or name == "ledger"
    assert ("not MNIST" in figure.get_suptitle()) == of_digits
    if of_digits:
        assert not draw(name, table.assign(synthetic=False, dataset="mnist")).get_suptitle()
        fashion = draw(name, table.assign(synthetic=False, dataset="fashion-mnist"))
        assert fashion.get_suptitle() == "Fashion-MNIST, not MNIST"
    figures.save(figure, tmp_path / name)
    assert (tmp_path / f"{name}.svg").read_bytes() == first, "the same figure gives the same bytes"


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_for_the_page_takes_the_pages_colours(outcomes, name):
    svg = figures.as_svg(draw(name, outcomes[name].table), 'Said "so" & <more>')
    root = ElementTree.fromstring(svg)
    assert root.attrib["width"] == "100%"
    assert "height" not in root.attrib
    assert root.attrib["aria-label"] == 'Said "so" & <more>'
    bare = re.sub(r"var\(--bm-[a-z0-9-]+, #[0-9a-f]{6}\)", "", svg)
    assert not [colour for colour in PALETTE["light"].values() if colour in bare]
    ids = re.findall(r'\bid="([^"]+)"', svg)
    assert all(i.startswith(name.replace("-", "_")) for i in ids)
    assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg)) <= set(ids)


def accuracy_of(table, case):
    return 100 * table[(table["stage"] == "result") & (table["case"] == case)]["accuracy"]


def test_the_marks_of_the_published_table_stand_at_its_numbers(outcomes):
    table = outcomes["published"].table
    figure = draw("published", table)
    for case in table.loc[table["stage"] == "result", "case"].unique():
        values = accuracy_of(table, case)
        found = statistics.mean(values)
        for number in (found.value, found.interval.low, found.interval.high, *values):
            assert contains(figure, x=number)
    for published in (81.3, 76.0, 76.4):
        assert contains(figure, x=published)


def test_equal_bits_stand_on_one_upright(outcomes):
    table = outcomes["width"].table
    figure = draw("width", table)
    results = table[table["stage"] == "result"]
    for mass, rows in results[results["group"] != "linear"].groupby("bit_mass"):
        means = 100 * rows.groupby("case")["accuracy"].mean()
        assert len(means) == 4
        for mean in means:
            assert contains(figure, x=mass, y=mean)


def test_the_iso_bit_line_runs_through_the_means(outcomes):
    table = outcomes["iso-bit"].table
    figure = draw("iso-bit", table)
    for x, bits in enumerate((1, 2, 4, 8, 16, 32)):
        case = f"{bits} bit{'s' if bits > 1 else ''}, straight-through"
        assert contains(figure, x=x, y=accuracy_of(table, case).mean())


def test_the_ladder_rings_the_rate_that_was_chosen(outcomes):
    table = outcomes["ladder"].table
    figure = draw("ladder", table)
    for case, rows in table[table["stage"] == "result"].groupby("case"):
        rate = json.loads(rows["options"].iloc[0])["learning_rate"]
        choices = table[(table["stage"] == "choice") & (table["case"] == case)]
        rates = choices["options"].map(lambda text: json.loads(text)["learning_rate"])
        best = 100 * choices[rates == rate]["accuracy"].mean()
        rings = [line for axes in figure.axes for line in axes.get_lines() if line.get_markersize() == 12]
        assert any(abs(line.get_xdata()[0] - rate) + abs(line.get_ydata()[0] - best) < 1e-6 for line in rings)
        assert contains(figure, x=accuracy_of(table, case).mean())


def test_the_knife_stands_at_its_numbers(outcomes):
    table = outcomes["bit-knife"].table
    figure = draw("bit-knife", table)
    for cut, column, at, x in (
        ("round", "bit", 9, 9),
        ("truncate", "bit", 12, 12),
        ("quantise", "bit", 5, 5),
        ("randomise plane", "bit", 22, 22),
        ("sign and one size a layer", "bit", 1, 1),
        ("flip", "share", 0.1, 10),
    ):
        rows = table[(table["case"] == "AdamW, tuned") & (table["cut"] == cut) & (table[column] == at)]
        assert len(rows) > 0
        assert contains(figure, x=x, y=100 * rows["accuracy"].mean())


def test_the_ledger_stacks_up_to_the_bits_in_use(outcomes):
    table = outcomes["ledger"].table
    results = table.drop_duplicates("case")
    figure = draw("ledger", table)
    bars = [bar for axes in figure.axes for bar in axes.patches]
    ends = {round(bar.get_x() + bar.get_width()) for bar in bars}
    for _, line in results.iterrows():
        assert line["total_bits"] in ends
    parts = [c for c in results if c.endswith("_bits") and c.split("_")[0] in
             ("weight", "constant", "fixed", "training", "scratch")]  # fmt: skip
    assert sorted(round(bar.get_width()) for bar in bars) == sorted(results[parts].to_numpy().ravel())
    longest = [max(bar.get_x() + bar.get_width() for bar in axes.patches) for axes in figure.axes]
    assert all(axes.get_xlim()[1] > end for axes, end in zip(figure.axes, longest, strict=True))


def test_what_was_learned_can_be_looked_at(outcomes):
    from bitmass_viz.figures.pairs import pictures

    table = outcomes["bug"].table
    for column in ("prototypes", "unit_weights"):
        text = table.loc[table["case"] == "prototype, centred", column].dropna().iloc[0]
        shown = pictures(text)
        assert shown.shape == (10, 28, 28)
        assert 0 < shown.mean() < 1


def test_the_claims_chart_has_a_row_a_claim(outcomes):
    answers = {"C1": "supported", "C2": "undecided", "C5": "not supported", "C7": "not supported"}
    tables = {name: outcome.table for name, outcome in outcomes.items()}
    figure = figures.draw_claims(EXPERIMENTS, tables, answers)
    said = " ".join(text.get_text() for text in figure.axes[0].texts)
    for claim, answer in answers.items():
        assert claim in said
        assert answer in said
    assert "C3" not in said
    assert contains(figure, x=81.3)
    assert contains(figure, x=65.0)
    drop = accuracy_of(outcomes["bug"].table, "prototype, centred").mean()
    drop -= accuracy_of(outcomes["bug"].table, "prototype, uncentred").mean()
    assert contains(figure, x=drop)


def test_the_claims_chart_says_when_it_is_not_of_mnist(outcomes):
    tables = {name: with_seeds(outcome.table, 1) for name, outcome in outcomes.items()}
    answers = {"C2": "undecided", "C6": "undecided"}
    synthetic = figures.draw_claims(EXPERIMENTS, tables, answers)
    assert "not MNIST" in synthetic.get_suptitle()
    real = {
        name: table if EXPERIMENTS[name].source else table.assign(synthetic=False, dataset="mnist")
        for name, table in tables.items()
    }
    assert not figures.draw_claims(EXPERIMENTS, real, answers).get_suptitle()
    with pytest.raises(ValueError, match="at least one claim"):
        figures.draw_claims(EXPERIMENTS, {}, answers)


def test_what_stands_in_a_figure_is_not_rounded_for_the_page(outcomes):
    svg = figures.as_svg(draw("ladder", outcomes["ladder"].table), "0.00123")
    assert "0.001</text>" in svg
    assert 'aria-label="0.00123"' in svg
    assert not re.search(r'x="-?\d+\.\d{3,}"', svg)


def test_figures_can_be_told_in_words(outcomes):
    for name, outcome in outcomes.items():
        said = describe(name, outcome.table)
        data = "synthetic pen strokes, not MNIST" if EXPERIMENTS[name].source is None else "random patterns"
        assert said.endswith(f"Means of 2 seeds, {data}.")
        assert "nan" not in said
    table = outcomes["published"].table
    said = describe("published", table)
    assert f"AdamW, tuned {accuracy_of(table, 'AdamW, tuned').mean():.1f} %" in said
    assert "(published 81.3 %)" in said
    table = outcomes["ledger"].table
    line = table[table["trainer"] == "adamw"].iloc[0]
    assert f"AdamW {line['total_bits'] / line['weight_bits']:.1f}" in figures.describe(
        EXPERIMENTS["ledger"], table
    )


def test_the_bug_is_drawn_without_the_seed_that_brought_pictures(outcomes):
    table = outcomes["bug"].table
    later = table[table["seed"] == FIRST_SEED + 1]
    count = [len(draw("bug", rows).axes) for rows in (table, later, later.drop(columns="unit_weights"))]
    assert count == [42, 2, 2]


def test_what_is_no_experiment_is_refused(outcomes):
    for ask in (figures.draw, figures.describe):
        with pytest.raises(ValueError, match=r"experiment must be a value of .*EXPERIMENTS or .*, got 'pie'"):
            ask("pie", outcomes["ledger"].table)


def test_every_kind_of_figure_is_drawn():
    assert set(figures.KINDS) == set(kinds.Figure.__subclasses__())


def test_an_experiment_that_describes_no_figure_has_one_all_the_same(outcomes):
    """Each network is a dot and each kind a mean, and the same is said in words."""
    own = design("Are these equal?", {"a": {"trainer": "sgd"}, "b": {"trainer": "adamw"}})
    table = outcomes["iso-bit"].table.assign(experiment=own.name)
    for figure in (figures.draw(own, table), figures.draw_seeds(table)):
        assert "synthetic" in figure.get_suptitle()
        for case in table.loc[table["stage"] == "result", "case"].unique():
            values = accuracy_of(table, case)
            assert all(contains(figure, x=value) for value in (*values, values.mean())), case
            assert f"{case} {values.mean():.1f} %" in figures.describe(own, table)


def test_the_shipped_figures_are_what_the_code_draws():
    """After a change to results, criteria or drawing: python -m bitmass_viz.cli.draw_shipped."""
    drawn = drawings()
    assert set(drawn) == {*NAMES, CLAIMS}
    for name, svg in drawn.items():
        assert shipped.drawing(name) == svg + "\n", f"{name}.svg is out of date"


def test_a_shipped_figure_without_a_size_is_refused(monkeypatch, tmp_path):
    (tmp_path / "bad.svg").write_text("<svg>")
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"bad.svg must begin with an svg element that has a viewBox, got none"):
        shipped.drawing_size("bad")


def test_networks_without_centring_are_shown_one_by_one(outcomes):
    """They are a mixture: some collapse entirely, the others do not."""
    table = outcomes["bug"].table
    figure = draw("bug", table)
    for rule in ("prototype", "error-driven", "delta"):
        for accuracy in accuracy_of(table, f"{rule}, uncentred"):
            assert contains(figure, x=accuracy)
    results = table[table["case"] == "prototype, uncentred"]
    alike = draw("bug", table.assign(commonest_answer=1.0))
    said = " ".join(text.get_text() for axes in alike.axes for text in axes.texts)
    assert f"{len(results)} always the same" in said


def test_marks_of_single_networks_do_not_hide_one_another():
    from matplotlib.figure import Figure

    axes = Figure().subplots()
    draw_each(axes, 0.0, np.array([9.8, 9.8, 10.5, 11.2, 50.0]), "#000000")
    places = [tuple(point) for point in axes.get_lines()[0].get_xydata()]
    assert len(set(places)) == 5
    for (x, y), (other_x, other_y) in combinations(places, 2):
        assert abs(x - other_x) >= 1.0 or y != other_y


def test_a_trainer_looks_the_same_in_every_figure(outcomes):
    """Colour and mark: in the sweeps, over bit-mass, over formats, and after cuts."""
    looks = {}
    for name, label in (("ladder", "AdamW"), ("width", "float32, AdamW"), ("bit-knife", "AdamW, tuned")):
        lines = [line for axes in draw(name, outcomes[name].table).axes for line in axes.get_lines()]
        looks[name] = next((ln.get_color(), ln.get_marker()) for ln in lines if ln.get_label() == label)
    assert set(looks.values()) == {(trainer_colour("adamw"), "s")}
    assert set(MARKS) >= {case.trainer for experiment in EXPERIMENTS.values() for case in experiment.cases}


def test_trainers_differ_without_colour():
    assert {f"trainer.{name}" for name in MARKS} >= set(TRAINERS)
    assert len({MARKS[name.removeprefix("trainer.")][0] for name in TRAINERS}) == len(TRAINERS)


RESULTS = Path(figures.__file__).parents[1] / "experiments" / "results"


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_table_draws_as_pandas_reads_it(name):
    """By itself, with seeds left out, in another order: always what the shipped table itself gives."""
    read, whole = pd.read_csv(RESULTS / f"{name}.csv"), shipped.load(name)

    def svg(figure):
        return figures.as_svg(figure, name)

    assert svg(draw(name, read)) == svg(draw(name, whole))
    assert svg(figures.draw_seeds(read)) == svg(figures.draw_seeds(whole))
    assert describe(name, read) == describe(name, whole)
    assert summarise(read).equals(summarise(whole))
    before = read.copy()
    some = (
        read.iloc[::-1]
        if "seed" not in read
        else read[(read["stage"] == "choice") | (read["seed"] < FIRST_SEED + 3)]
    )
    assert draw(name, some).axes
    pd.testing.assert_frame_equal(read, before)


def test_the_claims_are_drawn_of_shipped_tables():
    read = {name: pd.read_csv(RESULTS / f"{name}.csv") for name in NAMES}
    answers = dict.fromkeys((f"C{i}" for i in range(1, 11)), "undecided")
    whole = figures.draw_claims(EXPERIMENTS, {name: shipped.load(name) for name in NAMES}, answers)
    assert figures.as_svg(figures.draw_claims(EXPERIMENTS, read, answers), "") == figures.as_svg(whole, "")


def test_other_rows_do_not_pass_for_shipped_ones():
    """What the shipped rows share, such as that they are of MNIST, is not said of any other."""
    read = pd.read_csv(RESULTS / "published.csv")
    for wrong in (
        read.assign(accuracy=read["accuracy"] - 0.001),
        read.assign(case="mine"),
        read.assign(accuracy="high"),
        read.drop(columns="accuracy"),
        read.assign(more=1),
        pd.DataFrame(),
    ):
        for ask in (partial(draw, "published"), figures.draw_seeds, partial(describe, "published")):
            with pytest.raises(ValueError, match=r"the table has no column '[a-z_]+'; give it as experiments.run"):
                ask(wrong)


@pytest.mark.parametrize("wrong", [None, [], "published.csv", {"a": 1}])
def test_what_is_no_table_is_refused(wrong):
    with pytest.raises(ValueError, match=r"table must be a pandas.DataFrame as experiments.run returns it, got"):
        draw("published", wrong)


def test_a_table_of_another_experiment_or_without_results_is_refused():
    table = shipped.load("published")
    with pytest.raises(ValueError, match="draws the experiment 'bit-knife', got a table of 'published'"):
        draw("bit-knife", table)
    for empty in (table[table["stage"] == "choice"], table.iloc[:0]):
        with pytest.raises(ValueError, match="the table has no row whose stage is 'result'"):
            draw("published", empty)
