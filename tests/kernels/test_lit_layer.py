"""Several images at once give what one after another gives, to the bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bitmass_viz.kernels import lit_layer, tiles
from bitmass_viz.kernels.pixels import lit_pixels
from bitmass_viz.kernels.settings import PIXEL_VALUES

INPUTS = 13


def in_tiles(w):
    """Weights (INPUTS, units), as the kernels take them."""
    tiled = np.zeros(tiles.tiled_shape(*w.shape), np.float32)
    tiles.put_rows(w.T, tiled)
    return tiled


def listed(rng, count, share):
    """Images of which a share of the pixels is lit, and their lists."""
    images = rng.integers(1, 256, (count, INPUTS), np.uint8) * (rng.random((count, INPUTS)) < share)
    found = lit_layer.room_for_lists(INPUTS)
    lit_layer.list_images(lit_pixels(images.astype(np.uint8)), np.arange(count), 0, count, PIXEL_VALUES, found)
    return found, [slice(*found.starts[image : image + 2]) for image in range(count)]


@settings(max_examples=40)
@given(
    st.sampled_from([1, 8, 32, 64, 127, 128, 144, 200, 256]),
    st.sampled_from([1, 2, 63, 64]),
    st.sampled_from([0.0, 0.2, 1.0]),
    st.integers(0, 2**32),
)
def test_a_tile_at_a_time_adds_up_as_image_by_image(units, count, share, seed):
    rng = np.random.default_rng(seed)
    found, of_image = listed(rng, count, share)
    w = rng.normal(size=(INPUTS, units)).astype(np.float32)
    sums, delta = lit_layer.rows_for(units), lit_layer.rows_for(units)
    lit_layer.weighted_sums(found, count, in_tiles(w), sums)
    delta[:, :units] = rng.normal(size=(lit_layer.AT_ONCE, units))
    g = rng.normal(size=(INPUTS, units)).astype(np.float32)
    tiled, expected = in_tiles(g), g.copy()
    lit_layer.add_gradients(found, count, delta, tiled)
    for image, which in enumerate(of_image):
        where, values = found.where[which], found.values[which]
        alone = np.empty(units, np.float32)
        lit_layer.sums_of_one(where, values, w, alone)
        assert alone.tobytes() == sums[image, :units].tobytes()
        lit_layer.add_one(where, values, delta[image], expected)
    assert tiles.rows_of(tiled, units).tobytes() == expected.T.tobytes()


@pytest.mark.parametrize("units", [100, 300])
def test_the_sums_are_those_of_a_matrix_product(units):
    rng = np.random.default_rng(units)
    found, of_image = listed(rng, 5, 0.5)
    w = rng.normal(size=(INPUTS, units)).astype(np.float32)
    images = np.zeros((5, INPUTS), np.float32)
    for image, which in enumerate(of_image):
        images[image, found.where[which]] = found.values[which]
    sums, delta = lit_layer.rows_for(units), lit_layer.rows_for(units)
    lit_layer.weighted_sums(found, 5, in_tiles(w), sums)
    assert np.allclose(sums[:5, :units], images @ w, atol=1e-5)
    assert not sums[5:].any()
    delta[:5, :units] = rng.normal(size=(5, units))
    g = in_tiles(np.zeros((INPUTS, units), np.float32))
    lit_layer.add_gradients(found, 5, delta, g)
    assert np.allclose(tiles.rows_of(g, units), delta[:5, :units].T @ images, atol=1e-5)
