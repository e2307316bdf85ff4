"""“Run it here” on a static page: its networks reach what the experiments' engine measures, to the bit."""

import json
import subprocess
from dataclasses import replace

import numpy as np
import pytest

import bitmass_viz as bm
from bitmass_viz.data import MNIST, Digits, Split, load_digits
from bitmass_viz.data.pieces import cut
from bitmass_viz.experiments import EXPERIMENTS, shipped, statistics
from bitmass_viz.experiments.job import perform
from bitmass_viz.experiments.measures import FIRST_SEED
from bitmass_viz.experiments.runner import Sweep
from bitmass_viz.kernels.revision import REVISION
from bitmass_viz.site.widgets import RUN_HERE, shown
from bitmass_viz.trainers import TRAINERS
from tests.conftest import ROOT, find_node, make_digits, needs_jit

CHECK = ROOT / "tests" / "js" / "engine" / "jobs.check.js"


def networks(name):
    """What the page says of an experiment's networks."""
    widget = bm.Evidence(name)
    found = shown(widget).content
    widget.close()
    return found["networks"]


def jobs_of(name, seeds):
    """The jobs that the page makes of it, case by case."""
    found = networks(name)
    return [
        {key: case[key] for key in ("trainer", "recipe", "options", "hidden")}
        | {"epochs": found["epochs"], "seed": seed}
        for case in found["cases"]
        for seed in seeds
    ]


def in_node(digits, jobs, folder):
    entry, files = cut(digits)
    for path, content in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(content)
    for name, content in (("entry", entry), ("jobs", jobs)):
        (folder / f"{name}.json").write_text(json.dumps(content))
    done = subprocess.run([find_node(), str(CHECK), str(folder)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def digits():
    """The first digits of MNIST, or else some of our own."""
    counts = {"train": 1_500, "validation": 10, "test": 1_001}
    if MNIST.find() is None:
        return make_digits(*counts.values())
    every = load_digits("mnist", download=False)
    few = {
        name: Split(split.images[:n].copy(), split.labels[:n].copy())
        for name, n in counts.items()
        for split in (getattr(every, name),)
    }
    return Digits("few", "a few digits", True, {}, **few)


@needs_jit
@pytest.mark.parametrize("name", RUN_HERE)
def test_a_page_measures_what_the_engine_measures(name, digits, tmp_path):
    sweep = Sweep(EXPERIMENTS[name], {"": digits}, (0, 1), given=shipped.chosen(name))
    sweep.choose(lambda planned: [])
    expected = [
        perform(replace(job, measure="accuracy"), ref)[0]["accuracy"] for _, _, job, ref in sweep.results()
    ]
    assert len(set(expected)) > 3
    assert in_node(digits, jobs_of(name, (0, 1)), tmp_path) == expected


@needs_jit
def test_every_trainer_and_size_gives_the_same(digits, tmp_path):
    cases = [(name, recipe, None) for name in TRAINERS for recipe in ("published", "tuned")]
    cases += [("adamw", "tuned", 3), ("bv32-hebbian", "tuned", 2), ("straight-through", "tuned", 1)]
    jobs, expected = [], []
    for seed, (trainer, recipe, hidden) in enumerate(cases):
        arch = None if hidden is None else bm.Architecture(hidden=hidden)
        run = bm.Run(trainer, digits, arch, seed=seed, recipe=recipe)
        run.advance(2 * len(digits.train))
        expected.append(run.accuracy("test"))
        jobs.append(
            {"trainer": trainer, "recipe": recipe, "options": {}, "hidden": hidden, "seed": seed, "epochs": 2}
        )
    assert in_node(digits, jobs, tmp_path) == expected


def test_the_page_is_told_all_of_an_experiment_and_how_wide_its_intervals_are():
    for name in RUN_HERE:
        found, experiment = networks(name), EXPERIMENTS[name]
        assert found["epochs"] == experiment.epochs
        on_the_page = [case for case in experiment.cases if not case.data]
        for told, case in zip(found["cases"], on_the_page, strict=True):
            assert told["name"] == case.name
            assert (told["trainer"], told["recipe"], told["hidden"]) == (case.trainer, case.recipe, case.hidden)
            assert told["options"] in case.candidates()
            assert told["seconds"] > 0
        assert found["t"].keys() == {"2", "5", "10"}
    assert "networks" not in shown(bm.Evidence("ladder")).content
    assert shown(bm.Evidence("ladder")).content["content"]["seeds"] == []
    assert shown(bm.Evidence("bug")).content["content"]["seeds"] == [1, 2, 5, 10]


def test_intervals_are_those_of_the_experiments():
    rng = np.random.default_rng(0)
    t = networks("bug")["t"]
    groups = [rng.uniform(0.1, 0.9, n).tolist() for n in (1, 2, 5, 10)] + [[0.1] * 10]
    module = (ROOT / "bitmass_viz" / "engine" / "src" / "experiments" / "statistics.js").as_uri()
    code = (
        f"import {{ estimate }} from {json.dumps(module)}; const t = {json.dumps(t)};"
        f"console.log(JSON.stringify({json.dumps(groups)}.map((values) => estimate(values, t[values.length]))));"
    )
    done = subprocess.run([find_node(), "--input-type=module", "-e", code], capture_output=True, text=True)
    for values, found in zip(groups, json.loads(done.stdout), strict=True):
        expected = statistics.mean(values)
        assert found["mean"] == pytest.approx(expected.value, rel=1e-14)
        if len(values) == 1:
            assert found["ci95"] is None
        else:
            interval = expected.interval
            assert found["ci95"] == pytest.approx([interval.low, interval.high], rel=1e-13)


@needs_jit
@pytest.mark.mnist
@pytest.mark.slow
def test_with_mnist_it_gives_the_full_runs_own_networks(mnist, tmp_path):
    if shipped.provenance()["revision"] != REVISION:
        pytest.skip("the full run is of another revision of the numbers")
    table = shipped.load("bug")
    seeds = (FIRST_SEED, FIRST_SEED + 1)
    table = table[(table["stage"] == "result") & (table["dataset"] == "mnist") & table["seed"].isin(seeds)]
    assert in_node(mnist, jobs_of("bug", seeds), tmp_path) == table["accuracy"].tolist()
