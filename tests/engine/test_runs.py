"""A run in the browser holds what `bm.Run` holds: every trainer of the page, recipe and rule, and two sizes."""

import hashlib

import pytest

import bitmass_viz as bm
from bitmass_viz.data import MNIST, load_digits
from bitmass_viz.live.controls import ON_THE_PAGE
from bitmass_viz.trainers import RECIPES
from tests.conftest import make_digits, needs_jit
from tests.engine.test_conversations import Browser

pytestmark = needs_jit
EXAMPLES = 5_000
"""A tenth of an epoch of MNIST."""
CUTS = (1, 700, 64, 4_235)


@pytest.fixture(scope="module")
def digits():
    return make_digits(EXAMPLES - 100, 500, 10) if MNIST.find() is None else load_digits("mnist", download=False)


@pytest.fixture(scope="module")
def browser(digits, tmp_path_factory):
    browser = Browser(tmp_path_factory.mktemp("browser"), digits)
    yield browser
    browser.close()


def cases_of(name):
    rules = next((option.choices for option in ON_THE_PAGE[name].OPTIONS if option.name == "rule"), (None,))
    for recipe in RECIPES:
        for rule in rules:
            for hidden in (8, 3):
                options = {} if rule is None else {"rule": rule}
                yield {"trainer": name, "recipe": recipe, "seed": 7, "hidden": hidden, "options": options}


@pytest.mark.parametrize("name", ON_THE_PAGE)
def test_a_run_in_the_browser_holds_the_same_numbers(name, digits, browser):
    cases = list(cases_of(name))
    found = browser.ask({"kind": "runs", "cases": cases, "cuts": CUTS})["runs"]
    for case, theirs in zip(cases, found, strict=True):
        arch = bm.Architecture(hidden=case["hidden"])
        run = bm.Run(name, digits, arch, case["seed"], case["recipe"], **case["options"])
        for examples in CUTS:
            run.advance(examples)
        run.validate()
        index, label, prediction = run.upcoming()
        assert theirs["sha256"] == hashlib.sha256(run.weights.tobytes()).hexdigest(), case
        assert theirs["curve"] == [list(point) for point in run.curve], case
        assert theirs["upcoming"] == [index, label, prediction], case
