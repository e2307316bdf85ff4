"""Explanations: their intermediates are those of the kernels, their forms can be read."""

import re
import struct
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bitmass_viz as bm
from bitmass_viz.explain import binary_forward, float_fields, hebbian_counters, xnor_popcount
from bitmass_viz.explain.networks import network_of
from bitmass_viz.explain.one_step import counters_of, one_step
from tests.conftest import DIGITS
from tests.training.runs import SMALL

KINDS = [
    ("sgd", {}),
    ("sgd", {"chain_rule": False}),
    ("momentum", {}),
    ("rmsprop", {}),
    ("adam", {"recipe": "tuned"}),
    ("adamw", {}),
    ("adamw", {"recipe": "tuned"}),
    ("straight-through", {}),
    ("straight-through", {"bits": 4, "activation": "sign", "pixels": "binary"}),
    ("straight-through", {"bits": 32, "recipe": "tuned"}),
    ("linear", {}),
    ("binary-linear", {}),
]
BV32 = [
    {"rule": rule, "centring": centring}
    for rule in ("prototype", "error-driven", "delta")
    for centring in (True, False)
]


def make(name, examples=40, **options):
    arch = None if "linear" in name else bm.Architecture(**SMALL)
    run = bm.Run(name, DIGITS, arch, batch_size=8, **options)
    if examples:
        run.step(examples)
    return run


def numbers_of(weights, run):
    """Weights as the network computes with them, layer by layer."""
    copy = type(run.trainer)(run.arch, run.seed, run.recipe, **run.options)
    copy.restore(run.trainer.snapshot())
    copy.put_weights(weights)
    return [layer.weights for layer in network_of(copy).layers]


@pytest.mark.parametrize(("name", "options"), KINDS)
def test_a_gradient_step_is_the_kernels(name, options):
    run = make(name, **options)
    found = run.explain(3)
    step = one_step(run.trainer, DIGITS.train.images[3], int(DIGITS.train.labels[3]))
    assert found.bits_flipped == step.before.flipped(step.after) > 0
    for number, (layer, after) in enumerate(
        zip(network_of(run.trainer).layers, numbers_of(step.after, run), strict=True)
    ):
        if layer.latent is None:
            expected = layer.weights + getattr(found, f"change{number}")
            assert np.allclose(after, expected, rtol=1e-4, atol=1e-7)
            # It is the change that is right, and not only so small that it does not matter.
            moved = np.abs(after - layer.weights).max()
            assert np.abs(after - expected).max() < 1e-2 * moved
        else:
            latent = getattr(found, f"latent{number}")
            clear = np.abs(latent) > 1e-4
            assert clear.mean() > 0.9
            if run.options.get("bits", 1) == 1:
                assert (np.sign(after) == np.sign(latent))[clear].all()


def test_a_rate_that_falls_is_explained_as_it_is_at_that_step():
    run = make("straight-through", bits=32, decay_epochs=1)
    begun = run.explain(3).learning_rate
    run.trainer.state["clock"][2] = 50_000 // 8 // 2
    assert run.explain(3).learning_rate == pytest.approx(begun / 2, rel=1e-3)


@pytest.mark.parametrize(("name", "options"), KINDS)
def test_the_answer_is_the_networks(name, options):
    run = make(name, **options)
    for index in range(10):
        assert run.explain(index).answer == run.predict(DIGITS.train.images[index : index + 1])[0]


def test_bop_flips_the_bits_that_the_kernel_flips():
    run = make("bop", examples=8, adaptivity=0.01, threshold=1e-5)
    found = run.explain(5)
    assert found.turned0.sum() + found.turned1.sum() == found.bits_flipped > 0


@pytest.mark.parametrize("options", BV32)
def test_every_bit_of_a_binary_update_is_the_kernels(options):
    run = make("bv32-hebbian", **options)
    for index in (3, 4, 5):
        label = int(DIGITS.train.labels[index])
        found = run.explain(index)
        step = one_step(run.trainer, DIGITS.train.images[index], label)
        assert (found.new_weights == step.after.w0.bits).all()
        assert (found.new_output_weights == step.after.w1.bits).all()
        assert (found.new_thresholds == step.after.thresholds).all()
        assert found.answer == run.predict(DIGITS.train.images[index : index + 1])[0]
        unit = 1 << 14 if options["rule"] == "delta" else 1
        assert np.allclose(found.counters, step.counters_after / unit)
        assert found.flipped <= found.bits_flipped


def test_it_explains_the_next_example_and_leaves_the_run_alone():
    run = make("bv32-hebbian", examples=3)
    was = run.weights.tobytes()
    index, label, answer = run.upcoming()
    found = run.explain()
    assert f"training example {index:,}" in found.title
    assert (found.label, found.answer) == (label, answer)
    assert (run.weights.tobytes(), run.examples) == (was, 3)
    assert "3 examples of the minibatch that is still open" in found.note


def test_an_open_minibatch_is_left_out_of_a_gradient():
    halfway, before = make("adamw", examples=43), make("adamw", examples=40)
    assert np.allclose(halfway.explain(0).change0, before.explain(0).change0)
    assert halfway.explain(0).bits_flipped == before.explain(0).bits_flipped
    assert "left out" in halfway.explain(0).note


