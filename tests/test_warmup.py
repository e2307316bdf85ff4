"""What `bitmass warmup` promises: afterwards nothing is left to compile."""

import json
import os
import subprocess
import sys

from click.testing import CliRunner

from bitmass_viz import warmup
from bitmass_viz.cli import main
from tests.conftest import needs_jit

TRAIN_EVERYTHING = """
import json
import bitmass_viz as bm
from bitmass_viz import warmup
from bitmass_viz.session import Session
from bitmass_viz.trainers import RECIPES
from tests.conftest import make_digits

digits = make_digits()
for name, trainer in bm.TRAINERS.items():
    for recipe in RECIPES:
        run = bm.Run(name, digits, recipe=recipe)
        run.train(epochs=1, progress=False)
        run.accuracy("test")
        run.predict(digits.test.images)
        run.seek(3)
        run.step()
        run.trainer.put_weights(run.weights)
session = Session(bm.Run("bv32-hebbian", digits))
session.run.step()
session.set("centring", False)
session.set("rule", "delta")
session.run.step()

functions = warmup.dispatchers()
missed = [name for name, function in functions.items() if sum(function.stats.cache_misses.values())]
used = [name for name, function in functions.items() if sum(function.stats.cache_hits.values())]
print(json.dumps([missed, used]))
"""


def python(*arguments, **environment):
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, env={**os.environ, **environment}
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@needs_jit
def test_after_it_a_fresh_process_trains_every_trainer_and_compiles_nothing(tmp_path):
    first = python("-m", "bitmass_viz.cli", "warmup", "--json", NUMBA_CACHE_DIR=str(tmp_path))
    assert "kernels.raster.draw_lines" in first["compiled"]
    assert first["uncached"] == []
    assert all(folder.startswith(str(tmp_path)) for folder in first["folders"])
    missed, used = python("-c", TRAIN_EVERYTHING, NUMBA_CACHE_DIR=str(tmp_path))
    assert missed == []
    assert "kernels.hebbian.train" in used
    second = python("-m", "bitmass_viz.cli", "warmup", "--json", NUMBA_CACHE_DIR=str(tmp_path))
    assert second["compiled"] == []
    assert set(second["cached"]) <= set(first["compiled"])
    assert second["seconds"] < first["seconds"] / 3


def test_it_says_what_it_compiled_and_where_that_lies(monkeypatch):
    warmed = warmup.Warmed(
        ["kernels.bits.a", "kernels.bits.b"], ["kernels.c.d"], ["kernels.e.f"], 1.23, ["/cache"]
    )
    monkeypatch.setattr(warmup, "warm_up", lambda progress: warmed)
    result = CliRunner().invoke(main, ["warmup"])
    assert result.stdout.splitlines() == [
        "Compiled kernels.bits: a, b",
        "Compiled now: 2, found in the cache: 1; 1.2 seconds",
        "The cache lies in /cache",
    ]
    assert result.stderr == "kernels.e.f cannot be kept; each process compiles it anew\n"
    as_json = CliRunner().invoke(main, ["warmup", "--json"])
    assert json.loads(as_json.stdout)["cached"] == ["kernels.c.d"]


def test_a_compiler_that_is_switched_off_is_said_to_be():
    done = subprocess.run(
        [sys.executable, "-m", "bitmass_viz.cli", "warmup"],
        capture_output=True,
        text=True,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: NUMBA_DISABLE_JIT is 1")
