"""The page's own way through a network gives what the trainers' kernels give."""

import base64
import json
import subprocess

import numpy as np

import bitmass_viz as bm
from bitmass_viz.kernels.settings import PIXEL_THRESHOLD
from bitmass_viz.live.descriptions import describe_weights
from tests.conftest import DIGITS, ROOT, find_node, needs_jit

CHECK = ROOT / "tests" / "js" / "bits" / "forward_pass.check.js"
IMAGES = 60


def packed(array):
    return base64.b64encode(array.tobytes()).decode()


@needs_jit
def test_the_page_computes_what_the_kernels_compute(tmp_path):
    node = find_node()
    runs = [
        bm.Run("bv32-hebbian", DIGITS),
        bm.Run("sgd", DIGITS, recipe="tuned"),
        bm.Run("adamw", DIGITS),
        bm.Run("bv32-hebbian", DIGITS, bm.Architecture(hidden=3), rule="delta"),
    ]
    images = DIGITS.validation.images[:IMAGES]
    networks = []
    for run in runs:
        run.advance(256)
        weights = run.weights
        networks.append(
            {
                "shape": describe_weights(weights),
                "buffer": packed(weights.buffer),
                "thresholds": None if weights.thresholds is None else weights.thresholds.tolist(),
                "slope": float(run.trainer.model.slope) if hasattr(run.trainer, "model") else None,
                "images": [packed(image) for image in images],
            }
        )
    given = tmp_path / "given.json"
    given.write_text(json.dumps({"threshold": PIXEL_THRESHOLD, "networks": networks}))
    done = subprocess.run([node, str(CHECK), str(given)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for run, found in zip(runs, json.loads(done.stdout), strict=True):
        assert [each["answer"] for each in found] == run.predict(images).tolist(), run
        weights, rows = run.weights, images.reshape(IMAGES, -1)
        sums = np.array([each["sums"] for each in found])
        scores = np.array([each["scores"] for each in found])
        if weights.thresholds is not None:
            signs = np.where(rows > PIXEL_THRESHOLD, 1, -1)
            counts = (784 + signs @ weights.w0.neurons.astype(int).T) // 2
            hidden = np.where(counts > weights.thresholds, 1, -1)
            assert (sums == counts).all()
            assert (scores == (hidden.shape[1] + hidden @ weights.w1.neurons.astype(int).T) // 2).all()
        else:
            pre = rows / 255 @ weights.w0.neurons.T.astype(float)
            hidden = np.where(pre > 0, pre, float(run.trainer.model.slope) * pre)
            np.testing.assert_allclose(sums, pre, rtol=1e-4, atol=1e-5)
            np.testing.assert_allclose(scores, hidden @ weights.w1.neurons.T.astype(float), rtol=1e-4, atol=1e-4)
