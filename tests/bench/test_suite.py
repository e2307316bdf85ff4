"""`bitmass bench`, whole, on a few hundred pen strokes; what it says, prints for programs and leaves behind."""

import csv
import json
from statistics import median
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from bitmass_viz import figures
from bitmass_viz.bench import files, memory, scaling, suite, table
from bitmass_viz.cli.main import main
from tests.conftest import needs_jit

TASKS = ["sgd-1", "sgd-64", "adamw-1", "adamw-64", "bv32-64", "xnor-layer", "xnor-layer-noise"]


def test_a_run_names_data_machine_and_versions(found):
    assert (found["dataset"], found["synthetic"], found["examples"]) == ("few strokes", True, 300)
    assert found["sha256"] == {"images": "0" * 64}
    assert found["machine"]["processor"]
    assert found["machine"]["cores"] >= found["machine"]["usable_cores"] >= 1
    assert {"python", "numpy", "numba", "bitmass_viz"} <= set(found["versions"])
    assert found["threads"]["ours"] == 1
    assert {"binary", "float", "memory"} == set(found["limits"]["assumptions"])


def test_every_comparison_has_all_its_times(found):
    assert [line["name"] for line in found["comparisons"]] == TASKS
    for line in found["comparisons"]:
        own, *peers = line["sides"]
        assert own["name"] == "ours"
        assert own["threads"] == 1
        assert "ratio" not in own
        assert peers
        for side in line["sides"]:
            assert len(side["raw_seconds"]) == 2
            assert min(side["raw_seconds"]) > 0
            scale = side["examples"] / side["examples_measured"]
            assert side["seconds"] == pytest.approx(scale * median(side["raw_seconds"]))
            assert side["operations_per_second"] == pytest.approx(line["operations"] / side["seconds"])
        for peer in peers:
            assert peer["ratio"] == pytest.approx(median(peer["ratios"]))
            assert len(peer["ratios"]) == 2
    json.dumps(found, allow_nan=False)


def test_what_only_we_do_is_there_too(found):
    names = [line["name"] for line in found["everyday"]]
    assert {"evaluate-sgd", "frames-bv32-hebbian", "explorer-adamw"} <= set(names)
    for trainer in scaling.TRAINERS:
        hidden = [line for line in found["scaling"]["hidden"] if line["trainer"] == trainer]
        assert [line["hidden"] for line in hidden] == [1, 2, 4, 8, 16, 32, 64, 128, 256]
        for line in hidden:
            each = line["seconds"] / line["examples"]
            assert line["seconds_per_example_and_container"] == pytest.approx(each / line["hidden"])
        counts = [line["examples"] for line in found["scaling"]["examples"] if line["trainer"] == trainer]
        assert counts == [30, 60, 120, 180, 240, 300]


def test_what_is_left_out_is_named(found):
    names = [entry["name"] for entry in found["left_out"]]
    assert "memory" in names
    assert len(names) == len(set(names))
    tools = {side["name"].split(",")[0] for line in found["comparisons"] for side in line["sides"]}
    for tool in ("PyTorch", "FAISS"):
        assert any(name.startswith(tool) for name in tools) != (tool in names)


def test_the_text_has_a_line_a_peer(found):
    text = table.as_text(found)
    for line in found["comparisons"]:
        assert f"  {line['what']} " in text
        for side in line["sides"][1:]:
            assert f"{table.digits_of(side['ratio'])} ×" in text
    assert "These digits are synthetic." in text
    assert "Left out:\n" in text
    assert "only mnist, fashion-mnist, strokes can be loaded in another process" in text
    assert "nan" not in text
    assert max(map(len, text.splitlines())) < 160


def test_a_share_says_so_in_the_text(found):
    line = json.loads(json.dumps(found["comparisons"][0]))
    line["sides"][1] |= {"scaled": True, "examples_measured": 25}
    text = table.as_text(found | {"comparisons": [line, found["comparisons"][-1]]})
    assert "* measured on 25 examples a round, scaled up to 300; --whole measures all" in text
    assert "scaled" not in table.as_text(found)


@pytest.mark.parametrize("unsteady", [True, False])
def test_rounds_that_differ_much_are_remarked(found, unsteady):
    line = json.loads(json.dumps(found["comparisons"][-1]))
    for side in line["sides"]:
        side["unsteady"] = unsteady
    assert ("† a round took more than twice as long" in table.as_text(found | {"comparisons": [line]})) == unsteady
    foot = figures.draw_roofline(found | {"comparisons": [found["comparisons"][0], line]}).get_supxlabel()
    assert ("† rounds differ" in foot) >= unsteady


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(83.4, "83.4 s"), (1, "1.00 s"), (0.0123, "12.3 ms"), (0.123456, "123 ms"), (5e-6, "5.00 µs"),
     (3.2e-8, "32.0 ns"), (0, "0.00 ns")],
)  # fmt: skip
def test_times_are_said_in_their_own_unit(seconds, said):
    assert table.time_of(seconds) == said


