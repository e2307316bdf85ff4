"""Operations on vectors of 32 bytes, which are used like those of `simd`."""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import config
from numba.core.codegen import get_host_cpu_features

from bitmass_viz.kernels.vectors import (
    BYTE,
    BYTES,
    INT32,
    INT64,
    LLVM,
    TARGET,
    builtin,
    byte32,
    lowers,
    mask_of,
    part,
    repeat,
)


def no_bytes():
    """32 bytes of 0."""
    return np.zeros(BYTES, np.uint8)


@lowers(no_bytes, gives=byte32)
def _no_bytes(call):
    return ir.Constant(LLVM[byte32], [0] * BYTES)


def low_nibbles(a):
    """The lower half of each byte, 0 to 15."""
    return a & 15


def high_nibbles(a):
    """The upper half of each byte, 0 to 15."""
    return a >> 4


@lowers(low_nibbles, byte32, gives=byte32)
def _low_nibbles(call, a):
    return call.builder.and_(a, ir.Constant(a.type, [15] * BYTES))


@lowers(high_nibbles, byte32, gives=byte32)
def _high_nibbles(call, a):
    return call.builder.lshr(a, ir.Constant(a.type, [4] * BYTES))


def choose_bits(mask, yes, no):
    """In each byte the bits of ``yes`` where the integer ``mask`` has a 1, and those of ``no`` elsewhere."""
    return (yes & np.uint8(mask)) | (no & np.uint8(255 - mask))


@lowers(choose_bits, types.Integer, byte32, byte32, gives=byte32)
def _choose_bits(call, mask, yes, no):
    builder = call.builder
    masks = repeat(builder, builder.trunc(mask, BYTE), yes.type)
    return builder.or_(builder.and_(yes, masks), builder.and_(no, builder.not_(masks)))


def look_up(table, a):
    """Replace each byte of a, 0 to 15, by that entry of a 16-byte table, which ``table`` holds twice."""
    return table[a]


def _features() -> str:
    """Return the processor features that LLVM can use, for example "+avx2,-avx512f"."""
    asked_for: str | None = config.CPU_FEATURES  # type: ignore[attr-defined]
    return get_host_cpu_features() if asked_for is None else asked_for


@lowers(look_up, byte32, byte32, gives=byte32)
def _look_up(call, table, a):
    # LLVM has no portable operation for this, although nearly every processor has an instruction.
    builder = call.builder
    if "+avx2" in _features():
        return builtin(builder, "llvm.x86.avx2.pshuf.b", table, a)
    half = ir.VectorType(BYTE, BYTES // 2)
    for name, there in (
        ("llvm.x86.ssse3.pshuf.b.128", "+ssse3" in _features()),
        ("llvm.aarch64.neon.tbl1.v16i8", TARGET in ("arm64", "aarch64")),
        ("llvm.wasm.swizzle", TARGET == "wasm32"),
    ):
        if there:
            sixteen = part(builder, table, range(16))
            parts = [
                builtin(builder, name, sixteen, part(builder, a, lanes)) for lanes in (range(16), range(16, 32))
            ]
            assert parts[0].type == half
            return builder.shuffle_vector(*parts, ir.Constant(ir.VectorType(INT32, BYTES), list(range(BYTES))))
    found = ir.Constant(a.type, [0] * BYTES)
    for lane in range(BYTES):
        entry = builder.extract_element(table, builder.zext(builder.extract_element(a, INT32(lane)), INT32))
        found = builder.insert_element(found, entry, INT32(lane))
    return found


def add_bytes(counts, position, a):
    """Add 32 bytes to 32 uint16 of an array."""
    counts.reshape(-1)[position : position + BYTES] += a


@lowers(add_bytes, types.Array, types.Integer, byte32, gives=types.none)
def _add_bytes(call, counts, position, a):
    builder = call.builder
    wide = ir.VectorType(ir.IntType(16), BYTES)
    place = call.pointer(counts, position, wide)
    builder.store(builder.add(builder.load(place, align=2), builder.zext(a, wide)), place, align=2)


def mask_exceeding(counts, limits, position):
    """A bit mask of which of 32 uint16 from a position exceed their limits; the first is the lowest bit."""
    over = counts[position : position + BYTES] > limits[position : position + BYTES]
    return np.packbits(over, bitorder="little").view("<u4")[0].astype(np.uint64)


@lowers(mask_exceeding, types.Array, types.Array, types.Integer, gives=types.uint64)
def _mask_exceeding(call, counts, limits, position):
    builder = call.builder
    wide = ir.VectorType(ir.IntType(16), BYTES)
    limit = builder.load(call.pointer(limits, position, wide, index=2, which=1), align=2)
    count = builder.load(call.pointer(counts, position, wide, index=2), align=2)
    return builder.zext(mask_of(builder, builder.icmp_unsigned(">", count, limit), INT32), INT64)
