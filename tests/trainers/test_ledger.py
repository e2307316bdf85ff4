import numpy as np
import pytest

import bitmass_viz as bm
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.trainers.ledger import account


@pytest.mark.parametrize("name", TRAINERS)
def test_every_array_has_a_role_and_the_weights_count_as_bit_mass(name):
    trainer = TRAINERS[name](TRAINERS[name].default_architecture())
    assert set(trainer.state) == set(trainer.ROLES)
    ledger = account(trainer)
    assert ledger.weight_bits == 8 * len(trainer.weights().tobytes())
    assert ledger.total_bits == (
        ledger.weight_bits + ledger.constant_bits + ledger.training_bits + ledger.scratch_bits + ledger.fixed_bits
    )


def test_what_the_optimisers_and_the_counters_need():
    weights = 203_264
    made = {
        name: account(TRAINERS[name](bm.Architecture())) for name in TRAINERS if TRAINERS[name].HAS_HIDDEN_LAYER
    }
    assert made["sgd"].training_bits == 0
    assert made["momentum"].training_bits == made["rmsprop"].training_bits == weights
    assert made["adamw"].training_bits == made["adam"].training_bits == 2 * weights
    bv32 = made["bv32-hebbian"]
    assert (bv32.weight_bits, bv32.constant_bits, bv32.constants) == (weights, 256 * 32, 256)
    counters = 64 * (10 * 784 + 10 * 256 + 10 + 784 + 256)
    assert bv32.training_bits == counters
    assert bv32.fixed_bits == 2_560


@pytest.mark.parametrize("name", TRAINERS)
def test_weights_can_be_put_back(name, tiny):
    trainer = TRAINERS[name](TRAINERS[name].default_architecture(), seed=1)
    other = TRAINERS[name](TRAINERS[name].default_architecture(), seed=2)
    for one in (trainer, other):
        one.learn(one.prepare(tiny.train.images), tiny.train.labels, np.arange(len(tiny.train)), True)
    prepared = trainer.prepare(tiny.test.images)
    kept, expected = trainer.weights(), trainer.classify(prepared)
    trainer.put_weights(other.weights())
    assert trainer.weights().tobytes() == other.weights().tobytes()
    trainer.put_weights(kept)
    assert trainer.weights().tobytes() == kept.tobytes()
    np.testing.assert_array_equal(trainer.classify(prepared), expected)


def test_weights_of_another_network_are_refused():
    trainer = TRAINERS["sgd"](bm.Architecture(hidden=2))
    for other in (TRAINERS["sgd"](bm.Architecture(hidden=3)), TRAINERS["bv32-hebbian"](bm.Architecture(hidden=2))):
        with pytest.raises(ValueError, match="cannot take the weights of another network"):
            trainer.put_weights(other.weights())
