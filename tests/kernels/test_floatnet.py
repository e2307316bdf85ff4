import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from numba import njit as jitted

from bitmass_viz.kernels import float32_network, floatnet, settings, simd
from bitmass_viz.kernels import optimiser as optimiser_kernels
from bitmass_viz.kernels.pixels import lit_pixels
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.trainers.adamw import AdamW
from bitmass_viz.trainers.sgd import Sgd
from tests import naive

LOSSES = {"squared error": settings.SQUARED_ERROR, "cross-entropy": settings.CROSS_ENTROPY}


def gradient_of(image, label, trainer, model):
    """Gradient of one example by the kernels, as matrices of the shape of W0 and W1."""
    w0, w1 = trainer.state["w0"], trainer.state["w1"]
    g0, g1 = np.zeros_like(w0), np.zeros_like(w1)
    arrays, rows = (lit_pixels(image[None]), w0, w1, g0, g1), np.zeros((3, len(w1)), np.float32)
    output = the_steps(arrays, label, trainer.arch.classes, model, rows)
    h, inputs, classes = trainer.arch.hidden, trainer.arch.inputs, trainer.arch.classes
    rows0 = float32_network.rows_of(g0)
    assert not rows0[h:].any(), "unused lanes have no gradient"
    assert not rows0[:, inputs:].any(), "unused lanes have no gradient"
    assert not g1[h:].any(), "unused lanes have no gradient"
    assert not g1[:, classes:].any(), "unused lanes have no gradient"
    return rows0[:h, :inputs], g1[:h, :classes].T, output[:classes]


@jitted
def the_steps(arrays, label, classes, model, rows):
    """What `floatnet.learn` does for one example; vectors exist in compiled code only."""
    lit, w0, w1, g0, g1 = arrays
    pre, hidden, delta = rows
    output, lanes = np.zeros(settings.CLASS_LANES, np.float32), floatnet.class_lanes(classes)
    floatnet.weighted_sums(lit, 0, w0, pre, 0)
    floatnet.activate(pre, model.slope, hidden)
    simd.store(output, 0, floatnet.class_outputs(hidden, 0, w1))
    error = floatnet.output_error(model.loss, simd.load_classes(output, 0), label, lanes)
    floatnet.hidden_error(error, pre, 0, w1, model, delta)
    floatnet.add_rows(lit, 0, delta, 0, np.float32(1), g0)
    floatnet.add_outer(error, hidden, 0, np.float32(1), g1)
    return output


@hypothesis_settings(max_examples=20)
@given(
    st.sampled_from(sorted(LOSSES)),
    st.sampled_from([0.0, 0.05]),
    st.sampled_from([1, 7, 8, 9, 17]),
    st.integers(0, 2**32),
)
def test_gradients_are_the_numerical_ones(loss, slope, hidden, seed):
    rng = np.random.default_rng(seed)
    arch = Architecture(12, hidden, 4)
    trainer = Sgd(arch, seed % 1000)
    model = settings.Model(LOSSES[loss], np.float32(slope), True)
    image = np.where(rng.random(12) < 0.5, 0, rng.integers(1, 256, 12)).astype(np.uint8)
    label = int(rng.integers(4))
    g0, g1, output = gradient_of(image, label, trainer, model)

    weights = [trainer.weights().w0.neurons.astype(np.float64), trainer.weights().w1.neurons.astype(np.float64)]
    expected_output, z = naive.float_output(image, *weights, slope)
    np.testing.assert_allclose(output, expected_output, rtol=1e-4, atol=1e-5)
    if np.abs(z).min() < 1e-3:
        return  # at the kink a numerical derivative is that of neither side
    step = 1e-5
    for matrix, gradient in zip(weights, (g0, g1), strict=True):
        for index in np.ndindex(matrix.shape):
            kept = matrix[index]
            matrix[index] = kept + step
            up = naive.float_loss(image, label, *weights, slope, loss)
            matrix[index] = kept - step
            down = naive.float_loss(image, label, *weights, slope, loss)
            matrix[index] = kept
            assert gradient[index] == pytest.approx((up - down) / (2 * step), rel=2e-3, abs=2e-5)


