"""The browser's pure functions, by node's own test runner."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

TESTS = sorted((Path(__file__).parent / "js").glob("*.test.js"))


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_javascript(path):
    node = shutil.which("node")
    if node is None:
        if os.environ.get("BITMASS_REQUIRE_BROWSER") == "1":
            pytest.fail("node is required here but not installed")
        pytest.skip("node, which runs the JavaScript tests, is not installed")
    done = subprocess.run([node, "--test", str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
