"""A trainer as a reader might write one in a notebook: a random first layer, and a perceptron on top of it."""

from typing import ClassVar

import numpy as np

from bitmass_viz.network.formats import FLOAT32
from bitmass_viz.network.layout import float32_layouts
from bitmass_viz.network.weights import WeightMatrices
from bitmass_viz.trainers import Trainer


class RandomFeatures(Trainer):
    NAME = "own"
    LABEL = "Random features"
    SUMMARY = "Random hidden units, and a perceptron on top."
    FORMAT = FLOAT32
    OPTIONS = ()
    ROLES: ClassVar = {"w0": "weights", "w1": "weights", "clock": "scratch"}

    def _start(self, rng):
        shape = (self.arch.hidden, self.arch.inputs)
        self.state = {
            "w0": rng.normal(size=shape).astype(np.float32),
            "w1": np.zeros((self.arch.classes, self.arch.hidden), np.float32),
            "clock": np.zeros(1, np.int64),
        }

    @property
    def layers(self):
        return float32_layouts(self.arch)

    def prepare(self, images):
        return images.reshape(len(images), -1) / np.float32(255)

    def learn(self, prepared, labels, order, closes_batch):
        for example in order:
            hidden = np.maximum(self.state["w0"] @ prepared[example], 0)
            answer = int((self.state["w1"] @ hidden).argmax())
            self.state["w1"][labels[example]] += hidden
            self.state["w1"][answer] -= hidden
            self.state["clock"][0] += 1

    def classify(self, prepared):
        hidden = np.maximum(prepared @ self.state["w0"].T, 0)
        return (hidden @ self.state["w1"].T).argmax(axis=1).astype(np.uint8)

    def weights(self):
        both = np.concatenate([self.state["w0"].ravel(), self.state["w1"].ravel()])
        return WeightMatrices(both.view(np.uint8), self.layers)

    def put_weights(self, weights):
        self.state["w0"][...], self.state["w1"][...] = weights.w0.neurons, weights.w1.neurons
