"""Packing a recording: what changed from one frame to the next, as bits of an adaptive binary arithmetic coder.

Every binary decision has a place in two tables of 16-bit chances that its bit is 1, one that adapts fast and one
that adapts slowly; their mean p divides the interval of the coder,

    middle = low + (high - low) p / 2^16          bit 1: high = middle          bit 0: low = middle + 1

and whenever the first bytes of low and high agree, that byte is written. `src/recorded/coder.js` reads it back
with the same whole numbers, so that every bit returns.

*Bytes* (weights of fewer than 32 bits, packed, each byte XOR the one before): first whether a byte changed at all,
which depends on whether its neighbours did and on how often it did lately, then its eight bits.

*Words* (float32): the patterns are numbered in the order of the floats they stand for. How far a number is from
the one before it, and from what part of the last change carries on (half of it, where momentum is in play), is
sent as its length in bits k, its two bits below the first, and, as they are, its sign and its other bits, which
nothing predicts. The chances of k depend on how large a change is expected of this weight.
Sizes are 256 log2 |change|, from the place of the float's last bit:

    size = 256 (exponent + k) + fraction
    expected = running mean of size + what the neighbours exceeded their own by
"""

from __future__ import annotations

import numpy as np

from bitmass_viz.kernels.compiling import compiled

FAST, SLOW = 5, 7
"""Each bit moves its chances by these powers of one half."""
HISTORIES = 8
"""Whether a byte changed in each of the last three frames."""
BYTE_MODELS = 4 * HISTORIES + 256
SIZES = 256
"""Classes of expected size, a quarter of a factor 2 each."""
LENGTHS = 64
WORD_MODELS = SIZES * (LENGTHS + 4 * LENGTHS)
FIRST_SIZE = 110 * 256
"""What is expected at first; any would do."""
MOST_SURPRISE = 1024
SETTLED = 3
"""The running mean moves by this power of one half, faster in the first frames."""
MOST_DRIFT = 1 << 20
MOST_SHIFT = 8
ROOM = 36
"""Bytes that a byte or a word cannot exceed, whatever is in it: nine decisions, four bytes each."""
_WHOLE = 0xFFFFFFFF


@compiled
def put(bit, model, chances, interval, out):
    """Write one bit that is told by a model, and let the model learn it.

    Parameters
    ----------
    bit : int
        0 or 1.
    model : int
    chances : int32 (2, models), changed
        Fast and slow chances, in 65536ths, that the bit is 1.
    interval : int64 (3,), changed
        Low, high, and the number of bytes written so far.
    out : uint8 (n,), written
    """
    chance = (chances[0, model] + chances[1, model]) >> 1
    low, high = interval[0], interval[1]
    width = high - low
    middle = low + (width >> 16) * chance + (((width & 0xFFFF) * chance) >> 16)
    if bit:
        high = middle
        chances[0, model] += (65535 - chances[0, model]) >> FAST
        chances[1, model] += (65535 - chances[1, model]) >> SLOW
    else:
        low = middle + 1
        chances[0, model] -= chances[0, model] >> FAST
        chances[1, model] -= chances[1, model] >> SLOW
    while (low ^ high) & 0xFF000000 == 0:
        out[interval[2]] = high >> 24
        interval[2] += 1
        low = (low << 8) & _WHOLE
        high = ((high << 8) & _WHOLE) | 255
    interval[0], interval[1] = low, high


@compiled
def _begin(interval):
    interval[0], interval[1], interval[2] = 0, _WHOLE, 0


@compiled
def _finish(interval, out):
    for shift in (24, 16, 8, 0):
        out[interval[2]] = (interval[1] >> shift) & 255
        interval[2] += 1


@compiled
def _put_bits(value, bits, models, chances, interval, out):
    """Write a number, first bit first; which bits came before it decides the model of each."""
    node = 1
    for shift in range(bits - 1, -1, -1):
        bit = (value >> shift) & 1
        put(bit, models + node, chances, interval, out)
        node = 2 * node + bit


