"""A recorded run as a page: every bit comes back, the page says what it is, and nothing is half written."""

import base64
import dataclasses
import json
import os
import re
import stat
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import bitmass_viz as bm
from bitmass_viz.cli.main import main
from bitmass_viz.recording import LIVE, MAX_BYTES, make_page, record, write_atomically
from bitmass_viz.recording import frames as frames_module
from bitmass_viz.recording.frames import CARRIED, pack
from bitmass_viz.recording.page import told_of
from bitmass_viz.recording.text import BASE, BYTES, CHARACTERS, as_text, length_of
from bitmass_viz.widgets.traits import STATIC
from tests.conftest import DIGITS, JIT, ROOT, SIZE, find_node, needs_jit

CHECK = ROOT / "tests" / "js" / "recorded" / "recorded.check.js"
FEW = 7 if JIT else 3
FORMATS = [
    ("bv32-hebbian", {}),
    ("sgd", {}),
    ("adamw", {"batch_size": 5}),
    ("straight-through", {"bits": 1}),
]


def make(trainer="bv32-hebbian", **options):
    return bm.Run(trainer, DIGITS, bm.Architecture(hidden=1), 3, **options)


def read_text(text):
    """The naive inverse of `as_text`, without knowing where the text's bytes end."""
    data = b""
    for start in range(0, len(text), CHARACTERS):
        places = [ord(c) - (0x800 if ord(c) >= 0xE000 else 0) - 0xA0 for c in text[start : start + CHARACTERS]]
        assert all(0 <= place < BASE for place in places)
        data += sum(place * BASE**i for i, place in enumerate(places)).to_bytes(BYTES, "little")
    return data


