"""Peak performance of one core of this machine, measured in the same run as everything else.

The peaks are estimates of a physical limit; the assumption behind each is stated.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import llvmlite.binding as llvm
import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

CHAINS = 12
"""Independent chains of operations: enough to hide latency, few enough for 16 registers."""
INSTRUCTIONS = 2 * CHAINS
"""Vector instructions per turn of `vector_loop`: an XOR and an addition per chain."""
TURNS = 10_000_000
COPY_BYTES = 1 << 27
ASSUMPTIONS = {
    "binary": "two vector instructions for each register of bit pairs, one XNOR and one to count, at the rate "
    "that instructions on registers reach in a loop without memory; of BV32's training only the forward passes",
    "float": "a multiplication and an addition in one instruction for each register of float32, at the rate "
    "that these reach in a loop without memory; pixels of 0 cost nothing",
    "memory": "every input is read once and every result written once, at the rate of a copy of 128 MiB",
}
"""The assumption behind each peak."""


def register_bits() -> int:
    """Return the width in bits of the vector registers that compiled code uses on this processor."""
    features = llvm.get_host_cpu_features()
    if features.get("avx512f"):
        return 512
    return 256 if features.get("avx2") else 128


REGISTER_BITS = register_bits()


def _vector_loop(builder, turns, vector, start, step):
    """Build a loop of `turns` turns that replaces v by step(v) in CHAINS registers; return one combined lane."""
    chains = [cgutils.alloca_once_value(builder, start(k)) for k in range(CHAINS)]
    with cgutils.for_range(builder, turns):
        for chain in chains:
            builder.store(step(builder.load(chain)), chain)
    total = builder.extract_element(builder.load(chains[0]), ir.Constant(ir.IntType(32), 0))
    for chain in chains[1:]:
        lane = builder.extract_element(builder.load(chain), ir.Constant(ir.IntType(32), 0))
        total = builder.fadd(total, lane) if isinstance(vector.element, ir.FloatType) else builder.add(total, lane)
    return total


def _spread(builder, vector, value):
    """Fill a register with a number that the compiler cannot predict."""
    filled = ir.Constant(vector, ir.Undefined)
    for lane in range(vector.count):
        filled = builder.insert_element(filled, value, ir.Constant(ir.IntType(32), lane))
    return filled


@intrinsic
def _whole_chains(typingctx, turns, key):
    def codegen(context, builder, signature, args):
        vector = ir.VectorType(ir.IntType(64), REGISTER_BITS // 64)
        mask = _spread(builder, vector, args[1])
        return _vector_loop(
            builder,
            args[0],
            vector,
            lambda k: builder.add(mask, ir.Constant(vector, [k] * vector.count)),
            lambda v: builder.add(builder.xor(v, mask), mask),
        )

    return types.int64(types.int64, types.int64), codegen


@intrinsic
def _float_chains(typingctx, turns, factor):
    def codegen(context, builder, signature, args):
        vector = ir.VectorType(ir.FloatType(), REGISTER_BITS // 32)
        scale = _spread(builder, vector, args[1])
        multiply_add = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(vector, [vector] * 3), f"llvm.fmuladd.v{vector.count}f32"
        )
        return _vector_loop(
            builder,
            args[0],
            vector,
            lambda k: builder.fadd(scale, ir.Constant(vector, [float(k)] * vector.count)),
            lambda v: builder.call(multiply_add, [v, scale, scale]),
        )

    return types.float32(types.int64, types.float32), codegen


@njit(cache=True, nogil=True)
def vector_loop(turns, key):
    """Execute INSTRUCTIONS vector instructions per turn, v = (v XOR key) + key, only in registers."""
    return _whole_chains(turns, key)  # type: ignore[call-arg]


@njit(cache=True, nogil=True)
def multiply_add_loop(turns, factor):
    """Execute CHAINS multiply-adds per turn, v = v * factor + factor, only in registers."""
    return _float_chains(turns, factor)  # type: ignore[call-arg]


def measure(rounds: int, clock: Callable[[], float] = time.perf_counter) -> dict[str, float]:
    """Measure the peaks of one core: the best of several rounds, since a limit is reached only undisturbed.

    Returns
    -------
    dict
        "binary" and "float" in operations per second, "memory" in bytes per second, read or written.
    """
    source = np.ones(COPY_BYTES // 8)
    target = np.empty_like(source)
    loops = {
        "binary": (lambda: vector_loop(TURNS, 0x5DEECE66D), TURNS * INSTRUCTIONS * REGISTER_BITS),
        "float": (lambda: multiply_add_loop(TURNS, np.float32(0.5)), TURNS * CHAINS * 2 * REGISTER_BITS // 32),
        "memory": (lambda: np.copyto(target, source), 2 * COPY_BYTES),
    }
    best = dict.fromkeys(loops, 0.0)
    for turn in range(rounds + 1):
        for name, (call, amount) in loops.items():
            started = clock()
            call()
            took = clock() - started
            if turn > 0:
                best[name] = max(best[name], amount / took)
    return best
