"""Slow, obvious twins of the kernels, in plain Python and float64 NumPy."""

from __future__ import annotations

import numpy as np

DELTA_ONE = 1 << 14


def pack(bits):
    """Words of 64 bits, first bit lowest, as a list of Python integers."""
    words = [0] * -(-len(bits) // 64)
    for i, bit in enumerate(bits):
        words[i // 64] |= int(bit) << (i % 64)
    return words


def unpack(rows, n_bits):
    """Zeros and ones of rows of words or bytes, first bit lowest."""
    as_bytes = np.ascontiguousarray(rows).view(np.uint8)
    return np.array([[(row[i // 8] >> (i % 8)) & 1 for i in range(n_bits)] for row in as_bytes], np.uint8)


def matches(x, w):
    return sum(int(a == b) for a, b in zip(x, w, strict=True))


class NaiveBv32:
    """The binary Hebbian network with lists of bits and whole numbers, straight from its formulas."""

    def __init__(self, weights, output_weights, codebook, rule, margin, decay, centring, batch_size, learns=True):
        self.w = [list(map(int, row)) for row in weights]
        self.v = [list(map(int, row)) for row in output_weights]
        self.b = [[2 * int(bit) - 1 for bit in row] for row in codebook]
        self.rule, self.margin, self.decay = rule, margin, decay
        self.centring, self.batch_size, self.learns = centring, batch_size, learns
        self.units, self.inputs, self.classes = len(self.w), len(self.w[0]), len(self.v)
        self.theta = [self.inputs // 2] * self.units
        self.S = [[0] * self.inputs for _ in range(self.classes)]
        self.R = [[0] * self.units for _ in range(self.classes)]
        self.n = [0] * self.classes
        self.M = [0] * self.inputs
        self.G = [0] * self.units
        self.N = 0
        self.open = 0

    def scores(self, x):
        h = [int(matches(x, w) > t) for w, t in zip(self.w, self.theta, strict=True)]
        return h, [matches(h, v) for v in self.v]

    def predict(self, x):
        s = self.scores(x)[1]
        return s.index(max(s))

    def signal(self, s, y):
        e = [0] * self.classes
        others = [k for k in range(self.classes) if k != y]
        if self.rule == "prototype":
            e[y] = 1
        elif self.rule == "error-driven":
            rival = max(others, key=lambda k: (s[k], -k))
            if s[y] - s[rival] <= self.margin:
                e[y], e[rival] = 1, -1
        else:
            powers = [self.decay[max(s) - value] for value in s]
            total = 0.0
            for power in powers:
                total += power
            e = [round((float(k == y) - p / total) * DELTA_ONE) for k, p in enumerate(powers)]
        return e

    def learn(self, x, y, last=False):
        h, s = self.scores(x)
        e = self.signal(s, y)
        for k in range(self.classes):
            self.n[k] += e[k]
            for i, bit in enumerate(x):
                self.S[k][i] += e[k] * (2 * int(bit) - 1)
            for j, bit in enumerate(h):
                self.R[k][j] += e[k] * (2 * bit - 1)
        for i, bit in enumerate(x):
            self.M[i] += 2 * int(bit) - 1
        for j, bit in enumerate(h):
            self.G[j] += 2 * bit - 1
        self.N += 1
        self.open += 1
        if self.open == self.batch_size or last:
            self.open = 0
            self.refresh()

    def refresh(self):
        on = int(self.centring)
        for j in range(self.units):
            along_mean = 0
            for i in range(self.inputs):
                counter = sum(
                    self.b[k][j] * (self.N * self.S[k][i] - on * self.n[k] * self.M[i])
                    for k in range(self.classes)
                )
                if counter and self.learns:
                    self.w[j][i] = int(counter > 0)
                along_mean += on * (2 * self.w[j][i] - 1) * self.M[i]
            # theta_j is the mean of a_j = (inputs + w.x)/2 over the examples seen, rounded down.
            self.theta[j] = (self.N * self.inputs + along_mean) // (2 * self.N)
        for k in range(self.classes):
            for j in range(self.units):
                counter = self.N * self.R[k][j] - on * self.n[k] * self.G[j]
                if counter:
                    self.v[k][j] = int(counter > 0)


def float_output(image, w0, w1, slope):
    """Outputs and hidden pre-activations of the float network, in float64."""
    z = w0 @ (image.astype(np.float64) / 255)
    return w1 @ np.where(z > 0, z, slope * z), z


def float_loss(image, label, w0, w1, slope, loss):
    """Loss of one example, in float64."""
    o, _ = float_output(image, w0, w1, slope)
    if loss == "squared error":
        target = np.where(np.arange(len(o)) == label, 1.0, -1.0)
        return float(np.mean((o - target) ** 2))
    return float(np.log(np.exp(o - o.max()).sum()) + o.max() - o[label])


def adamw(w, gradients, rate, beta1, beta2, epsilon, decay):
    """AdamW over a list of gradients, in float64 (arXiv 1711.05101, algorithm 2)."""
    w = w.astype(np.float64)
    m = np.zeros_like(w)
    v = np.zeros_like(w)
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        w = w - rate * decay * w
        w = w - rate * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return w


def level(latent, bits):
    """What a few bits can say of a latent weight: as many steps up as there are borders below it."""
    if bits == 32:
        return latent
    borders = -1 + 2 * np.arange(1, 1 << bits) / (1 << bits)
    code = int((latent >= borders).sum())
    return (2 * code + 1 - (1 << bits)) / ((1 << bits) - 1)


class NaiveQuantised:
    """A network of few-bit weights in float64 matrices, W0 (units, inputs) and W1 (classes, units)."""

    def __init__(self, latents, bits, scales, activation, loss):
        self.latents = [np.array(latent, np.float64) for latent in latents]
        self.bits, self.scales, self.activation, self.loss = bits, scales, activation, loss
        self.requantise()

    def requantise(self):
        levels = [np.vectorize(lambda v: level(v, self.bits), otypes=[float])(la) for la in self.latents]
        self.w = [scale * matrix for scale, matrix in zip(self.scales, levels, strict=True)]

    def forward(self, x):
        z = self.w[0] @ x
        a = np.maximum(z, 0) if self.activation == "relu" else np.where(z >= 0, 1.0, -1.0)
        return z, a, self.w[1] @ a

    def gradients(self, x, label):
        z, a, o = self.forward(x)
        if self.loss == "squared-error":
            target = np.where(np.arange(len(o)) == label, 1.0, -1.0)
            error = 2 * (o - target) / len(o)
        else:
            p = np.exp(o - o.max())
            error = p / p.sum() - (np.arange(len(o)) == label)
        passes = z > 0 if self.activation == "relu" else np.abs(z) <= 1
        return np.outer(self.w[1].T @ error * passes, x), np.outer(error, a)

    def mean_gradients(self, xs, labels):
        each = [self.gradients(x, label) for x, label in zip(xs, labels, strict=True)]
        return [sum(g[layer] for g in each) / len(each) for layer in (0, 1)]


def bop(w, mean, gradient, adaptivity, threshold):
    """Return weights and running means after one step of Bop, weight by weight."""
    w, mean = w.copy(), mean.copy()
    for index in np.ndindex(w.shape):
        mean[index] = (1 - adaptivity) * mean[index] + adaptivity * gradient[index]
        if abs(mean[index]) > threshold and (mean[index] > 0) == (w[index] > 0):
            w[index] = -w[index]
    return w, mean


def linear_loss(w, xs, labels, loss):
    """Loss of o = W x summed over examples, W (classes, inputs)."""
    total = 0.0
    for x, label in zip(xs, labels, strict=True):
        o = w @ x
        if loss == "squared-error":
            total += np.mean((o - np.where(np.arange(len(o)) == label, 1.0, -1.0)) ** 2)
        else:
            total += np.log(np.exp(o - o.max()).sum()) + o.max() - o[label]
    return total


def linear_training(latent, scale, minibatches, loss, rate):
    """Adam on a linear model, minibatch by minibatch; with a scale, on what one-bit weights are the signs of."""
    latent = np.array(latent, np.float64)
    m, v = np.zeros_like(latent), np.zeros_like(latent)
    for t, (xs, labels) in enumerate(minibatches, start=1):
        w = latent if scale is None else scale * np.where(latent >= 0, 1.0, -1.0)
        g = np.zeros_like(w)
        for x, label in zip(xs, labels, strict=True):
            o = w @ x
            right = np.arange(len(o)) == label
            if loss == "squared-error":
                error = 2 * (o - np.where(right, 1.0, -1.0)) / len(o)
            else:
                error = np.exp(o - o.max()) / np.exp(o - o.max()).sum() - right
            g += np.outer(error, x) / len(labels)
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        latent = latent - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        if scale is not None:
            latent = np.clip(latent, -1, 1)
    return latent
