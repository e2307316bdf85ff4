"""The kernel's side of the evidence, spoken to as the browser would. The page itself: tests/browser."""

import asyncio
import json
import logging
import threading
from functools import partial
from xml.etree import ElementTree

import pytest

import bitmass_viz as bm
from bitmass_viz.experiments import CLAIMS, EXPERIMENTS, CancelledError, shipped
from bitmass_viz.experiments.statistics import NO_INTERVAL
from bitmass_viz.kernels.revision import REVISION
from bitmass_viz.widgets import evidence
from tests.conftest import DIGITS, holds_nan
from tests.widgets.conversation import talk, tell, until


def converse(scenario, make=lambda: bm.Evidence("published", DIGITS)):
    return talk(make, scenario)


@pytest.fixture(autouse=True)
def own_data(monkeypatch, tmp_path):
    """Small digits, and a store of the test's own."""
    monkeypatch.setenv("BITMASS_CACHE", str(tmp_path))
    monkeypatch.setattr(evidence, "load_digits", lambda source, download: DIGITS)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_what_was_found_is_there_at_once_and_the_figure_when_it_is_wanted(name):
    async def scenario(widget):
        assert widget.content["label"] == EXPERIMENTS[name].label
        assert {c["id"] for c in widget.content["claims"]} == set(EXPERIMENTS[name].criteria)
        assert {v["claim"] for v in widget.content["verdicts"]} == set(EXPERIMENTS[name].criteria)
        assert len(widget.content["cases"]) == len(EXPERIMENTS[name].cases)
        assert widget.figure == ""
        tell(widget, "draw")
        assert widget.figure == shipped.drawing(name), "drawn beforehand, so that nobody waits"
        root = ElementTree.fromstring(widget.figure)
        assert root.attrib["viewBox"].split()[2:] == [f"{side:g}" for side in widget.content["figure_size"]]

    widget = converse(scenario, lambda: bm.Evidence(name, DIGITS))
    assert widget.problem == ""


@pytest.mark.parametrize("shipped_revision", [REVISION, REVISION - 1])
def test_results_of_another_revision_are_named_and_not_mixed_with_the_readers_own(monkeypatch, shipped_revision):
    described = shipped.described()
    described = described | {"provenance": described["provenance"] | {"revision": shipped_revision}}
    monkeypatch.setattr(shipped, "described", lambda: described)
    full = shipped.load("published")
    mine = full[full["stage"] == "result"]

    async def scenario(widget):
        provenance = widget.content["provenance"]
        assert (provenance["revision"], provenance["installed_revision"]) == (shipped_revision, REVISION)
        stages = set(widget._with_sweep(mine)["stage"])
        assert stages == ({"choice", "result"} if shipped_revision == REVISION else {"result"})

    converse(scenario)


def test_results_that_name_no_revision_are_of_the_first(monkeypatch):
    old = {name: value for name, value in shipped.described()["provenance"].items() if name != "revision"}
    monkeypatch.setattr(shipped, "described", lambda: {"provenance": old})
    assert shipped.provenance()["revision"] == 1


def test_the_closing_table_has_every_claim_with_its_verdict():
    async def scenario(widget):
        rows = widget.content["claims"]
        assert [row["id"] for row in rows] == list(CLAIMS)
        for row in rows:
            assert row["published"]
            assert row["verdict"]["answer"] in widget.content["answers"]
            assert row["verdict"]["measured"]
        tell(widget, "draw")
        await until(lambda: widget.figure)
        assert "C10" in widget.figure

    converse(scenario, bm.Claims)


def test_a_run_here_reports_its_progress_and_shows_its_own_result():
    seen = []

    async def scenario(widget):
        widget.observe(
            lambda change: seen.append((change["new"]["state"], threading.current_thread())), "progress"
        )
        tell(widget, "run", seeds=1)
        assert widget.progress["state"] == "waiting"
        await until(lambda: widget.progress["state"] == "done")
        assert widget.mine["seeds"] == 1
        assert widget.mine["synthetic"]
        assert widget.mine["dataset"] == "random templates"
        assert len(widget.mine["cases"]) == len(EXPERIMENTS["published"].cases)
        for verdict in widget.mine["verdicts"]:
            assert verdict["answer"] == "undecided"
            assert verdict["low"] is verdict["high"] is verdict["effect"] is None
            assert verdict["interval"] == NO_INTERVAL
            assert "One seed gives no interval, and so no answer: 5 seeds are needed." in verdict["measured"]
        assert not holds_nan(json.dumps(widget.mine))
        assert "synthetic" in widget.mine["figure"]
        assert widget.mine["cases"][0]["ci95"] is None

    converse(scenario)
    assert [state for state, _ in seen][-1] == "done"
    assert "running" in [state for state, _ in seen]
    assert {thread for _, thread in seen} == {threading.main_thread()}


def test_a_run_can_be_cancelled_and_begun_again(monkeypatch):
    started, real = threading.Event(), evidence.run_experiment

    def slow(name, seeds, **how):
        started.set()
        while not how["stop"]():
            pass
        raise CancelledError

    async def scenario(widget):
        monkeypatch.setattr(evidence, "run_experiment", slow)
        tell(widget, "run", seeds=5)
        await until(started.is_set)
        tell(widget, "run", seeds=1)
        assert widget.progress["seeds"] == 5, "a second press while it runs changes nothing"
        tell(widget, "cancel")
        await until(lambda: widget.progress["state"] == "cancelled")
        assert widget.mine == {}
        monkeypatch.setattr(evidence, "run_experiment", real)
        tell(widget, "run", seeds=1)
        await until(lambda: widget.progress["state"] == "done")

    converse(scenario)


@pytest.mark.parametrize("seeds", [0, 3, "2", None, True, 10**9, [1]])
def test_a_number_of_seeds_that_is_not_offered_is_refused(seeds):
    async def scenario(widget):
        tell(widget, "run", seeds=seeds)
        assert "must be one of 1, 2, 5, 10" in widget.problem
        assert widget.progress["state"] == "idle"
        tell(widget, "no such action")
        widget._receive(widget, "not even a message", [])

    converse(scenario)


def test_what_goes_wrong_is_a_sentence_on_the_page(monkeypatch, caplog):
    def broken(*_arguments, **_how):
        raise OSError("the disk is full")

    async def scenario(widget):
        monkeypatch.setattr(evidence, "run_experiment", broken)
        tell(widget, "run", seeds=1)
        await until(lambda: widget.problem)
        assert "OSError: the disk is full" in widget.problem
        assert widget.progress["state"] == "failed"

    converse(scenario)
    assert [r for r in caplog.records if r.levelno >= logging.ERROR]


def test_messages_may_come_on_another_thread():
    async def scenario(widget):
        await asyncio.to_thread(partial(tell, widget, "draw"))
        await until(lambda: widget.figure)

    converse(scenario)


def test_an_unknown_experiment_is_refused():
    with pytest.raises(ValueError, match="experiment must be one of published, bug"):
        bm.Evidence("magic")
