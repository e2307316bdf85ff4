"""The lessons: their form, the numbers on their pages, and the teachers' solutions."""

import ast
import importlib.util
import re

import nbformat
import numpy as np
import pytest

import bitmass_viz as bm
from bitmass_viz import check, explain
from bitmass_viz.kernels import bits, hebbian, packing
from bitmass_viz.widgets.questions import CATALOGUE
from tests.conftest import ROOT, needs_jit

FOLDER = ROOT / "notebooks"
LESSONS = sorted(FOLDER.glob("0*.ipynb"))
NAMES = [
    "01-bits-and-bit-mass",
    "02-three-views",
    "03-xnor-and-popcount",
    "04-float-training",
    "05-hebbian-and-the-bug",
    "06-reproduce-the-table",
    "07-test-the-theory",
]
FORM = ["Predict", "Step through", "Try", "Check", "What we learned"]
SIGNS = str.maketrans({"−": "-", "+": ""})


def cells_of(path, kind):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def text_of(path):
    return "\n\n".join(cells_of(path, "markdown"))


def code_of(path):
    return "\n".join(cells_of(path, "code"))


def named_in(code):
    return re.findall(r'bm\.Predict\("([^"]+)"\)', code)


def said_in(path):
    """A notebook's prose, every string of its code, and the questions that it asks by name: on one line each."""
    trees = [ast.parse(source) for source in cells_of(path, "code")]
    strings = [
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    asked = [CATALOGUE[name]() for name in named_in(code_of(path))]
    named = [text for each in asked for text in (each.question.text, each.why)]
    return "\n".join(" ".join(text.split()) for text in [text_of(path), *strings, *named])


def lesson(number):
    return LESSONS[number - 1]


def tables_of(path):
    """Every table of a notebook's prose: its heading, and its rows as lists of text."""
    tables = []
    for block in re.findall(r"(?:^\|.*\|$\n?)+", text_of(path), re.MULTILINE):
        rows = [
            [cell.strip() for cell in line.strip().strip("|").split("|")] for line in block.strip().splitlines()
        ]
        tables.append((rows[0], rows[2:]))
    return tables


def table_of(path, heading):
    found = [rows for head, rows in tables_of(path) if head[: len(heading)] == heading]
    assert len(found) == 1, f"{path.name} has {len(found)} tables headed {heading}"
    return found[0]


def numbers(texts):
    return [float(text.translate(SIGNS)) for text in texts]


def as_bits(text):
    return [int(bit) for bit in text.replace(" ", "")]


def solutions(number):
    path = FOLDER / "solutions" / f"lesson_{number:02}.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def checked_in(path):
    """Names of the exercises that a lesson checks."""
    return re.findall(r"^check\.(\w+)\(", code_of(path), re.MULTILINE)


def test_there_are_seven_lessons():
    assert [path.stem for path in LESSONS] == NAMES


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_all_lessons_have_the_same_form(path):
    text = text_of(path)
    assert re.match(rf"# {LESSONS.index(path) + 1}\. ", text)
    length = int(re.search(r"about (\d+) minutes", text).group(1))
    assert 20 <= length <= 40
    assert "**The question.**" in text
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    places = [next(i for i, heading in enumerate(headings) if heading.startswith(part)) for part in FORM]
    assert places == sorted(places)
    assert headings[-1] == "What we learned"
    code = code_of(path)
    assert re.search(r"bm\.Predict[.(]", code)
    assert "bm.Explorer(" in code
    assert len(checked_in(path)) >= 1


def test_no_cell_shows_the_answer_above_its_question():
    """An answer that is known beforehand comes by its question's name; every named question is asked once."""
    code = [code_of(path) for path in LESSONS]
    assert not any(re.search(r"Predict[^)]*truth=", each) for each in code)
    asked = [name for each in code for name in named_in(each)]
    assert sorted(asked) == sorted(name for name in CATALOGUE if name.startswith("lesson-"))
    assert all(f"lesson-{n}/" in name for n, each in enumerate(code, 1) for name in named_in(each))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_cells_are_short_and_have_no_magic(path):
    for source in cells_of(path, "code"):
        ast.parse(source)  # a %magic is no Python
        assert len(source.splitlines()) <= 30


def test_every_exercise_belongs_to_a_lesson():
    assert [name for path in LESSONS for name in checked_in(path)] != []
    assert {name for path in LESSONS for name in checked_in(path)} == set(check.EXERCISES)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_solutions_pass_and_the_first_tries_of_the_lesson_do_not(path):
    solved = solutions(LESSONS.index(path) + 1)
    begun = {"np": np}
    for source in cells_of(path, "code"):
        tree = ast.parse(source)
        kept = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in check.EXERCISES]
        exec(compile(ast.Module(kept, []), path.name, "exec"), begun)
    if "t.ppf" in code_of(path) or "from scipy.stats import t" in code_of(path):
        from scipy.stats import t

        begun["t"] = t
    for name in checked_in(path):
        assert check.EXERCISES[name](getattr(solved, name)), name
        assert not check.EXERCISES[name](begun[name]), name