def test_black_and_white_images():
    trainer = Sgd(Architecture(20, 3, 4))
    model = settings.Model(settings.CROSS_ENTROPY, np.float32(0), True)
    black0, _, output = gradient_of(np.zeros(20, np.uint8), 1, trainer, model)
    assert not black0.any()
    assert not output.any()
    _, _, output = gradient_of(np.full(20, 255, np.uint8), 1, trainer, model)
    weights = trainer.weights()
    expected, _ = naive.float_output(np.full(20, 255, np.uint8), weights.w0.neurons, weights.w1.neurons, 0.0)
    np.testing.assert_allclose(output, expected, rtol=1e-4, atol=1e-5)


def test_without_the_chain_rule_the_derivative_counts_as_one():
    trainer = Sgd(Architecture(30, 8, 4), 3)
    image = np.random.default_rng(0).integers(0, 256, 30, np.uint8)
    with_rule, _, _ = gradient_of(image, 2, trainer, settings.Model(0, np.float32(0.05), True))
    without, _, _ = gradient_of(image, 2, trainer, settings.Model(0, np.float32(0.05), False))
    _, z = naive.float_output(image, trainer.weights().w0.neurons, trainer.weights().w1.neurons, 0.05)
    derivative = np.where(z > 0, 1.0, 0.05)
    np.testing.assert_allclose(with_rule, without * derivative[:, None], rtol=1e-5)


def optimiser(**changes):
    plain = {
        "rate": 0.1, "first_decay": 0.0, "second_decay": 0.0, "dampening": False, "bias_correction": False,
        "epsilon": 0.0, "weight_decay": 0.0, "clip_norm": 0.0, "cosine_epochs": 0,
    }  # fmt: skip
    return settings.Optimiser(**(plain | changes))


def run_updates(setting, w, gradients, rate):
    w = w.copy()
    first, second = np.zeros_like(w), np.zeros_like(w)
    for step, g in enumerate(gradients):
        buffer = g.copy()
        parameters = optimiser_kernels.Parameters(w, buffer, first, second)
        optimiser_kernels.update(parameters, setting, optimiser_kernels.rates_of(setting, rate, step, 1.0))
        assert not buffer.any()
    return w


@pytest.mark.parametrize("second_decay", [0.0, 0.999], ids=["momentum", "adam"])
def test_a_mean_whose_gradient_has_stopped_fades_to_nothing_and_is_never_denormal(second_decay):
    """The weights are those of an optimiser without this, to the bit."""
    setting = optimiser(rate=0.01, first_decay=0.9, second_decay=second_decay, epsilon=1e-8)
    rng = np.random.default_rng(1)
    w, gradient = rng.normal(size=(2, 70)).astype(np.float32)
    gradient[::9] = np.nan
    first, second = np.zeros((2, 70), np.float32)
    expected, m, v = w.copy(), first.copy(), second.copy()
    for step in range(1_500):
        rates = optimiser_kernels.rates_of(setting, setting.rate, step, 1.0)
        g = gradient.copy() if step < 3 else np.zeros_like(gradient)
        m = rates.first_decay * m + rates.first_fresh * g
        v = rates.second_decay * v + rates.second_fresh * (g * g)
        move = rates.first_unbias * m
        if second_decay:
            move = move / (np.sqrt(rates.second_unbias * v) + rates.epsilon)
        expected = rates.pull * expected - rates.rate * move
        optimiser_kernels.update(optimiser_kernels.Parameters(w, g, first, second), setting, rates)
        assert not ((first != 0) & (abs(first) < np.finfo(np.float32).smallest_normal)).any()
    assert ((abs(m) > 0) & (abs(m) < np.finfo(np.float32).smallest_normal)).sum() > 50, "where it is not cut off"
    assert w.tobytes() == expected.tobytes()
    assert np.isnan(first[::9]).all()
    first[::9] = 0
    assert not first.any()


