"""What vectors are to numba: their types, and how an operation on them becomes LLVM's code.

The operations are in `simd` and `byte_vectors`.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel.models import PrimitiveModel
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import lower_builtin, register_model

from bitmass_viz.kernels.settings import CLASS_LANES, LANES, PIXELS

TARGET = os.environ.get("BITMASS_KERNELS_TARGET", platform.machine())
"""Machine that the kernels are compiled for: this one, or "wasm32" (see `engine.build`)."""
FEW_REGISTERS = TARGET == "wasm32"
"""Whether the registers hold little more than one `block`: 16, of 128 bits."""
FLOATS = LANES
BLOCK = LANES * PIXELS
"""The weights of 8 units for a block of pixels."""
BYTES = 32
SUMS = 2 * FLOATS
"""Units whose sums over examples are added up together."""


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
short32 = Vector(types.int16, BYTES)
int32x16 = Vector(types.int32, SUMS)
long16 = Vector(types.int64, 16)
OF_TYPE = {str(kind.element): kind for kind in (float8, int8, double8, byte32, short32)}

BYTE, INT32, INT64, FLOAT = ir.IntType(8), ir.IntType(32), ir.IntType(64), ir.FloatType()
INTS = ir.VectorType(INT32, FLOATS)
LLVM = {
    float8: ir.VectorType(FLOAT, FLOATS),
    classes16: ir.VectorType(FLOAT, CLASS_LANES),
    block: ir.VectorType(FLOAT, BLOCK),
    int8: INTS,
    double8: ir.VectorType(ir.DoubleType(), FLOATS),
    byte32: ir.VectorType(BYTE, BYTES),
    short32: ir.VectorType(ir.IntType(16), BYTES),
    int32x16: ir.VectorType(INT32, SUMS),
    long16: ir.VectorType(INT64, 16),
}


@register_model(Vector)
class VectorModel(PrimitiveModel):
    """Data model of a vector: an LLVM vector value."""

    def __init__(self, manager: Any, kind: Vector) -> None:
        super().__init__(manager, kind, LLVM[kind])


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
        A function or an operator.
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


def same(a, b):
    """Return the type of a result of two arguments that must have the same."""
    return a if a == b else None


def repeat(builder, element, vector):
    """Build a vector of one value in all lanes."""
    first = builder.insert_element(ir.Constant(vector, ir.Undefined), element, INT32(0))
    order = ir.Constant(ir.VectorType(INT32, vector.count), [INT32(0)] * vector.count)
    return builder.shuffle_vector(first, ir.Constant(vector, ir.Undefined), order)


def mask_of(builder, lanes, integer):
    """Return the bits of a comparison's lanes as an integer: of 8 of 32 bits, or of 32 of 16 bits."""
    if TARGET != "wasm32":
        return builder.bitcast(lanes, integer)
    # LLVM would extract one lane after the other.
    size, short = (4, INT32) if lanes.type.count == FLOATS else (8, ir.IntType(16))
    kind = ir.VectorType(short, size)
    parts = [
        builder.sext(part(builder, lanes, range(start, start + size)), kind)
        for start in range(0, lanes.type.count, size)
    ]
    if size == 8:
        bytes16 = ir.VectorType(BYTE, 16)
        parts = [
            call_intrinsic(builder, "llvm.wasm.narrow.signed.v16i8.v8i16", bytes16, low, high)
            for low, high in zip(parts[::2], parts[1::2], strict=True)
        ]
    found = ir.Constant(INT32, 0)
    for number, some in enumerate(parts):
        count = some.type.count
        bits = call_intrinsic(builder, f"llvm.wasm.bitmask.v{count}i{128 // count}", INT32, some)
        found = builder.or_(found, builder.shl(bits, INT32(number * count)))
    return builder.trunc(found, integer) if integer.width < INT32.width else found


def builtin(builder, name, *arguments):
    """Call an intrinsic of LLVM that gives what its first argument is."""
    return call_intrinsic(builder, name, arguments[0].type, *arguments)


def call_intrinsic(builder, name, gives, *arguments):
    """Call an intrinsic of LLVM."""
    kind = ir.FunctionType(gives, [argument.type for argument in arguments])
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), arguments)


def part(builder, vector, lanes, beside=None):
    """Choose lanes of a vector, or of two beside each other."""
    order = ir.Constant(ir.VectorType(INT32, len(lanes)), list(lanes))
    return builder.shuffle_vector(vector, beside or ir.Constant(vector.type, ir.Undefined), order)
