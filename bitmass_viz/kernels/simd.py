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
import os
import platform
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils, config
from numba.core.codegen import get_host_cpu_features
from numba.core.datamodel.models import PrimitiveModel
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import lower_builtin, register_model

from bitmass_viz.kernels.compiling import compiled
from bitmass_viz.kernels.settings import CLASS_LANES, LANES, PIXELS

TARGET = os.environ.get("BITMASS_KERNELS_TARGET", platform.machine())
"""Machine that the kernels are compiled for: this one, or "wasm32" (see `engine.build`)."""
FEW_REGISTERS = TARGET == "wasm32"
"""Whether the registers hold little more than one `block`: 16, of 128 bits."""
FLOATS = LANES
BLOCK = LANES * PIXELS
"""The weights of 8 units for a block of pixels."""
BYTES = 32


class Vector(types.Type):
    """The numba type of a vector of `lanes` elements."""

    def __init__(self, element: Any, lanes: int) -> None:
        self.element, self.lanes = element, lanes
        super().__init__(name=f"Vector({element}, {lanes})")


float8 = Vector(types.float32, FLOATS)
int8 = Vector(types.int32, FLOATS)
classes16 = Vector(types.float32, CLASS_LANES)
block = Vector(types.float32, BLOCK)
double8 = Vector(types.float64, FLOATS)
byte32 = Vector(types.uint8, BYTES)
OF_TYPE = {str(kind.element): kind for kind in (float8, int8, double8, byte32)}

_BYTE, _INT32, _INT64, _FLOAT = ir.IntType(8), ir.IntType(32), ir.IntType(64), ir.FloatType()
_INTS = ir.VectorType(_INT32, FLOATS)
_LLVM = {
    float8: ir.VectorType(_FLOAT, FLOATS),
    classes16: ir.VectorType(_FLOAT, CLASS_LANES),
    block: ir.VectorType(_FLOAT, BLOCK),
    int8: _INTS,
    double8: ir.VectorType(ir.DoubleType(), FLOATS),
    byte32: ir.VectorType(_BYTE, BYTES),
}


@register_model(Vector)
class VectorModel(PrimitiveModel):
    """Data model of a vector: an LLVM vector value."""

    def __init__(self, manager: Any, kind: Vector) -> None:
        super().__init__(manager, kind, _LLVM[kind])


class Call:
    """Context for the function that builds the LLVM code of a call."""

    def __init__(self, context: Any, builder: ir.IRBuilder, takes: tuple[types.Type, ...]) -> None:
        self.context, self.builder, self.takes = context, builder, takes

    def pointer(self, array: Any, position: Any, vector: ir.Type, index: int = 1, which: int = 0) -> Any:
        """Return a pointer to the vector at a position of an array.

        ``which`` is the number of the array argument of the call, ``index`` that of the position.
        """
        data = self.context.make_array(self.takes[which])(self.context, self.builder, array).data
        start = self.builder.gep(data, [self.context.cast(self.builder, position, self.takes[index], types.intp)])
        return self.builder.bitcast(start, vector.as_pointer())


def lowers(python: Callable[..., Any], *takes: Any, gives: Any) -> Callable[[Callable[..., Any]], Any]:
    """Register an LLVM builder as the compiled form of ``python`` for the given argument types.

    Parameters
    ----------
    python : callable
        A function of this module or an operator.
    *takes : numba type, or class of numba types
        Types of the arguments.
    gives : numba type, or function
        Type of the result, or a function that derives it from the arguments' types; None if they do not fit.
    """

    def fits(kind: Any, want: Any) -> bool:
        return isinstance(kind, want) if isinstance(want, type) else kind == want

    class Typing(AbstractTemplate):
        key = python

        def generic(self, args: Any, kws: Any) -> Any:
            if len(args) != len(takes) or not all(map(fits, args, takes)):
                return None
            result = gives if isinstance(gives, types.Type) else gives(*args)
            return None if result is None else signature(result, *args)

    infer_global(python)(Typing)

    def decorate(build: Callable[..., Any]) -> Any:
        @lower_builtin(python, *takes)
        def lower(context: Any, builder: Any, sig: Any, values: Any) -> Any:
            made = build(Call(context, builder, sig.args), *values)
            return context.get_dummy_value() if sig.return_type == types.none else made

        return build

    return decorate