@compiled
def encode_bytes(changes, row, histories, chances, interval, out):
    """Write what changed in packed weights.

    Parameters
    ----------
    changes : uint8 (n,)
        The bytes, XOR those before.
    row : int
        Bytes from one to the one below it.
    histories : uint8 (n,), changed
        0 at the start of a recording.
    chances : int32 (2, BYTE_MODELS), changed
        32768 at the start of a recording.
    interval : int64 (3,), written
        Its last number is that of the bytes written.
    out : uint8, written
        Room for ROOM n + 8 bytes.
    """
    _begin(interval)
    for i in range(len(changes)):
        model = 4 * np.int64(histories[i])
        if i >= 1 and changes[i - 1]:
            model += 1
        if i >= row and changes[i - row]:
            model += 2
        changed = 1 if changes[i] else 0
        put(changed, model, chances, interval, out)
        if changed:
            _put_bits(np.int64(changes[i]), 8, 4 * HISTORIES, chances, interval, out)
        histories[i] = (2 * histories[i] + changed) % HISTORIES
    _finish(interval, out)


@compiled
def encode_words(
    before, after, frame, neighbours, carried, drift, expected, surprise, chances, interval, out, plain
):
    """Write what changed in float32 weights.

    Parameters
    ----------
    before, after : int32 (n,)
        The patterns of the floats.
    frame : int
        1 for the first that has one before it.
    neighbours : int64 (2,)
        How far back a weight's upper neighbour in the image and the same pixel's weight of the unit before lie.
    carried : int
        Eighths of the last change that are expected to come again, 0 to 8.
    drift, expected, surprise : int32 (n,), changed
        0, FIRST_SIZE and 0 at the start of a recording.
    chances : int32 (2, WORD_MODELS), changed
        32768 at the start of a recording.
    interval : int64 (3,), written
        Its last number is that of the bytes written to `out`.
    out : uint8, written
        Room for ROOM n + 8 bytes.
    plain : uint8, written
        Bits that are sent as they are, the lowest first; room for 4 n + 8 bytes.

    Returns
    -------
    int
        Bytes of `plain` that are used.
    """
    _begin(interval)
    above, unit = neighbours[0], neighbours[1]
    speed = min(frame, SETTLED)
    waiting, bits, used = np.int64(0), 0, 0
    for i in range(len(before)):
        exponent = (np.int64(before[i]) >> 23) & 255
        scale = 256 * (exponent if exponent else 1)
        hint = 0
        if i >= 1:
            hint += 4 * surprise[i - 1]
        if i >= above:
            hint += 4 * surprise[i - above] + 2 * surprise[i - above + 1]
        if i >= unit:
            hint += 3 * surprise[i - unit]
        size = min(max(((expected[i] + (hint >> 4) - scale) >> 6) + 8, 0), SIZES - 1)

        old, new = np.int64(before[i]), np.int64(after[i])
        change = (new ^ ((new >> 63) & 0x7FFFFFFF)) - (old ^ ((old >> 63) & 0x7FFFFFFF))
        # Numbers of 32 bits in the browser: the way round is the shorter one.
        change = ((change + 0x80000000) & _WHOLE) - 0x80000000
        rest_of_change = change - ((carried * drift[i]) >> 3)
        rest_of_change = ((rest_of_change + 0x80000000) & _WHOLE) - 0x80000000
        distance = abs(rest_of_change)
        length = 0
        while distance >> length:
            length += 1
        _put_bits(length, 6, size * LENGTHS, chances, interval, out)
        fraction = np.int64(0)
        if length > 0:
            fraction = ((distance << 8) >> (length - 1)) & 255
            rest, count = np.int64(rest_of_change < 0), 1
            if length > 1:
                model = SIZES * LENGTHS + 4 * (size * LENGTHS + length)
                second = (distance >> (length - 2)) & 1
                put(second, model, chances, interval, out)
                if length > 2:
                    put((distance >> (length - 3)) & 1, model + 1 + second, chances, interval, out)
                    rest |= (distance & ((np.int64(1) << (length - 3)) - 1)) << 1
                    count += length - 3
            waiting |= rest << bits
            bits += count
            while bits >= 8:
                plain[used] = waiting & 255
                used += 1
                waiting >>= 8
                bits -= 8
        # The same change is fewer numbers further up.
        higher = ((new >> 23) & 255) - exponent
        if change > MOST_DRIFT:
            change = np.int64(MOST_DRIFT)
        elif change < -MOST_DRIFT:
            change = np.int64(-MOST_DRIFT)
        if higher >= 0:
            drift[i] = change >> (higher if higher < 31 else np.int64(31))
        else:
            drift[i] = change << (-higher if -higher < MOST_SHIFT else np.int64(MOST_SHIFT))
        found = scale + 256 * length + fraction
        surprise[i] = min(max(found - expected[i], -MOST_SURPRISE), MOST_SURPRISE)
        expected[i] += (found - expected[i]) >> speed
    if bits:
        plain[used] = waiting & 255
        used += 1
    _finish(interval, out)
    return used
