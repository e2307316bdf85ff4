import re
from xml.etree import ElementTree

import pytest

from bitmass_viz import figures
from bitmass_viz.experiments import EXPERIMENTS, statistics
from bitmass_viz.palette import PALETTE

NAMES = list(EXPERIMENTS)


def with_seeds(table, seeds):
    return table[(table["stage"] == "choice") | (table["seed"] < seeds)]


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
    figure = figures.draw(EXPERIMENTS[name].figure, table)
    figures.save(figure, tmp_path / name)
    first = (tmp_path / f"{name}.svg").read_bytes()
    assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    text = first.decode()
    assert ElementTree.fromstring(text).tag.endswith("svg")
    assert "synthetic pen strokes, not MNIST" in text
    assert f"{seeds} seed{'s' if seeds > 1 else ''}" in text or name == "ledger"
    figures.save(figure, tmp_path / name)
    assert (tmp_path / f"{name}.svg").read_bytes() == first, "the same figure gives the same bytes"


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_for_the_page_takes_the_pages_colours(outcomes, name):
    svg = figures.as_svg(figures.draw(EXPERIMENTS[name].figure, outcomes[name].table), 'Said "so" & <more>')
    root = ElementTree.fromstring(svg)
    assert root.attrib["width"] == "100%"
    assert "height" not in root.attrib
    assert root.attrib["aria-label"] == 'Said "so" & <more>'
    bare = re.sub(r"var\(--bm-[a-z0-9-]+, #[0-9a-f]{6}\)", "", svg)
    assert not [colour for colour in PALETTE["light"].values() if colour in bare]
    ids = re.findall(r'\bid="([^"]+)"', svg)
    assert all(i.startswith(EXPERIMENTS[name].figure) for i in ids)
    assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg)) <= set(ids)


def accuracy_of(table, case):
    return 100 * table[(table["stage"] == "result") & (table["case"] == case)]["accuracy"]


def test_the_marks_of_the_published_table_stand_at_its_numbers(outcomes):
    table = outcomes["published"].table
    figure = figures.draw("published", table)
    for case in table.loc[table["stage"] == "result", "case"].unique():
        values = accuracy_of(table, case)
        found = statistics.mean(values)
        for number in (found.value, found.low, found.high, *values):
            assert contains(figure, x=number)
    for published in (81.3, 76.0, 76.4):
        assert contains(figure, x=published)


def test_equal_bits_stand_on_one_upright(outcomes):
    table = outcomes["width"].table
    figure = figures.draw("width", table)
    results = table[table["stage"] == "result"]
    for mass, rows in results[results["group"] != "linear"].groupby("bit_mass"):
        means = 100 * rows.groupby("case")["accuracy"].mean()
        assert len(means) == 4
        for mean in means:
            assert contains(figure, x=mass, y=mean)


def test_the_iso_bit_line_runs_through_the_means(outcomes):
    table = outcomes["iso-bit"].table
    figure = figures.draw("iso_bit", table)
    for x, bits in enumerate((1, 2, 4, 8, 16, 32)):
        case = f"{bits} bit{'s' if bits > 1 else ''}, straight-through"
        assert contains(figure, x=x, y=accuracy_of(table, case).mean())


def test_the_knife_and_the_ledger_stand_at_their_numbers(outcomes):
    table = outcomes["bit-knife"].table
    figure = figures.draw("bit_knife", table)
    kept = table[(table["case"] == "AdamW, tuned") & (table["cut"] == "round") & (table["bit"] == 9)]
    assert contains(figure, x=9, y=100 * kept["accuracy"].mean())
    table = outcomes["ledger"].table
    figure = figures.draw("ledger", table)
    for column in ("weight_bits", "total_bits"):
        for number in table[column]:
            assert contains(figure, x=number)


def test_what_was_learned_can_be_looked_at(outcomes):
    from bitmass_viz.figures.bug import pictures

    table = outcomes["bug"].table
    for column in ("prototypes", "unit_weights"):
        text = table.loc[table["case"] == "prototype, centred", column].dropna().iloc[0]
        shown = pictures(text)
        assert shown.shape == (10, 28, 28)
        assert 0 < shown.mean() < 1


def test_the_claims_chart_has_a_row_a_claim(outcomes):
    answers = {"C1": "supported", "C2": "undecided", "C5": "not supported", "C7": "not supported"}
    tables = {name: outcome.table for name, outcome in outcomes.items()}
    figure = figures.draw_claims(tables, answers)
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


def test_an_unknown_figure_is_refused(outcomes):
    with pytest.raises(ValueError, match="figure must be one of published, bug, ladder, width"):
        figures.draw("pie", outcomes["ledger"].table)


def test_series_differ_without_colour():
    from bitmass_viz.figures.style import SERIES

    assert len({(str(look["marker"]), str(look["linestyle"])) for look in SERIES}) == len(SERIES)
    assert len({str(look["marker"]) for look in SERIES}) == len(SERIES)
