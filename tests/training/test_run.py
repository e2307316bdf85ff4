from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bitmass_viz as bm
from bitmass_viz.training.history import CHECKPOINT_EXAMPLES
from tests.conftest import DIGITS, JIT, SIZE, needs_jit
from tests.training.runs import CASES, ids, make, moment


def with_history(run, **changed):
    """Replace parts of a run's history."""
    run.take_over(replace(run.present, history=replace(run.history, **changed)))


@pytest.mark.parametrize(("trainer", "recipe", "options"), CASES, ids=ids)
def test_the_same_seed_gives_the_same_bits_however_the_examples_are_cut(trainer, recipe, options):
    whole, pieces, other = (make(trainer, recipe, seed, **options) for seed in (3, 3, 4))
    whole.advance(SIZE + 17)
    for piece in (1, 2, SIZE - 9, 20, 3):
        pieces.step(piece)
    other.advance(SIZE + 17)
    assert moment(whole) == moment(pieces)
    assert moment(whole)[0] != moment(other)[0]
    assert whole.accuracy() == pieces.accuracy()


@pytest.mark.parametrize(("trainer", "recipe", "options"), CASES, ids=ids)
def test_seek_returns_to_a_frame_and_goes_on_from_there_to_the_bit(trainer, recipe, options):
    run = make(trainer, recipe, **options)
    for piece in (5, 10, SIZE, 3, 4):
        run.step(piece)
    there = moment(run)
    examples = run.examples
    frames = list(run.frames)
    for frame in (frames[0], frames[2], frames[-1], frames[3]):
        run.seek(frame)
        assert run.examples == frame.examples
        assert run.weights.tobytes() == frame.weights.tobytes()
    assert run.frames == frames, "looking back forgets nothing"
    run.seek(1)
    run.step(examples - run.examples)
    assert moment(run) == there
    assert [f.examples for f in run.frames] == [0, 5, examples], "another future replaces the old one"


@settings(max_examples=15 if JIT else 3)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 30)), min_size=1, max_size=8), st.integers(0, 7))
def test_seek_replays_centring_as_it_was_switched(events, target):
    run = make("bv32-hebbian", batch_size=8)
    moments = {0: moment(run)}
    for on, examples in events:
        run.set_option("centring", on)
        moments[run.examples] = moment(run)
        run.step(examples)
        moments[run.examples] = moment(run)
    with_history(run, checkpoints=run.history.checkpoints[:1])  # the hardest case: replay everything
    run.seek(target % len(run.frames))
    assert moment(run) == moments[run.examples]
    assert run.options["centring"] == run.frames[target % len(run.frames)].options["centring"]


def test_a_switch_of_centring_is_seen_at_once():
    run = make("bv32-hebbian")
    run.step(SIZE)
    before = run.weights
    frame = run.set_option("centring", False)
    assert frame.examples == before.layers[0].units // 32 * SIZE
    assert frame.weights.flipped(before) > 0
    assert set(run.weights.thresholds.tolist()) == {392}


@needs_jit
@pytest.mark.parametrize("trainer", ["sgd", "adamw", "bv32-hebbian"])
def test_training_learns(trainer):
    run = bm.Run(trainer, DIGITS, recipe="tuned", batch_size=8)
    assert run.accuracy("test") < 0.4
    frame = run.train(epochs=10, progress=False)
    assert run.epoch == 10 == frame.epoch
    assert run.accuracy("test") > 0.8
    assert (
        run.predict(DIGITS.test.images).tolist()
        == run.trainer.classify(run.trainer.prepared(DIGITS.test)).tolist()
    )
    assert frame.accuracy == run.curve[-1][1] == run.accuracy("validation")


@needs_jit
def test_history_is_bounded_evenly_thinned_and_still_exact():
    run = make("bv32-hebbian")
    with_history(run, capacity=20)
    seen = {}
    for _ in range(400):
        frame = run.step(300)
        seen[frame.examples] = frame.weights.tobytes()
    kept = [f.examples for f in run.frames]
    assert len(kept) <= 20
    assert kept[0] == 0
    assert kept[-1] == run.examples
    gaps = np.diff(kept[:-1])
    assert gaps.max() <= 2 * gaps.min()
    checkpoints = [c.examples for c in run.history.checkpoints]
    assert len(checkpoints) <= len(kept)
    for frame in list(run.frames)[1:]:
        assert frame.examples - run.history.checkpoint_before(frame.examples).examples <= CHECKPOINT_EXAMPLES
        run.seek(frame)
        assert run.weights.tobytes() == seen[frame.examples]


