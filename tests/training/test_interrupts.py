"""A run is whole after an interrupt at any point: trained on, it learns what it would have learned without it."""

import gc
import random
import re
import signal
import sys
import threading
import time
import weakref
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

import bitmass_viz as bm
from bitmass_viz.trainers import TRAINERS
from tests.conftest import make_digits, needs_jit

pytestmark = needs_jit
DIGITS = make_digits(300, 40, 10)
PACKAGE = str(Path(bm.__file__).parent)
INTERRUPTS = 200


def make(trainer, digits=DIGITS, **options):
    hidden = {"hidden": 1} if TRAINERS[trainer].HAS_HIDDEN_LAYER else {"hidden": 0}
    return bm.Run(trainer, digits, bm.Architecture(**hidden), seed=1, **options)


def state(run):
    return {name: array.tobytes() for name, array in run.trainer.state.items()}


def check_whole(run):
    """See that a run is what it would be if it had been stepped to where it is, and stays so."""
    twin = make(run.trainer.NAME, run.digits, **run.first_options)
    for at, name, value in run.changes:
        if at <= run.examples:
            if at > twin.examples:
                twin.advance(at - twin.examples)
            twin.set_option(name, value)
    if run.examples > twin.examples:
        twin.advance(run.examples - twin.examples)
    assert state(run) == state(twin)
    assert run.options == twin.options
    assert run.weights.tobytes() == twin.weights.tobytes()
    assert [frame.examples for frame in run.frames] == sorted({frame.examples for frame in run.frames})
    assert all(at <= max(run.examples, run.frames[-1].examples) for at, _ in run.curve)
    run.step(70)
    twin.step(70)
    assert state(run) == state(twin)
    for frame in (run.frames[0], run.frames[-1]):
        run.seek(frame)
        assert run.weights.tobytes() == frame.weights.tobytes()
    assert state(run) == state(twin)


class InjectedError(BaseException):
    """Stands for what an interrupt raises."""


def interrupted_at(bytecode, action):
    """Run `action`, and raise before the bytecode of this number in the package; tell whether it came to that."""
    left = bytecode

    def trace(frame, event, _argument):
        nonlocal left
        if not frame.f_code.co_filename.startswith(PACKAGE):
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        if event == "opcode":
            left -= 1
            if left < 0:
                sys.settrace(None)
                raise InjectedError
        return trace

    sys.settrace(trace)
    try:
        action()
    except InjectedError:
        return True
    finally:
        sys.settrace(None)
    return False


STRIDES = {
    "step over the end of an epoch": 5,
    "seek": 5,
    "seek to the end": 5,
    "accuracy of other weights": 5,
    "explain": 40,
}
"""Of actions of thousands of bytecodes, most of them alike, every so many are interrupted."""
ACTIONS = {
    "step": lambda run: run.step(64),
    "step over the end of an epoch": lambda run: run.step(400),
    "advance": lambda run: run.advance(10),
    "record": lambda run: run.record(),
    "validate": lambda run: run.validate(),
    "seek": lambda run: run.seek(1),
    "seek to the end": lambda run: run.seek(-1),
    "set_option": lambda run: run.set_option("centring", False),
    "accuracy of other weights": lambda run: run.accuracy("test", run.frames[0].weights),
    "explain": lambda run: run.explain(),
}


@pytest.mark.slow
@pytest.mark.parametrize("past", [False, True], ids=["at the newest frame", "in the past"])
@pytest.mark.parametrize("name", ACTIONS)
def test_an_exception_at_any_bytecode_leaves_a_run_whole(name, past):
    action = ACTIONS[name]
    begun = make("bv32-hebbian")
    for examples in (50, 64, 70, 30):
        begun.step(examples)
    begun.set_option("centring", False)
    begun.set_option("centring", True)
    begun.step(20)
    if past:
        begun.seek(2)
    action(begun.copy())  # whatever is imported or compiled is there by then
    bytecode, stride = 0, STRIDES.get(name, 1)
    while True:
        run = begun.copy()
        was_interrupted = interrupted_at(bytecode, lambda run=run: action(run))
        check_whole(run)
        if not was_interrupted:
            break
        bytecode += stride
    assert bytecode > 20, "nothing was interrupted"


class Interrupts:
    """Raise KeyboardInterrupt in this thread after some of its time, as Ctrl-C does.

    Python itself loses an exception that comes while it runs a callback of its garbage collector, and hypothesis
    installs one. So what is to be interrupted must go on only until the signal came, not until the exception did.
    The signal is not the one of the tests' time limit.
    """

    def __init__(self):
        self.number = 0

    def ordered(self, seconds):
        """Order one; yield until it has come."""
        number = self.number
        signal.setitimer(signal.ITIMER_PROF, seconds)
        while self.number == number:
            yield

    def come(self, _number, _frame):
        self.number += 1
        raise KeyboardInterrupt


