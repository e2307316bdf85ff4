"""The figures of the lessons: what is drawn is what was computed."""

import numpy as np
import pytest

import bitmass_viz as bm
from bitmass_viz import figures
from bitmass_viz.experiments import knife
from bitmass_viz.explain.networks import network_of
from bitmass_viz.figures.descent import START, VALLEY, path
from tests.conftest import DIGITS
from tests.training.runs import SMALL


def make(name, **options):
    return bm.Run(name, DIGITS, bm.Architecture(**SMALL), batch_size=8, **options)


def lines(axes):
    return {line.get_label(): line.get_ydata() for line in axes.get_lines()}


def test_plain_descent_in_the_valley_follows_its_closed_form():
    optimiser = VALLEY["SGD"]
    expected = np.array(START) * (1 - optimiser.rate * np.array([1.0, 25.0])) ** np.arange(41)[:, None]
    assert np.allclose(path(optimiser), expected)


def test_momentum_reaches_the_bottom_sooner_than_plain_descent():
    losses = {name: float((path(o)[-1] ** 2 @ [1.0, 25.0]) / 2) for name, o in VALLEY.items()}
    assert losses["SGD with momentum"] < 0.1 * losses["SGD"]
    figure = figures.draw_descent()
    for axes, (name, optimiser) in zip(figure.axes, VALLEY.items(), strict=True):
        assert f"{name}: after 40 steps L = {losses[name]:.2g}" in axes.get_title(loc="left")
        assert any(np.array_equal(line.get_xydata(), path(optimiser)) for line in axes.get_lines())


@pytest.mark.parametrize("name", ["sgd", "adamw", "momentum"])
def test_a_weight_is_drawn_update_by_update(name):
    run = make(name)
    run.advance(5)
    run.step(6)
    before = (run.examples, run.weights.tobytes(), run.trainer.snapshot(), run.frames, run.curve.copy(), run.epoch)
    unit, feature, updates = 0, 300, len(DIGITS.train) // 8 + 2  # beyond the end of an epoch, whose last is short
    figure = figures.draw_weight(run, unit, feature, np.int64(updates))
    after = (run.examples, run.weights.tobytes(), run.trainer.snapshot(), run.frames, run.curve.copy(), run.epoch)
    assert repr(before) == repr(after), "the run that was given stays as it is"
    while int(run.trainer.state["clock"][2]) < 1 + updates:
        run.advance(1)
    above, below = figure.axes
    drawn = below.get_lines()[0].get_ydata()
    assert drawn[-1] == run.weights.w0.neurons[unit, feature]
    bars = np.array([bar.get_height() for bar in above.patches])
    assert len(bars) == updates
    if name == "sgd":
        assert len(drawn) == updates + 1
        assert np.allclose(np.diff(drawn), -run.options["learning_rate"] * bars, atol=1e-7)
    if name == "momentum":
        means = lines(above)["m, the running mean that moves it"]
        assert np.allclose(means[1:], 0.9 * means[:-1] + bars[1:], atol=1e-6)
        assert means[-1] == pytest.approx(network_of(run.trainer).layers[0].first[unit, feature])
    assert np.abs(bars).max() > 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: figures.draw_weight(make("bv32-hebbian")), "bv32-hebbian moves no weight by its gradient"),
        (lambda: figures.draw_weight(make("sgd"), unit=1), "unit must be a whole number between 0 and 0, got 1"),
        (
            lambda: figures.draw_weight(make("sgd"), feature=784),
            "feature must be a whole number between 0 and 783, got 784",
        ),
        (
            lambda: figures.draw_weight(make("sgd"), updates=0),
            "updates must be a whole number between 1 and 500, got 0",
        ),
        (lambda: figures.draw_descent(steps=0), "steps must be a whole number between 1 and 1,000, got 0"),
        (lambda: figures.draw_descent({}), "1 to 5 optimisers can be drawn, got 0"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_notebook_shows_a_figure_on_paper_of_its_own():
    html = figures.draw_descent()._repr_html_()
    assert html.startswith('<div style="background:#ffffff')
    assert 'role="img"' in html
    assert 'aria-label="optimisers on their way down a valley"' in html


def test_accuracy_can_be_measured_with_other_weights():
    run = make("sgd")
    run.step(len(DIGITS.train))
    learned = run.weights.tobytes()
    whole = run.accuracy("validation")
    assert run.accuracy("validation", knife.kept(run.weights, 32)) == whole
    nothing = run.accuracy("validation", knife.kept(run.weights, 1))
    assert nothing == pytest.approx((DIGITS.validation.labels == 0).mean()), "all weights are 0: always class 0"
    assert run.weights.tobytes() == learned
    with pytest.raises(ValueError, match="cannot take the weights of another network"):
        run.accuracy("validation", make("bv32-hebbian").weights)
    assert run.weights.tobytes() == learned


def test_the_knife_cuts_what_it_is_told_to():
    binary, floats = make("bv32-hebbian").weights, make("sgd").weights
    assert knife.flipped(binary, 0.25).flipped(binary) == round(0.25 * binary.bit_mass)
    assert knife.flipped(binary, 0.25, seed=1).tobytes() != knife.flipped(binary, 0.25).tobytes()
    assert knife.kept(floats, 9).flipped(floats) > 0
    with pytest.raises(ValueError, match="cuts float32 weights, got bv32"):
        knife.kept(binary, 8)
    with pytest.raises(ValueError, match="share must be a number between 0 and 1, got 2"):
        knife.flipped(binary, 2)
