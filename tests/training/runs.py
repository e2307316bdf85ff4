"""Small runs of every kind of network, for whatever works on runs."""

import bitmass_viz as bm
from tests.conftest import DIGITS

SMALL = {"hidden": 1}
CASES = [
    ("sgd", "published", {}),
    ("sgd", "tuned", {"batch_size": 1}),
    ("sgd", "published", {"chain_rule": False}),
    ("adamw", "published", {"batch_size": 7}),
    ("adamw", "tuned", {}),
    ("bv32-hebbian", "published", {"batch_size": 5}),
    ("bv32-hebbian", "published", {"rule": "error-driven", "batch_size": 16}),
    ("bv32-hebbian", "published", {"hidden_layer": "random"}),
    ("bv32-hebbian", "tuned", {}),
    ("bv32-uncentred", "published", {}),
]
ids = [f"{trainer}-{recipe}-{options}" for trainer, recipe, options in CASES]


def make(trainer, recipe="published", seed=0, **options):
    return bm.Run(trainer, DIGITS, bm.Architecture(**SMALL), seed, recipe, **options)


def moment(run):
    return run.weights.tobytes(), {name: array.tobytes() for name, array in run.trainer.state.items()}
