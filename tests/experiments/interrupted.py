"""Sweeps for a test to interrupt: `python -m tests.experiments.interrupted FOLDER [within]`."""

import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor, _base
from pathlib import Path

from bitmass_viz.experiments import runner
from tests.conftest import make_digits
from tests.experiments.conftest import make_experiment


def press_ctrl_c_while_locks_are_taken():
    """Have it come where `concurrent.futures.wait` has taken the lock of a network that is not done yet."""
    takes_all = _base._AcquireFutures.__enter__

    def take_all(self):
        _base._AcquireFutures.__enter__ = takes_all
        open_ones = [future for future in self.futures if not future.done()]
        assert open_ones
        open_ones[-1]._condition.acquire()
        os.kill(os.getpid(), signal.SIGINT)
        open_ones[-1]._condition.release()
        return takes_all(self)

    _base._AcquireFutures.__enter__ = take_all


if __name__ == "__main__":
    within = sys.argv[2:] == ["within"]
    if within:
        press_ctrl_c_while_locks_are_taken()
    try:
        with ThreadPoolExecutor(1) as executor:
            runner.run(
                make_experiment(),
                50,
                executor=None if within else executor,
                data=make_digits(),
                folder=Path(sys.argv[1]),
                progress=False,
            )
    except KeyboardInterrupt:
        print("interrupted")
