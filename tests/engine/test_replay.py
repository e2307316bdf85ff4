"""In WebAssembly the kernels learn what they learn in Python, to the bit, by the manifest alone."""

import json
import subprocess
from dataclasses import asdict

import numpy as np
import pytest

import bitmass_viz as bm
from bitmass_viz.data import MNIST, Digits, Split, load_digits
from bitmass_viz.engine.build import FOLDER
from bitmass_viz.trainers import RECIPES, TRAINERS
from tests.conftest import ROOT, find_node, make_digits, needs_jit

pytestmark = needs_jit
EXAMPLES, VALIDATION = 3_000, 500
SEED = 2**40 + 3
REPLAY = ROOT / "tests" / "js" / "engine" / "replay.check.js"
STOPS = (1, 1_000, 1_040, EXAMPLES)
"""Where the examples are cut into calls, within minibatches and between them."""
MORE = {
    "sgd": [
        {"options": {"learning_rate": 10.0}, "diverges": True},
        {"options": {"learning_rate": 10.0, "batch_size": 1}, "diverges": True},
        {"hidden": 1},
        {"hidden": 11, "classes": 13},
    ],
    "adamw": [{"recipe": "tuned", "options": {"learning_rate": 10.0}}, {"hidden": 11, "classes": 16}],
    "rmsprop": [{"recipe": "tuned", "options": {"learning_rate": 10.0}}],
    "linear": [{"recipe": "tuned", "options": {"learning_rate": 10.0}}, {"classes": 12}],
    "bv32-hebbian": [
        {"hidden": 1},
        {"hidden": 3, "classes": 16, "recipe": "tuned"},
        {"changes": {1_040: [("centring", False)], EXAMPLES: [("centring", True)]}},
        {"recipe": "tuned", "changes": {1_000: [("centring", False)], 1_040: [("centring", True)]}},
    ],
    "straight-through": [{"hidden": 3, "options": {"bits": 8}}, {"options": {"bits": 32, "learning_rate": 10.0}}],
}
"""Rates far too large, other sizes, and a change while learning."""


def cases_of(name):
    trainer = TRAINERS[name]
    yield from ({"recipe": recipe} for recipe in RECIPES)
    for option in trainer.OPTIONS:
        values = {"choice": option.choices, "switch": (not option.tuned,), "whole": (1,)}.get(option.kind, ())
        yield from ({"recipe": "tuned", "options": {option.name: value}} for value in values)
    yield from MORE.get(name, [])


@pytest.fixture(scope="module")
def digits():
    """The first digits of MNIST, or else some of our own."""
    every = make_digits(EXAMPLES, VALIDATION, 10)
    if MNIST.find() is not None:
        every = load_digits("mnist", download=False)

    def first(split, n):
        return Split(split.images[:n].copy(), split.labels[:n].copy())

    splits = (first(every.train, EXAMPLES), first(every.validation, VALIDATION), first(every.test, 10))
    return Digits("few", "a few digits", True, {}, *splits)


def settled(array):
    """Give all that is not a number one pattern of bits, as WebAssembly does not."""
    if array.dtype == np.float32:
        array = array.copy()
        array[np.isnan(array)] = np.nan
    return array.tobytes()


def native(name, digits, case):
    arch = asdict(TRAINERS[name].default_architecture())
    arch |= {key: case[key] for key in ("hidden", "classes") if key in case}
    run = bm.Run(
        name, digits, bm.Architecture(**arch), SEED, case.get("recipe", "published"), **case.get("options", {})
    )
    at = 0
    changes = case.get("changes", {})
    for stop in sorted({*changes, EXAMPLES}):
        run.advance(stop - at)
        at = stop
        for option, value in changes.get(stop, []):
            run.set_option(option, value)
    wanted = {
        "trainer": name,
        "recipe": run.recipe,
        "options": case.get("options", {}),
        "architecture": arch,
        "seed": SEED,
    }
    return run, {"wanted": wanted, "stops": STOPS, "changes": changes}


@pytest.mark.parametrize("name", TRAINERS)
def test_a_network_is_the_same_in_webassembly(name, digits, tmp_path):
    node = find_node()
    for split in ("train", "validation"):
        (tmp_path / f"{split}_images").write_bytes(getattr(digits, split).images.tobytes())
        (tmp_path / f"{split}_labels").write_bytes(getattr(digits, split).labels.tobytes())
    cases = list(cases_of(name))
    runs, asked = zip(*(native(name, digits, case) for case in cases), strict=True)
    (tmp_path / "cases.json").write_text(json.dumps(asked))
    done = subprocess.run([node, str(REPLAY), str(FOLDER), str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    content = (tmp_path / "found.bin").read_bytes()

    def found(place):
        return content[place[0] : sum(place)]

    for run, case, parts in zip(runs, cases, json.loads(done.stdout), strict=True):
        trainer = run.trainer
        assert list(parts["state"]) == list(trainer.state), case
        for key, array in trainer.state.items():
            assert found(parts["state"][key]) == settled(array), (case, key)
        answers = trainer.classify(trainer.prepared(digits.validation))
        assert found(parts["answers"]) == answers.tobytes(), case
        buffer = run.weights.buffer
        packed = buffer if len(buffer) % 4 else buffer.view(np.float32)
        assert found(parts["packed"]) == settled(packed), case
        if case.get("diverges"):
            assert np.isnan(trainer.state["w0"]).any(), case
