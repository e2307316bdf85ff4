"""Compile the kernels to WebAssembly: ``uv run --group engine python -m bitmass_viz.engine.build [--out FOLDER]``.

Numba compiles every entry to LLVM's intermediate code, as it does for Python. That code is translated for a 32-bit
machine, optimised, and linked with `runtime.ll` by ``wasm-ld`` to one module that imports nothing. A manifest says
what its functions take, so that a host needs to know no trainer.

The result depends on the versions in the dependency group ``engine`` alone, not on the machine or the folder.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent
NAME = "kernels"
HOST = ("allocate", "release", "refused_kib")
"""Functions of the runtime that a host calls."""
FAST = (".learn", ".classify", "example_order")
"""How the names of functions end that training waits for; the others are optimised for size."""
TRIPLE = "wasm32-unknown-unknown"
FEATURES = "+simd128,+bulk-memory,+bulk-memory-opt,+sign-ext,+nontrapping-fptoint,+mutable-globals"
PAGE = 1 << 16
FIRST_MEMORY, MOST_MEMORY, STACK = 32 * PAGE, 16384 * PAGE, 4 * PAGE
ENVIRONMENT = {
    "BITMASS_KERNELS_TARGET": "wasm32",
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
    "NUMBA_OPT": "0",  # all optimisation comes at the end, for the machine that will run it
}
"""What numba and `kernels.vectors` read when they are imported."""


class Entry(NamedTuple):
    """A function of the module."""

    name: str
    takes: tuple[Any, ...]
    """Numba's types of the arguments."""
    gives: Any
    """Numba's type of the result."""
    compiled: Any
    """Numba's compile result."""


