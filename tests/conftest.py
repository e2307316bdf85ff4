import os
import re
import shutil
import signal
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from bitmass_viz.data import MNIST, Digits, Split, load_digits

# A shell starts what runs in its background deaf to Ctrl-C, and every process that a test starts would be, too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ["tests.data.mirrors"]

ROOT = Path(__file__).parents[1]
JIT = os.environ.get("NUMBA_DISABLE_JIT", "0") == "0"
REQUIRED = os.environ.get("BITMASS_REQUIRE_BROWSER") == "1"
# A first call compiles, so that no deadline is fair.
settings.register_profile("jit", deadline=None)
settings.register_profile("python", deadline=None, max_examples=8)
settings.load_profile("jit" if JIT else "python")

# What the quick loop runs, `-m quick`: from the kernels to the session behind the page, without the slow ones.
QUICK = {"check", "common", "data", "explain", "kernels", "live", "network", "trainers", "training"}
SLOW = pytest.StashKey[int]()

STRANGER = 54321
as_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
needs_jit = pytest.mark.skipif(not JIT, reason="too slow without the JIT")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config, items):
    """Mark what is quick; leave out what is slow, unless -m says what to run."""
    for item in items:
        quick = item.path.parent.name in QUICK or item.path.name == "test_javascript.py"
        if quick and not item.get_closest_marker("slow"):
            item.add_marker("quick")
    yield
    if not config.option.markexpr:
        slow = [item for item in items if item.get_closest_marker("slow")]
        items[:] = [item for item in items if item not in slow]
        config.stash[SLOW] = len(slow)


def pytest_sessionfinish(session):
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["slow"] = session.config.stash.get(SLOW, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    node.config.stash[SLOW] = getattr(node, "workeroutput", {}).get("slow", 0)


def pytest_terminal_summary(terminalreporter, config):
    if number := config.stash.get(SLOW, 0):
        terminalreporter.write_line(
            f"{number} slow test{'s' * (number > 1)} left out: uv run pytest -m 'slow or not slow'"
        )


def holds_nan(text):
    """Tell whether a text has a NaN for a reader or a program to see."""
    return re.search(r"(?i)(?<![a-z])nan(?![a-z])", text) is not None


def missing(reason):
    """Skip a test for want of a program, or fail it where the browser and what it needs are required."""
    if REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)


def find_node():
    return shutil.which("node") or missing("node, which runs the JavaScript, is not installed")


def make_digits(train=300, validation=100, test=100, seed=0):
    """Ten blurred random templates with noise: small, learnable, and nobody's handwriting."""
    rng = np.random.default_rng(seed)
    templates = rng.random((10, 28, 28)) < 0.3
    templates[:, :4] = templates[:, -4:] = False

    def split(n):
        labels = rng.integers(0, 10, n).astype(np.uint8)
        noise = rng.random((n, 28, 28)) < 0.08
        noise[:, :2] = False
        images = ((templates[labels] ^ noise) * rng.integers(140, 256, (n, 28, 28))).astype(np.uint8)
        return Split(images, labels)

    return Digits(
        name="tiny",
        label="random templates",
        synthetic=True,
        sha256={},
        train=split(train),
        validation=split(validation),
        test=split(test),
    )


DIGITS = make_digits() if JIT else make_digits(40, 12, 12)
"""A few hundred synthetic images; fewer where the kernels run as plain Python."""
SIZE = len(DIGITS.train)


@pytest.fixture(scope="session")
def tiny():
    return DIGITS


@pytest.fixture(scope="session")
def mnist():
    if MNIST.find() is None:
        pytest.skip("MNIST is not on this machine (set BITMASS_DATA, or run bitmass fetch)")
    return load_digits("mnist", download=False)


@pytest.fixture(scope="session")
def outcomes(tiny, tmp_path_factory):
    """Every experiment, whole, on a few hundred images, with two seeds: for whatever works on results.

    One with a source of its own takes one epoch of that, and chooses nothing.
    """
    from concurrent.futures import ThreadPoolExecutor

    from bitmass_viz.experiments import EXPERIMENTS, run

    if not JIT:
        pytest.skip("too slow without the JIT")
    # Processes that test side by side train no network twice, as users' do.
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "experiments"
    how = {"data": tiny, "folder": folder, "progress": False, "choice_seeds": (100,)}

    def outcome(experiment, executor):
        if experiment.source is None:
            return run(experiment, 2, executor=executor, **how)
        first = {case.name: case.candidates()[0] for case in experiment.cases}
        return run(replace(experiment, epochs=1), 2, executor=executor, given=first, **how)

    with ThreadPoolExecutor(2) as executor:
        return {name: outcome(experiment, executor) for name, experiment in EXPERIMENTS.items()}


@contextmanager
def full_disk(room):
    """Let no file of this process grow beyond some bytes: what a full disk does to it, and what it says."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
