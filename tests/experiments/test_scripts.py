"""An experiment runs from wherever Python code is run, without a main guard, and no script runs twice."""

import os
import subprocess
import sys

import nbformat
import pexpect
import pytest
from nbclient import NotebookClient

from tests.conftest import needs_jit
from tests.waiting import wait_until

SCRIPT = """
import os
from pathlib import Path
with open(os.environ["RAN"], "a") as file:
    file.write(f"{os.getpid()} {__name__}\\n")

import bitmass_viz as bm
from bitmass_viz.experiments import Case, Experiment
def judge(results):
    return []

cases = (Case("p", "bv32-hebbian", "published", hidden=1),)
small = Experiment("small", "E0", "Small", "?", {}, cases, judge, epochs=1)
outcome = bm.experiments.run(small, 2, data="strokes", folder=Path(os.environ["STORE"]), progress=False)
print("networks:", len(outcome.table))
"""


@pytest.fixture
def environment(tmp_path, monkeypatch):
    monkeypatch.setenv("RAN", str(tmp_path / "ran"))
    monkeypatch.setenv("STORE", str(tmp_path / "store"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    return tmp_path


def check(folder, said):
    assert "networks: 2" in said
    assert "Traceback" not in said
    ran = (folder / "ran").read_text().splitlines()
    assert len(ran) == 1, "the script ran once"
    assert len((folder / "store" / "networks.jsonl").read_text().splitlines()) == 2


def python(folder, *arguments, **how):
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        **how,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@needs_jit
@pytest.mark.parametrize(
    "way",
    [
        *("file", "standard input"),
        *(pytest.param(way, marks=pytest.mark.slow) for way in ("module", "-c", "ipython", "run by another")),
    ],
)
def test_an_experiment_needs_no_guard(environment, way):
    script = environment / "mine.py"
    script.write_text(SCRIPT)
    if way == "standard input":
        said = python(environment, "-", input=SCRIPT)
    elif way == "run by another":
        said = python(environment, "-c", "import runpy; runpy.run_path('mine.py', run_name='__main__')")
    else:
        arguments = {
            "file": ["mine.py"],
            "module": ["-m", "mine"],
            "-c": ["-c", SCRIPT],
            "ipython": ["-m", "IPython", "--colors=NoColor", "mine.py"],
        }
        said = python(environment, *arguments[way])
    check(environment, said)


@needs_jit
def test_an_experiment_runs_from_a_prompt(environment):
    prompt = pexpect.spawn(
        sys.executable, ["-i", "-q"], cwd=environment, env=os.environ, encoding="utf-8", timeout=300, echo=False
    )
    prompt.send(f"{SCRIPT}\n")
    prompt.expect("networks: [0-9]+")
    said = prompt.before + prompt.after
    prompt.sendline("exit()")
    wait_until(lambda: not prompt.isalive(), 60)
    assert prompt.exitstatus == 0
    check(environment, said)


@needs_jit
def test_an_experiment_runs_in_a_notebook(environment):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SCRIPT)])
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    check(environment, "".join(output.get("text", "") for output in notebook.cells[0].outputs))