@needs_jit
def test_the_bug_of_lesson_five_is_mended_by_both_means(mnist):
    """The network of a few lines gets better with each of them, and best with both."""
    source = next(cell for cell in cells_of(lesson(5), "code") if "def accuracy" in cell)
    solved = solutions(5)
    found = {}
    for means in ((), ("counters",), ("threshold",), ("counters", "threshold")):
        space = {"np": np, "digits": mnist}
        exec(source.removesuffix("accuracy()"), space)
        space |= {name: getattr(solved, name) for name in means}
        found[means] = space["accuracy"]()
    assert found[()] < 0.15
    assert found[("counters",)] > found[()] + 0.05
    assert found[("threshold",)] > found[("counters",)]
    assert found[("counters", "threshold")] > max(found[("threshold",)], 0.6)


def kernel_forward(x, w0, thresholds, w1):
    """Popcounts, hidden bits and scores as the kernels compute them."""
    units, pixels = w0.shape
    packed = np.zeros((1, packing.words_for(pixels)), np.uint64)
    bits.pack_rows((np.asarray(x, np.uint8) * 255)[None], 127, packed)
    weights = packing.byte_columns(np.asarray(w0, np.uint8))
    limits, matches = (np.empty(weights.shape[1], np.uint16) for _ in range(2))
    hidden = np.zeros((1, packing.words_for(units)), np.uint64)
    scores = np.zeros(len(w1), np.int64)
    hebbian.limits_of(np.asarray(thresholds, np.int64), limits)
    bits.xnor_popcount(packed.view(np.uint8), 0, bits.binary_layer(weights, pixels), matches)
    hebbian.hidden_bits(matches, limits, hidden)
    hebbian.class_scores(hidden, packing.pack_bits(np.asarray(w1, np.uint8)), units, scores)
    answers = [int(hidden[0, 0] >> np.uint64(j) & np.uint64(1)) for j in range(units)]
    return matches[:units].tolist(), answers, scores.tolist()


@needs_jit
def test_the_numbers_of_lesson_three_are_the_kernels():
    path, network = lesson(3), explain.FORWARD
    for image, heading in ((0, ["row", "shades", "bits"]), (1, ["row", "shades"])):
        rows = [row for head, rows in tables_of(path) if head == heading for row in rows]
        assert [row[0] for row in rows] == ["0", "1", "2", "3"]
        assert [[int(shade) for shade in row[1].split()] for row in rows] == network.images[image].tolist()
    x = [bit for row in table_of(path, ["row", "shades", "bits"]) for bit in as_bits(row[2])]
    assert x == network.bits(0).tolist()
    popcounts, hidden, scores = kernel_forward(x, network.w0, network.thresholds, network.w1)

    image, weights, agreeing = table_of(path, ["unit 0"])
    assert [bit for cell in image[1:5] for bit in as_bits(cell)] == x
    assert [bit for cell in weights[1:5] for bit in as_bits(cell)] == network.w0[0].tolist()
    marks = [bit for cell in agreeing[1:5] for bit in as_bits(cell)]
    assert marks == [int(a == b) for a, b in zip(x, network.w0[0].tolist(), strict=True)]
    assert sum(marks) == int(agreeing[5]) == popcounts[0]

    units = np.array([numbers(row) for row in table_of(path, ["unit", "popcount"])]).astype(int)
    assert units[:, 1].tolist() == popcounts
    assert units[:, 2].tolist() == network.thresholds.tolist()
    assert units[:, 3].tolist() == hidden

    for row, votes, name, score in zip(
        table_of(path, ["class", "hidden h"]), network.w1, network.classes, scores, strict=True
    ):
        assert row[0] == name
        assert (as_bits(row[1]), as_bits(row[2])) == (hidden, votes.tolist())
        assert as_bits(row[3]) == [int(a == b) for a, b in zip(hidden, votes.tolist(), strict=True)]
        assert int(row[4]) == score == sum(as_bits(row[3]))
    assert f"It is *{network.classes[int(np.argmax(scores))]}*" in text_of(path)
    assert network.explain(0).answer == int(np.argmax(scores))

    second = kernel_forward(network.bits(1), network.w0, network.thresholds, network.w1)
    said = "Popcounts {}; hidden answers {}; scores {}.".format(
        ", ".join(map(str, second[0])), "".join(map(str, second[1])), ", ".join(map(str, second[2]))
    )
    assert said in said_in(path)
    assert network.explain(1).answer == int(np.argmax(second[2])) != network.explain(0).answer


def test_the_fractions_of_lesson_three_hold():
    text = said_in(lesson(3))
    assert "14 − 2 = 12" in text
    assert 2 * explain.FORWARD.explain(0).popcounts[0] - 16 == 12


