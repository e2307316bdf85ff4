"""The entries of every family beside the trainers, which draw and pack without compiling."""

import numpy as np
import pytest
from numba import njit

from bitmass_viz.kernels.families import FAMILIES
from bitmass_viz.kernels.settings import Examples, Sizes
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.network.formats import WEIGHT_BITS
from bitmass_viz.trainers import RECIPES, TRAINERS
from tests.conftest import needs_jit

pytestmark = needs_jit
CASES = [(name, {}) for name in TRAINERS] + [("straight-through", {"bits": bits}) for bits in WEIGHT_BITS]


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize(("name", "options"), CASES)
@pytest.mark.parametrize("inputs", [784, 45])
def test_any_host_can_run_a_trainer(name, options, recipe, inputs):
    """Allocate what the trainer says, call the five entries, and find the same arrays and bytes."""
    make = TRAINERS[name]
    arch = Architecture(inputs, 3 if make.HAS_HIDDEN_LAYER else 0, 10)
    trainer = make(arch, 2**40 + 3, recipe, **options)
    (family,) = (f for f in FAMILIES.values() if f.learn is trainer.kernels.learn)
    sizes = Sizes(arch.inputs, arch.hidden, arch.classes)
    settings = make.choose(sizes, recipe == "published", trainer.codes(trainer.options))
    np.testing.assert_equal(
        njit(make.choose)(sizes, recipe == "published", trainer.codes(trainer.options)), settings
    )
    state = family.allocate(sizes, settings)

    def assert_same():
        for key, array in trainer.state.items():
            np.testing.assert_array_equal(getattr(state, key), array, key)
        assert family.pack(settings, state).tobytes() == trainer.weights().tobytes()

    family.initialise(2**40 + 3, settings, state)
    assert_same()
    images = np.random.default_rng(0).integers(0, 256, (70, 1, inputs), np.uint8)
    labels = (np.arange(70) % 10).astype(np.uint8)
    prepared, own = trainer.prepare(images), family.prepare(images.reshape(70, inputs))
    trainer.learn(prepared, labels, np.arange(70), True)
    family.learn(Examples(own, labels, np.arange(70), True), settings, state)
    assert_same()
    answers = np.empty(70, np.uint8)
    family.classify(own, settings, state, answers)
    np.testing.assert_array_equal(answers, trainer.classify(prepared))
    family.refresh(settings, state)
    assert_same()


def test_centring_switched_on_is_refreshed():
    trainer = TRAINERS["bv32-uncentred"](Architecture(45, 1, 4), 1)
    images = np.random.default_rng(0).integers(0, 256, (20, 1, 45), np.uint8)
    prepared, labels = trainer.prepare(images), (np.arange(20) % 4).astype(np.uint8)
    trainer.learn(prepared, labels, np.arange(20), True)
    twin = trainer.copy()
    FAMILIES["bv32"].refresh(twin.settings._replace(centring=True), twin.arrays)
    trainer.set_option("centring", True)
    assert twin.weights().tobytes() == trainer.weights().tobytes()