def main() -> None:
    """Build into a folder."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--out", type=Path, default=FOLDER, help="folder for the module and its manifest")
    out: Path = arguments.parse_args().out
    if any(os.environ.get(name) != value for name, value in ENVIRONMENT.items()):
        with tempfile.TemporaryDirectory() as cache:
            again = [sys.executable, "-m", "bitmass_viz.engine.build", "--out", str(out)]
            environment = {**os.environ, **ENVIRONMENT, "NUMBA_CACHE_DIR": cache}
            raise SystemExit(subprocess.run(again, env=environment, check=False).returncode)
    leave_machine_code_out()
    trainers, entries = compile_entries()
    out.mkdir(parents=True, exist_ok=True)
    module = link(objects(entries), [entry.name for entry in entries])
    (out / f"{NAME}.wasm").write_bytes(module)
    manifest = {
        "trainers": trainers,
        "functions": {
            entry.name: {"takes": [spec(kind) for kind in entry.takes], "gives": spec(entry.gives)}
            for entry in entries
        },
    }
    (out / f"{NAME}.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(f"{len(entries)} functions of {len(trainers)} trainers, {len(module):,} bytes")


def leave_machine_code_out() -> None:
    """Make numba stop at intermediate code: this machine could not run, and need not, what is for another one."""
    from numba.core.caching import FunctionCache
    from numba.core.codegen import JITCodeLibrary
    from numba.core.cpu import CPUContext

    def instead_of_machine_code(context: Any, library: Any, *about: Any) -> Any:
        library._ensure_finalized()
        return [].append  # numba tells functions apart by this one, which must be built in and is never called

    for owner, method, instead in (
        (FunctionCache, "save_overload", lambda self, signature, result: None),
        (JITCodeLibrary, "_finalize_specific", lambda self: None),
        (CPUContext, "get_executable", instead_of_machine_code),
    ):
        assert hasattr(owner, method), f"this version of numba has no {owner.__name__}.{method}"
        setattr(owner, method, instead)


def compile_entries() -> tuple[dict[str, Any], list[Entry]]:
    """Return the trainers, described for the manifest, and all functions."""
    from numba import njit, typeof, types
    from numba.core.dispatcher import Dispatcher

    from bitmass_viz.kernels import families, settings
    from bitmass_viz.trainers import RECIPES, TRAINERS
    from bitmass_viz.trainers.family import FamilyTrainer
    from bitmass_viz.trainers.options import resolve

    entries: dict[str, Entry] = {}

    def compile_one(name: str, function: Any, *takes: Any) -> Any:
        dispatcher: Any = function if isinstance(function, Dispatcher) else njit(function)
        dispatcher.compile(takes)
        result = dispatcher.overloads[takes]
        entries[name] = Entry(name, takes, result.signature.return_type, result)
        return result.signature.return_type

    sizes, whole = typeof(settings.Sizes(1, 1, 1)), types.int64
    vector, matrix = types.Array(types.uint8, 1, "C"), types.Array(types.uint8, 2, "C")
    order = compile_one("example_order", families.example_order, whole, whole, whole)
    described: dict[str, Any] = {}
    chosen_by_family: dict[str, Any] = {}
    for name, trainer in TRAINERS.items():
        if not issubclass(trainer, FamilyTrainer):
            raise TypeError(f"{name} must be a FamilyTrainer, whose arithmetic is a family of kernels")
        kernels = import_module(f"bitmass_viz.kernels.{trainer.KERNELS}")
        (family,) = (key for key, found in families.FAMILIES.items() if found.learn is kernels.learn)
        values = resolve(name, trainer.OPTIONS, next(iter(RECIPES)), {})
        codes = typeof(trainer.codes(values))
        chosen = compile_one(f"{name}.choose", trainer.choose, sizes, types.boolean, codes)
        known = chosen_by_family.setdefault(family, chosen)
        if chosen != known:
            raise TypeError(f"choose of {name} must return {known}, as others of {family} do, got {chosen}")
        described[name] = {
            "label": trainer.LABEL,
            "family": family,
            "prepare": families.FAMILIES[family].prepare.__name__,
            "architecture": asdict(trainer.default_architecture()),
            "options": {option.name: describe(option, RECIPES) for option in trainer.OPTIONS},
        }
    for name, chosen in chosen_by_family.items():
        entry = families.FAMILIES[name]
        state = compile_one(f"{name}.allocate", entry.allocate, sizes, chosen)
        # Families that take the same form of images share the function.
        images = compile_one(entry.prepare.__name__, entry.prepare, matrix)
        examples = types.NamedTuple((images, vector, order, types.boolean), settings.Examples)
        compile_one(f"{name}.initialise", entry.initialise, whole, chosen, state)
        compile_one(f"{name}.learn", entry.learn, examples, chosen, state)
        compile_one(f"{name}.classify", entry.classify, images, chosen, state, vector)
        compile_one(f"{name}.refresh", entry.refresh, chosen, state)
        compile_one(f"{name}.pack", entry.pack, chosen, state)
    return described, list(entries.values())


def describe(option: Any, recipes: Iterable[str]) -> dict[str, Any]:
    """Describe an option as data: what is allowed, and what it is unless given."""
    described = {"kind": option.kind, "live": option.live}
    if option.kind == "choice":
        described["choices"] = list(option.choices)
    elif option.kind != "switch":
        described |= {"low": option.low, "high": option.high}
    return described | {"defaults": {recipe: option.default(recipe) for recipe in recipes}}


def spec(kind: Any) -> Any:
    """Describe a type: a scalar by its name, an array by element and axes, a named tuple by its fields."""
    from numba import types

    if isinstance(kind, types.Array) and kind.layout == "C":
        return {"array": str(kind.dtype), "axes": kind.ndim}
    if isinstance(kind, types.BaseNamedTuple):
        return {"fields": {field: spec(part) for field, part in zip(kind.fields, kind.types, strict=True)}}  # type: ignore[attr-defined]
    if kind == types.none:
        return None
    if isinstance(kind, types.Number | types.Boolean):
        return str(kind)
    raise TypeError(
        f"a kernel for another host takes and returns numbers, arrays and named tuples of them, got {kind}"
    )


def objects(entries: list[Entry]) -> list[bytes]:
    """Return object files for all entries and for the runtime."""
    import llvmlite.binding as llvm

    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    machine = llvm.Target.from_triple(TRIPLE).create_target_machine(
        cpu="generic", features=FEATURES, opt=3, reloc="static"
    )
    header = f'target datalayout = "{machine.target_data}"\ntarget triple = "{TRIPLE}"\n'

    def parse(text: str) -> Any:
        return llvm.parse_assembly(header + re.sub(r"(?m)^target .*$", "", text))

    runtime = parse((FOLDER / "runtime.ll").read_text("utf-8"))
    whole = parse("")
    for entry in entries:
        part = parse(without_messages(str(entry.compiled.library._final_module)))
        for function in part.functions:
            if not function.is_declaration and function.name != entry.compiled.fndesc.llvm_func_name:
                function.linkage = "linkonce_odr"
        whole.link_in(part)
    whole.link_in(parse("\n".join(wrapper(entry, whole) for entry in entries)))
    whole.verify()
    kept = {entry.name for entry in entries}
    for thing in (*whole.functions, *whole.global_variables):
        if not thing.is_declaration and thing.name not in kept and not thing.name.startswith("llvm."):
            thing.linkage = "internal"
    keep_small(whole, [entry.name for entry in entries if not entry.name.endswith(FAST)])
    for _ in range(2):
        optimise(whole, machine)
    return [machine.emit_object(whole), machine.emit_object(runtime)]


def keep_small(module: Any, names: Iterable[str]) -> None:
    """Mark these functions, and those that only they call, to be optimised for size."""
    callees = {
        function.name: set(re.findall(r'@"?([^"\s(),]+)', str(function))) - {function.name}
        for function in module.functions
        if not function.is_declaration
    }
    fast, found = set(), set(callees) - set(names) - set().union(*callees.values())
    while found:
        fast |= found
        found = set().union(*(callees[name] for name in found)).intersection(callees) - fast
    for function in module.functions:
        if function.name in callees and function.name not in fast:
            function.add_function_attribute("optsize")


def without_messages(code: str) -> str:
    """Leave out the texts of exceptions, which hold the paths of source files and take a C library to write."""
    written = r"(?ms)^(define linkonce_odr i32 @\S*raise_with_shape_context[^\n]*\{)\n.*?^\}"
    kept = r'(?m)^(@"?\.const\.pickle[^ ]* = \w+ constant )\[\d+ x i8\] c".*?"(, align \d+)?$'
    length = r'(?m)^(@"?\.const\.picklebuf.*\{ ptr [^,]*, i32 )\d+'
    code = re.sub(written, r"\1\n  ret i32 1\n}", code)
    return re.sub(length, r"\g<1>0", re.sub(kept, r"\1[1 x i8] zeroinitializer", code))


def optimise(module: Any, machine: Any) -> None:
    """Run LLVM's passes, and numba's that leaves out needless counting of users."""
    import llvmlite.binding as llvm

    options = llvm.create_pipeline_tuning_options(speed_level=3)
    options.loop_vectorization = options.slp_vectorization = True
    # Unrolled, the module is 6 % larger and no faster.
    options.loop_unrolling = False
    builder = llvm.create_pass_builder(machine, options)
    passes = builder.getModulePassManager()
    passes.add_refprune_pass()
    passes.run(module, builder)


def wrapper(entry: Entry, module: Any) -> str:
    """Return code for ``i32 name(ptr arguments, ptr result)``: both are slots of 8 bytes.

    A number takes one slot; an array takes slots for its block of memory, a pointer that is null, its number of
    items, their size, the address of the first, and its shape and strides; a named tuple those of its fields.
    """
    name = entry.compiled.fndesc.llvm_func_name
    signature = str(module.get_function(name).global_value_type)
    kinds = re.fullmatch(r"i32 \((.*)\)", signature)
    assert kinds is not None
    returned = llvm_type(
        entry.compiled.target_context.call_conv.get_return_type(entry.gives).pointee  # what numba writes
    )
    lines = [f'define i32 @"{entry.name}"(ptr %arguments, ptr %result) {{']
    lines += [f"  %given = alloca {returned}, align 16", "  %raised = alloca ptr, align 16"]
    values = ["ptr %given", "ptr %raised"]
    for slot, kind in enumerate(kinds[1].split(", ")[2:]):
        lines.append(f"  %place{slot} = getelementptr i64, ptr %arguments, i32 {slot}")
        lines.append(f"  %value{slot} = load {kind}, ptr %place{slot}, align 8")
        values.append(f"{kind} %value{slot}")
    lines.append(f'  %status = call i32 @"{name}"({", ".join(values)})')
    lines += ["  %good = icmp eq i32 %status, 0", "  br i1 %good, label %copy, label %done", "copy:"]
    if spec(entry.gives) is not None:
        for slot, (path, kind) in enumerate(leaves(entry.compiled.target_context, entry)):
            index = "".join(f", i32 {at}" for at in path)
            lines.append(f"  %from{slot} = getelementptr {returned}, ptr %given, i32 0{index}")
            lines.append(f"  %part{slot} = load {kind}, ptr %from{slot}")
            lines.append(f"  %to{slot} = getelementptr i64, ptr %result, i32 {slot}")
            lines.append(f"  store {kind} %part{slot}, ptr %to{slot}, align 8")
    lines += ["  br label %done", "done:", "  ret i32 %status", "}"]
    return f"declare {signature.replace('(', f'@{chr(34)}{name}{chr(34)}(', 1)}\n" + "\n".join(lines)


def leaves(context: Any, entry: Entry) -> Iterator[tuple[tuple[int, ...], str]]:
    """Yield where each number and pointer of a result is in it, and its type."""

    def walk(kind: Any, path: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], str]]:
        parts = getattr(kind, "elements", None)
        if parts is None and hasattr(kind, "count"):
            parts = [kind.element] * kind.count
        if parts is None:
            yield path, llvm_type(kind)
        else:
            for at, part in enumerate(parts):
                yield from walk(part, (*path, at))

    return walk(context.call_conv.get_return_type(entry.gives).pointee, ())


def llvm_type(kind: Any) -> str:
    """Return a type as LLVM writes it today: a pointer no longer says to what."""
    from llvmlite import ir

    if isinstance(kind, ir.PointerType):
        return "ptr"
    if isinstance(kind, ir.ArrayType):
        return f"[{kind.count} x {llvm_type(kind.element)}]"
    if isinstance(kind, ir.LiteralStructType):
        return "{" + ", ".join(map(llvm_type, kind.elements)) + "}"
    return str(kind)


def link(parts: list[bytes], exports: list[str]) -> bytes:
    """Link object files to a module.

    Raises
    ------
    FileNotFoundError
        If there is no linker.
    ValueError
        If the kernels need a function that neither they nor the runtime have; the message names it.
    """
    linker = shutil.which("wasm-ld")
    if linker is None:
        raise FileNotFoundError("wasm-ld is missing: install LLVM's linker, for example `apt install lld`")
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.o") for number in range(len(parts))]
        for path, content in zip(paths, parts, strict=True):
            path.write_bytes(content)
        out = Path(folder, "linked.wasm")
        linked = subprocess.run(
            [
                linker, "--no-entry", "--strip-all", "--gc-sections", "-O3", "--stack-first",
                "-z", f"stack-size={STACK}", f"--initial-memory={FIRST_MEMORY}", f"--max-memory={MOST_MEMORY}",
                *(f"--export={name}" for name in (*exports, *HOST)), *map(str, paths), "-o", str(out),
            ],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        if linked.returncode:
            raise ValueError(f"the kernels must need nothing from outside, but they do:\n{linked.stderr}")
        return out.read_bytes()


if __name__ == "__main__":
    main()
