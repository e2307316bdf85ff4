"""Linear models, inputs -> classes: softmax regression in float32 or with one bit per weight."""

from __future__ import annotations

import numpy as np

from bitmass_viz.kernels.compiling import compiled
from bitmass_viz.kernels.floatnet import output_error
from bitmass_viz.kernels.optimiser import Parameters
from bitmass_viz.kernels.quantised import Layer, add_rows, apply_minibatch, quantise, weighted_sums
from bitmass_viz.kernels.settings import CLASS_LANES


@compiled
def learn(examples, settings, state):
    """Learn from examples, one after the other (see `floatnet.learn`): o = W x."""
    lit, labels, order, closes_batch = examples
    pixel_values, clock, w, gradient = settings.pixel_values, state.clock, state.w, state.gradient
    classes = w.shape[1]
    output = np.empty(CLASS_LANES, np.float32)
    error = np.empty(CLASS_LANES, np.float32)
    for position in range(order.shape[0]):
        row = order[position]
        weighted_sums(lit, row, pixel_values, w, output)
        output_error(settings.loss, output, classes, labels[row], error)
        add_rows(lit, row, pixel_values, error, gradient)
        clock[0] += 1
        clock[1] += 1
        if clock[1] == settings.batch_size or (closes_batch and position == order.shape[0] - 1):
            parameters = Parameters(w.reshape(-1), gradient.reshape(-1), state.first, state.second)
            apply_minibatch((Layer(parameters, state.latent.reshape(-1), state.scale[0]),), settings, clock)


@compiled
def classify(lit, settings, state, labels):
    """Classify images: argmax_k (W x)_k, the lowest k on a tie."""
    output = np.empty(state.w.shape[1], np.float32)
    for row in range(labels.shape[0]):
        weighted_sums(lit, row, settings.pixel_values, state.w, output)
        labels[row] = np.argmax(output)


@compiled
def refresh(settings, state):
    """Round the weights from the latent weights, where there are any."""
    if state.latent.size > 0:
        quantise(state.latent.reshape(-1), settings.bits, state.scale[0], state.w.reshape(-1))
