import json
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import fields, replace

import pandas as pd
import pytest

import bitmass_viz as bm
from bitmass_viz import experiments
from bitmass_viz.experiments import fingerprint as fingerprints
from bitmass_viz.experiments import runner
from bitmass_viz.experiments.declaration import Case
from bitmass_viz.experiments.fingerprint import fingerprint, key
from bitmass_viz.experiments.job import DataRef, Job, perform
from bitmass_viz.experiments.measures import FIRST_SEED
from bitmass_viz.experiments.statistics import MEAN_INTERVAL, Estimate, Interval
from bitmass_viz.experiments.store import Store
from bitmass_viz.experiments.verdict import Verdict
from bitmass_viz.trainers.bv32 import Bv32Hebbian
from tests.conftest import ROOT, make_digits, needs_jit
from tests.experiments.conftest import CASES, make_experiment, without_times
from tests.waiting import wait_until


@pytest.fixture
def serial():
    with ThreadPoolExecutor(1) as executor:
        yield executor


def run(experiment, digits, folder, executor, **how):
    return runner.run(experiment, data=digits, folder=folder, executor=executor, progress=False, **how)


def test_every_network_is_a_row_that_says_where_it_is_from(experiment, tiny, tmp_path, serial):
    table, verdicts = run(experiment, tiny, tmp_path, serial, choice_seeds=(100, 101))
    assert verdicts == []
    choices, results = table[table["stage"] == "choice"], table[table["stage"] == "result"]
    assert len(choices) == 2 * 2
    assert len(results) == 3 * 2
    assert set(choices["split"]) == {"validation"}
    assert set(results["split"]) == {"test"}
    assert set(results["seed"]) == {FIRST_SEED, FIRST_SEED + 1}
    assert set(choices["seed"]) == {100, 101}
    for column in ("dataset", "data_sha256", "version", "epochs", "bit_mass", "seconds_per_epoch", "options"):
        assert table[column].notna().all()
    best = choices.groupby("options")["accuracy"].mean().idxmax()
    assert set(results.loc[results["case"] == "sgd", "options"]) == {best}
    first = results.iloc[0]
    network = bm.Run("sgd", tiny, bm.Architecture(hidden=1), FIRST_SEED, "tuned", **json.loads(best))
    network.advance(len(tiny.train))
    assert first["accuracy"] == network.accuracy("test")
    assert first["validation"] == network.accuracy("validation")
    assert first["bit_mass"] == network.arch.bit_mass()


def test_a_choice_never_sees_the_test_split(tiny, tmp_path, serial, monkeypatch):
    asked = []
    accuracy = bm.Run.accuracy
    monkeypatch.setattr(
        bm.Run, "accuracy", lambda self, split="validation": asked.append(split) or accuracy(self, split)
    )
    table, _ = run(make_experiment(cases=CASES[:1]), tiny, tmp_path, serial, seeds=1, choice_seeds=(100,))
    assert len(table) == 3
    assert asked.count("test") == 1
    assert asked.index("test") > 1, "both candidates were compared on validation first"


def test_what_was_chosen_before_need_not_be_chosen_again(experiment, tiny, tmp_path, serial):
    table, _ = run(experiment, tiny, tmp_path, serial, given={"sgd": {"learning_rate": 0.02}})
    assert not (table["stage"] == "choice").any()
    assert set(table.loc[table["case"] == "sgd", "options"]) == {'{"learning_rate": 0.02}'}


def test_a_second_run_trains_nothing_again(experiment, tiny, tmp_path, serial):
    first, _ = run(experiment, tiny, tmp_path, serial)
    content = (tmp_path / "networks.jsonl").read_bytes()

    class Idle:
        def submit(self, *args):
            raise AssertionError("a finished network was trained again")

    second, _ = run(experiment, tiny, tmp_path, Idle())
    pd.testing.assert_frame_equal(first, second)
    assert (tmp_path / "networks.jsonl").read_bytes() == content
    more, _ = run(experiment, tiny, tmp_path, serial, seeds=3)
    pd.testing.assert_frame_equal(
        without_times(more[more["seed"] < FIRST_SEED + 2].reset_index(drop=True)),
        without_times(first[first["seed"] < FIRST_SEED + 2].reset_index(drop=True)),
    )


def wants(*cases, until):
    """A judge whose interval is too wide as long as a case of these has fewer networks."""

    def judge(results):
        wanting = [case for case in cases if (results["case"] == case).sum() < until]
        found = Estimate(1.0, Interval(0.0, 2.0))
        return [Verdict("C5", "undecided", "", 2, MEAN_INTERVAL, found, wanting=tuple(wanting))]

    return judge


