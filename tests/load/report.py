"""What the load test measured, as a text: a line for each reader, and a summary."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from typing import Any


def spread(values: Iterable[float | None]) -> dict[str, float]:
    """Return least, median and most of the values that there are; nothing if there are none."""
    known = [value for value in values if value is not None]
    if not known:
        return {}
    return {"min": min(known), "median": statistics.median(known), "max": max(known)}


def as_text(measured: dict[str, Any]) -> str:
    """Return a table with a line for each reader, and a summary with the server's figures."""
    each, server = measured["each"], measured["server"]
    parts = list(dict.fromkeys(part for one in each for part in one["frames_a_second"]))
    lines = [
        f"{measured['readers']} readers at once, {measured['preheat']} kernels preheated, "
        f"{'nothing compiled, ' if measured['cold'] else ''}{measured['cores']} cores; "
        f"each part {measured['seconds']:g} s",
        "",
        "reader  frame   ready | frames/s: "
        + ", ".join(parts)
        + " | worst pause | switch | back | left, gone after",
    ]
    for one in each:
        rates = "".join(f"{one['frames_a_second'].get(part, float('nan')):7.1f}" for part in parts)
        worst = max((pause for pauses in one["pauses"].values() for pause in pauses), default=None)
        lines.append(
            f"{one['reader']:6} {_seconds(one['first_frame'])} {_seconds(one['ready'])} |{rates} | "
            f"{_seconds(worst)} | {_seconds(one['switched'])} | {_seconds(one['scrubbed'])} | "
            f"{one['left']:<8}{_seconds(one['gone'])}"
        )
        lines += [f"       ! {trouble}" for trouble in one["trouble"]]
    lines += ["", "least, median, most:"]
    for what in ("first_frame", "ready", "switched", "scrubbed", "gone"):
        lines.append(f"  {what.replace('_', ' '):<34}{_spread(one[what] for one in each)} s")
    for part in parts:
        lines.append(f"  frames a second, {part:<17}{_spread(one['frames_a_second'].get(part) for one in each)}")
    for part in parts:
        pauses = [pause for one in each for pause in one["pauses"].get(part, [])]
        if pauses:
            lines.append(f"  pause, {part:<27}{_spread(pauses)} s")
    for part in parts:
        learned = [one["examples"][part] for one in each if part in one["examples"]]
        if learned:
            lines.append(f"  examples, {part:<24}{_spread(learned)}")
    memory, kernels = server.get("pss_mb", {}), server["kernels"]
    if memory:
        lines.append(f"  MB of a reader's kernel (PSS)     {_spread(memory['kernels of readers'])}")
        lines.append(f"  MB of the server (PSS)            {memory['server']:10.0f}")
    for part, cores in server.get("cores", {}).items():
        shown = ", ".join(f"{whose} {used:.2f}" for whose, used in cores.items())
        lines.append(f"  cores while {part:<22}{shown} ({server['seconds'][part]:.0f} s)")
    lines.append("  kernels: " + ", ".join(f"{when} {number}" for when, number in kernels.items()))
    lines.append(
        f"  culled after {measured['cull_seconds']:g} s, so that kernels should be gone after "
        f"{measured['gone_within']:g} s"
    )
    lines.append(f"  readers with trouble: {sum(bool(one['trouble']) for one in each)}")
    lines += [f"  the server said: {line}" for line in server.get("trouble", [])]
    lines += ["", "Pointing at weights costs server and kernel nothing: the page does it by itself."]
    return "\n".join(lines)


def _seconds(value: float | None) -> str:
    return "      –" if value is None else f"{value:7.2f}"


def _spread(values: Iterable[float | None]) -> str:
    found = spread(values)
    return " ".join(f"{value:10,.2f}" for value in found.values()) if found else "–"
