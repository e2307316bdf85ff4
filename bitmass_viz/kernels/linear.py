"""Linear models, inputs -> classes: softmax regression in float32 or with one bit per weight."""

from __future__ import annotations

import numpy as np

from bitmass_viz.kernels.compiling import compiled
from bitmass_viz.kernels.floatnet import class_lanes, output_error
from bitmass_viz.kernels.lit_layer import add_one, sums_of_one
from bitmass_viz.kernels.optimiser import Parameters
from bitmass_viz.kernels.pixels import fetch_ahead, list_pixels
from bitmass_viz.kernels.quantised import Layer, apply_minibatch, quantise
from bitmass_viz.kernels.settings import CLASS_LANES, PIXELS
from bitmass_viz.kernels.simd import load_classes, store


@compiled
def learn(examples, settings, state):
    """Learn from examples, one after the other (see `floatnet.learn`): o = W x."""
    lit, labels, order, closes_batch = examples
    pixel_values, clock, w, gradient = settings.pixel_values, state.clock, state.w, state.gradient
    classes = w.shape[1]
    output, error = np.zeros((2, CLASS_LANES), np.float32)
    where, values = np.empty(w.shape[0] + PIXELS, np.int64), np.empty(w.shape[0] + PIXELS, np.float32)
    lanes = class_lanes(classes)
    for position in range(order.shape[0]):
        row = order[position]
        fetch_ahead(lit, order, position)
        count = list_pixels(lit, row, pixel_values, where, values)
        sums_of_one(where[:count], values[:count], w, output)
        store(error, 0, output_error(settings.loss, load_classes(output, 0), labels[row], lanes))
        add_one(where[:count], values[:count], error, gradient)
        clock[0] += 1
        clock[1] += 1
        if clock[1] == settings.batch_size or (closes_batch and position == order.shape[0] - 1):
            parameters = Parameters(w.reshape(-1), gradient.reshape(-1), state.first, state.second)
            apply_minibatch((Layer(parameters, state.latent.reshape(-1), state.scale[0]),), settings, clock)


@compiled
def classify(lit, settings, state, labels):
    """Classify images: argmax_k (W x)_k, the lowest k on a tie."""
    output = np.empty(state.w.shape[1], np.float32)
    where, values = np.empty(state.w.shape[0] + PIXELS, np.int64), np.empty(state.w.shape[0] + PIXELS, np.float32)
    for row in range(labels.shape[0]):
        count = list_pixels(lit, row, settings.pixel_values, where, values)
        sums_of_one(where[:count], values[:count], state.w, output)
        labels[row] = np.argmax(output)


@compiled
def refresh(settings, state):
    """Round the weights from the latent weights, where there are any."""
    if state.latent.size > 0:
        quantise(state.latent.reshape(-1), settings.bits, state.scale[0], state.w.reshape(-1))
