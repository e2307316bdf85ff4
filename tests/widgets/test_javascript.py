"""The browser's pure functions, by node's own test runner."""

import subprocess

import pytest

from tests.conftest import ROOT, find_node

FOLDER = ROOT / "tests" / "js"
TESTS = sorted(FOLDER.rglob("*.test.js"))


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_javascript(path):
    node = find_node()
    done = subprocess.run([node, "--test", str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
