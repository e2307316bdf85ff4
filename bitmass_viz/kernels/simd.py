"""Vectors of 256 bits, for kernels whose inner loops the compiler does not vectorise.

A `float8` is 8 float32, an `int8` 8 int32 and a `byte32` 32 bytes; kernels use them like numbers. Longer vectors,
such as the 32 float32 of a `block`, take several registers. LLVM translates each operation to the machine's
instructions, on AVX2 a single one for each register, so the same kernels run everywhere. Without the JIT a vector
is a small NumPy array, with results equal to the bit.

Positions count the elements of an array of any shape in memory order, and are not checked. Hot loops create no
array views, because each costs two atomic additions.
"""

from __future__ import annotations

import operator

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils

from bitmass_viz.kernels.compiling import compiled
from bitmass_viz.kernels.settings import CLASS_LANES, PIXELS
from bitmass_viz.kernels.vectors import (
    BLOCK,
    BYTE,
    FLOAT,
    FLOATS,
    INT32,
    INT64,
    LLVM,
    OF_TYPE,
    SUMS,
    TARGET,
    Vector,
    block,
    builtin,
    classes16,
    double8,
    float8,
    int8,
    int32x16,
    lowers,
    mask_of,
    part,
    repeat,
    same,
)


def load(array, position):
    """Read the vector that begins at a position: 8 numbers or 32 bytes, of the array's type."""
    return array.reshape(-1)[position : position + OF_TYPE[array.dtype.name].lanes].copy()