@pytest.mark.parametrize(
    ("value", "said"), [(12345.6, "12,346"), (115.4, "115"), (18, "18.0"), (0.7159, "0.716"), (99.99, "100")]
)
def test_numbers_have_three_digits(value, said):
    assert table.digits_of(value) == said


def test_columns_are_aligned():
    text = table.aligned(("what", "ratio"), [("a", "1.5 ×"), ("longer", "12 ×")])
    assert text.splitlines() == ["  what    ratio", "  a       1.5 ×", "  longer   12 ×"]


def test_the_figure_stands_at_the_numbers(found):
    figure = figures.draw_roofline(found)
    assert "not MNIST" in figure.get_suptitle()
    ends = {float(line.get_xdata()[0]) for axes in figure.axes for line in axes.get_lines()}
    for line in found["comparisons"]:
        amount = line["operations"] if line["name"].startswith("xnor-layer") else 300
        assert any(end == pytest.approx(amount / line["limit_seconds"]) for end in ends)
        for side in line["sides"]:
            assert any(end == pytest.approx(amount / side["seconds"]) for end in ends)
    assert not figures.draw_roofline(found | {"synthetic": False}).get_suptitle()


def test_every_round_is_a_row_of_the_table(found):
    rows = list(files.rows(found))
    sides = sum(len(line["sides"]) for line in found["comparisons"])
    scaled = sum(len(lines) for lines in found["scaling"].values())
    assert len(rows) == 2 * (sides + len(found["everyday"]) + scaled)
    assert {row["round"] for row in rows} == {1, 2}
    assert all(set(row) == set(files.COLUMNS) for row in rows)


def test_the_command_leaves_what_it_printed(ran, found):
    _, out = ran
    assert sorted(p.name for p in out.iterdir()) == ["bench.csv", "bench.json", "roofline.png", "roofline.svg"]
    assert json.loads((out / "bench.json").read_text()) == found
    with (out / "bench.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [float(row["seconds"]) for row in rows] == [row["seconds"] for row in files.rows(found)]
    assert ElementTree.parse(out / "roofline.svg").getroot().tag.endswith("svg")
    assert (out / "roofline.png").read_bytes().startswith(b"\x89PNG")


def test_the_command_hands_on_what_was_asked(found, strokes, monkeypatch):
    asked = []

    def run(digits, *how):
        asked.append((digits, *how))
        return found

    def load(source):
        asked.append(source)
        return strokes

    monkeypatch.setattr("bitmass_viz.data.load_data", load)
    monkeypatch.setattr(suite, "run", run)
    done = CliRunner().invoke(main, ["bench", "--whole", "--data", "strokes"])
    assert done.stdout == table.as_text(found) + "\n"
    assert asked == ["strokes", (strokes, 5, True)]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--rounds", "0"], 2, "0 is not in the range 1<=x<=1000"),
        (["--data", "faces"], 2, "'faces' is not one of"),
        (["--out", "pyproject.toml/below"], 1, "pyproject.toml"),
    ],
)
def test_bad_input_is_one_line(arguments, code, said):
    done = CliRunner().invoke(main, ["bench", *arguments])
    assert done.exit_code == code
    assert said in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.output


@pytest.mark.parametrize("rounds", [0, 2.5, True, "5"])
def test_rounds_must_be_whole(strokes, rounds):
    with pytest.raises(ValueError, match="rounds must be a whole number between 1 and 1,000"):
        suite.run(strokes, rounds=rounds)


@needs_jit
def test_memory_is_told_by_a_process_of_its_own(strokes, monkeypatch):
    found = memory.measure(type(strokes)("strokes", "", True, {}, strokes.train, strokes.validation, strokes.test))
    assert list(found) == ["imported", "digits loaded", "sgd trained", "bv32-hebbian trained"]
    assert 10 < found["imported"] < found["digits loaded"] < 2_000
    monkeypatch.setattr(memory, "__name__", "no.such.module")
    with pytest.raises(ValueError, match="the process that measures failed: "):
        memory.measure(type(strokes)("mnist", "", False, {}, strokes.train, strokes.validation, strokes.test))