def test_the_rate_is_that_of_the_runs_own_schedule():
    run = make("adamw", examples=0)
    run.trainer.state["clock"][2] = 3 * -(-50_000 // run.options["batch_size"]) // 2
    assert run.explain(0).learning_rate == pytest.approx(0.001, rel=1e-3)


@pytest.mark.parametrize("name", ["bv32-hebbian", "sgd", "straight-through", "linear"])
def test_one_unit_can_be_looked_at(name):
    run = make(name)
    found = run.explain(2)
    units = len(found.weights)
    for unit in (0, units - 1):
        closer = found.neuron(unit)
        if name == "bv32-hebbian":
            assert closer.popcount == found.popcounts[unit]
            assert closer.answer == found.hidden[unit]
        else:
            sums = found.outputs if name == "linear" else found.sums
            assert closer.sum == pytest.approx(sums[unit], abs=1e-9)
    with pytest.raises(ValueError, match=f"unit must be a whole number between 0 and {units - 1}, got {units}"):
        found.neuron(units)


@pytest.mark.parametrize("name", list(bm.TRAINERS))
def test_text_and_html_say_the_same(name):
    found = make(name, examples=8).explain(1)
    text, html = repr(found), found._repr_html_()
    for stage in found.stages:
        assert stage.name in text
        assert stage.formula in text
        assert f".{stage.name}<" in html
        assert stage.name in dir(found)
        assert getattr(found, stage.name) is stage.value
    assert found.title in text
    assert "<script" not in html
    assert html.count("<table") == html.count("</table>") == 1
    images = re.findall(r'<img alt="[^"]*" title="[^"]*" src="data:image/png;base64,', html)
    assert len(images) == html.count("<img") > 2
    table = found.table()
    assert list(table["name"]) == [stage.name for stage in found.stages]


def test_a_stage_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(AttributeError, match="no stage 'scroes'; it has label, x, weights"):
        _ = make("bv32-hebbian", examples=8).explain(1).scroes


@pytest.mark.parametrize(
    ("example", "message"),
    [
        (len(DIGITS.train), "example must be a whole number between 0 and 299, got"),
        (-1, "example must be a whole number between 0 and 299, got"),
        ("seven", r"example must be an index or a pair \(image, label\), got 'seven'"),
        ((np.zeros((28, 28)), 3), "image must be uint8 of 28×28 pixels, got float64"),
        ((np.zeros((28, 28), np.uint8), 10), "label must be a whole number between 0 and 9, got 10"),
    ],
)
def test_what_is_no_example_is_refused_with_what_is_one(example, message):
    with pytest.raises(ValueError, match=message):
        make("sgd", examples=0).explain(example)


def test_a_network_on_paper_is_computed_like_the_kernels():
    rng = np.random.default_rng(0)
    run = make("bv32-hebbian")
    image = DIGITS.test.images[0]
    weights, bits = run.weights, (image.ravel() > 127).astype(int)
    found = binary_forward(bits.tolist(), weights.w0.bits, weights.thresholds, weights.w1.bits)
    assert found.answer == run.predict(image[None])[0]
    x, w = rng.integers(0, 2, (2, 50))
    assert xnor_popcount(x, w) == 50 - int((x ^ w).sum())


@pytest.mark.parametrize("centring", [True, False])
def test_counters_on_paper_are_the_trainers(centring):
    run = make("bv32-hebbian", centring=centring, examples=0)
    run.step(40)
    order = run._stream.order(0)[:40]
    bits = (DIGITS.train.images[order].reshape(40, -1) > 127).astype(int)
    codes = np.where(run.trainer.codebook, 1, -1)
    for unit in (0, 7):
        signals = codes[DIGITS.train.labels[order], unit]
        found = hebbian_counters(bits, signals, centring)
        assert np.allclose(found.counters, counters_of(run.trainer)[unit])
        clear = np.abs(found.counters) > 1e-9
        assert (found.weights == run.weights.w0.neurons[unit])[clear].all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: xnor_popcount([0, 1, 2], [0, 1, 1]), "x must be zeros and ones"),
        (lambda: xnor_popcount([0, 1], [0, 1, 1]), "w must have a length of 2, got 3"),
        (lambda: xnor_popcount([[0, 1]], [0, 1]), "x must be a row of zeros and ones"),
        (lambda: hebbian_counters([[0, 1]], [1, 1]), "signals must have a length of 1, got 2"),
        (lambda: hebbian_counters([[0, 1]], [0]), "signals must be"),
        (lambda: binary_forward([0, 1], [[0, 1]], [1, 1], [[1], [0]]), "thresholds must have a length of 1"),
    ],
)
def test_bad_numbers_on_paper_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_float_is_the_sum_of_its_fields(value):
    found = float_fields(value)
    assert found.value == np.float32(value)
    packed = struct.unpack("<I", struct.pack("<f", value))[0]
    assert found.sign << 31 | found.exponent << 23 | found.mantissa == packed == int(found.word, 16)
    assert int(found.bits.replace(" ", ""), 2) == packed


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 1e39])
def test_what_is_no_float32_has_no_fields(value):
    with pytest.raises(ValueError, match="value must be a finite float32, got"):
        float_fields(value)


def test_an_explanation_names_the_classes_where_they_have_names():
    names = ("T-shirt", "trousers", *"abcdefgh")
    run = bm.Run("sgd", replace(DIGITS, class_names=names), bm.Architecture(**SMALL))
    image = DIGITS.train.images[3]
    answer = run.explain((image, 0)).answer
    assert run.explain((image, answer)).title.endswith(f"it answers {names[answer]}, which is right")
    other = 1 - min(answer, 1)
    assert run.explain((image, other)).title.endswith(f"which is wrong, it is “{names[other]}”")
    assert make("sgd", 0).explain((image, (answer + 1) % 10)).title.endswith(f"it is a {(answer + 1) % 10}")
