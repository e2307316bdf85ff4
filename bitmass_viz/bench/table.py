"""Format the measurements as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

LAYER = "xnor-layer"
UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
SCALED = "*"
UNSTEADY = "†"
HEAD = ("what", "ours", "peer", "threads", "peer's time", "ratio", "limit")
RIGHT = {"ours", "peer's time", "ratio", "limit", "all", "each", "a second", "G operations/s"}
"""Columns of numbers, which are aligned to the right."""


def digits_of(value: float) -> str:
    """Format a number with three significant digits and no exponent."""
    if abs(value) >= 99.95:
        return f"{value:,.0f}"
    return f"{value:#.3g}" if abs(value) >= 1e-4 or value == 0 else f"{value:.1g}"


def time_of(seconds: float) -> str:
    """Format a time in the largest unit that makes it at least 1: 0.0123 is "12.3 ms"."""
    for size, unit in UNITS:
        if seconds >= size:
            return f"{digits_of(seconds / size)} {unit}"
    return f"{digits_of(seconds / UNITS[-1][0])} ns"


def as_text(found: Mapping[str, Any]) -> str:
    """Format the result of `suite.run` for a terminal."""
    rounds = f"{found['rounds']} round{'s' if found['rounds'] > 1 else ''}"
    parts = [
        about(found),
        f"Medians of {rounds} in which all sides take turns. Ours uses one thread.\n"
        "Ratio: the peer's time ÷ ours, the median over rounds.\n"
        "Limit: the least time on one core, estimated from peaks measured in this run.",
        _comparisons(found),
        *map(_layer, layers(found)),
        _everyday(found),
        _scaling(found),
        _limits(found["limits"]),
        _left_out(found["left_out"]),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def about(found: Mapping[str, Any]) -> str:
    """Name the digits, the machine and the software."""
    machine, synthetic = found["machine"], " These digits are synthetic." if found["synthetic"] else ""
    hashes = ", ".join(f"{name} {value[:12]}…" for name, value in found["sha256"].items())
    lines = [
        f"{found['label']}, {found['examples']:,} training images.{synthetic}",
        f"SHA-256: {hashes}" if hashes else "",
        f"{machine['processor']} ({machine['core']}), {machine['usable_cores']} of {machine['cores']} cores, "
        f"{' '.join(machine['simd'])}; {machine['system']}",
        f"load average at the start: {machine['load_average']:.1f}" if machine["load_average"] is not None else "",
        ", ".join(f"{name} {version}" for name, version in found["versions"].items()),
        "threads by default: " + ", ".join(f"{name} {count}" for name, count in found["threads"].items()),
    ]
    return "\n".join(filter(None, lines))


def _comparisons(found: Mapping[str, Any]) -> str:
    rows = []
    for line in found["comparisons"]:
        own, *peers = line["sides"]
        limit = time_of(line["limit_seconds"])
        for row, peer in enumerate(peers):
            ratio = f"{digits_of(peer['ratio'])} ×"
            first = (line["what"], _marked(own)) if row == 0 else ("", "")
            rows.append(
                (*first, peer["name"], str(peer["threads"]), _marked(peer), ratio, limit if row == 0 else "")
            )
    text = f"One epoch of {found['examples']:,} images, and the layer alone\n{aligned(HEAD, rows)}"
    sides = [side for line in found["comparisons"] for side in line["sides"]]
    shares = {(side["examples_measured"], side["examples"]) for side in sides if side["scaled"]}
    for measured, whole in sorted(shares):
        text += (
            f"\n{SCALED} measured on {measured:,} examples a round, scaled up to {whole:,}; --whole measures all"
        )
    if any(side["unsteady"] for side in sides):
        text += (
            f"\n{UNSTEADY} a round took more than twice as long as another: other programs may have been running"
        )
    return text


def _marked(side: Mapping[str, Any]) -> str:
    """Format a side's time, with marks for anything to be careful about."""
    return f"{time_of(side['seconds'])} {SCALED if side['scaled'] else ' '}{UNSTEADY if side['unsteady'] else ' '}"


