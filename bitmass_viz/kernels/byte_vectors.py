"""Operations on vectors of 32 bytes or 32 int16, which are used like those of `simd`."""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import config
from numba.core.codegen import get_host_cpu_features

from bitmass_viz.kernels.vectors import (
    BYTE,
    BYTES,
    FLOATS,
    INT32,
    INT64,
    INTS,
    LLVM,
    TARGET,
    builtin,
    byte32,
    call_intrinsic,
    float8,
    long16,
    lowers,
    mask_of,
    part,
    repeat,
    short32,
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


def count_bits(a):
    """The number of ones of each byte."""
    return np.bitwise_count(a)


@lowers(count_bits, byte32, gives=byte32)
def _count_bits(call, a):
    return builtin(call.builder, "llvm.ctpop.v32i8", a)


def common_bits(a, number):
    """The bits of each byte that the lowest byte of an integer has, too."""
    return a & np.uint8(number & 255)


@lowers(common_bits, byte32, types.Integer, gives=byte32)
def _common_bits(call, a, number):
    builder = call.builder
    return builder.and_(a, repeat(builder, builder.trunc(number, BYTE), a.type))


def choose_bits(mask, yes, no):
    """In each byte the bits of ``yes`` where the integer ``mask`` has a 1, and those of ``no`` elsewhere."""
    return (yes & np.uint8(mask)) | (no & np.uint8(255 - mask))


@lowers(choose_bits, types.Integer, byte32, byte32, gives=byte32)
def _choose_bits(call, mask, yes, no):
    builder = call.builder
    masks = repeat(builder, builder.trunc(mask, BYTE), yes.type)
    return builder.or_(builder.and_(yes, masks), builder.and_(no, builder.not_(masks)))


def byte_of_each(words, position, which):
    """Byte ``which``, 0 to 3, of each of 32 uint32; byte 0 is the lowest."""
    return (words[position : position + BYTES] >> np.uint32(8 * which)).astype(np.uint8)


@lowers(byte_of_each, types.Array, types.Integer, types.Integer, gives=byte32)
def _byte_of_each(call, words, position, which):
    builder, wide = call.builder, ir.VectorType(INT32, BYTES)
    each = builder.load(call.pointer(words, position, wide), align=4)
    shift = builder.shl(builder.trunc(which, INT32), INT32(3))
    return builder.trunc(builder.lshr(each, repeat(builder, shift, wide)), LLVM[byte32])


def subset_sums(array, position):
    """The sums of 16 choices of four int64 from a position: bit i of a lane's number chooses the i-th."""
    chosen = np.arange(16)[:, None] >> np.arange(4) & 1
    return chosen @ array[position : position + 4]


@lowers(subset_sums, types.Array, types.Integer, gives=long16)
def _subset_sums(call, array, position):
    builder = call.builder
    place = call.pointer(array, position, INT64)
    found = ir.Constant(ir.VectorType(INT64, 1), [0])
    for i in range(4):
        number = builder.load(builder.gep(place, [INT32(i)]), align=8)
        more = builder.add(found, repeat(builder, number, found.type))
        found = part(builder, found, range(2 * found.type.count), more)
    return found


def load_twice(array, position):
    """Read 16 bytes, and repeat them."""
    return np.tile(array[position : position + BYTES // 2], 2)


@lowers(load_twice, types.Array, types.Integer, gives=byte32)
def _load_twice(call, array, position):
    half = ir.VectorType(BYTE, BYTES // 2)
    return part(call.builder, call.builder.load(call.pointer(array, position, half), align=1), 2 * list(range(16)))


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


def splat_short(number):
    """Repeat an integer below 2^15 in all 32 lanes, as int16."""
    return np.full(BYTES, number, np.int16)


@lowers(splat_short, types.Integer, gives=short32)
def _splat_short(call, number):
    return repeat(call.builder, call.builder.trunc(number, LLVM[short32].element), LLVM[short32])


def widen_bytes(a):
    """Turn 32 bytes into int16."""
    return a.astype(np.int16)


@lowers(widen_bytes, byte32, gives=short32)
def _widen_bytes(call, a):
    return call.builder.zext(a, LLVM[short32])


def nearer(a, b):
    """The smaller magnitude of a and b in each lane."""
    return np.minimum(np.abs(a), np.abs(b))


@lowers(nearer, short32, short32, gives=short32)
def _nearer(call, a, b):
    builder = call.builder
    a, b = (call_intrinsic(builder, "llvm.abs.v32i16", c.type, c, ir.Constant(ir.IntType(1), 0)) for c in (a, b))
    return builtin(builder, "llvm.smin.v32i16", a, b)


def store_shorts(array, position, a):
    """Round 8 float32, below 2^15 in magnitude, and write them as int16."""
    array[position : position + FLOATS] = np.rint(a)


@lowers(store_shorts, types.Array, types.Integer, float8, gives=types.none)
def _store_shorts(call, array, position, a):
    builder, shorts = call.builder, ir.VectorType(ir.IntType(16), FLOATS)
    # After this addition, a float32 has no bits for a fraction, and its lowest bits hold the integer.
    rounded = builder.fadd(a, ir.Constant(a.type, [1.5 * 2**23] * FLOATS))
    lowest = builder.trunc(builder.bitcast(rounded, INTS), shorts)
    builder.store(lowest, call.pointer(array, position, shorts), align=2)


def mask_positive(a):
    """A bit mask of which of 32 int16 are above 0; the first is the lowest bit."""
    return int(np.packbits(a > 0, bitorder="little").view("<u4")[0])


@lowers(mask_positive, short32, gives=types.int64)
def _mask_positive(call, a):
    above = call.builder.icmp_signed(">", a, ir.Constant(a.type, [0] * BYTES))
    return call.builder.zext(mask_of(call.builder, above, INT32), INT64)


def mask_within(a, reach):
    """A bit mask of which of 32 int16 are from -reach to reach, an integer below 2^14."""
    return int(np.packbits(np.abs(a) <= reach, bitorder="little").view("<u4")[0])


@lowers(mask_within, short32, types.Integer, gives=types.int64)
def _mask_within(call, a, reach):
    builder = call.builder
    limit = repeat(builder, builder.trunc(reach, a.type.element), a.type)
    within = builder.icmp_unsigned("<=", builder.add(a, limit), builder.add(limit, limit))
    return builder.zext(mask_of(builder, within, INT32), INT64)