@pytest.mark.parametrize(("until", "count"), [(2, 2), (3, 7), (8, 12), (99, 13)])
def test_networks_are_added_to_the_cases_that_want_them_up_to_the_most(tiny, tmp_path, serial, until, count):
    experiment = make_experiment(cases=CASES[1:], judge=wants("delta", until=until), most_seeds=13)
    told = []
    table, _ = run(experiment, tiny, tmp_path, serial, tell=lambda done, total: told.append((done, total)))
    counts = table["case"].value_counts()
    assert (counts["prototype"], counts["delta"]) == (2, count)
    assert set(table.loc[table["case"] == "delta", "seed"]) == set(range(FIRST_SEED, FIRST_SEED + count))
    assert told[-1] == (2 + count, 2 + count)


def test_seeds_that_are_asked_for_stay_as_they_are(tiny, tmp_path, serial):
    experiment = make_experiment(cases=CASES[1:], judge=wants("delta", until=99))
    for asked, seeds in ((3, 3), ([7, 9], 2)):
        table, _ = run(experiment, tiny, tmp_path, serial, seeds=asked)
        assert set(table["case"].value_counts()) == {seeds}


def test_a_case_may_have_its_own_time_and_take_the_choice_of_another(tiny, tmp_path, serial):
    longer = Case("longer", "sgd", hidden=1, epochs=2, chosen_like="sgd")
    table, _ = run(make_experiment(cases=(longer, CASES[0])), tiny, tmp_path, serial, choice_seeds=(100,))
    results = table[table["stage"] == "result"].groupby("case")
    assert results["epochs"].first().to_dict() == {"sgd": 1, "longer": 2}
    assert len(set(results["options"].first())) == 1
    assert set(table.loc[table["stage"] == "choice", "case"]) == {"sgd"}
    row = table[table["case"] == "longer"].iloc[0]
    network = bm.Run("sgd", tiny, bm.Architecture(hidden=1), FIRST_SEED, "tuned", **json.loads(row["options"]))
    network.advance(2 * len(tiny.train))
    assert row["accuracy"] == network.accuracy("test")


def test_a_case_on_data_of_its_own_is_trained_beside_a_named_set(tiny, tmp_path, serial, monkeypatch):
    other = make_digits(200, 50, 50, seed=9)
    sets = {"mnist": replace(tiny, name="mnist"), "fashion-mnist": replace(other, name="fashion-mnist")}
    monkeypatch.setattr(runner, "load_data", sets.__getitem__)
    cases = (CASES[1], Case("elsewhere", "bv32-hebbian", "published", hidden=1, data="fashion-mnist"))
    experiment = make_experiment(cases=cases)
    table, _ = run(experiment, "mnist", tmp_path, serial)
    of_case = table.groupby("case")
    assert of_case["dataset"].first().to_dict() == {"prototype": "mnist", "elsewhere": "fashion-mnist"}
    assert of_case["data_sha256"].nunique().to_dict() == {"prototype": 1, "elsewhere": 1}
    network = bm.Run("bv32-hebbian", other, bm.Architecture(hidden=1), FIRST_SEED, "published")
    network.advance(len(other.train))
    assert of_case["accuracy"].first()["elsewhere"] == network.accuracy("test")
    alone, _ = run(experiment, sets["mnist"], tmp_path, serial)
    assert set(alone["case"]) == {"prototype"}, "data that were loaded are all that is trained on"

    def unreachable(name):
        if name == "fashion-mnist":
            raise OSError("Fashion-MNIST is not on this machine")
        return sets[name]

    monkeypatch.setattr(runner, "load_data", unreachable)
    with pytest.warns(UserWarning, match="E0 leaves out its cases on Fashion-MNIST: Fashion-MNIST is not on this"):
        table, _ = run(experiment, "mnist", tmp_path, serial)
    assert set(table["case"]) == {"prototype"}


def test_the_longest_are_trained_first(tiny, tmp_path, serial):
    wide = Case("wide", "straight-through", hidden=4)
    whole = Case("whole", "straight-through", options={"bits": 32}, hidden=4)
    longest = Case("longest", "straight-through", hidden=2, epochs=3)
    begun = []

    class Noting:
        def submit(self, work, job, data):
            begun.append((job.hidden, job.epochs, job.options))
            return serial.submit(work, job, data)

    run(make_experiment(cases=(whole, wide, longest)), tiny, tmp_path, Noting(), seeds=1)
    assert begun == [(2, 3, "{}"), (4, 1, "{}"), (4, 1, '{"bits": 32}')]