def test_measuring_in_the_past_keeps_the_future():
    run = make("sgd")
    run.step(10)
    run.validate()
    run.step(10)
    run.validate()
    run.seek(0)
    run.validate()
    assert [n for n, _ in run.curve] == [10, 20]
    assert len(run.frames) == 3


def test_an_abandoned_measurement_leaves_no_point():
    run = make("sgd")
    assert run.validate(stop=lambda: True) is None
    assert run.curve == []


def test_warming_up_changes_nothing():
    run = make("adamw")
    before = moment(run)
    run.warm_up()
    assert moment(run) == before


def test_the_upcoming_example_is_the_one_learned_next():
    run = make("bv32-hebbian", batch_size=1)
    index, label, answer = run.upcoming()
    assert label == DIGITS.train.labels[index]
    assert answer == run.predict(DIGITS.train.images[index : index + 1])[0]
    run.step(SIZE)
    again = run.upcoming()
    assert again[0] != index or again[1] == label


def test_all_trainers_meet_the_examples_in_the_same_order():
    orders = []
    for trainer in bm.TRAINERS:
        hidden = 1 if bm.TRAINERS[trainer].HAS_HIDDEN_LAYER else 0
        run = bm.Run(trainer, DIGITS, bm.Architecture(hidden=hidden), 5)
        orders.append([])
        for _ in range(5):
            orders[-1].append(run.upcoming()[0])
            run.step(1)
    assert orders.count(orders[0]) == len(orders)


