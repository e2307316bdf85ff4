import json
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitmass_viz.network.architecture import Architecture
from bitmass_viz.network.layout import bv32_layouts, container_layouts, float32_layouts, layouts
from bitmass_viz.network.weights import WeightMatrices
from tests.conftest import ROOT

FIXTURE = json.loads((ROOT / "tests" / "fixtures" / "addresses.json").read_text())["layouts"]
FORMATS = {"float32": float32_layouts, "bv32": bv32_layouts} | {
    f"{bits}-bit": partial(container_layouts, bits_per_weight=bits) for bits in (2, 4, 8, 16)
}


def name(layout):
    return " ".join([layout["format"], *(f"{la['units']}x{la['features']}" for la in layout["layers"])])


def layers_of(layout):
    if layout["architecture"] is not None:
        return FORMATS[layout["format"]](Architecture(**layout["architecture"]))
    return layouts([(la["units"], la["features"]) for la in layout["layers"]], layout["bpw"])


def random_weights(layers, seed=0):
    bits = sum(layer.bit_count for layer in layers)
    stream = np.zeros(-(-bits // 8) * 8, np.uint8)
    stream[:bits] = np.random.default_rng(seed).integers(0, 2, bits)
    return WeightMatrices(np.packbits(stream, bitorder="little"), layers), stream


@pytest.mark.parametrize("layout", FIXTURE, ids=name)
def test_the_address_map_agrees_with_the_shared_fixture(layout):
    layers = {layer.name: layer for layer in layers_of(layout)}
    assert [(la.name, la.units, la.features) for la in layers.values()] == [
        (la["name"], la["units"], la["features"]) for la in layout["layers"]
    ]
    assert sum(layer.bit_count for layer in layers.values()) == layout["bits"]
    for row in layout["addresses"]:
        layer = layers[row["layer"]]
        address = layer.at(row["unit"], row["feature"], row["bit"])
        found = {
            "layer": address.layer, "unit": address.unit, "feature": address.feature, "bit": address.bit,
            "row": address.row, "column": address.column, "word": address.word,
            "bitInWord": address.bit_in_word, "byte": address.byte, "streamBit": address.stream_bit,
        }  # fmt: skip
        assert found == row
        assert layer.at_cell(row["row"], row["column"]) == address
        assert layer.at_word(row["word"], row["bitInWord"]) == address
        assert layer.at_stream_bit(row["streamBit"]) == address
    for row in layout["padding"]:
        assert layers[row["layer"]].at_word(row["word"], row["bitInWord"]) is None


@pytest.mark.parametrize("layout", FIXTURE, ids=name)
def test_the_three_views_show_the_same_bit_at_its_address(layout):
    weights, stream = random_weights(layers_of(layout))
    assert len(weights.tobytes()) == layout["bytes"]
    by_name = {"W0": weights.w0, "W1": weights.w1}
    for row in layout["addresses"]:
        matrix = by_name[row["layer"]]
        bit = stream[row["streamBit"]]
        assert matrix.bits[row["row"], row["column"]] == bit
        assert matrix.words.flat[row["word"]] >> row["bitInWord"] & 1 == bit
        assert weights.buffer[row["byte"]] >> row["streamBit"] % 8 & 1 == bit
        if layout["format"] == "bv32":
            assert matrix.neurons[row["unit"], row["feature"]] == 2 * int(bit) - 1
        elif layout["format"] != "float32":
            level = int(matrix.neurons[row["unit"], row["feature"]])
            code = (level - 1 + (1 << layout["bpw"])) // 2
            assert code >> row["bit"] & 1 == bit
        else:
            pattern = int(matrix.neurons.copy().view(np.uint32)[row["unit"], row["feature"]])
            assert pattern >> row["bit"] & 1 == bit
    for row in layout["padding"]:
        assert by_name[row["layer"]].words.flat[row["word"]] >> row["bitInWord"] & 1 == 0


@given(
    st.sampled_from(sorted(FORMATS)),
    st.integers(1, 70),
    st.integers(1, 3),
    st.integers(2, 5),
    st.integers(0, 2**32),
)
def test_every_view_holds_all_of_the_buffer(number_format, inputs, hidden, classes, seed):
    layers = FORMATS[number_format](Architecture(inputs, hidden, classes))
    weights, stream = random_weights(layers, seed)
    ones = int(stream.sum())
    for view in ("bits", "words"):
        counted = sum(int(np.bitwise_count(getattr(matrix, view)).sum()) for matrix in (weights.w0, weights.w1))
        assert counted == ones
    places = set()
    for layer in layers:
        for row in range(layer.units * layer.bits_per_weight):
            for column in range(0, layer.features, 7):
                places.add(layer.at_cell(row, column).stream_bit)
    assert len(places) == sum(la.units * la.bits_per_weight * len(range(0, la.features, 7)) for la in layers), (
        "no two cells share a bit"
    )


def test_the_studys_figures():
    arch = Architecture()
    assert arch.bit_mass() == 203_264
    for make in FORMATS.values():
        assert sum(layer.bit_count for layer in make(arch)) == 203_264
    float0, float1 = float32_layouts(arch)
    binary0, binary1 = bv32_layouts(arch)
    assert (float0.units, float0.features, float0.words_per_row, float0.padding_bits) == (8, 784, 784, 0)
    assert (binary0.units, binary0.features, binary0.words_per_row, binary0.padding_bits) == (256, 784, 25, 16)
    assert float1.units * float1.words_per_row == 10 * 8 == binary1.units * binary1.words_per_row


def test_views_that_need_no_padding_share_memory_with_the_buffer():
    for make in FORMATS.values():
        weights, _ = random_weights(make(Architecture()))
        assert weights.w1.layout.padding_bits > 0 or np.shares_memory(weights.w1.words, weights.buffer)
        if weights.format == "float32":
            assert np.shares_memory(weights.w0.neurons, weights.buffer)
            assert np.shares_memory(weights.w0.words, weights.buffer)


@given(st.sampled_from([1, 2, 4, 8, 16]), st.integers(1, 9), st.integers(2, 4), st.integers(0, 2**32))
def test_codes_are_the_weights_whatever_their_size(bits, inputs, classes, seed):
    layers = container_layouts(Architecture(inputs, 1, classes), bits)
    rng = np.random.default_rng(seed)
    codes = [rng.integers(0, 1 << bits, (la.units, la.features), np.uint32) for la in layers]
    stream = [(code >> bit) & 1 for layer in codes for code in layer.ravel() for bit in range(bits)]
    weights = WeightMatrices(np.packbits(np.array(stream, np.uint8), bitorder="little"), layers)
    for matrix, expected in zip((weights.w0, weights.w1), codes, strict=True):
        np.testing.assert_array_equal(matrix.codes, expected)
        np.testing.assert_array_equal(matrix.neurons, 2 * expected.astype(np.int64) + 1 - (1 << bits))
        np.testing.assert_array_equal(matrix.bits[::bits], matrix.neurons > 0)
        by_weight = matrix.bits.reshape(len(expected), bits, inputs if matrix is weights.w0 else -1)
        back = sum(by_weight[:, bits - 1 - bit].astype(np.uint32) << np.uint32(bit) for bit in range(bits))
        np.testing.assert_array_equal(back, expected)


def test_a_network_without_hidden_layer_has_one_matrix():
    linear = Architecture(hidden=0)
    assert (linear.bit_mass(), linear.bit_mass(1), str(linear)) == (250_880, 7_840, "784→10")
    weights, _ = random_weights(float32_layouts(linear))
    assert weights.w0.neurons.shape == (10, 784)
    with pytest.raises(AttributeError, match="has only w0"):
        _ = weights.w1


def test_weights_cannot_be_written_to():
    weights, _ = random_weights(float32_layouts(Architecture()))
    with pytest.raises(ValueError, match="read-only"):
        weights.w0.neurons[0, 0] = 1.0


def test_flipped_counts_differing_bits():
    layers = bv32_layouts(Architecture(30, 1, 3))
    one, stream = random_weights(layers)
    stream[5] ^= 1
    stream[77] ^= 1
    other = WeightMatrices(np.packbits(stream, bitorder="little"), layers)
    assert one.flipped(other) == 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda la: la.at(8, 0), "unit of W0 must be in 0…7, got 8"),
        (lambda la: la.at(True, 0), "unit of W0 must be in 0…7, got True"),
        (lambda la: la.at(0, 784), "feature of W0 must be in 0…783, got 784"),
        (lambda la: la.at(0, 0, 32), "bit of W0 must be in 0…31, got 32"),
        (lambda la: la.at_word(6272), "word of W0 must be in 0…6271, got 6272"),
        (lambda la: la.at_cell(-1, 0), "row of W0 must be in 0…255, got -1"),
        (lambda la: la.at_stream_bit(200_704), "must be in 0…200703, got 200704"),
    ],
)
def test_addresses_outside_the_layer_are_refused(call, message):
    with pytest.raises(IndexError, match=message):
        call(float32_layouts(Architecture())[0])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"hidden": 4096}, "hidden must be a whole number between 0 and 256, got 4096"),
        ({"hidden": -1}, "hidden must be"),
        ({"hidden": 8.0}, "hidden must be"),
        ({"inputs": 0}, "inputs must be"),
        ({"classes": 1}, "classes must be a whole number between 2 and 16, got 1"),
    ],
)
def test_architectures_that_cannot_be(arguments, message):
    with pytest.raises(ValueError, match=message):
        Architecture(**arguments)
