"""Two moments of a run beside each other, and what the objects of a notebook show of themselves."""

import numpy as np
import pytest

import bitmass_viz as bm
from bitmass_viz.common import html
from tests.conftest import DIGITS
from tests.training.runs import SMALL


def make(name, **options):
    run = bm.Run(name, DIGITS, None if "linear" in name else bm.Architecture(**SMALL), **options)
    run.step(64)
    run.step(64)
    return run


@pytest.mark.parametrize("name", ["sgd", "bv32-hebbian", "straight-through", "binary-linear"])
def test_the_bits_that_differ_are_counted_by_layer_and_field(name):
    run = make(name)
    found = run.compare(0, -1)
    table = found.table()
    first, last = run.frames[0].weights, run.frames[-1].weights
    assert found.flipped == first.flipped(last) == table["flipped"].sum() > 0
    assert table["bits"].sum() == last.bit_mass
    assert found.share == pytest.approx(found.flipped / last.bit_mass)
    assert (found.bits() == (first.w0.bits != last.w0.bits)).all()
    assert (found.change() != 0).any(axis=None)
    if name == "sgd":
        patterns = first.w0.neurons.view(np.uint32) ^ last.w0.neurons.view(np.uint32)
        in_w0 = table[table["layer"] == "W0"].set_index("field")["flipped"]
        assert in_w0["sign"] == (patterns >> 31).sum()
        assert in_w0["exponent"] == np.bitwise_count((patterns >> 23) & 0xFF).sum()
        assert in_w0["mantissa"] == np.bitwise_count(patterns & 0x7FFFFF).sum()


def test_the_last_two_moments_are_compared_unless_told_otherwise():
    run = make("bv32-hebbian")
    found = run.compare()
    assert (found.a, found.b) == (run.frames[-2], run.frames[-1])
    assert f"{found.flipped:,} of {run.arch.bit_mass():,} weight bits" in repr(found)
    assert f"{found.flipped:,} of" in found._repr_html_()


@pytest.mark.parametrize("frame", [5, "first", None, True])
def test_a_frame_that_is_not_there_is_refused(frame):
    with pytest.raises(ValueError, match="a must be a Frame or an index of one of the run's 3 frames, got"):
        make("sgd").compare(frame)


def test_frames_of_different_networks_cannot_be_compared():
    with pytest.raises(ValueError, match="of one shape and format"):
        make("sgd").compare(make("bv32-hebbian").frames[0])


@pytest.mark.parametrize("name", ["sgd", "bv32-hebbian", "linear"])
def test_a_notebook_shows_each_object_so_that_it_can_be_read(name):
    run = make(name)
    run.validate()
    run.step(64)
    run.validate()
    run.record()
    accuracy = f"{run.curve[-1][1]:.1%}"
    shown = {
        "run": (run, [run.trainer.LABEL, "192 examples", accuracy, "<polyline", "explain()"]),
        "frame": (run.frames[-1], ["192 examples", accuracy, "<img"]),
        "weights": (run.weights, [f"{run.weights.bit_mass:,}", "W0 <code>.neurons</code>", ".words", "<img"]),
        "matrix": (run.weights.w0, [f"{run.weights.w0.layout.bit_count:,}", "<img"]),
        "architecture": (run.arch, [f"{run.arch.bit_mass():,}", f"{run.arch.weights:,}"]),
        "address": (run.weights.w0.address(0, 300), [".neurons[0, 300]", "byte"]),
        "digits": (DIGITS, [DIGITS.label, f"{len(DIGITS.test):,} images", "<img"]),
        "split": (DIGITS.train, [f"{len(DIGITS.train):,} images", "<img"]),
    }
    for what, (thing, expected) in shown.items():
        html = thing._repr_html_()
        for text in expected:
            assert text in html, (what, text)
        assert html.count("<div") == html.count("</div>"), what
        assert len(repr(thing)) < 400, what


def test_what_has_not_been_measured_is_said_to_be_so():
    run = make("sgd")
    assert "not measured yet" in run._repr_html_()
    assert "not measured yet" in run.frames[-1]._repr_html_()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (203264, "203,264"),
        (-3, "−3"),
        (0.0, "0"),
        (-0.0, "0"),
        (0.5, "0.5"),
        (-0.0512345, "−0.05123"),
        (12.0, "12"),
        (1234.5678, "1,235"),
        (1e-7, "1.00e−07"),
        (np.float32(2.5), "2.5"),
        (True, "yes"),
    ],
)
def test_numbers_are_written_as_a_reader_expects_them(value, text):
    assert html.number(value) == text


def test_a_picture_has_the_numbers_in_it():
    import base64
    import io

    from PIL import Image

    drawn = html.picture(np.array([[0, 255], [128, 0]], np.uint8), label='a "7"')
    assert 'alt="a &quot;7&quot;"' in drawn
    image = Image.open(io.BytesIO(base64.b64decode(drawn.split("base64,")[1].split('"')[0])))
    alpha = np.asarray(image)[..., 3]
    assert alpha.tolist() == [[0, 255], [128, 0]]
    signed = html.picture(np.array([[-2.0, 2.0, 0.0]]))
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(signed.split("base64,")[1].split('"')[0]))))
    assert (pixels[0, 0, :3] != pixels[0, 1, :3]).any()
    assert pixels[0, :, 3].tolist() == [255, 255, 0]
    weak = html.picture(np.array([[1.0]]), beside=np.array([-4.0, 1.0]))
    pixel = np.asarray(Image.open(io.BytesIO(base64.b64decode(weak.split("base64,")[1].split('"')[0]))))[0, 0]
    assert pixel[3] == 64, "on the scale of all that is drawn beside it"
    assert pixel[:3].tolist() == pixels[0, 1, :3].tolist()