def test_two_cases_that_are_the_same_network_train_it_once(tiny, tmp_path, serial):
    twins = (Case("one", "sgd", hidden=1), Case("other", "sgd", hidden=1))
    done = []
    table, _ = run(
        make_experiment(cases=twins),
        tiny,
        tmp_path,
        serial,
        seeds=2,
        tell=lambda n, total: done.append((n, total)),
    )
    assert len(table) == 4
    assert len((tmp_path / "networks.jsonl").read_text().splitlines()) == 2
    assert done[-1] == (4, 4)


@needs_jit
def test_a_killed_sweep_goes_on_and_gives_the_same_table(tiny, tmp_path, serial):
    killed = subprocess.Popen(
        [sys.executable, "-m", "tests.experiments.interrupted", str(tmp_path / "killed")], cwd=ROOT
    )
    lines = tmp_path / "killed" / "networks.jsonl"
    wait_until(lambda: lines.exists() and lines.read_bytes().count(b"\n") >= 5, 60, killed)
    killed.kill()
    killed.wait()
    finished = lines.read_bytes().count(b"\n")
    assert 5 <= finished < 160
    with lines.open("ab") as file:
        file.write(b'{"key":"torn by the ki')
    trained = []

    class Counting:
        def submit(self, work, *args):
            trained.append(args)
            return serial.submit(work, *args)

    resumed, _ = run(make_experiment(), tiny, tmp_path / "killed", Counting(), seeds=50)
    whole, _ = run(make_experiment(), tiny, tmp_path / "whole", serial, seeds=50)
    pd.testing.assert_frame_equal(without_times(resumed), without_times(whole))
    assert len(trained) == 160 - finished
    assert len(Store(tmp_path / "killed")) == 160


def test_a_torn_line_costs_one_network_and_no_more(tmp_path):
    store = Store(tmp_path)
    store.add("a", [{"x": 1}])
    store.add("b", [{"x": 2}])
    store.add("a", [{"x": 3}])
    whole = store.path.read_bytes()
    for cut in range(len(whole)):
        store.path.write_bytes(whole[:cut])
        again = Store(tmp_path)
        assert len(again) == whole[: cut + 1].count(b"\n") or cut + 1 == len(whole)
        again.add("c", [{"x": 4}])
        reread = Store(tmp_path)
        assert reread["c"] == [{"x": 4}]
        assert len(reread) == len(again)
        if "a" in again:
            assert reread["a"] == [{"x": 1}]


def test_cancelling_keeps_what_was_finished(experiment, tiny, tmp_path, serial):
    done = []
    with pytest.raises(experiments.CancelledError):
        run(
            experiment,
            tiny,
            tmp_path,
            serial,
            seeds=40,
            tell=lambda n, total: done.append(n),
            stop=lambda: len(done) > 3,
        )
    kept = len(Store(tmp_path))
    assert 3 < kept < 130
    table, _ = run(experiment, tiny, tmp_path, serial, seeds=2)
    assert len(table) == 10 + 6


