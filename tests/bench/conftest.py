import importlib.util
import json

import numpy as np
import pytest
from click.testing import CliRunner

from bitmass_viz.cli.main import main
from bitmass_viz.data import Digits, Split
from bitmass_viz.data.strokes import draw_digits
from tests.conftest import JIT


def without_compiler(*_, **__):
    def step(*_):
        raise RuntimeError("no compiler\nand a long story")

    return step


@pytest.fixture(scope="session")
def strokes():
    """Return a few hundred pen strokes, which no other process can load."""
    rng = np.random.default_rng(0)

    def split(n):
        images, labels = np.empty((n, 28, 28), np.uint8), np.empty(n, np.uint8)
        draw_digits(images, labels, rng)
        return Split(images, labels)

    return Digits("few strokes", "Pen strokes", True, {"images": "0" * 64}, split(300), split(50), split(100))


@pytest.fixture(scope="session")
def ran(strokes, tmp_path_factory):
    """Run the command, all of it, for two rounds: what it printed, and the folder that it wrote to.

    PyTorch takes part where it is installed, but compiles nothing, which would take a minute.
    """
    if not JIT:
        pytest.skip("too slow without the JIT")
    out = tmp_path_factory.mktemp("bench") / "new" / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bitmass_viz.data.load_data", lambda source: strokes)
        if importlib.util.find_spec("torch"):
            patch.setattr("torch.compile", without_compiler)
        done = CliRunner().invoke(main, ["bench", "--rounds", "2", "--json", "--out", str(out)])
    assert done.exit_code == 0, done.output
    return done.stdout, out


@pytest.fixture(scope="session")
def found(ran):
    """What the run found."""
    return json.loads(ran[0])
