"""The same run gives the same bits: as they were, however it is compiled, for whatever processor."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import needs_jit
from tests.training.hashes import PINNED, hashes

pytestmark = needs_jit
FEW = 70
"""A minibatch and some examples more: plain Python takes a tenth of a second for each."""
NO_VECTORS = "AVX2 FMA3 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR"


def elsewhere(examples, **environment):
    """The hashes of a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.training.hashes", str(examples)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_is_learned_has_not_changed():
    assert hashes() == json.loads(PINNED.read_text()), (
        "what is learned has changed: if that was meant, run python -m tests.training.hashes --write, and say why"
    )


def test_a_hash_tells_one_bit():
    assert len(set(hashes().values())) == len(hashes())
    assert not set(hashes(FEW).values()) & set(hashes(FEW + 64).values())


@pytest.mark.slow
def test_plain_python_learns_the_same_bits():
    assert elsewhere(FEW, NUMBA_DISABLE_JIT="1") == hashes(FEW)


@pytest.mark.slow
def test_an_older_processor_learns_the_same_bits(tmp_path):
    if "x86" not in os.uname().machine:
        pytest.skip("the older processor is an x86")
    # It has no AVX: vectors are cut in two, and NumPy goes without them, too.
    older = {"NUMBA_CPU_NAME": "nehalem", "NUMBA_CPU_FEATURES": "", "NPY_DISABLE_CPU_FEATURES": NO_VECTORS}
    assert elsewhere(FEW, NUMBA_CACHE_DIR=str(tmp_path), **older) == hashes(FEW)
