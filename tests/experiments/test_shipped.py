import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pandas as pd
import pytest

from bitmass_viz.experiments import EXPERIMENTS, publish, runner, shipped
from bitmass_viz.experiments.job import DataRef
from bitmass_viz.experiments.measures import FIRST_SEED, SCORES
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
def test_the_shipped_runs_are_whole_and_of_mnist_or_their_own_source(name):
    table, experiment = shipped.load(name), EXPERIMENTS[name]
    provenance = shipped.provenance(name)
    source, score = experiment.source, SCORES[experiment.choose_by]
    own = "mnist" if source is None else source.name
    sets = {case.name: case.data or own for case in experiment.cases}
    assert (table["dataset"] == table["case"].map(sets)).all()
    if source is not None:
        assert provenance["data_sha256"] == DataRef.of(source.sample()).sha256
    assert not table["synthetic"].any()
    assert set(table.loc[table["dataset"] == own, "data_sha256"]) == {provenance["data_sha256"]}
    assert {"version", "date", "machine", "numpy", "numba"} <= set(provenance)
    results = table[table["stage"] == "result"]
    assert set(results["case"]) == {case.name for case in experiment.cases}
    for case, rows in results.groupby("case"):
        seeds = set(rows["seed"])
        assert seeds == set(range(FIRST_SEED, FIRST_SEED + len(seeds))), case
        assert experiment.seeds <= len(seeds) <= experiment.most_seeds, case
    assert not set(experiment.choice_seeds) & set(results["seed"])
    for verdict in experiment.judge(results):
        assert all((results["case"] == case).sum() >= experiment.most_seeds for case in verdict.wanting)
    for case in experiment.cases:
        if len(case.candidates()) > 1:
            tried = table[(table["stage"] == "choice") & (table["case"] == case.name)]
            assert len(tried) == len(case.candidates()) * len(experiment.choice_seeds)
            means = tried.groupby("options")[score].mean()
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
            ("capacity", ("17,664 bits: 4 bits, straight-through", "17,664 bits: 1 bit, BV32-Hebbian delta")),
        ):
            whole = EXPERIMENTS[name]
            cases = tuple(c for c in whole.cases if wanted is None or c.name in wanted)
            part = replace(whole, cases=cases, judge=lambda results: [])
            again[name], _ = runner.run(
                part,
                (FIRST_SEED,),
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
            assert row["accuracy"] == pytest.approx(twin, abs=1e-6), row["case"]


def test_results_of_other_digits_are_not_shipped(outcomes, tmp_path):
    with pytest.raises(ValueError, match="must all be of the same MNIST files"):
        publish.write({"ledger": outcomes["ledger"]}, tmp_path)
    assert not list(tmp_path.iterdir())


def test_choices_are_those_of_the_full_run():
    for name in NAMES:
        chosen, cases = shipped.chosen(name), {case.name: case for case in EXPERIMENTS[name].cases}
        for case in cases.values():
            like = cases[case.chosen_like or case.name]
            assert chosen[case.name] == chosen[like.name]
            assert chosen[case.name] in like.candidates()


def test_judging_again_trains_nothing_and_leaves_the_tables_as_they_are(tmp_path):
    for path in shipped.FOLDER.iterdir():
        if path.suffix in (".csv", ".json"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "verdicts.json").write_text("{}")
    publish.judge_again(tmp_path)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (shipped.FOLDER / path.name).read_bytes(), path.name


@needs_jit
def test_an_experiment_run_apart_joins_the_others(tmp_path):
    table = shipped.load("ledger")
    publish.add({"ledger": Outcome(table, EXPERIMENTS["ledger"].judge(table))}, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"ledger.csv", "ledger.json", "verdicts.json"}
    for part in ("ledger.csv", "ledger.json"):
        assert (tmp_path / part).read_bytes() == (shipped.FOLDER / part).read_bytes()
    before, after = shipped.described(), json.loads((tmp_path / "verdicts.json").read_text(encoding="utf-8"))
    assert after["experiments"] == before["experiments"]
    of_all, apart = dict(after["provenance"]), dict(after["provenance"]["apart"])
    assert apart.pop("ledger")["revision"] == REVISION
    assert of_all | {"apart": apart} == before["provenance"] | {"apart": before["provenance"].get("apart", {})}


def shipped_verdict(name, claim):
    return next(v for v in shipped.described()["experiments"][name]["verdicts"] if v["claim"] == claim)


def lines_of(name, claim):
    return {line["what"]: line for line in shipped_verdict(name, claim)["lines"]}


@pytest.mark.parametrize(
    ("name", "claim", "answer"),
    [
        ("ledger", "C1", "true by counting"),
        ("published", "C2", "compatible"),
        ("published", "C3", "compatible"),
        ("published", "C4", "undecided"),
        ("iso-bit", "C5", "not supported"),
        ("ladder", "C6", "undecided"),
        ("bug", "C7", "not supported"),
        ("width", "C8", "true by counting"),
        ("ledger", "C9", "true by counting"),
        ("width", "C10", "supported"),
        ("capacity", "C11", "not supported"),
    ],
)
def test_the_answers_of_the_full_runs(name, claim, answer):
    """A changed criterion shows here which answers it changes."""
    assert shipped_verdict(name, claim)["answer"] == answer


def test_how_often_chance_alone_gives_the_published_gap_is_counted_in_all_pairs_of_runs():
    results = shipped.load("published").query("stage == 'result'")
    adamw, sgd = (
        results.loc[results["case"] == f"{name}, published recipe", "accuracy"] for name in ("AdamW", "SGD")
    )
    pairs = [round(10_000 * (one - other)) for one in adamw for other in sgd]  # in test images
    lines = lines_of("published", "C2")
    for what, hits in (
        ("AdamW 5.3 points or more ahead of SGD with chain rule", [gap >= 530 for gap in pairs]),
        ("AdamW no better than SGD with chain rule", [gap <= 0 for gap in pairs]),
    ):
        found = lines[f"{what}, of {len(pairs)} pairs of runs"]
        assert found["value"] == pytest.approx(100 * sum(hits) / len(hits))
        assert found["mean"] is found["single"] is None


def test_every_reading_of_the_unpublished_rule_is_shown():
    lines = lines_of("published", "C4")
    readings = sum(case.trainer == "bv32-hebbian" for case in EXPERIMENTS["published"].cases)
    assert len(lines) == 2 * readings, "on test images and on validation images"
    assert all(line["single"] for line in lines.values())


def test_both_losses_have_an_answer_and_the_studys_own_decides():
    lines, verdict = lines_of("ladder", "C6"), shipped_verdict("ladder", "C6")
    study, ours = (lines[f"AdamW minus SGD, {loss}"] for loss in ("squared error", "cross-entropy"))
    assert (study["answer"], ours["answer"]) == (verdict["answer"], "not supported")
    assert study["mean"] == [verdict["low"], verdict["high"]]
    assert "squared error, the study’s loss" in verdict["measured"]
    assert "cross-entropy, which is ours" in verdict["measured"]


def test_the_cost_of_the_bug_is_judged_by_a_criterion_that_can_be_met():
    """A network that falls to guessing loses all that it had above it, and so meets the criterion."""
    results = shipped.load("bug").query("stage == 'result'").copy()
    results.loc[results["trainer"] == "bv32-uncentred", "accuracy"] = 0.1
    [verdict] = EXPERIMENTS["bug"].judge(results)
    assert verdict.answer == "supported"
    said = shipped_verdict("bug", "C7")["measured"]
    answers = shipped.load("bug").query("case == 'prototype, uncentred'")["commonest_answer"]
    assert f"{(answers == 1.0).sum()} of {len(answers)} networks give every digit the same answer" in said


def test_equal_bits_are_not_said_to_be_equally_accurate():
    assert shipped_verdict("width", "C8")["measured"].endswith("Equal in bits, then, but not in accuracy.")
    assert len(lines_of("width", "C8")) == 4


def test_criteria_that_came_later_are_owned_up_to():
    for name in ("published", "bug", "ladder"):
        assert "restated after the results were known" in EXPERIMENTS[name].history
        assert shipped.described()["experiments"][name]["history"] == EXPERIMENTS[name].history