def layers(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the comparisons of an XNOR-popcount layer, whose operations can be counted."""
    return [line for line in found["comparisons"] if line["name"].startswith(LAYER)]


def _layer(line: Mapping[str, Any]) -> str:
    rows = [
        (side["name"], str(side["threads"]), digits_of(side["operations_per_second"] / 1e9))
        for side in line["sides"]
    ]
    rows.append(("limit of one core", "1", digits_of(line["operations"] / line["limit_seconds"] / 1e9)))
    head = ("the layer", "threads", "G operations/s")
    return f"{line['what']}: binary operations a second, two for each pair of bits\n{aligned(head, rows)}"


def _everyday(found: Mapping[str, Any]) -> str:
    rows = [
        (
            line["what"],
            time_of(line["seconds"]),
            time_of(line["seconds"] / line["count"]),
            f"{line['per_second']:,.0f}",
        )
        for line in found["everyday"]
    ]
    text = f"Ours alone\n{aligned(('what', 'all', 'each', 'a second'), rows)}"
    if found["memory_megabytes"]:
        steps = "; ".join(f"{name} {digits_of(size)}" for name, size in found["memory_megabytes"].items())
        text += f"\n\nResident memory of a fresh process, in MB: {steps}"
    return text


def _scaling(found: Mapping[str, Any]) -> str:
    tables = []
    for key, column in (("hidden", "hidden"), ("examples", "examples")):
        by_trainer: dict[str, dict[int, Mapping[str, Any]]] = {}
        for line in found["scaling"][key]:
            by_trainer.setdefault(line["trainer"], {})[line[column]] = line
        head = [{"hidden": "containers", "examples": "examples"}[key]]
        for trainer in by_trainer:
            head += [trainer, "and container"] if key == "hidden" else [trainer]
        sizes = sorted({size for lines in by_trainer.values() for size in lines})
        rows = []
        for size in sizes:
            row = [f"{size:,}"]
            for lines in by_trainer.values():
                row.append(time_of(lines[size]["seconds_per_example"]))
                if key == "hidden":
                    row.append(time_of(lines[size]["seconds_per_example_and_container"]))
            rows.append(tuple(row))
        title = {"hidden": "Cost of an example by hidden size", "examples": "Cost of an example by their number"}[
            key
        ]
        tables.append(f"{title}, batch 64\n{aligned(tuple(head), rows, right=range(len(head)))}")
    return "\n\n".join(tables)


def _limits(limits: Mapping[str, Any]) -> str:
    return (
        f"Peaks of one core: {digits_of(limits['binary'] / 1e9)} G binary operations/s and "
        f"{digits_of(limits['float'] / 1e9)} G float operations/s in registers of {limits['register_bits']} bits, "
        f"{digits_of(limits['memory'] / 1e9)} GB/s of memory"
    )


def _left_out(entries: Iterable[Mapping[str, str]]) -> str:
    lines = [
        f"  {entry['name']}: {entry['why']}" + (f" ({entry['how']})" if entry["how"] else "") for entry in entries
    ]
    return "\n".join(["Left out:", *lines]) if lines else ""


def aligned(head: tuple[str, ...], rows: Iterable[tuple[str, ...]], right: Iterable[int] | None = None) -> str:
    """Format a table, with numbers aligned to the right.

    Parameters
    ----------
    head : tuple of str
    rows : iterable of tuple of str
    right : iterable of int, optional
        Columns to align to the right; by default those in `RIGHT`.
    """
    table = [head, *rows]
    numbers = {i for i, name in enumerate(head) if name in RIGHT} if right is None else set(right)
    widths = [max(len(row[i]) for row in table) for i in range(len(head))]
    lines = []
    for row in table:
        cells = [
            c.rjust(w) if i in numbers else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  " + "  ".join(cells).rstrip())
    return "\n".join(lines)
