"""The inner loops as this machine runs them: whole registers, whatever the compiler thinks of the surroundings."""

import re

import numpy as np
import pytest
from numba import config, njit
from numba.core.codegen import get_host_cpu_features

from bitmass_viz.kernels import bits, floatnet, optimiser, packing, settings, signs
from bitmass_viz.kernels.pixels import lit_pixels

pytestmark = [
    pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled"),
    pytest.mark.skipif("+avx2" not in get_host_cpu_features(), reason="this machine has no AVX2"),
]


def loops(function, *arguments):
    """The instructions of a function's loops, which LLVM puts between a label and a jump back to it."""
    compiled = njit(nogil=True)(function.py_func)
    compiled(*arguments)
    (assembly,) = compiled.inspect_asm().values()
    lines = assembly.splitlines()
    labels = {line.split(":")[0]: number for number, line in enumerate(lines) if line.startswith(".LBB")}
    found = []
    for number, line in enumerate(lines):
        jump = re.match(r"\s+j\w+\s+(\.LBB\w+)", line)
        if jump and labels.get(jump[1], number) < number:
            found.append("\n".join(lines[labels[jump[1]] : number]))
    return found


def innermost(function, instruction, *arguments):
    """The shortest loop that has an instruction."""
    having = [loop for loop in loops(function, *arguments) if re.search(instruction, loop)]
    assert having, f"no loop has {instruction}"
    return min(having, key=len)


def zeros(*shape):
    return np.zeros(shape, np.float32)


def test_the_forward_pass_multiplies_whole_registers():
    lit = lit_pixels(np.ones((1, 784), np.uint8))
    arguments = (lit, 0, zeros(1, 196, 8, 4), zeros(8), 0)
    loop = innermost(floatnet.weighted_sums, r"vmulps\s.*%[yz]mm", *arguments)
    assert not re.search(r"v(mul|add)ss", loop)
    assert "call" not in loop


def test_adam_takes_roots_and_quotients_of_whole_registers():
    rates = optimiser.rates_of(settings.adam(0.1), 0.1, 0, 1.0)
    arguments = (optimiser.Parameters(zeros(64), zeros(64), zeros(64), zeros(64)), rates)
    loop = innermost(optimiser.descend_as_adam, r"vsqrtps\s.*%[yz]mm", *arguments)
    assert re.search(r"vdivps\s.*%[yz]mm", loop)
    assert not re.search(r"v(mul|add|div|sqrt)ss|call", loop)


def test_bits_are_counted_in_32_bytes_at_once():
    weights = packing.byte_columns(np.ones((256, 784), np.uint8))
    layer, counts = bits.binary_layer(weights, 784), np.zeros(256, np.uint16)
    layer.where[:], layer.values[:] = np.arange(98), 255
    arguments = (layer, np.uint64(0), np.uint64(31), np.uint64(0), counts)
    loop = innermost(bits._add_common_of_256, r"v(popcnt|pshuf)b\s.*%ymm", *arguments)
    # Without an instruction for it, the ones of a byte are looked up in two halves.
    count, look_up = len(re.findall(r"vpopcntb\s.*%ymm", loop)), len(re.findall(r"vpshufb\s.*%ymm", loop))
    assert (count in (8, 16) and look_up == 0) or (look_up == 16 and count == 0), (
        "one or two bytes of eight vectors"
    )
    assert len(re.findall(r"\n\s", loop)) < 90, "and little besides: no register is spilled"
    assert "call" not in loop


def test_signs_are_read_off_32_counters_at_once():
    sums = signs.LayerSums(np.ones((11, 800)), np.zeros(10), 784, 100)
    arguments = (np.zeros((98, 256), np.uint8), sums, np.zeros(256, np.int64))
    loop = innermost(signs.refresh_signs, r"vpaddw\s.*%[yz]mm(?s:.)*vpabsw\s.*%[yz]mm", *arguments)
    # With AVX-512 a comparison leaves its bits in a mask register, where no move is needed.
    assert re.search(r"vpmovmskb\s+%ymm|vpcmp\w*w\s+%zmm.*%k", loop)
    assert "call" not in loop
