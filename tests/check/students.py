"""What students write: at least five wrong answers to each exercise, and a word or two that should help with each.

They are written as students would, without the package; the hints are matched as regular expressions.
"""

import math
import statistics
import struct

import numpy as np


def cut(weights, bits):
    """Keep the top bits of each weight, with struct in place of a view."""
    lowest = 32 - bits
    patterns = [struct.unpack("<I", struct.pack("<f", weight))[0] for weight in weights]
    return [struct.unpack("<f", struct.pack("<I", pattern >> lowest << lowest))[0] for pattern in patterns]


def fields(bits):
    text = "".join(str(int(b)) for b in bits)
    return text[0], int(text[1:9], 2), int(text[9:], 2)


def targets(outputs, label, other=-1):
    return np.array([1 if k == label else other for k in range(len(outputs))])


def t_of(n):
    from scipy.stats import t

    return t.ppf(0.975, n - 1)


def momentum_in_place(w, gradient, velocity, rate, beta):
    velocity *= beta
    velocity += gradient
    w -= rate * velocity
    return w, velocity


def never_returns(x, w):
    total = 0
    for a, b in zip(x, w, strict=True):
        total += a == b


WRONG = {
    "bit_mass": [
        (lambda inputs, hidden, classes, bits: inputs * hidden * bits, "first layer alone"),
        (lambda inputs, hidden, classes, bits: ((inputs + 1) * hidden + (hidden + 1) * classes) * bits, "biases"),
        (lambda inputs, hidden, classes, bits: hidden * (inputs + classes), "How many bits"),
        (lambda inputs, hidden, classes, bits: inputs * hidden * classes * bits, "no weight joins all three"),
        (lambda inputs, hidden, classes, bits: hidden * (inputs + classes) * bits // 8, "bytes"),
        (lambda inputs, hidden, classes, bits: (inputs + hidden + classes) * bits, "pair of units"),
        (
            lambda inputs, hidden, classes, bits: hidden * (inputs * bits * bits + classes * bits),
            "bits of the inputs",
        ),
        (lambda inputs, hidden, classes: hidden * (inputs + classes) * 32, "look at its parameters"),
        (lambda inputs, hidden, classes, bits: 203264, "draw a network"),
    ],
    "word_address": [
        (lambda u, f, n: ((u * n + f) // 32, (u * n + f) % 32), "begins a new word"),
        (lambda u, f, n: (u * (n // 32) + f // 32, f % 32), "round up"),
        (lambda u, f, n: (u * math.ceil(n / 32) + f // 32, 31 - f % 32), "bit 0, the lowest"),
        (lambda u, f, n: (f // 32, f % 32), "rows of the units before"),
        (lambda u, f, n: (u * math.ceil(n / 32) + f // 32, f), "0 to 31"),
        (lambda u, f, n: [f % 32, u * math.ceil(n / 32) + f // 32], "word comes first"),
        (lambda u, f, n: u * math.ceil(n / 32) + f // 32, "two whole numbers"),
        (lambda u, f, n: (u * math.ceil(n / 8) + f // 8, f % 8), "bytes of 8 bits"),
    ],
    "float_value": [
        (lambda b: 2.0 ** (fields(b)[1] - 127) * (1 + fields(b)[2] / 2**23), "first bit is the sign"),
        (lambda b: (-1) ** int(fields(b)[0]) * 2.0 ** fields(b)[1] * (1 + fields(b)[2] / 2**23), "127 added"),
        (lambda b: (-1) ** int(fields(b)[0]) * 2.0 ** (fields(b)[1] - 127) * fields(b)[2] / 2**23, "1 in front"),
        (
            lambda b: (-1) ** int(fields(b)[0]) * 2.0 ** (fields(b)[1] - 128) * (1 + fields(b)[2] / 2**23),
            "half of what",
        ),
        (lambda b: int("".join(map(str, b)), 2), "whole number"),
        (
            lambda b: -((-1) ** int(fields(b)[0])) * 2.0 ** (fields(b)[1] - 127) * (1 + fields(b)[2] / 2**23),
            "0 is plus",
        ),
        (lambda b: str(b), "should return a number"),
    ],
    "xnor_popcount": [
        (lambda x, w: sum(a ^ b for a, b in zip(x, w, strict=True)), "XOR"),
        (lambda x, w: sum(a & b for a, b in zip(x, w, strict=True)), "Two zeros agree"),
        (lambda x, w: np.dot(2 * x - 1, 2 * w - 1), "agreements minus disagreements"),
        (lambda x, w: sum(x == w) / len(x), "share of places"),
        (lambda x, w: x == w, "a whole number"),
        (never_returns, "is there a return"),
        (lambda x, w: sum(a or b for a, b in zip(x, w, strict=True)), "at least one"),
        (lambda x: sum(x), "look at its parameters"),
        (lambda x, w: sum(~(x ^ w)), "write both rows under each other"),
        (lambda x, w: (x == w).count(), "AttributeError"),
    ],
    "neuron": [
        (lambda x, w, t: 1 if sum(x == w) >= t else 0, "exactly as many"),
        (lambda x, w, t: 0 if sum(x == w) > t else 1, "wrong way round"),
        (lambda x, w, t: 1 if sum(x == w) > t else -1, "stored as 1 or 0"),
        (lambda x, w, t: 1 if sum(x * w) > t else 0, "Two zeros agree"),
        (lambda x, w, t: 1 if sum(x == w) > len(x) / 2 else 0, "half of the pixels"),
        (lambda x, w, t: sum(x == w) - t, "only whether"),
        (lambda x, w, t: sum(x == w), "compared with the threshold"),
    ],
    "packed_popcount": [
        (
            lambda x, w, n: sum(bin(a ^ b ^ 0xFFFFFFFF).count("1") for a, b in zip(x, w, strict=True)),
            "padding is zero",
        ),
        (lambda x, w, n: sum(bin(a ^ b).count("1") for a, b in zip(x, w, strict=True)), "bits that differ"),
        (lambda x, w, n: sum(bin(a & b).count("1") for a, b in zip(x, w, strict=True)), "Two zeros agree"),
        (lambda x, w, n: sum(bin(~(a ^ b)).count("1") for a, b in zip(x, w, strict=True)), "no end"),
        (lambda x, w, n: sum(a == b for a, b in zip(x, w, strict=True)), "words that are the same"),
        (lambda x, w, n: bin(x[0] ^ w[0] ^ 0xFFFFFFFF).count("1"), "first word only"),
    ],
    "output_error": [
        (lambda o, y: o - targets(o, y), "factor in front"),
        (lambda o, y: 2 * (o - targets(o, y)), "mean over the classes"),
        (lambda o, y: (o - targets(o, y)) / len(o), "factor that is missing"),
        (lambda o, y: 2 * (targets(o, y) - o) / len(o), "wrong way round"),
        (lambda o, y: 2 * (o - targets(o, y, 0)) / len(o), "−1, not 0"),
        (lambda o, y: np.mean((o - targets(o, y)) ** 2), "a single number, expected is 2 numbers"),
        (lambda o, y: np.exp(o) / sum(np.exp(o)) - targets(o, y, 0), "cross-entropy"),
    ],
    "momentum_step": [
        (lambda w, g, v, r, b: (w - r * g, v), "plain SGD"),
        (lambda w, g, v, r, b: (w + r * (b * v + g), b * v + g), "uphill"),
        (lambda w, g, v, r, b: (w - r * v, b * v + g), "old velocity"),
        (lambda w, g, v, r, b: (w - r * (b * v + (1 - b) * g), b * v + (1 - b) * g), "running mean that Adam"),
        (lambda w, g, v, r, b: (w - b * v - r * g, b * v + r * g), "rate inside the velocity"),
        (lambda w, g, v, r, b: w - r * (b * v + g), "two rows of numbers"),
        (momentum_in_place, "changes what it is given"),
    ],
    "adam_step": [
        (lambda w, g, m, v, s, r: adam(w, g, m, v, s, r, correct=False), "begin at 0"),
        (lambda w, g, m, v, s, r: adam(w, g, m, v, s, r, root=False), "take its root"),
        (lambda w, g, m, v, s, r: adam(w, g, m, v, s, r, sign=+1), "uphill"),
        (lambda w, g, m, v, s, r: adam(w, g, m, v, s, r, swapped=True), "how much of the old mean is kept"),
        (lambda w, g, m, v, s, r: (w - r * g, 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g), "bare gradient"),
        (lambda w, g, m, v, s, r: (adam(w, g, m, v, s, r)[0], m, v), "next step needs the new"),
        (
            lambda w, g, m, v, s, r: adam(w, g, m, v, s - 1, r),
            "power of 1|ZeroDivisionError|in the very first step",
        ),
    ],
    "counters": [
        (lambda x, t: sum(a * b for a, b in zip(t, x, strict=True)), "not subtracted"),
        (lambda x, t: t @ (x - x.mean(axis=0)) / len(t), "divide by the number"),
        (lambda x, t: np.sign(t @ (x - x.mean(axis=0))), "weights already"),
        (lambda x, t: t @ (x - x.mean()), "one mean for all"),
        (lambda x, t: sum(x - x.mean(axis=0)), "signals are left out"),
        (lambda x, t: t @ x - x.mean(axis=0), "once in all"),
        (lambda x, t: t @ (x - x.mean(axis=1)[:, None]), "over the images"),
    ],
    "new_weights": [
        (lambda c, old: np.sign(c), "cannot be 0"),
        (lambda c, old: np.array([1 if k >= 0 else -1 for k in c]), "every weight \\+1"),
        (lambda c, old: np.array([1 if k > 0 else -1 for k in c]), "every weight −1"),
        (lambda c, old: c, "still the counters"),
        (lambda c, old: np.array([int(k > 0) for k in c]), "bits, 1 and 0"),
        (
            lambda c, old: np.array([o if k == 0 else -np.sign(k) for k, o in zip(c, old, strict=True)]),
            "wrong way round",
        ),
    ],
    "threshold": [
        (lambda x, w: len(w) / 2, "without centring"),
        (lambda x, w: np.mean(x @ w), "minus disagreements"),
        (lambda x, w: (x == w).sum(), "one image on average"),
        (lambda x, w: (x == w).mean(), "share of pixels"),
        (lambda x, w: statistics.median((x == w).sum(axis=1)), "median"),
        (lambda x, w: (x == w).sum(axis=1), "a number"),
        (lambda x, w: int((x == w).sum(axis=1).mean()), "do not round"),
    ],
    "interval": [
        (lambda a: spread(a, 1.96 * np.std(a, ddof=1) / math.sqrt(len(a))), "1.96"),
        (lambda a: spread(a, t_of(len(a)) * np.std(a, ddof=1)), "single values fall"),
        (lambda a: spread(a, t_of(len(a)) * np.std(a) / math.sqrt(len(a))), "n − 1"),
        (lambda a: (min(a), max(a)), "lowest and the highest"),
        (lambda a: spread(a, np.std(a, ddof=1) / math.sqrt(len(a))), "one standard error"),
        (lambda a: spread(a, t_of(len(a) + 1) * np.std(a, ddof=1) / math.sqrt(len(a))), "degrees of freedom"),
        (lambda a: np.mean(a), "two numbers"),
    ],
    "decide": [
        (lambda lo, hi, m: "supported" if abs((lo + hi) / 2) < m else "not supported", "middle of the interval"),
        (lambda lo, hi, m: "supported" if lo > -m and hi < m else "not supported", "decides nothing"),
        (lambda lo, hi, m: "supported" if lo < 0 < hi else "not supported", "does not make them equal"),
        (lambda lo, hi, m: lo > -m and hi < m, "not “supported”"),
        (
            lambda lo, hi, m: "equal" if lo > -m and hi < m else "different" if lo > m or hi < -m else "?",
            "three ways",
        ),
        (lambda lo, hi, m: "supported" if hi < m else "not supported" if lo > m else "undecided", "both sides"),
    ],
    "keep_top_bits": [
        (lambda w, b: np.round(w, b), "decimal digits"),
        (lambda w, b: (w.view(np.uint32) & np.uint32((1 << b) - 1)).view(np.float32), "lowest bits"),
        (lambda w, b: w, "nothing is cut"),
        (lambda w, b: np.abs(np.array(cut(w, b), np.float32)), "sign is lost"),
        (lambda w, b: np.array(cut(w, min(32, b + 1)), np.float32), "one bit too many"),
        (lambda w, b: w.view(np.uint32) >> (32 - b) << (32 - b), "float32 again"),
        (lambda w, b: np.array(cut(w, min(32, b + 9)), np.float32), "sign and the exponent are among"),
    ],
    "iso_bit_units": [
        (lambda units, bits: units, "fewer weight bits"),
        (lambda units, bits: units * bits // 32, "wrong way round"),
        (lambda units, bits: 32 // bits, "more of them"),
        (lambda units, bits: units * 32, "1 bit only"),
        (lambda units, bits: 794 * units * 32 // bits, "How many weights does one"),
        (lambda units: units * 32, "look at its parameters"),
    ],
}


def adam(w, g, m, v, s, r, correct=True, root=True, sign=-1, swapped=False):
    one, two = (0.1, 0.001) if swapped else (0.9, 0.999)
    m, v = one * m + (1 - one) * g, two * v + (1 - two) * g * g
    a = m / (1 - 0.9 ** (s + 1)) if correct else m
    b = v / (1 - 0.999 ** (s + 1)) if correct else v
    return w + sign * r * a / ((np.sqrt(b) if root else b) + 1e-8), m, v


def spread(accuracies, half):
    return np.mean(accuracies) - half, np.mean(accuracies) + half
