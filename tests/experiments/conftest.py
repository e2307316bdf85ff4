from dataclasses import replace

import pytest

from bitmass_viz.experiments.declaration import Case, Experiment

CASES = (
    Case(
        "sgd", "sgd", hidden=1, choose={"learning_rate": (0.001, 0.1)}, group="float32", level=1.0, published=0.5
    ),
    Case("prototype", "bv32-hebbian", "published", hidden=1, group="binary"),
    Case("delta", "bv32-hebbian", "tuned", hidden=1, group="binary"),
)


def make_experiment(**changes):
    experiment = Experiment(
        name="small",
        label="E0",
        title="Small",
        question="Does the sweep work?",
        criteria={},
        cases=CASES,
        judge=lambda results: [],
        seeds=2,
        epochs=1,
    )
    return replace(experiment, **changes)


@pytest.fixture
def experiment():
    return make_experiment()


def without_times(table):
    return table.drop(columns="seconds_per_epoch")