@pytest.fixture
def interrupts():
    interrupts = Interrupts()
    before = signal.signal(signal.SIGPROF, interrupts.come)
    yield interrupts
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)


@pytest.mark.slow
def test_two_hundred_interrupts_leave_every_trainer_where_an_undisturbed_one_is(interrupts):
    rng = random.Random(0)
    digits = make_digits(3_000, 200, 10)
    for trainer in TRAINERS:
        run = make(trainer, digits)
        run.warm_up()
        run.validate()
        for _ in range(-(-INTERRUPTS // len(TRAINERS))):
            with suppress(KeyboardInterrupt):
                for _ in interrupts.ordered(rng.uniform(0.0005, 0.05)):
                    run.train(epochs=50, progress=False)
            if rng.random() < 0.3:
                with suppress(KeyboardInterrupt):
                    for _ in interrupts.ordered(rng.uniform(0.0001, 0.003)):
                        run.seek(rng.randrange(len(run.frames)))
        undisturbed = make(trainer, digits)
        for frame in run.frames:
            if frame.examples > undisturbed.examples:
                undisturbed.advance(frame.examples - undisturbed.examples)
            assert frame.weights.tobytes() == undisturbed.weights.tobytes(), trainer
        run.seek(-1)
        assert state(run) == state(undisturbed), trainer
    assert interrupts.number >= INTERRUPTS


@pytest.mark.parametrize("trainer", ["sgd", "bv32-hebbian", "straight-through"])
def test_threads_that_train_one_run_take_further_examples_each(trainer):
    run, twin = make(trainer), make(trainer)
    run.warm_up()
    threads = [threading.Thread(target=lambda: [run.step(7) for _ in range(60)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert run.examples == 4 * 60 * 7
    twin.advance(run.examples)
    assert state(run) == state(twin)
    assert [frame.examples for frame in run.frames] == sorted({frame.examples for frame in run.frames})


@pytest.mark.parametrize("trainer", ["adamw", "bv32-hebbian"])
def test_what_reads_a_run_sees_one_snapshot_while_another_thread_trains(trainer, tmp_path):
    run = make(trainer)
    run.warm_up()
    run.step(1)
    done = threading.Event()

    def train():
        while not done.is_set():
            run.step(13)
            if trainer == "bv32-hebbian":
                run.set_option("centring", not run.options["centring"])
            if len(run.frames) > 150:
                run.seek(3)

    thread = threading.Thread(target=train)
    thread.start()
    try:
        until = time.monotonic() + 2
        for number in range(1_000):
            path = tmp_path / f"{number % 4}.npz"
            run.save(path)
            saved = bm.load_run(path, run.digits)
            now = saved.trainer.examples
            if all(frame.examples <= now for frame in saved.frames):
                saved.record()
            frame = next(frame for frame in saved.frames if frame.examples == now)
            assert saved.weights.tobytes() == frame.weights.tobytes()
            saved.seek(0)
            saved.seek(frame)
            assert saved.weights.tobytes() == frame.weights.tobytes(), "the frame is not what was learned up to it"
            explained = run.explain()
            if trainer == "adamw":
                learned = int(re.search(r"after ([\d,]+) examples", explained.title)[1].replace(",", ""))
                lone = make(trainer)
                if learned:
                    lone.advance(learned)
                for stage, other in zip(explained.stages, lone.explain().stages, strict=True):
                    assert np.array_equal(stage.value, other.value), stage.name
            copied = run.copy()
            assert copied.weights.tobytes() == copied.trainer.weights().tobytes()
            if number >= 10 and time.monotonic() > until:
                break
    finally:
        done.set()
        thread.join()


def test_what_an_interrupt_leaves_behind_holds_no_later_snapshot():
    run = make("sgd")
    held = []
    run.validate(lambda: held.append(sys._getframe(2)) or False)  # as a traceback holds its frames
    version = run._versions.latest()
    later = []
    for _ in range(20):
        run.step(5)
        later.append(weakref.ref(run.present))
    gc.collect()
    assert [snapshot() is None for snapshot in later] == [True] * 19 + [False]
    assert held
    assert not run._versions.replace(version[0], version[1]), "what has been replaced is not replaced again"


def test_a_copy_goes_on_by_itself():
    run = make("sgd")
    run.step(100)
    twin = run.copy()
    before = state(run), run.frames, run.curve
    twin.step(64)
    twin.validate()
    assert (state(run), run.frames, run.curve) == before
    run.step(64)
    assert state(run) == state(twin)


def test_a_failure_in_the_middle_of_a_measurement_keeps_the_weights():
    run = make("adamw")
    run.step(100)
    before = state(run)
    other = run.frames[0].weights

    class StopError(Exception):
        pass

    def stop():
        raise StopError

    with pytest.raises(StopError):
        run.validate(stop)
    assert run.accuracy("test", other) <= 1
    assert state(run) == before
    assert np.array_equal(run.weights.buffer, run.frames[-1].weights.buffer)