@lowers(load, types.Array, types.Integer, gives=lambda array, position: OF_TYPE.get(str(array.dtype)))
def _load(call, array, position):
    kind = OF_TYPE[str(call.takes[0].dtype)]
    return call.builder.load(call.pointer(array, position, LLVM[kind]), align=kind.element.bitwidth // 8)


def load_classes(array, position):
    """Read 16 float32."""
    return array.reshape(-1)[position : position + CLASS_LANES].copy()


def load_block(array, position):
    """Read a block of 32 float32."""
    return array.reshape(-1)[position : position + BLOCK].copy()


def load_sums(array, position):
    """Read 16 int32."""
    return array.reshape(-1)[position : position + SUMS].copy()


for _function, _kind in ((load_classes, classes16), (load_block, block), (load_sums, int32x16)):

    @lowers(_function, types.Array, types.Integer, gives=_kind)
    def _load_longer(call, array, position, kind=_kind):
        return call.builder.load(call.pointer(array, position, LLVM[kind]), align=4)


def load_pixels(array, position):
    """Read 4 bytes as float32, and repeat them for each of the 8 units of a block."""
    return np.tile(array.reshape(-1)[position : position + PIXELS].astype(np.float32), FLOATS)


@lowers(load_pixels, types.Array, types.Integer, gives=block)
def _load_pixels(call, array, position):
    four = call.builder.load(call.pointer(array, position, ir.VectorType(BYTE, PIXELS)), align=1)
    shades = call.builder.uitofp(four, ir.VectorType(FLOAT, PIXELS))
    return part(call.builder, shades, FLOATS * list(range(PIXELS)))


def for_each_pixel(a):
    """Repeat a number of each of 8 units for the 4 pixels of a block."""
    return a.repeat(PIXELS)


@lowers(for_each_pixel, float8, gives=block)
def _for_each_pixel(call, a):
    return part(call.builder, a, [lane // PIXELS for lane in range(BLOCK)])


def over_pixels(a):
    """Add up the 4 pixels of a block for each of its 8 units: (0 + 1) + (2 + 3)."""
    return (a[0::4] + a[1::4]) + (a[2::4] + a[3::4])


@lowers(over_pixels, block, gives=float8)
def _over_pixels(call, a):
    while a.type.count > FLOATS:
        n = a.type.count
        a = call.builder.fadd(part(call.builder, a, range(0, n, 2)), part(call.builder, a, range(1, n, 2)))
    return a


def store(array, position, vector):
    """Write a vector to where `load` would read it."""
    array.reshape(-1)[position : position + len(vector)] = vector


@lowers(
    store, types.Array, types.Integer, Vector,
    gives=lambda array, position, vector: types.none if array.dtype == vector.element else None,
)  # fmt: skip
def _store(call, array, position, vector):
    place = call.pointer(array, position, vector.type)
    call.builder.store(vector, place, align=call.takes[2].element.bitwidth // 8)


def splat(number):
    """Repeat a float32 in all 8 lanes."""
    return np.full(FLOATS, number, np.float32)


def _repeat_float(call, number, which, vector):
    """Repeat an argument of a call as float32."""
    if call.takes[which] == types.float64:
        number = call.builder.fptrunc(number, FLOAT)
    return repeat(call.builder, number, vector)


@lowers(splat, types.Float, gives=float8)
def _splat(call, number):
    return _repeat_float(call, number, 0, LLVM[float8])


_FLOAT_OPERATIONS = {operator.add: "fadd", operator.sub: "fsub", operator.mul: "fmul", operator.truediv: "fdiv"}


for _python in _FLOAT_OPERATIONS:

    @lowers(_python, Vector, Vector, gives=same)
    def _arithmetic(call, a, b, python=_python):
        name = _FLOAT_OPERATIONS[python]
        if isinstance(a.type.element, ir.IntType):
            assert python in (operator.add, operator.sub)
            name = name.removeprefix("f")
        return getattr(call.builder, name)(a, b)


for _python, _name in _FLOAT_OPERATIONS.items():

    @lowers(_python, Vector, types.Float, gives=lambda a, b: a if a.element == types.float32 else None)
    def _with_number(call, a, number, name=_name):
        return getattr(call.builder, name)(a, _repeat_float(call, number, 1, a.type))

    @lowers(_python, types.Float, Vector, gives=lambda a, b: b if b.element == types.float32 else None)
    def _number_with(call, number, a, name=_name):
        return getattr(call.builder, name)(_repeat_float(call, number, 0, a.type), a)


def where_bits(bits, number):
    """An int32 where the lowest 16 bits of an integer are 1, and 0 elsewhere; the lowest bit is the first lane."""
    return np.where(int(bits) % 2**SUMS >> np.arange(SUMS) & 1, number, 0).astype(np.int32)


@lowers(where_bits, types.Integer, types.int32, gives=int32x16)
def _where_bits(call, bits, number):
    builder, kind = call.builder, LLVM[int32x16]
    zeros, lanes = ir.Constant(kind, [0] * SUMS), ir.Constant(kind, [1 << lane for lane in range(SUMS)])
    chosen = builder.and_(repeat(builder, builder.trunc(bits, INT32), kind), lanes)
    return builder.select(builder.icmp_signed("!=", chosen, zeros), repeat(builder, number, kind), zeros)


def splat_double(number):
    """Repeat a float64 in all 8 lanes."""
    return np.full(FLOATS, number, np.float64)


@lowers(splat_double, types.float64, gives=double8)
def _splat_double(call, number):
    return repeat(call.builder, number, LLVM[double8])


def widen(a):
    """Turn 8 int32 into float64."""
    return a.astype(np.float64)


@lowers(widen, int8, gives=double8)
def _widen(call, a):
    return call.builder.sitofp(a, LLVM[double8])


def narrow(a):
    """Round 8 float64 to float32."""
    return a.astype(np.float32)


@lowers(narrow, double8, gives=float8)
def _narrow(call, a):
    return call.builder.fptrunc(a, LLVM[float8])


def load_apart(array, position, apart):
    """Read 8 numbers, of the array's type, at a stride of ``apart`` elements."""
    return array[position : position + FLOATS * apart : apart].copy()


@lowers(
    load_apart, types.Array, types.Integer, types.Integer,
    gives=lambda array, position, apart: OF_TYPE.get(str(array.dtype)),
)  # fmt: skip
def _load_apart(call, array, position, apart):
    builder, kind = call.builder, LLVM[OF_TYPE[str(call.takes[0].dtype)]]
    found = ir.Constant(kind, ir.Undefined)
    step = call.context.cast(builder, apart, call.takes[2], types.intp)
    place = call.pointer(array, position, kind.element)
    for lane in range(FLOATS):
        found = builder.insert_element(found, builder.load(place, align=4), INT32(lane))
        place = builder.gep(place, [step])
    return found


def root(a):
    """Square root of each lane."""
    return np.sqrt(a)


def magnitude(a):
    """|a| of each lane."""
    return np.abs(a)


for _of_one, _name in ((root, "llvm.sqrt"), (magnitude, "llvm.fabs")):

    @lowers(_of_one, Vector, gives=lambda a: a)
    def _unary(call, a, name=_name):
        return builtin(call.builder, f"{name}.v{a.type.count}f32", a)


def where_positive(a, yes, no):
    """In each lane ``yes`` where a > 0, otherwise ``no``."""
    return np.where(a > 0, yes, no)


@lowers(where_positive, Vector, Vector, Vector, gives=lambda a, yes, no: a if a == yes == no else None)
def _where_positive(call, a, yes, no):
    zero = ir.Constant(a.type, [0.0] * a.type.count)
    return call.builder.select(call.builder.fcmp_ordered(">", a, zero), yes, no)


def at_least(a, number):
    """The larger of each lane and a float32."""
    return np.where(a > number, a, number)


def _larger(builder, a, b):
    return builder.select(builder.fcmp_ordered(">", a, b), a, b)


@lowers(at_least, Vector, types.float32, gives=lambda a, number: a)
def _at_least(call, a, number):
    return _larger(call.builder, a, repeat(call.builder, number, a.type))


def _halved(a, join):
    while len(a) > 1:
        a = join(a[: len(a) // 2], a[len(a) // 2 :])
    return a[0]


def total(a):
    """Add up the lanes, halves first; with 8: ((0 + 4) + (2 + 6)) + ((1 + 5) + (3 + 7))."""
    return _halved(a, np.add)


def largest(a):
    """The largest lane."""
    return _halved(a, lambda low, high: np.where(low > high, low, high))


def _join_halves(builder, a, join, until=1):
    while a.type.count > until:
        half = a.type.count // 2
        a = join(part(builder, a, range(half)), part(builder, a, range(half, 2 * half)))
    return a


@lowers(total, Vector, gives=lambda a: a.element)
def _total(call, a):
    return call.builder.extract_element(_join_halves(call.builder, a, call.builder.fadd), INT32(0))


@lowers(largest, Vector, gives=lambda a: a.element)
def _largest(call, a):
    found = _join_halves(call.builder, a, lambda low, high: _larger(call.builder, low, high))
    return call.builder.extract_element(found, INT32(0))


def totals(a, b, c, d, e, f, g, h):
    """The `total` of each of 8 vectors of 16 lanes, as one vector."""
    return np.array([total(vector) for vector in (a, b, c, d, e, f, g, h)])


@lowers(totals, *8 * [classes16], gives=float8)
def _totals(call, *vectors):
    builder = call.builder
    left, width = [_join_halves(builder, a, builder.fadd, FLOATS) for a in vectors], FLOATS
    while width > 1:
        # Each vector has the sums of some rows, `width` lanes each. Join two by adding halves of these.
        half = width // 2
        low = [start + lane for start in range(0, 2 * FLOATS, width) for lane in range(half)]
        high = [lane + half for lane in low]
        left = [
            builder.fadd(part(builder, a, low, b), part(builder, a, high, b))
            for a, b in zip(left[::2], left[1::2], strict=True)
        ]
        width = half
    return left[0]


def mask_above(a, b):
    """A bit mask of the lanes in which a > b; lane 0 is the lowest bit."""
    return int(np.packbits(a > b, bitorder="little")[0])


@lowers(mask_above, float8, float8, gives=types.int64)
def _mask_above(call, a, b):
    above = call.builder.fcmp_ordered(">", a, b)
    return call.builder.zext(mask_of(call.builder, above, BYTE), INT64)


def lowest(word):
    """Position of the lowest bit that is 1 in an unsigned 64-bit integer."""
    return (int(word) & -int(word)).bit_length() - 1


@lowers(lowest, types.Integer, gives=types.int64)
def _lowest(call, word):
    return call.builder.cttz(word, ir.Constant(ir.IntType(1), 1))


def times_power_of_two(a, n):
    """Multiply by 2^n, for integers n from -126 to 127 stored as floats."""
    return np.ldexp(a, n.astype(np.int32))


@lowers(times_power_of_two, Vector, Vector, gives=same)
def _times_power_of_two(call, a, n):
    builder, ints = call.builder, ir.VectorType(INT32, a.type.count)
    exponent = builder.add(builder.fptosi(n, ints), ir.Constant(ints, [127] * ints.count))
    return builder.fmul(a, builder.bitcast(builder.shl(exponent, ir.Constant(ints, [23] * ints.count)), a.type))


_LOG2_E = np.float32(1.44269504)
_LN2_HIGH, _LN2_LOW = np.float32(0.693359375), np.float32(-2.12194440e-4)
_ROUNDING = np.float32(12582912.0)
"""1.5 * 2^23: adding it leaves no bits for a fraction, which rounds to an integer."""
_LEAST = np.float32(-87.0)
_ONE = np.float32(1.0)
_POLYNOMIAL = tuple(
    np.float32(c)
    for c in (1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1)
)


@compiled
def exponential(a):
    """exp of each lane, for a <= 88; values below -87 count as -87.

    a = n ln 2 + r with integer n, exp(a) = 2^n exp(r), exp(r) by the polynomial of `expf` in Moshier's Cephes
    library, accurate to 2 units in the last place.
    """
    a = at_least(a, _LEAST)
    n = (a * _LOG2_E + _ROUNDING) - _ROUNDING
    r = a - n * _LN2_HIGH - n * _LN2_LOW
    power = r * _POLYNOMIAL[0] + _POLYNOMIAL[1]
    for c in _POLYNOMIAL[2:]:
        power = power * r + c
    return times_power_of_two((power * r) * r + r + _ONE, n)


def prefetch(array, position):
    """Prefetch the cache line at a position, because it will be read soon."""


@lowers(prefetch, types.Array, types.Integer, gives=types.none)
def _prefetch(call, array, position):
    if TARGET == "wasm32":
        return  # has no such instruction
    place = call.pointer(array, position, BYTE)
    kind = ir.FunctionType(ir.VoidType(), [place.type, INT32, INT32, INT32])
    ask = cgutils.get_or_insert_function(call.builder.module, kind, "llvm.prefetch.p0i8")
    call.builder.call(ask, [place, INT32(0), INT32(3), INT32(1)])