@pytest.mark.parametrize("trainer", ["sgd", "bv32-hebbian"])
def test_the_whole_range_of_hidden_sizes(trainer):
    for hidden in (1, 3, 256) if JIT else (1,):
        run = bm.Run(trainer, DIGITS, bm.Architecture(hidden=hidden))
        run.step(5)
        assert len(run.weights.tobytes()) * 8 == run.arch.bit_mass()
        assert 0.0 <= run.accuracy() <= 1.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: make("adagrad"), "trainer must be one of sgd, momentum, rmsprop, adam, adamw, bv32-hebbian"),
        (lambda: make("sgd", "best"), "recipe must be one of published, tuned, got 'best'"),
        (lambda: make("sgd", rule="delta"), "sgd has no option 'rule'; it has learning_rate, batch_size"),
        (lambda: make("bv32-hebbian", learning_rate=0.1), "bv32-hebbian has no option 'learning_rate'"),
        (lambda: make("sgd", learning_rate=0), "learning_rate must be a number between 1e-06 and 10, got 0"),
        (lambda: make("sgd", learning_rate=float("nan")), "learning_rate must be a number"),
        (lambda: make("sgd", batch_size=2.5), "batch_size must be a whole number between 1 and 4,096, got 2.5"),
        (
            lambda: make("bv32-hebbian", rule="oja"),
            "rule must be one of prototype, error-driven, delta, got 'oja'",
        ),
        (lambda: make("bv32-hebbian", centring=1), "centring must be True or False, got 1"),
        (lambda: make("sgd", seed=-1), "seed must be a whole number between 0 and 9,007,199,254,740,991, got -1"),
        (lambda: make("sgd").step(0), "examples must be a whole number between 1 and 1,000,000, got 0"),
        (lambda: make("sgd").seek(5), "frame must be a Frame or an index below 1, got 5"),
        (lambda: make("sgd").seek(make("sgd").frames[0]), "no longer in the history"),
        (lambda: make("sgd").accuracy("all"), "split must be one of train, validation, test, got 'all'"),
        (
            lambda: make("sgd").set_option("rule", "delta"),
            "cannot change 'rule' while it trains; it can change: none",
        ),
        (lambda: make("sgd").predict(np.zeros((2, 784))), r"images must be uint8 of shape \(n, 28, 28\)"),
        (lambda: bm.Run(["sgd"], DIGITS), r"trainer must be one of .*, got \['sgd'\]"),
        (lambda: bm.Run("sgd", DIGITS, recipe=["tuned"]), r"recipe must be one of .*, got \['tuned'\]"),
        (lambda: make("sgd").step(True), "examples must be a whole number between 1 and 1,000,000, got True"),
        (lambda: make("sgd").seek(True), "frame must be a Frame or an index below 1, got True"),
        (
            lambda: make("sgd").compare(True),
            "a must be a Frame or an index of one of the run's 1 frames, got True",
        ),
        (lambda: make("sgd").train(0), "epochs must be a whole number between 1 and 100,000, got 0"),
        (lambda: bm.Run("sgd", DIGITS, bm.Architecture(inputs=100)), "inputs must be 784, the pixels of a digit"),
        (lambda: bm.Run("sgd", DIGITS, bm.Architecture(classes=5)), "classes must be at least 10"),
    ],
)
def test_bad_input_gets_one_clear_error(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.mnist
@needs_jit
@pytest.mark.parametrize(
    ("trainer", "options", "low", "high"),
    [
        ("adamw", {"recipe": "tuned"}, 0.88, 0.95),
        ("sgd", {"recipe": "tuned"}, 0.87, 0.95),
        ("bv32-hebbian", {"rule": "prototype"}, 0.68, 0.78),
        ("bv32-hebbian", {"rule": "error-driven"}, 0.75, 0.93),
        ("bv32-hebbian", {"rule": "delta"}, 0.87, 0.93),
        ("bv32-uncentred", {}, 0.05, 0.40),
    ],
)
def test_three_epochs_of_mnist(mnist, trainer, options, low, high):
    run = bm.Run(trainer, mnist, **options)
    run.train(epochs=3, progress=False)
    assert low <= run.accuracy("test") <= high
    assert len(run.weights.tobytes()) == 25_408


@needs_jit
def test_an_hour_of_long_steps_leaves_no_pile_of_checkpoints(tiny):
    run = bm.Run("sgd", tiny)
    with_history(run, stride=10_000_000)
    for _ in range(40):
        run.step(CHECKPOINT_EXAMPLES + 1)
        assert len(run.history.checkpoints) <= len(run.frames) + 1
    newest = run.weights.tobytes()
    run.seek(run.frames[len(run.frames) // 2])
    run.seek(run.frames[-1])
    assert run.weights.tobytes() == newest


def test_checkpoints_of_a_large_network_take_bounded_memory(monkeypatch):
    run = bm.Run("adamw", DIGITS, bm.Architecture(hidden=2), batch_size=8)
    most = 4 * run.history.checkpoints[0].nbytes
    monkeypatch.setattr("bitmass_viz.training.history.MAX_CHECKPOINT_BYTES", most)
    monkeypatch.setattr("bitmass_viz.training.history.CHECKPOINT_EXAMPLES", 5)
    seen = {}
    for _ in range(40 if JIT else 9):
        frame = run.step(7)
        seen[frame.examples] = frame.weights.tobytes()
        assert sum(checkpoint.nbytes for checkpoint in run.history.checkpoints) <= most
    assert run.history.checkpoints[0].examples == 0
    for frame in run.frames[1:]:
        run.seek(frame)
        assert run.weights.tobytes() == seen[frame.examples]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("sgd", None), r"digits must be Digits, as load_digits\(\) returns them, got None"),
        (("sgd", DIGITS.train), r"digits must be Digits, .*, got <Split"),
        (("sgd", DIGITS, 8), "arch must be an Architecture, got 8"),
    ],
)
def test_what_is_of_another_type_is_refused_with_what_is_wanted(arguments, message):
    with pytest.raises(TypeError, match=message):
        bm.Run(*arguments)


def test_whole_numbers_of_numpy_are_taken_everywhere():
    run = make("sgd", seed=np.int64(3))
    run.step(np.int32(7))
    run.train(np.uint8(1), progress=False)
    run.seek(np.int64(0))
    run.compare(np.int64(0), np.int8(-1))
    assert type(run.seed) is int
    assert run.explain(np.int64(2)).title