def test_the_rungs_of_the_optimiser_ladder():
    rng = np.random.default_rng(0)
    w = rng.normal(size=50).astype(np.float32)
    gradients = [rng.normal(size=50).astype(np.float32) for _ in range(20)]
    done = run_updates(optimiser(rate=0.01), w, gradients, 0.01)
    np.testing.assert_allclose(done, w - 0.01 * np.sum(gradients, axis=0), rtol=1e-4, atol=1e-6)

    done = run_updates(optimiser(first_decay=0.9), w, gradients, 0.01)
    m, expected = np.zeros(50), w.astype(np.float64)
    for g in gradients:
        m = 0.9 * m + g
        expected = expected - 0.01 * m
    np.testing.assert_allclose(done, expected, rtol=1e-4, atol=1e-5)

    done = run_updates(optimiser(second_decay=0.99, epsilon=1e-8), w, gradients, 0.01)
    v, expected = np.zeros(50), w.astype(np.float64)
    for g in gradients:
        v = 0.99 * v + 0.01 * g.astype(np.float64) ** 2
        expected = expected - 0.01 * g / (np.sqrt(v) + 1e-8)
    np.testing.assert_allclose(done, expected, rtol=1e-3, atol=1e-4)

    setting = optimiser(
        first_decay=0.9, second_decay=0.999, dampening=True, bias_correction=True, epsilon=1e-8, weight_decay=0.1
    )
    done = run_updates(setting, w, gradients, 0.01)
    np.testing.assert_allclose(done, naive.adamw(w, gradients, 0.01, 0.9, 0.999, 1e-8, 0.1), rtol=1e-4, atol=1e-5)


def test_the_cosine_schedule_falls_from_the_rate_to_zero_and_stays_there():
    setting = optimiser(rate=0.4, cosine_epochs=2)
    rates = [settings.learning_rate(setting, 1000, step) for step in (0, 50, 100, 1000)]
    assert rates == pytest.approx([0.4, 0.2, 0.0, 0.0])


def test_clipping_limits_the_norm_of_the_whole_mean_gradient():
    arch = Architecture(16, 8, 3)
    trainer = AdamW(arch, batch_size=4)
    s = trainer.state
    setting = trainer.settings._replace(optimiser=optimiser(rate=1.0, clip_norm=0.5))
    rng = np.random.default_rng(0)
    s["gradient0"][...] = rng.normal(size=s["gradient0"].shape)
    s["gradient1"][:, :3] = rng.normal(size=(8, 3))
    before = trainer.weights()
    s["clock"][:] = (4, 4, 0)
    floatnet.apply_minibatch(setting, trainer.arrays)
    after = trainer.weights()
    step = np.concatenate([
        (after.w0.neurons - before.w0.neurons).ravel(), (after.w1.neurons - before.w1.neurons).ravel()
    ])  # fmt: skip
    assert np.linalg.norm(step) == pytest.approx(0.5, rel=1e-4)
    assert s["clock"].tolist() == [4, 0, 1]


def test_stepping_at_once_equals_a_minibatch_of_one():
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (12, 1, 20), np.uint8)
    labels = rng.integers(0, 4, 12).astype(np.uint8)
    direct = Sgd(Architecture(20, 5, 4), 1, "tuned", batch_size=1)
    detour = Sgd(Architecture(20, 5, 4), 1, "tuned", batch_size=1)
    detour._chosen = detour._chosen._replace(optimiser=detour._chosen.optimiser._replace(clip_norm=1e9))
    for trainer in (direct, detour):
        trainer.learn(trainer.prepare(images), labels, np.arange(12), True)
    np.testing.assert_allclose(direct.weights().w0.neurons, detour.weights().w0.neurons, rtol=1e-5, atol=1e-7)
    assert direct.state["clock"].tolist() == detour.state["clock"].tolist() == [12, 0, 12]
