import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pandas as pd
import pytest

from bitmass_viz.experiments import EXPERIMENTS, engine, publish, shipped
from bitmass_viz.experiments.job import DataRef
from bitmass_viz.experiments.outcome import Outcome, as_data
from bitmass_viz.kernels.revision import REVISION
from tests.conftest import needs_jit

NAMES = list(EXPERIMENTS)


@pytest.mark.parametrize("name", NAMES)
def test_a_table_comes_back_as_it_was_packed(outcomes, tmp_path, name, monkeypatch):
    table = outcomes[name].table.assign(synthetic=False)
    publish.write({name: Outcome(table, outcomes[name].verdicts)}, tmp_path)
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    back = shipped.load(name)
    described = json.loads((tmp_path / "verdicts.json").read_text())
    assert described["provenance"]["revision"] == REVISION == set(back["revision"]).pop()
    assert described["provenance"]["behaviour"] == {name: publish.behaviour(EXPERIMENTS[name], back)}
    pd.testing.assert_frame_equal(back, table.reset_index(drop=True), check_dtype=False, rtol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_verdicts_follow_from_the_shipped_tables(name):
    table = shipped.load(name)
    experiment = EXPERIMENTS[name]
    outcome = Outcome(table, experiment.judge(table[table["stage"] == "result"]))
    expected = json.loads(json.dumps(as_data(experiment, outcome)))
    found = shipped.described()["experiments"][name]
    assert [v["answer"] for v in found["verdicts"]] == [v["answer"] for v in expected["verdicts"]]
    assert [v["measured"] for v in found["verdicts"]] == [v["measured"] for v in expected["verdicts"]]
    for ours, theirs in zip(found["cases"], expected["cases"], strict=True):
        assert ours["mean"] == pytest.approx(theirs["mean"], abs=1e-6)
        assert ours["ci95"] == (theirs["ci95"] and pytest.approx(theirs["ci95"], abs=1e-6))
        assert ours["options"] == theirs["options"]


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_runs_are_whole_and_of_mnist(name):
    table, experiment = shipped.load(name), EXPERIMENTS[name]
    provenance = shipped.described()["provenance"]
    assert set(table["dataset"]) == {"mnist"}
    assert not table["synthetic"].any()
    assert set(table["data_sha256"]) == {provenance["data_sha256"]}
    assert {"version", "date", "machine", "numpy", "numba"} <= set(provenance)
    results = table[table["stage"] == "result"]
    assert set(results["case"]) == {case.name for case in experiment.cases}
    for case, rows in results.groupby("case"):
        assert set(rows["seed"]) == set(range(experiment.seeds)), case
    for case in experiment.cases:
        if len(case.candidates()) > 1:
            tried = table[(table["stage"] == "choice") & (table["case"] == case.name)]
            assert len(tried) == len(case.candidates()) * 5
            means = tried.groupby("options")["accuracy"].mean()
            chosen = results.loc[results["case"] == case.name, "options"].iloc[0]
            assert means[chosen] == means.max()


@needs_jit
def test_the_code_still_gives_the_shipped_results():
    behaviour = shipped.described()["provenance"]["behaviour"]
    assert behaviour == {name: publish.behaviour(EXPERIMENTS[name], shipped.load(name)) for name in NAMES}


@pytest.mark.mnist
@needs_jit
def test_a_few_networks_trained_again_give_the_shipped_figures(mnist, tmp_path):
    """One seed of every case that is quick to train gives the shipped figure, on any processor."""
    assert DataRef.of(mnist).sha256 == shipped.described()["provenance"]["data_sha256"]
    again = {}
    with ThreadPoolExecutor(2) as executor:
        for name, wanted in (
            ("published", None),
            ("iso-bit", ("4 bits, straight-through", "8 bits, straight-through", "float32, AdamW")),
            ("bug", ("prototype, centred", "prototype, uncentred")),
        ):
            whole = EXPERIMENTS[name]
            cases = tuple(c for c in whole.cases if wanted is None or c.name in wanted)
            part = replace(whole, cases=cases, judge=lambda results: [])
            again[name], _ = engine.run(
                part,
                (0,),
                data=mnist,
                folder=tmp_path,
                executor=executor,
                progress=False,
                given=shipped.chosen(name),
            )
    for name, table in again.items():
        full = shipped.load(name)
        full = full[full["stage"] == "result"]
        for _, row in table.iterrows():
            twin = full[(full["case"] == row["case"]) & (full["seed"] == row["seed"])]["accuracy"].iloc[0]
            assert row["accuracy"] == twin, row["case"]


def test_results_of_other_digits_are_not_shipped(outcomes, tmp_path):
    with pytest.raises(ValueError, match="must all be of the same MNIST files"):
        publish.write({"ledger": outcomes["ledger"]}, tmp_path)
    assert not list(tmp_path.iterdir())


def test_choices_are_those_of_the_full_run():
    for name in NAMES:
        chosen = shipped.chosen(name)
        for case in EXPERIMENTS[name].cases:
            assert chosen[case.name] in case.candidates()


def test_the_prose_of_the_page_says_what_the_verdicts_say():
    """The explainer's text states these outcomes in words; if one changes, the text must."""
    from bitmass_viz.widgets.evidence import _shipped_verdicts

    answers = {claim: verdict["answer"] for claim, verdict in _shipped_verdicts().items()}
    assert {claim for claim, answer in answers.items() if answer == "supported"} >= {
        "C1",
        "C2",
        "C3",
        "C8",
        "C9",
    }
    assert answers["C5"] == "not supported"
