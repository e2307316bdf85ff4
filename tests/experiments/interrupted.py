"""A sweep for a test to kill: `python -m tests.experiments.interrupted FOLDER`."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bitmass_viz.experiments import engine
from tests.conftest import make_digits
from tests.experiments.conftest import make_experiment

if __name__ == "__main__":
    with ThreadPoolExecutor(1) as executor:
        engine.run(
            make_experiment(), 50, executor=executor, data=make_digits(), folder=Path(sys.argv[1]), progress=False
        )
