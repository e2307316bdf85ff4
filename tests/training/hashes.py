"""Hashes of weights after fixed runs: python -m tests.training.hashes [EXAMPLES] prints them, --write pins them.

They change when what is learned changes. If that was meant, pin them again, and say why in the commit.
"""

from __future__ import annotations

import hashlib
import json
import sys

import bitmass_viz as bm
from bitmass_viz.trainers import RECIPES, TRAINERS
from tests.conftest import ROOT, make_digits

PINNED = ROOT / "tests" / "fixtures" / "hashes.json"
EXAMPLES = 160
"""More than an epoch of the digits below, with a minibatch left open."""
TRAIN = 100
MORE = (
    ("sgd", "tuned", {"batch_size": 1}),
    ("sgd", "published", {"chain_rule": False}),
    ("bv32-hebbian", "published", {"rule": "error-driven"}),
    ("bv32-hebbian", "published", {"hidden_layer": "random"}),
    ("straight-through", "tuned", {"bits": 4}),
    ("straight-through", "tuned", {"bits": 32}),
)


def hashes(examples: int = EXAMPLES) -> dict[str, str]:
    """Train each trainer, with each recipe and some options; return the start of the SHA-256 of all it learned."""
    digits = make_digits(TRAIN, 10, 10, seed=5)
    cases = [(trainer, recipe, {}) for trainer in TRAINERS for recipe in RECIPES] + list(MORE)
    found = {}
    for trainer, recipe, options in cases:
        run = bm.Run(trainer, digits, seed=7, recipe=recipe, **options)
        run.advance(examples)
        content = run.weights.tobytes() + b"".join(array.tobytes() for array in run.trainer.constants().values())
        name = " ".join([trainer, recipe, *(f"{key}={value}" for key, value in options.items())])
        found[name] = hashlib.sha256(content).hexdigest()[:16]
    return found


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    now = json.dumps(hashes(*given), indent=1) + "\n"
    if sys.argv[1:] == ["--write"]:
        PINNED.write_text(now)
    else:
        print(now, end="")
