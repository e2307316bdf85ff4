"""A file of results, whoever wrote it: what holds no result is passed over, and everything else is kept."""

import json
import os
import tracemalloc

import pytest

from bitmass_viz.experiments import runner
from bitmass_viz.experiments.job import NETWORK
from bitmass_viz.experiments.store import MAX_LINE, Store
from tests.conftest import needs_jit
from tests.experiments.conftest import make_experiment, without_times

ROW = {
    "hidden": 8, "units": 8, "bits_per_weight": 32, "bit_mass": 203_264, "seconds_per_epoch": 0.1, "split": "test",
    "accuracy": 0.5,
}  # fmt: skip
GOOD = {"key": "good", "rows": [ROW]}


def line(**changes):
    return json.dumps({"key": "bad", "rows": [ROW | changes]}).encode()


WRONG = {
    "no JSON": b"{",
    "no object": b"[1, 2]",
    "a number": b"7",
    "null": b"null",
    "no rows": b'{"key": "bad"}',
    "more than a line has": json.dumps({"key": "bad", "rows": [ROW], "more": 1}).encode(),
    "a key that is none": json.dumps({"key": 7, "rows": [ROW]}).encode(),
    "a key that is a list": json.dumps({"key": [], "rows": [ROW]}).encode(),
    "rows that are none": json.dumps({"key": "bad", "rows": {"a": ROW}}).encode(),
    "rows that are text": json.dumps({"key": "bad", "rows": "abc"}).encode(),
    "no row": json.dumps({"key": "bad", "rows": []}).encode(),
    "a row that is none": json.dumps({"key": "bad", "rows": [ROW, 7]}).encode(),
    "an accuracy missing": json.dumps(
        {"key": "bad", "rows": [{k: v for k, v in ROW.items() if k != "accuracy"}]}
    ).encode(),
    "text for an accuracy": line(accuracy="0.5"),
    "true for an accuracy": line(accuracy=True),
    "null for an accuracy": line(accuracy=None),
    "an accuracy above 1": line(accuracy=50.0),
    "a fraction of a bit": line(bit_mass=0.5),
    "a list in a row": line(split=["test"]),
    "an object in a row": line(extra={"a": 1}),
    "NaN": line(seconds_per_epoch=float("nan")),
    "infinity": line(extra=float("inf")),
    "a number beyond all": b'{"key": "bad", "rows": [' + json.dumps(ROW).encode()[:-1] + b', "extra": 1e999}]}',
    "a number of 5,000 digits": line(extra=0).replace(b'"extra": 0', b'"extra": ' + b"9" * 5000),
    "half a character": line(split="\ud800"),
    "depth": b'{"key": "bad", "rows": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "other bytes": b'{"key": "bad\xff", "rows": []}',
    "UTF-16": json.dumps({"key": "bad", "rows": [ROW]}).encode("utf-16"),
    "a huge line": b'{"key": "bad", "rows": [' + b" " * (2 * MAX_LINE) + json.dumps(ROW).encode() + b"]}",
    "zeros": b"\0" * 1000,
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_line_that_holds_no_result_costs_nothing_else(tmp_path, kind):
    good = json.dumps(GOOD).encode()
    path = tmp_path / "networks.jsonl"
    last = json.dumps(GOOD | {"key": "last"}).encode()
    for content, count in (
        (b"\n".join([good, WRONG[kind], last, b""]), 2),
        (b"\n".join([WRONG[kind], good]), 1),
        (b"\n".join([good, WRONG[kind]]), 1),
    ):
        path.write_bytes(content)
        store = Store(tmp_path, NETWORK)
        assert len(store) == count
        assert store["good"] == [ROW]
        assert "bad" not in store
        store.add("new", [ROW])
        again = Store(tmp_path, NETWORK)
        assert len(again) == count + 1
        assert again["new"] == [ROW]


def test_of_two_results_of_a_network_the_first_that_is_one_counts(tmp_path):
    lines = [line(accuracy="x"), line(accuracy=0.25), line(accuracy=0.75), b'{"key": "x", "key": "y", "rows": []}']
    (tmp_path / "networks.jsonl").write_bytes(b"\n".join(lines))
    store = Store(tmp_path, NETWORK)
    assert len(store) == 1
    assert store["bad"][0]["accuracy"] == 0.25


def test_a_huge_line_costs_no_memory(tmp_path):
    path = tmp_path / "networks.jsonl"
    with path.open("wb") as file:
        file.write(b'{"key": "')
        for _ in range(100):
            file.write(b"x" * MAX_LINE)
        file.write(b'"}\n' + json.dumps(GOOD).encode() + b"\n")
    tracemalloc.start()
    try:
        store = Store(tmp_path)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "good" in store
    assert most < 8 * MAX_LINE


@pytest.mark.parametrize("what", ["folder", "pipe"])
def test_what_is_no_file_is_one_clear_error(tmp_path, what):
    path = tmp_path / "networks.jsonl"
    path.mkdir() if what == "folder" else os.mkfifo(path)
    with pytest.raises(OSError, match="must be a file that results are kept in; move away what is there"):
        Store(tmp_path)


@needs_jit
def test_a_sweep_trains_again_what_its_file_does_not_hold(tiny, tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as executor:
        how = {"data": tiny, "executor": executor, "progress": False, "choice_seeds": (100,)}
        whole = runner.run(make_experiment(), folder=tmp_path / "whole", **how).table
        entries = [json.loads(text) for text in (tmp_path / "whole" / "networks.jsonl").read_text().splitlines()]
        entries[0]["rows"][0]["accuracy"] = "high"
        entries[1]["rows"] = [[1]]
        del entries[2]["rows"][0]["bit_mass"]
        entries[3]["key"] = None
        (tmp_path / "spoilt").mkdir()
        (tmp_path / "spoilt" / "networks.jsonl").write_text("\n".join(map(json.dumps, entries)))
        again = runner.run(make_experiment(), folder=tmp_path / "spoilt", **how).table
    assert without_times(again).equals(without_times(whole))
