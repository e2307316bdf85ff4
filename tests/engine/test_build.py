"""The module of kernels: what it needs, who knows what, and that building it again gives the same bytes."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from importlib.metadata import version

import pytest

from bitmass_viz.engine.build import FOLDER
from bitmass_viz.trainers import TRAINERS
from tests.conftest import ROOT, find_node, missing, needs_jit

MODULE, MANIFEST = FOLDER / "kernels.wasm", FOLDER / "kernels.json"


def test_it_imports_nothing():
    show = (
        "console.log(JSON.stringify(WebAssembly.Module.imports(new WebAssembly.Module(require('fs').readFileSync("
    )
    code = f"{show}{json.dumps(str(MODULE))})))))"
    done = subprocess.run([find_node(), "-e", code], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr


def test_the_host_knows_no_trainer():
    engine = {path: path.read_text("utf-8") for path in (FOLDER / "src").rglob("*.js")}
    trainers = {*TRAINERS, *(trainer.LABEL for trainer in TRAINERS.values())}
    options = {option.name for trainer in TRAINERS.values() for option in trainer.OPTIONS}
    for path, code in engine.items():
        names = trainers | options if path.parent.name == "src" else trainers
        assert not [name for name in names if f'"{name}"' in code or f".{name}" in code], path
    assert json.loads(MANIFEST.read_text("utf-8"))["trainers"].keys() == TRAINERS.keys()


def test_memory_that_is_not_there_is_said_so():
    code = f"""
    import {{ readFileSync }} from "node:fs";
    import {{ Kernels }} from {json.dumps((FOLDER / "src" / "kernels.js").as_uri())};
    import {{ Network }} from {json.dumps((FOLDER / "src" / "network.js").as_uri())};
    const module = new WebAssembly.Module(readFileSync({json.dumps(str(MODULE))}));
    const kernels = new Kernels(module, JSON.parse(readFileSync({json.dumps(str(MANIFEST))}, "utf8")));
    for (const ask of [
      () => kernels.array("uint8", [1.9e9]),
      () => kernels.exampleOrder(0, 0, 2e8),
      () => new Network(kernels, {{ trainer: "sgd", options: {{ batch_size: 0 }} }}),
      () => new Network(kernels, {{ trainer: "none" }}),
    ]) {{
      try {{ ask(); }} catch (error) {{ console.log(error.message); }}
    }}
    for (let i = 0; i < 2000; i++) {{  // 2,000 networks of which one is kept at a time
      new Network(kernels, {{ trainer: "sgd" }}).release();
    }}
    console.log(kernels.memory.buffer.byteLength < 4e6);
    """
    done = subprocess.run([find_node(), "--input-type=module", "-e", code], capture_output=True, text=True)
    said = done.stdout.splitlines()
    assert said[0].startswith("not enough memory: a new array asked for 1855"), done.stderr
    assert said[1].startswith("not enough memory: example_order asked for 15625"), done.stderr
    assert said[2] == "batch_size must be a whole number between 1 and 4,096, got 0"
    assert said[3].startswith("trainer must be one of sgd, ")
    assert said[4] == "true"


@needs_jit
@pytest.mark.slow
def test_another_folder_gives_the_same_bytes(tmp_path):
    if shutil.which("wasm-ld") is None:
        missing("wasm-ld, which links the kernels, is not installed")
    pinned = Counter(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]["engine"])
    if pinned != Counter(f"{name}=={version(name)}" for name in ("numba", "llvmlite", "numpy")):
        pytest.skip("other versions than those that build the module are installed")
    copy = tmp_path / "elsewhere" / "deeper"
    unneeded = shutil.ignore_patterns("node_modules", "__pycache__")
    shutil.copytree(ROOT / "bitmass_viz", copy / "bitmass_viz", ignore=unneeded)
    build = [sys.executable, "-m", "bitmass_viz.engine.build", "--out", str(tmp_path / "out")]
    subprocess.run(build, cwd=copy, env={**os.environ, "PYTHONPATH": str(copy)}, check=True, capture_output=True)
    for path in (MODULE, MANIFEST):
        assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes(), "run bitmass_viz.engine.build"
