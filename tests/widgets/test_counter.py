"""The kernel's side of the bit counter, and its numbers against the browser's arithmetic."""

import asyncio
import json
import subprocess
import sys

import pytest

import bitmass_viz as bm
from bitmass_viz.live import counter_session as counter
from bitmass_viz.live.controls import CONTROLS
from bitmass_viz.network.formats import WEIGHT_BITS
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.trainers.ledger import account
from tests.conftest import ROOT, find_node

LEDGER = ("weight_bits", "constant_bits", "training_bits", "scratch_bits", "fixed_bits", "total_bits")


def ask(**message):
    """Send a message as the browser would, and return the widget once it has answered."""

    async def main():
        widget = bm.BitCounter()
        widget._receive(widget, {"action": "account", **message}, [])
        for _ in range(12_000):
            if widget.account or widget.problem:
                return widget
            await asyncio.sleep(0.005)
        raise AssertionError("no answer came")

    return asyncio.run(main())


def test_bounds_and_defaults_are_those_of_the_controls():
    content = bm.BitCounter().content
    hidden, control = content["hidden"], CONTROLS["hidden"]
    assert (hidden["low"], hidden["high"], hidden["value"]) == (control.low, control.high, control.default)
    assert [tick["value"] for tick in hidden["ticks"]] == [8, 64]
    assert sorted(choice["bits"] for choice in content["formats"]) == list(WEIGHT_BITS)
    assert content["bits"] == 32
    started = bm.BitCounter(hidden=64, bits_per_weight=1).content
    assert (started["hidden"]["value"], started["bits"]) == (64, 1)


@pytest.mark.parametrize("given", [{"hidden": 0}, {"hidden": 65}, {"hidden": True}, {"bits_per_weight": 3}])
def test_what_is_not_allowed_is_refused_with_what_is(given):
    with pytest.raises(ValueError, match=r"must be .* got"):
        bm.BitCounter(**given)


def test_the_browser_counts_what_the_kernel_counts():
    node = find_node()
    content = bm.BitCounter().content
    sizes = [
        (h, bits) for h in range(content["hidden"]["low"], content["hidden"]["high"] + 1) for bits in WEIGHT_BITS
    ]
    script = f"""
        import {{ count }} from {json.dumps((ROOT / "bitmass_viz/widgets/src/counter/bit_mass.js").as_uri())};
        const counted = {json.dumps(sizes)}.map(([h, k]) => count({json.dumps(content)}, h, k));
        console.log(JSON.stringify(counted.map((c) => [c.units, c.weights, c.bits, c.bytes])));
    """
    done = subprocess.run([node, "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
    for (hidden, bits), (units, weights, mass, held) in zip(sizes, json.loads(done.stdout), strict=True):
        arch = bm.Architecture(hidden=hidden)
        assert units == arch.hidden_units(bits)
        assert weights * bits == mass == 8 * held == arch.bit_mass()


@pytest.mark.parametrize(("hidden", "bits"), [(8, 32), (1, 1), (3, 4), (64, 1)])
def test_what_is_left_out_is_counted_in_the_trainers_arrays(hidden, bits):
    widget = ask(hidden=hidden, bits=bits)
    assert widget.problem == ""
    assert (widget.account["hidden"], widget.account["bits"]) == (hidden, bits)
    arch, quantised = bm.Architecture(hidden=hidden), 1 if bits == 32 else bits
    expected = {
        "SGD": (32, TRAINERS["sgd"](arch)),
        "AdamW": (32, TRAINERS["adamw"](arch)),
        "BV32-Hebbian": (1, TRAINERS["bv32-hebbian"](arch)),
        "Straight-through": (quantised, TRAINERS["straight-through"](arch, bits=quantised)),
    }
    assert [row["label"] for row in widget.account["rows"]] == list(expected)
    for row in widget.account["rows"]:
        own_bits, trainer = expected[row["label"]]
        found = account(trainer).as_dict()
        assert row["bits"] == own_bits
        assert {name: row[name] for name in LEDGER} == {name: found[name] for name in LEDGER}
        assert row["weight_bits"] == arch.bit_mass()


def test_the_format_shown_is_the_straight_through_trainers_own():
    one, four = (counter.accounts(8, bits)[-1] for bits in (1, 4))
    assert four["bits"] == 4
    assert four["training_bits"] == one["training_bits"] / 4


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"hidden": 1000, "bits": 1}, "between 1 and 64, got 1000"),
        ({"hidden": "8", "bits": 1}, "between 1 and 64, got '8'"),
        ({"hidden": 8, "bits": 5}, "one of 1, 2, 4, 8, 16, 32, got 5"),
        ({"hidden": 8, "bits": []}, "got []"),
        ({}, "got None"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(message, said):
    widget = ask(**message)
    assert not widget.account
    assert said in widget.problem


def test_what_goes_wrong_is_said_on_the_page(monkeypatch):
    def fail(hidden, bits):
        raise MemoryError("no room")

    monkeypatch.setattr(counter, "accounts", fail)
    assert ask(hidden=8, bits=1).problem == "The arrays could not be counted (MemoryError: no room)."


def test_it_is_there_without_what_takes_long_to_import():
    script = (
        "import sys, bitmass_viz as bm; bm.BitCounter();"
        "print([m for m in ('numba', 'pandas', 'matplotlib', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
