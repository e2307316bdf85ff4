"""FAISS: Hamming distances of packed rows, the number of bits that disagree."""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from bitmass_viz.bench.inputs import Material
from bitmass_viz.bench.peers import LeftOut
from bitmass_viz.bench.timing import DEFAULT_THREADS, Side
from bitmass_viz.kernels.packing import pack_bits

BLOCK = 5_000
"""Images per search."""


def layer(material: Material) -> tuple[list[Side], list[LeftOut]]:
    """Return two sides that compute all distances: `hammings` on one thread, and a search on all threads.

    `IndexBinaryFlat.search` for as many neighbours as there are units also finds all distances, but sorts them,
    and is several times slower than a range search with an unlimited range. That one slows down if it has to
    collect results for many images at once.
    """
    bits, size = material.pixels.shape[1], material.size
    images = material.packed.view(np.uint8)
    weights = pack_bits(material.weight_bits).view(np.uint8)
    distances = np.empty((size, len(weights)), np.int32)

    def all_pairs() -> None:
        faiss.hammings(
            faiss.swig_ptr(images),
            faiss.swig_ptr(weights),
            size,
            len(weights),
            images.shape[1],
            faiss.swig_ptr(distances),
        )

    index = faiss.IndexBinaryFlat(8 * weights.shape[1])
    index.add(weights)
    found: list[Any] = []

    def search() -> None:
        found.clear()
        for start in range(0, size, BLOCK):
            found.append(index.range_search(images[start : start + BLOCK], bits + 1))

    def by_place() -> NDArray[np.int64]:
        placed = np.full(distances.shape, -1, np.int64)
        for start, (limits, values, units) in zip(range(0, size, BLOCK), found, strict=True):
            rows = start + np.repeat(np.arange(len(limits) - 1), np.diff(limits.astype(np.int64)))
            placed[rows, units] = values
        return bits - placed

    sides = [
        Side("FAISS hammings", all_pairs, size, size, 1, lambda: bits - distances.astype(np.int64)),
        Side("FAISS range search", search, size, size, DEFAULT_THREADS, by_place),
    ]
    return sides, []