class PaperTrainer:
    """BV32-Hebbian on the five images of lesson 5, whose first two hidden units have the lesson's codes."""

    def __init__(self, centring):
        from bitmass_viz.trainers.bv32 import Bv32Hebbian

        paper = explain.LEARNING
        arch = bm.Architecture(inputs=6, hidden=1, classes=5)
        self.trainer = Bv32Hebbian(arch, seed=0, centring=centring, batch_size=5)
        self.trainer.settings.codes[:2] = (paper.codes > 0) @ (1 << np.arange(5))
        self.before = self.trainer.weights().w0.neurons[:2].copy()
        images = (paper.images * 255).reshape(5, 2, 3)
        self.trainer.learn(self.trainer.prepare(images), np.arange(5, dtype=np.uint8), np.arange(5), True)
        self.weights = self.trainer.weights()


@needs_jit
def test_the_numbers_of_lesson_five_are_the_kernels():
    from bitmass_viz.explain.one_step import counters_of

    path, paper = lesson(5), explain.LEARNING
    for row, pixels, name, codes in zip(
        table_of(path, ["class", "pixels"]), paper.images, paper.classes, paper.codes.T, strict=True
    ):
        assert row[0] == name
        assert as_bits(row[1]) == pixels.tolist()
        assert numbers(row[2].split()) == (2 * pixels.astype(int) - 1).tolist()
        assert numbers(row[3:]) == codes.tolist()

    for centring, heading in ((False, ["not centred"]), (True, ["centred"])):
        made = PaperTrainer(centring)
        rows = {row[0]: row[1:] for row in table_of(path, heading)}
        counters, weights = counters_of(made.trainer), made.weights.w0.neurons
        assert len(rows) == (5 if centring else 4)
        for unit in (0, 1):
            formula = "C = S − n x̄" if centring else "S = Σ t x"
            assert np.allclose(numbers(rows[f"unit {unit}: {formula}"]), counters[unit])
            shown = rows[f"unit {unit}: weight"]
            for pixel, text in enumerate(shown):
                expected = made.before[unit, pixel] if text == "old" else numbers([text])[0]
                assert weights[unit, pixel] == expected
                assert (text == "old") == (abs(counters[unit, pixel]) < 1e-9)
        if centring:
            state = made.trainer.state
            assert np.allclose(numbers(rows["mean x̄"]), state["input_sum"] / state["clock"][0])
            assert np.unique(counters[:2] > 0, axis=0).shape[0] == 2, "each unit a picture of its own"
        else:
            assert (weights[0] == weights[1]).all(), "two units, one picture"


@needs_jit
def test_the_answers_of_lesson_five_are_the_kernels():
    path, paper = lesson(5), explain.LEARNING
    rows = table_of(path, ["unit 0", "A"])
    assert [row[0] for row in rows] == ["popcount, not centred", "answer", "popcount, centred", "answer"]
    for centring, counts, answers in ((False, rows[0], rows[1]), (True, rows[2], rows[3])):
        found = explain.hebbian_counters(paper.images, paper.codes[0], centring)
        weights = np.where(found.weights == 0, -1, found.weights)
        w0 = (weights > 0).astype(np.uint8)[None]
        popcounts = [kernel_forward(x, w0, [0], np.ones((1, 1)))[0][0] for x in paper.images]
        assert numbers(counts[1:6]) == popcounts
        limit = numbers([counts[6]])[0]
        assert limit == (np.mean(popcounts) if centring else len(weights) / 2)
        assert numbers(answers[1:6]) == [1 if count > limit else -1 for count in popcounts]
        if centring:
            assert numbers(answers[1:6]) == paper.codes[0].tolist()
    text = said_in(path)
    assert "(+1)(+1) + (+1)(−1) + (+1)(−1) + (+1)(−1) + (−1)(−1) = −1" in text
    assert "C = −3 − 3 · (−1) = 0" in text
    assert "x̄ = (1 − 4) / 5 = −0.6" in text


def test_the_addresses_of_lesson_two_hold():
    from bitmass_viz.network.layout import bv32_layouts, float32_layouts

    text = said_in(lesson(2))
    single = float32_layouts(bm.Architecture())[0].at(3, 406, 31)
    assert f"row 3 · 32 = {single.row}" in text
    assert f"3 · 784 + 406 = {single.word:,}" in text
    packed = bv32_layouts(bm.Architecture())[0]
    assert packed.padding_bits == 16
    assert packed.words_per_row == 25
    where = packed.at(3, 406)
    assert f"bit {where.bit_in_word} of the word after 12 more, word {where.word}" in text
    assert CATALOGUE["lesson-2/word"]().question.high == packed.units * packed.words_per_row - 1


def test_the_counts_of_lesson_one_hold():
    arch = bm.Architecture()
    text = said_in(lesson(1))
    assert f"784 · 8 + 8 · 10 = {arch.weights:,} weights" in text
    assert f"784→8→10 in float32 has {arch.bit_mass():,}" in text
    assert arch.binary_hidden == 256
