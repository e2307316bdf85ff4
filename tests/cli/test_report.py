"""`bitmass reproduce` and `bitmass experiment`: what they print and leave behind."""

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pandas as pd
import psutil
import pytest
from click.testing import CliRunner

from bitmass_viz.cli import report
from bitmass_viz.cli.main import main
from bitmass_viz.experiments import ANSWERS, CLAIMS, EXPERIMENTS
from bitmass_viz.experiments.outcome import as_data
from bitmass_viz.experiments.summary import summarise
from tests.conftest import ROOT, needs_jit
from tests.waiting import wait_until


@pytest.fixture
def small(monkeypatch, tmp_path, tiny):
    """The commands on a few hundred images, in threads of this process, with a store of the test's own."""
    monkeypatch.setenv("BITMASS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("bitmass_viz.data.load_data", lambda source: tiny)
    monkeypatch.setattr("loky.ProcessPoolExecutor", lambda max_workers, **how: ThreadPoolExecutor(max_workers))
    return tmp_path


@needs_jit
def test_reproduce_says_what_a_program_wants_to_know(small, tiny):
    done = CliRunner().invoke(main, ["reproduce", "--seeds", "2", "--json"])
    assert done.exit_code == 0, done.output
    result = json.loads(done.stdout)
    assert result["dataset"] == "tiny"
    assert result["synthetic"] is True
    assert result["bit_mass"] == 203_264
    assert [t["name"] for t in result["trainers"]] == [c.name for c in EXPERIMENTS["published"].cases]
    for trainer in result["trainers"]:
        assert {"name", "recipe", "published", "mean", "ci95", "seeds", "seconds_per_epoch"} <= set(trainer)
        assert trainer["seeds"] == 2
        low, high = trainer["ci95"]
        assert low <= trainer["mean"] <= high
        assert trainer["seconds_per_epoch"] > 0
    assert [t["published"] for t in result["trainers"] if t["published"]] == [0.813, 0.760, 0.760, 0.764]
    assert {v["claim"] for v in result["verdicts"]} == {"C2", "C3", "C4", "C5"}


@needs_jit
def test_an_experiment_leaves_table_result_and_figure(small):
    out = small / "out"
    done = CliRunner().invoke(main, ["experiment", "ledger", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "these digits are synthetic" in done.output
    assert "TRUE BY COUNTING" in done.output
    assert sorted(p.name for p in out.iterdir()) == ["ledger.csv", "ledger.json", "ledger.png", "ledger.svg"]
    table = pd.read_csv(out / "ledger.csv")
    assert len(table) == len(EXPERIMENTS["ledger"].cases)
    result = json.loads((out / "ledger.json").read_text())
    assert [line["mean"] for line in result["cases"]] == pytest.approx(table["accuracy"].tolist())
    kept = (small / "cache" / "experiments" / "networks.jsonl").read_bytes()
    again = CliRunner().invoke(main, ["experiment", "ledger", "--json"])
    assert json.loads(again.stdout)["experiments"][0]["cases"] == result["cases"]
    assert (small / "cache" / "experiments" / "networks.jsonl").read_bytes() == kept
    fresh = CliRunner().invoke(main, ["experiment", "ledger", "--fresh", "--json"])
    assert fresh.exit_code == 0
    assert (small / "cache" / "experiments" / "networks.jsonl").read_bytes() == kept


def test_a_folder_that_cannot_be_is_said_before_anything_is_trained(small):
    (small / "file").write_text("")
    done = CliRunner().invoke(main, ["experiment", "ledger", "--out", str(small / "file" / "below")])
    assert done.exit_code == 1
    assert "file" in done.output
    assert not (small / "cache" / "experiments").exists()


def test_all_experiments_end_in_one_table_of_claims(outcomes, tmp_path):
    report.write_closing(outcomes, tmp_path)
    rows = json.loads((tmp_path / "claims.json").read_text())
    assert [row["claim"] for row in rows] == list(CLAIMS)
    assert all(row["verdict"] in ANSWERS for row in rows)
    assert (tmp_path / "claims.png").stat().st_size > 10_000
    assert (tmp_path / "claims.svg").exists()
    text = report.closing_text(outcomes)
    assert all(f"{claim} " in text for claim in CLAIMS)


def test_a_summary_has_a_line_a_case(outcomes):
    for name, outcome in outcomes.items():
        lines = summarise(outcome.table)
        assert lines["name"].tolist() == [case.name for case in EXPERIMENTS[name].cases if not case.data]
        assert set(lines["seeds"]) == {2}
        first = outcome.table[(outcome.table["stage"] == "result") & (outcome.table["case"] == lines["name"][0])]
        if "cut" in first:
            first = first[first["cut"] == "none"]
        assert lines["mean"][0] == pytest.approx(first["accuracy"].mean())
        assert lines["sd"][0] == pytest.approx(first["accuracy"].std(), nan_ok=True)
        json.dumps(as_data(EXPERIMENTS[name], outcome), allow_nan=False)


@pytest.fixture
def sweep(tmp_path):
    """A long sweep in a process of its own, which ends with the test however that ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bitmass_viz.cli", "experiment", "width", "--data", "strokes"],
        cwd=ROOT,
        env={**os.environ, "BITMASS_CACHE": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    yield process
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def some_networks(process, folder, meanwhile=lambda: None):
    """Wait until some networks are trained, and return the file that they are kept in."""
    lines = folder / "experiments" / "networks.jsonl"

    def are_there():
        meanwhile()
        return lines.exists() and lines.read_bytes().count(b"\n") >= 2

    wait_until(are_there, 90, process)
    return lines


def press_ctrl_c(process):
    """As a terminal does: all of them get the signal."""
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in said


@pytest.mark.slow
@needs_jit
def test_ctrl_c_ends_a_sweep_at_once_and_keeps_what_was_done(sweep, tmp_path):
    lines = some_networks(sweep, tmp_path)
    press_ctrl_c(sweep)
    assert all(json.loads(line)["rows"] for line in lines.read_text().splitlines())


@pytest.mark.slow
@needs_jit
def test_workers_do_not_hear_ctrl_c_from_their_first_moment_on(sweep, tmp_path):
    """They leave it to their parent; while they import, they would end in a traceback."""

    def press():
        for child in psutil.Process(sweep.pid).children():
            with suppress(psutil.NoSuchProcess):
                child.send_signal(signal.SIGINT)

    some_networks(sweep, tmp_path, press)
    press_ctrl_c(sweep)


@pytest.mark.slow
@needs_jit
def test_the_workers_of_a_killed_sweep_end_too(sweep, tmp_path):
    some_networks(sweep, tmp_path)
    workers = psutil.Process(sweep.pid).children(recursive=True)
    assert len(workers) >= 2
    sweep.kill()
    sweep.communicate()
    _, alive = psutil.wait_procs(workers, timeout=30)
    assert not alive


@pytest.mark.slow
@needs_jit
def test_a_killed_worker_ends_the_sweep_with_its_cause_and_keeps_what_was_done(sweep, tmp_path):
    """As the system does it when memory runs out."""
    lines = some_networks(sweep, tmp_path)
    children = psutil.Process(sweep.pid).children(recursive=True)
    max(children, key=lambda child: child.memory_info().rss).kill()
    _, said = sweep.communicate(timeout=60)
    assert sweep.returncode == 1
    kept = lines.read_bytes().count(b"\n")
    assert said.splitlines()[-1] == (
        "Error: a process that trains networks ended too early (SIGKILL(-9)), perhaps because memory ran out; "
        f"{kept} networks are kept: run the same again to go on from there"
    )
    assert "Traceback" not in said
    _, alive = psutil.wait_procs(children, timeout=30)
    assert not alive