def load(array, position):
    """Read the vector that begins at a position: 8 numbers or 32 bytes, of the array's type."""
    return array.reshape(-1)[position : position + OF_TYPE[array.dtype.name].lanes].copy()


@lowers(load, types.Array, types.Integer, gives=lambda array, position: OF_TYPE.get(str(array.dtype)))
def _load(call, array, position):
    kind = OF_TYPE[str(call.takes[0].dtype)]
    return call.builder.load(call.pointer(array, position, _LLVM[kind]), align=kind.element.bitwidth // 8)


def load_classes(array, position):
    """Read 16 float32."""
    return array.reshape(-1)[position : position + CLASS_LANES].copy()


def load_block(array, position):
    """Read a block of 32 float32."""
    return array.reshape(-1)[position : position + BLOCK].copy()


for _function, _kind in ((load_classes, classes16), (load_block, block)):

    @lowers(_function, types.Array, types.Integer, gives=_kind)
    def _load_longer(call, array, position, kind=_kind):
        return call.builder.load(call.pointer(array, position, _LLVM[kind]), align=4)


def load_pixels(array, position):
    """Read 4 bytes as float32, and repeat them for each of the 8 units of a block."""
    return np.tile(array.reshape(-1)[position : position + PIXELS].astype(np.float32), FLOATS)


@lowers(load_pixels, types.Array, types.Integer, gives=block)
def _load_pixels(call, array, position):
    four = call.builder.load(call.pointer(array, position, ir.VectorType(_BYTE, PIXELS)), align=1)
    shades = call.builder.uitofp(four, ir.VectorType(_FLOAT, PIXELS))
    return _part(call.builder, shades, FLOATS * list(range(PIXELS)))


def for_each_pixel(a):
    """Repeat a number of each of 8 units for the 4 pixels of a block."""
    return a.repeat(PIXELS)


@lowers(for_each_pixel, float8, gives=block)
def _for_each_pixel(call, a):
    return _part(call.builder, a, [lane // PIXELS for lane in range(BLOCK)])


def over_pixels(a):
    """Add up the 4 pixels of a block for each of its 8 units: (0 + 1) + (2 + 3)."""
    return (a[0::4] + a[1::4]) + (a[2::4] + a[3::4])


@lowers(over_pixels, block, gives=float8)
def _over_pixels(call, a):
    while a.type.count > FLOATS:
        n = a.type.count
        a = call.builder.fadd(_part(call.builder, a, range(0, n, 2)), _part(call.builder, a, range(1, n, 2)))
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


def _repeat(builder, element, vector):
    first = builder.insert_element(ir.Constant(vector, ir.Undefined), element, _INT32(0))
    order = ir.Constant(ir.VectorType(_INT32, vector.count), [_INT32(0)] * vector.count)
    return builder.shuffle_vector(first, ir.Constant(vector, ir.Undefined), order)


def _repeat_float(call, number, which, vector):
    """Repeat an argument of a call as float32."""
    if call.takes[which] == types.float64:
        number = call.builder.fptrunc(number, _FLOAT)
    return _repeat(call.builder, number, vector)


@lowers(splat, types.Float, gives=float8)
def _splat(call, number):
    return _repeat_float(call, number, 0, _LLVM[float8])


_FLOAT_OPERATIONS = {operator.add: "fadd", operator.sub: "fsub", operator.mul: "fmul", operator.truediv: "fdiv"}


def _same(a, b):
    return a if a == b else None


for _python in _FLOAT_OPERATIONS:

    @lowers(_python, Vector, Vector, gives=_same)
    def _arithmetic(call, a, b, python=_python):
        if isinstance(a.type.element, ir.IntType):
            assert python is operator.add
            return call.builder.add(a, b)
        return getattr(call.builder, _FLOAT_OPERATIONS[python])(a, b)


for _python, _name in _FLOAT_OPERATIONS.items():

    @lowers(_python, Vector, types.Float, gives=lambda a, b: a if a.element == types.float32 else None)
    def _with_number(call, a, number, name=_name):
        return getattr(call.builder, name)(a, _repeat_float(call, number, 1, a.type))

    @lowers(_python, types.Float, Vector, gives=lambda a, b: b if b.element == types.float32 else None)
    def _number_with(call, number, a, name=_name):
        return getattr(call.builder, name)(_repeat_float(call, number, 0, a.type), a)


def splat_double(number):
    """Repeat a float64 in all 8 lanes."""
    return np.full(FLOATS, number, np.float64)


@lowers(splat_double, types.float64, gives=double8)
def _splat_double(call, number):
    return _repeat(call.builder, number, _LLVM[double8])


def widen(a):
    """Turn 8 int32 into float64."""
    return a.astype(np.float64)


@lowers(widen, int8, gives=double8)
def _widen(call, a):
    return call.builder.sitofp(a, _LLVM[double8])


def narrow(a):
    """Round 8 float64 to float32."""
    return a.astype(np.float32)


@lowers(narrow, double8, gives=float8)
def _narrow(call, a):
    return call.builder.fptrunc(a, _LLVM[float8])


def load_apart(array, position, apart):
    """Read 8 float32 at a stride of ``apart`` elements."""
    return array[position : position + FLOATS * apart : apart].copy()


@lowers(load_apart, types.Array, types.Integer, types.Integer, gives=float8)
def _load_apart(call, array, position, apart):
    builder = call.builder
    found = ir.Constant(_LLVM[float8], ir.Undefined)
    step = call.context.cast(builder, apart, call.takes[2], types.intp)
    place = call.pointer(array, position, _FLOAT)
    for lane in range(FLOATS):
        found = builder.insert_element(found, builder.load(place, align=4), _INT32(lane))
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
        return _builtin(call.builder, f"{name}.v{a.type.count}f32", a)


def where_positive(a, yes, no):
    """In each lane ``yes`` where a > 0, otherwise ``no``."""
    return np.where(a > 0, yes, no)


@lowers(where_positive, float8, float8, float8, gives=float8)
def _where_positive(call, a, yes, no):
    zero = ir.Constant(a.type, [0.0] * FLOATS)
    return call.builder.select(call.builder.fcmp_ordered(">", a, zero), yes, no)


def smaller(a, b):
    """The smaller of a and b in each lane."""
    return np.where(a < b, a, b)


@lowers(smaller, float8, float8, gives=float8)
def _smaller(call, a, b):
    return call.builder.select(call.builder.fcmp_ordered("<", a, b), a, b)


def at_least(a, number):
    """The larger of each lane and a float32."""
    return np.where(a > number, a, number)


def _larger(builder, a, b):
    return builder.select(builder.fcmp_ordered(">", a, b), a, b)


@lowers(at_least, Vector, types.float32, gives=lambda a, number: a)
def _at_least(call, a, number):
    return _larger(call.builder, a, _repeat(call.builder, number, a.type))


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
        a = join(_part(builder, a, range(half)), _part(builder, a, range(half, 2 * half)))
    return a


@lowers(total, Vector, gives=lambda a: a.element)
def _total(call, a):
    return call.builder.extract_element(_join_halves(call.builder, a, call.builder.fadd), _INT32(0))


@lowers(largest, Vector, gives=lambda a: a.element)
def _largest(call, a):
    found = _join_halves(call.builder, a, lambda low, high: _larger(call.builder, low, high))
    return call.builder.extract_element(found, _INT32(0))


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
            builder.fadd(_part(builder, a, low, b), _part(builder, a, high, b))
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
    return call.builder.zext(_mask(call.builder, above, _BYTE), _INT64)


def _mask(builder, lanes, integer):
    """Return the bits of a comparison's lanes as an integer."""
    if TARGET != "wasm32":
        return builder.bitcast(lanes, integer)
    # LLVM would extract one lane after the other.
    size = 16 if lanes.type.count > FLOATS else 4
    half = ir.IntType(128 // size)
    found = ir.Constant(_INT32, 0)
    for start in range(0, lanes.type.count, size):
        part = builder.sext(_part(builder, lanes, range(start, start + size)), ir.VectorType(half, size))
        bits = _call(builder, f"llvm.wasm.bitmask.v{size}i{half.width}", _INT32, part)
        found = builder.or_(found, builder.shl(bits, _INT32(start)))
    return builder.trunc(found, integer) if integer.width < _INT32.width else found


def lowest(word):
    """Position of the lowest bit that is 1 in an unsigned 64-bit integer."""
    return (int(word) & -int(word)).bit_length() - 1


@lowers(lowest, types.Integer, gives=types.int64)
def _lowest(call, word):
    return call.builder.cttz(word, ir.Constant(ir.IntType(1), 1))


def times_power_of_two(a, n):
    """Multiply by 2^n, for integers n from -126 to 127 stored as floats."""
    return np.ldexp(a, n.astype(np.int32))


@lowers(times_power_of_two, Vector, Vector, gives=_same)
def _times_power_of_two(call, a, n):
    builder, ints = call.builder, ir.VectorType(_INT32, a.type.count)
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
    place = call.pointer(array, position, _BYTE)
    kind = ir.FunctionType(ir.VoidType(), [place.type, _INT32, _INT32, _INT32])
    ask = cgutils.get_or_insert_function(call.builder.module, kind, "llvm.prefetch.p0i8")
    call.builder.call(ask, [place, _INT32(0), _INT32(3), _INT32(1)])


def no_bytes():
    """32 bytes of 0."""
    return np.zeros(BYTES, np.uint8)


@lowers(no_bytes, gives=byte32)
def _no_bytes(call):
    return ir.Constant(_LLVM[byte32], [0] * BYTES)


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
    masks = _repeat(builder, builder.trunc(mask, _BYTE), yes.type)
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
        return _builtin(builder, "llvm.x86.avx2.pshuf.b", table, a)
    half = ir.VectorType(_BYTE, BYTES // 2)
    for name, there in (
        ("llvm.x86.ssse3.pshuf.b.128", "+ssse3" in _features()),
        ("llvm.aarch64.neon.tbl1.v16i8", TARGET in ("arm64", "aarch64")),
        ("llvm.wasm.swizzle", TARGET == "wasm32"),
    ):
        if there:
            sixteen = _part(builder, table, range(16))
            parts = [
                _builtin(builder, name, sixteen, _part(builder, a, lanes)) for lanes in (range(16), range(16, 32))
            ]
            assert parts[0].type == half
            return builder.shuffle_vector(*parts, ir.Constant(ir.VectorType(_INT32, BYTES), list(range(BYTES))))
    found = ir.Constant(a.type, [0] * BYTES)
    for lane in range(BYTES):
        entry = builder.extract_element(table, builder.zext(builder.extract_element(a, _INT32(lane)), _INT32))
        found = builder.insert_element(found, entry, _INT32(lane))
    return found


def _builtin(builder, name, *arguments):
    return _call(builder, name, arguments[0].type, *arguments)


def _call(builder, name, gives, *arguments):
    kind = ir.FunctionType(gives, [argument.type for argument in arguments])
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), arguments)


def _part(builder, vector, lanes, beside=None):
    """Choose lanes of a vector, or of two beside each other."""
    order = ir.Constant(ir.VectorType(_INT32, len(lanes)), list(lanes))
    return builder.shuffle_vector(vector, beside or ir.Constant(vector.type, ir.Undefined), order)


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
    return builder.zext(_mask(builder, builder.icmp_unsigned(">", count, limit), _INT32), _INT64)
