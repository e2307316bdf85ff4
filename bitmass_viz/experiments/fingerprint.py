"""The key that a result is stored under: what was asked for, and a fingerprint of what the code makes of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from functools import cache

import numpy as np

from bitmass_viz.data import Digits, Split
from bitmass_viz.data.idx import CLASSES, IMAGE_SIDE
from bitmass_viz.experiments.job import DataRef, Job
from bitmass_viz.experiments.measures import MEASURES
from bitmass_viz.kernels.revision import REVISION

SHORT_EPOCHS = 2
SHORT_TRAIN = 160
SHORT_IMAGES = 200


def key(job: Job, data: DataRef) -> str:
    """Name the result of a job: another name wherever anything that the result depends on differs.

    Returns
    -------
    str
        32 hexadecimal digits.
    """
    everything = json.dumps([asdict(job), asdict(data), fingerprint(job)], sort_keys=True)
    return hashlib.sha256(everything.encode()).hexdigest()[:32]


def fingerprint(job: Job) -> str:
    """Hash what the code makes of a job: a fixed short run of its network, and what its measure says of that.

    Results are found again by it after any change that leaves the numbers as they are, such as a moved module or
    a faster kernel, and by no other: where the numbers change, so does the short run. The revision of the numbers
    is in it for changes that only a longer run, other images or another seed would show.

    Returns
    -------
    str
        16 hexadecimal digits. Neither seed nor epochs of the job are in them.
    """
    return _fingerprint(replace(job, seed=0, epochs=SHORT_EPOCHS))


@cache
def _fingerprint(job: Job) -> str:
    digits = _few_digits()
    run = job.network(digits)
    digest = hashlib.sha256(str(REVISION).encode())
    for _ in range(job.epochs):
        run.advance(len(digits.train))
        digest.update(run.weights.tobytes())
        digest.update(run.predict(digits.test.images).tobytes())
    measured = [
        sorted((name, _as_text(value)) for name, value in record.items()) for record in MEASURES[job.measure](run)
    ]
    digest.update(json.dumps(measured).encode())
    return digest.hexdigest()[:16]


def _as_text(value: object) -> str:
    """Write a measured value; logarithms may differ in their last bits from one machine to the next."""
    return f"{value:.9g}" if isinstance(value, float) else repr(value)


@cache
def _few_digits() -> Digits:
    """Return images for the short run: per class a random pattern, a fifth of it ink, each image with noise."""
    size = IMAGE_SIDE * IMAGE_SIDE
    bits = np.random.PCG64(0).random_raw(CLASSES * size + 2 * SHORT_IMAGES * size) >> np.uint64(56)
    numbers = bits.astype(np.uint8)
    patterns, noise, ink = np.split(numbers, [CLASSES * size, (CLASSES + SHORT_IMAGES) * size])
    labels = (np.arange(SHORT_IMAGES) % CLASSES).astype(np.uint8)
    drawn = (patterns.reshape(CLASSES, size) < 51)[labels] ^ (noise.reshape(SHORT_IMAGES, size) < 12)
    images = (drawn * (ink.reshape(SHORT_IMAGES, size) | 128)).reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
    train, held_out = (
        Split(images[:SHORT_TRAIN], labels[:SHORT_TRAIN]),
        Split(images[SHORT_TRAIN:], labels[SHORT_TRAIN:]),
    )
    return Digits("fingerprint", "random patterns", True, {}, train, held_out, held_out)