@needs_jit
def test_ctrl_c_at_the_worst_moment_leaves_nothing_waiting(tmp_path):
    """Locks of networks that are not done yet are taken just then; whoever needs them would wait for ever."""
    sweep = subprocess.Popen(
        [sys.executable, "-m", "tests.experiments.interrupted", str(tmp_path), "within"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        said, _ = sweep.communicate(timeout=60)
    finally:
        sweep.kill()
    assert (sweep.returncode, said) == (0, "interrupted\n")


def test_an_error_in_a_network_is_the_sweeps_error(tiny, tmp_path, serial):
    wrong = make_experiment(cases=(Case("x", "sgd", options={"rule": "delta"}),))
    with pytest.raises(ValueError, match="sgd has no option 'rule'"):
        run(wrong, tiny, tmp_path, serial)
    assert len(Store(tmp_path)) == 0


@needs_jit
def test_processes_and_a_dask_cluster_give_the_table_of_one_thread(tmp_path, serial):
    distributed = pytest.importorskip("distributed")
    small = make_experiment(cases=CASES[:2])
    how = {"seeds": 2, "choice_seeds": (100,)}
    strokes = bm.load_digits("strokes")
    expected, _ = run(small, strokes, tmp_path / "thread", serial, **how)
    processes, _ = run(small, strokes, tmp_path / "processes", None, **how)
    pd.testing.assert_frame_equal(without_times(processes), without_times(expected))
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        clustered, _ = run(small, strokes, tmp_path / "dask", client.get_executor(), **how)
    pd.testing.assert_frame_equal(without_times(clustered), without_times(expected))


def test_the_key_names_all_that_a_result_depends_on(experiment, tiny):
    ref = DataRef.of(tiny)
    job = runner.Sweep(experiment, {"": tiny}, (0,)).choices[0].job
    others = {"trainer": "momentum", "recipe": "published", "options": "{}", "measure": "accuracy"}
    keys = {key(job, ref), key(job, DataRef("tiny", "other"))}
    for field in fields(job):
        keys.add(key(replace(job, **{field.name: others.get(field.name, 7)}), ref))
    assert len(keys) == 2 + len(fields(job))


@pytest.fixture
def changed(monkeypatch):
    """Change what some code does, for the length of a test; what it did before is forgotten."""

    def change(owner, name, value):
        monkeypatch.setattr(owner, name, value)
        fingerprints._fingerprint.cache_clear()

    yield change
    fingerprints._fingerprint.cache_clear()


JOB = Job("bv32-hebbian", "published", "{}", None, 3, 2, "accuracy")


def test_a_fingerprint_is_of_what_code_does(changed):
    """A wrapper, another file or another name leave a result where it is; a changed number does not."""
    before = fingerprint(JOB)
    learn = Bv32Hebbian.learn
    changed(Bv32Hebbian, "learn", lambda *given: learn(*given))
    assert fingerprint(JOB) == before
    changed(
        Bv32Hebbian,
        "learn",
        lambda self, prepared, labels, order, closes: learn(self, prepared, labels, order[::-1], closes),
    )
    assert fingerprint(JOB) != before


def test_a_fingerprint_is_of_what_a_measure_says(changed):
    before, other = fingerprint(JOB), fingerprint(replace(JOB, measure="validation"))
    assert before != other
    changed(fingerprints, "MEASURES", {"accuracy": lambda run: [{"accuracy": 1.0}]})
    assert fingerprint(JOB) not in (before, other)


def test_a_revision_is_another_result(changed):
    before = fingerprint(JOB)
    changed(fingerprints, "REVISION", fingerprints.REVISION + 1)
    assert fingerprint(JOB) != before


def test_digits_that_differ_elsewhere_are_refused():
    with pytest.raises(ValueError, match="strokes is not the same here"):
        DataRef("strokes", "0" * 64).digits(JOB)
    with pytest.raises(
        ValueError, match="only mnist, fashion-mnist, strokes can be loaded in another process, got 'tiny'"
    ):
        DataRef("tiny", "0" * 64).digits(JOB)


@pytest.mark.parametrize("synthetic", [True, False])
def test_other_data_say_so_and_withhold_a_verdict_on_published_figures(tiny, tmp_path, serial, synthetic):
    from bitmass_viz.experiments.judging import counted
    from bitmass_viz.experiments.statistics import Estimate
    from bitmass_viz.experiments.verdict import Line

    line = Line("AdamW", Estimate(80.0), answer="compatible")
    judge = lambda results: [counted(claim, True, "counted.", 2, [line]) for claim in ("C2", "C1")]  # noqa: E731
    digits = replace(tiny, synthetic=synthetic)
    _, (withheld, kept) = run(make_experiment(judge=judge), digits, tmp_path, serial)
    assert withheld.answer == "undecided"
    assert withheld.measured.startswith("On random templates, which is no evidence about figures on MNIST")
    assert withheld.lines[0].answer is None
    assert kept.answer == "true by counting"
    assert kept.lines[0].answer == "compatible"
    assert kept.measured == "On random templates: counted."


def test_an_unknown_experiment_is_refused():
    with pytest.raises(ValueError, match="experiment must be one of published, bug, ladder, width, iso-bit"):
        bm.experiments.run("magic")


def test_an_executor_that_loses_a_network_loses_only_that(experiment, tiny, tmp_path, serial):
    class Breaking:
        def __init__(self):
            self.count = 0

        def submit(self, work, *args):
            self.count += 1
            if self.count == 4:
                broken = Future()
                broken.set_exception(OSError("a worker died"))
                return broken
            future = Future()
            future.set_result(perform(*args))
            return future

    with pytest.raises(OSError, match="a worker died"):
        run(experiment, tiny, tmp_path, Breaking(), choice_seeds=(100,))
    table, _ = run(experiment, tiny, tmp_path, serial, choice_seeds=(100,))
    whole, _ = run(experiment, tiny, tmp_path / "whole", serial, choice_seeds=(100,))
    pd.testing.assert_frame_equal(without_times(table), without_times(whole))


def test_a_network_that_memory_does_not_suffice_for_is_one_clear_error(experiment, tiny, tmp_path, serial):
    class Crammed:
        def submit(self, work, *args):
            return (
                serial.submit(_run_out_of_memory) if args[0].seed == FIRST_SEED + 1 else serial.submit(work, *args)
            )

    with pytest.raises(
        OSError, match=r"memory ran out while a network was trained; \d+ networks are kept: run the"
    ):
        run(experiment, tiny, tmp_path, Crammed(), choice_seeds=(100,))
    assert len(Store(tmp_path)) >= 2


def _run_out_of_memory():
    raise MemoryError