def unpack(told, text, tmp_path):
    """What the page's own JavaScript makes of a page's parts."""
    node = find_node()
    parts = tmp_path / "parts.json"
    parts.write_text(json.dumps({"told": told, "text": text}))
    done = subprocess.run([node, str(CHECK), str(parts)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return [base64.b64decode(w) for w in found["weights"]], [base64.b64decode(d) for d in found["digits"]]


def parts_of(page):
    """The JSON and the text of a page."""
    html = page.content.decode("utf-16")
    told = re.search(r'<script type="application/json" id="told">(.*?)</script>', html, re.S).group(1)
    text = re.search(r'<script type="text/plain" id="frames">(.*?)</script>', html, re.S).group(1)
    return json.loads(told), text


@given(st.binary(max_size=600))
def test_text_holds_bytes_and_nothing_that_html_knows(data):
    text = as_text(data)
    assert len(text) == length_of(len(data))
    assert read_text(text)[: len(data)] == data
    assert not re.search("[\0-\x9f\ud800-\udfff\ufeff\ufffe\uffff]", text)


@pytest.mark.parametrize("fill", [b"\0", b"\xff"])
def test_text_at_its_ends(fill):
    assert read_text(as_text(fill * 2 * BYTES)) == fill * 2 * BYTES


@pytest.mark.parametrize(("trainer", "options"), FORMATS, ids=[f"{t}-{o}" for t, o in FORMATS])
def test_every_bit_comes_back(trainer, options, tmp_path):
    page = make_page(make(trainer, **options), epochs=1, frames=FEW, progress=False)
    told, text = parts_of(page)
    weights, digits = unpack(told, text, tmp_path)
    again = make(trainer, **options)
    assert told["examples"] == [round(i * SIZE / (FEW - 1)) for i in range(FEW)]
    for i, examples in enumerate(told["examples"]):
        if examples > again.examples:
            again.step(examples - again.examples)
        assert weights[i] == again.weights.tobytes()
        index, label, answer = told["next"][i]
        assert (index, label, answer) == again.upcoming()
        assert digits[i] == DIGITS.train.images[index].tobytes()
        assert told["accuracy"][i] == again.validate()
    assert told["status"]["bit_mass"] == 8 * len(weights[0])


@pytest.mark.parametrize("trainer", ["bv32-hebbian", "sgd"])
def test_whatever_the_bits_are(trainer, tmp_path):
    """Also what no trainer makes: infinities, no numbers, both zeros, the longest ways there are."""
    recording = record(make(trainer), epochs=1, frames=FEW, progress=False)
    rng = np.random.default_rng(0)
    weights = rng.integers(0, 256, recording.weights.shape, np.uint8)
    extremes = np.array(
        [0, 1 << 31, 0x7F800000, 0xFF800000, 0x7FFFFFFF, 0xFFFFFFFF, 1, 0x80000001, 0x7FC00001, 0x007FFFFF],
        np.uint32,
    )
    words = weights.view(np.uint32)
    words[:, : words.shape[1] // 2] = rng.choice(extremes, (len(words), words.shape[1] // 2))
    recording = dataclasses.replace(recording, weights=weights)
    packed = pack(recording)
    found, _ = unpack(told_of(recording, packed), as_text(packed.data), tmp_path)
    assert found == [frame.tobytes() for frame in weights]


def test_a_run_can_be_recorded_twice_and_goes_on_from_its_end():
    run = make()
    first, second = (record(run, 1, FEW, progress=False) for _ in range(2))
    assert first.weights.tobytes() == second.weights.tobytes()
    assert first.accuracy == second.accuracy
    assert run.curve == list(zip(first.examples, first.accuracy, strict=True))
    assert run.examples == SIZE
    assert run.weights.tobytes() == first.weights[-1].tobytes()


def test_no_more_frames_than_there_are_moments():
    assert record(make(), 1, min(1000, SIZE + 50), progress=False).examples == list(range(SIZE + 1))


@needs_jit
def test_of_floats_fewer_frames_fit_and_the_page_says_so():
    def page_of(frames=30, **options):
        return make_page(make("adamw", batch_size=5), 1, frames, progress=False, **options)

    wanted = page_of()
    assert len(wanted.recording) == 30
    most = len(wanted.content) - 10_000
    page = page_of(most=most)
    assert 20 < len(page.recording) < 30
    assert len(page.content) <= most < len(page_of(len(page.recording) + 1).content)
    told = page.as_dict()
    assert (told["frames"], told["frames_wanted"]) == (len(page.recording), 30)
    assert " 30 were asked for" in page.content.decode("utf-16")
    assert "were asked for" not in wanted.content.decode("utf-16")
    with pytest.raises(ValueError, match="two frames of this network need"):
        page_of(most=len(wanted.content) // 10)


def test_the_page_says_what_it_is_and_asks_nothing_of_a_network():
    html = make_page(make(), 1, FEW, live="https://example.org/?a=1&b", progress=False).content.decode("utf-16")
    header = html[html.index("<header") : html.index("</header>")]
    for fact in ("BV32-Hebbian", "published", "prototype", "<dt>Seed</dt><dd>3</dd>", bm.__version__):
        assert fact in header
    assert "<dd class=synthetic>random templates</dd>" in header
    assert 'href="https://example.org/?a=1&amp;b"' in header
    assert not re.findall(
        r"""(?:src|href)=["'](?!data:|https://example)""", html[: html.index('<main id="explorer">')]
    )
    assert html.count("</script>") == 3
    assert "Go live" not in make_page(make(), 1, FEW, live="", progress=False).content.decode("utf-16")
    assert LIVE in (ROOT / "README.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"epochs": 0}, "epochs must be a whole number between 1 and 100, got 0"),
        ({"frames": 1}, "frames must be a whole number between 2 and 1,000, got 1"),
        ({"frames": 2.5}, "frames must be a whole number between 2 and 1,000, got 2.5"),
        ({"live": "ftp://here"}, "live must be an address that begins with http:// or https://"),
        ({"live": "javascript:alert(1)"}, "live must be an address"),
    ],
)
def test_bad_options(arguments, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        make_page(make(), progress=False, **arguments)


def test_what_cannot_be_recorded():
    with pytest.raises(ValueError, match="a recording shows two layers"):
        record(bm.Run("linear", DIGITS), progress=False)
    run = make()
    run.set_option("centring", False)
    with pytest.raises(ValueError, match="options were changed on the way"):
        record(run, progress=False)


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    write_atomically(path, b"first")
    write_atomically(path, b"second")
    assert path.read_bytes() == b"second"
    assert stat.S_IMODE(path.stat().st_mode) & 0o444 == 0o444

    def fail(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="full"):
        write_atomically(path, b"third")
    assert path.read_bytes() == b"second"
    assert list(tmp_path.iterdir()) == [path]


def invoke(*arguments):
    return CliRunner().invoke(main, ["record", *map(str, arguments)])


@pytest.fixture
def tiny_digits(monkeypatch):
    monkeypatch.setattr("bitmass_viz.data.load_digits", lambda _source: DIGITS)


@pytest.mark.usefixtures("tiny_digits")
def test_the_command(tmp_path):
    out = tmp_path / "page.html"
    options = ("--trainer", "sgd", "--hidden", 1, "--seed", 4, "--recipe", "tuned", "--epochs", 1, "--frames", FEW)
    done = invoke(*options, "--out", out, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["trainer"], told["seed"], told["recipe"], told["hidden"]) == ("sgd", 4, "tuned", 1)
    assert told["synthetic"] is True
    assert told["frames"] == told["frames_wanted"] == FEW
    assert told["bytes"] == out.stat().st_size <= MAX_BYTES
    assert LIVE in out.read_bytes().decode("utf-16")
    done = invoke(*options, "--out", out, "--live", "")
    assert f"{FEW} frames of {SIZE} examples" in done.stdout
    assert f"Written to {out}" in done.stdout
    assert LIVE not in out.read_bytes().decode("utf-16")


@pytest.mark.usefixtures("tiny_digits")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--trainer", "nobody"], "trainer must be one of"),
        (["--trainer", "sgd", "--recipe", "best"], "recipe must be"),
        (["--trainer", "sgd", "--hidden", "0"], "hidden"),
        (["--trainer", "sgd", "--hidden", "1", "--epochs", "0"], "epochs must be"),
        (["--trainer", "sgd", "--hidden", "1", "--frames", "0"], "frames must be"),
        (["--trainer", "sgd", "--hidden", "1", "--live", "here"], "live must be"),
    ],
)
def test_bad_options_of_the_command(tmp_path, options, said):
    done = invoke(*options, "--out", tmp_path / "page.html")
    assert done.exit_code == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_places_that_cannot_be_written(tmp_path):
    for out, said in ((tmp_path / "none" / "page.html", "there is no folder"), (tmp_path, "is a folder")):
        done = invoke("--trainer", "sgd", "--out", out)
        assert done.exit_code == 1
        assert said in done.stderr
    if sys.platform != "win32" and os.geteuid() != 0:
        tmp_path.chmod(0o500)
        assert "is not yours to write to" in invoke("--trainer", "sgd", "--out", tmp_path / "page.html").stderr


def test_a_script_cannot_end_early():
    html = make_page(make(), 1, FEW, progress=False).content.decode("utf-16")
    code = html[html.index('<script type="module">') :]
    assert code.count("</script") == 1
    assert (STATIC / "recorded.js").read_text(encoding="utf-8")[:200] in code


@pytest.mark.parametrize("carried", CARRIED)
def test_whatever_carries_on(carried, tmp_path, monkeypatch):
    monkeypatch.setattr(frames_module, "CARRIED", (carried,))
    page = make_page(make("adam", batch_size=5), 1, FEW, progress=False)
    told, text = parts_of(page)
    assert told["carried"] == carried
    assert unpack(told, text, tmp_path)[0] == [frame.tobytes() for frame in page.recording.weights]


@pytest.mark.parametrize("trainer", ["linear", "binary-linear"])
def test_one_layer_is_none_that_the_views_show(trainer):
    with pytest.raises(ValueError, match=r"the views show two layers of weights, and Linear.* has one"):
        bm.Explorer(bm.Run(trainer, DIGITS))


@pytest.mark.parametrize("bits", [2, 4, 8, 16])
def test_weights_that_no_recording_can_show_are_refused(bits):
    with pytest.raises(
        ValueError, match=f"recorded pages show weights of 1 or 32 bits, and this run's have {bits}"
    ):
        make_page(make("straight-through", bits=bits), epochs=1, frames=FEW, progress=False)
