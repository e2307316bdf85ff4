"""Loading a saved run: no file is believed unseen."""

import io
import json
import os
import pickle
import random
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

import bitmass_viz as bm
from bitmass_viz.kernels import tiles
from bitmass_viz.training.loading import SavedRunError, _capacity_in, load_run
from bitmass_viz.training.rebuilding import ReplayError
from tests.conftest import DIGITS, JIT
from tests.training.runs import make

HOSTILE = 3000 if JIT else 60


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """A saved run with a bit of everything in it."""
    run = make("bv32-hebbian", batch_size=5)
    run.step(7)
    run.validate()
    run.set_option("centring", False)
    run.step(5)
    path = tmp_path_factory.mktemp("saved") / "run.npz"
    run.save(path)
    return path


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def written(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def as_npy(array, **how):
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asanyarray(array), **how)
    return file.getvalue()


def told(path):
    return json.loads(str(np.load(path)["about"]))


def changed(path, about, out):
    return written(out, members(path) | {"about.npy": as_npy(np.array(json.dumps(about)))})


class Trap:
    """Says that it was unpickled."""

    sprung = False

    def __reduce__(self):
        return (setattr, (Trap, "sprung", True))


def test_nothing_is_unpickled(file, tmp_path):
    parts = members(file)
    for name in parts:
        path = written(tmp_path / "trap.npz", parts | {name: as_npy(np.array([Trap()], object))})
        with pytest.raises(SavedRunError, match="cannot be loaded"):
            load_run(path, DIGITS)
    (tmp_path / "plain.npz").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(SavedRunError, match="no saved run"):
        load_run(tmp_path / "plain.npz", DIGITS)
    assert not Trap.sprung
    pickle.loads(pickle.dumps(Trap()))
    assert Trap.sprung, "the trap works"


def test_a_bomb_is_not_unpacked(file, tmp_path):
    gigabyte = io.BytesIO()
    with (
        zipfile.ZipFile(gigabyte, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("x", "w", force_zip64=True) as x,
    ):
        x.write(as_npy(np.zeros(0, np.uint8))[:-1].replace(b"(0,)", b"(1 << 30,)"[:4]))
        for _ in range(64):
            x.write(bytes(1 << 20))
    parts = members(file)
    with zipfile.ZipFile(gigabyte) as archive:
        content = archive.read("x")
    for name in ("frames.npy", "state/weights.npy", "about.npy"):
        path = written(tmp_path / "bomb.npz", parts | {name: content})
        assert path.stat().st_size < 1 << 20
        with pytest.raises(SavedRunError, match=r"should not have more than|cannot be loaded"):
            load_run(path, DIGITS)


@pytest.mark.parametrize("trainer", ["straight-through", "bop"])
def test_a_wide_network_that_was_saved_pixel_by_pixel_goes_on(trainer, tmp_path, monkeypatch):
    # As many frames as there was room for then: now their checkpoints take more.
    rows = bm.Run(trainer, DIGITS, bm.Architecture(hidden=5))
    most = _capacity_in(rows, 2)
    assert most > rows.history.capacity or trainer != "bop"
    monkeypatch.setattr("bitmass_viz.training.run.capacity_for", lambda size: most)
    run = bm.Run(trainer, DIGITS, bm.Architecture(hidden=5), batch_size=5)
    monkeypatch.undo()
    for _ in range(most - 1):
        run.step(3)
    assert len(run.frames) == most
    run.save(tmp_path / "now.npz")
    units, parts = run.trainer.layers[0].units, members(tmp_path / "now.npz")
    with np.load(tmp_path / "now.npz") as saved:
        for name in saved.files:
            if name.endswith("0") and saved[name].size:
                stack = saved[name].reshape(-1, *run.trainer.state["w0"].shape)
                rows = np.array([tiles.rows_of(tiled, units).T for tiled in stack])
                flat = name.endswith(("first0", "second0"))
                shape = (-1,) if flat else rows.shape[1:]
                parts[f"{name}.npy"] = as_npy(rows.reshape((len(rows), *shape) if "checkpoint" in name else shape))
    about = told(tmp_path / "now.npz") | {"format_version": 2}
    then = load_run(changed(written(tmp_path / "then.npz", parts), about, tmp_path / "old.npz"), DIGITS)
    padded = run.trainer.state["latent0" if trainer == "straight-through" else "w0"]
    assert run.trainer.bits_in("gradient0") == 32 * 784 * units < 8 * padded.nbytes
    assert then.weights.tobytes() == run.weights.tobytes()
    run.step(9)
    then.step(9)
    assert then.weights.tobytes() == run.weights.tobytes()
    then.seek(then.frames[1])
    run.seek(run.frames[1])
    assert then.weights.tobytes() == run.weights.tobytes()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "of something else"}, "another kind"),
        ({"format_version": 4, "version": "9.9"}, "written by a newer bitmass_viz .'9.9', format 4.*update"),
        ({"format_version": "1"}, "format_version should be a whole number"),
        ({"revision": 0}, "revision should be a whole number from 1 on"),
        ({"revision": "2"}, "revision should be"),
        ({"trainer": "nobody"}, "its trainer is .nobody., which is none of sgd"),
        ({"recipe": "secret"}, "recipe must be one of"),
        ({"seed": -1}, "seed should be a whole number"),
        ({"arch": {"inputs": 784, "hidden": 10**9, "classes": 10}}, "hidden must be"),
        ({"arch": {"inputs": 784, "hidden": 2, "classes": 10}}, "should be uint8"),
        ({"arch": [784, 1, 10]}, "arch should be inputs, hidden and classes"),
        ({"options": {"speed": 3}}, "has no option 'speed'"),
        ({"options": {"batch_size": 0}}, "batch_size must be"),
        ({"options": {"batch_size": 6}}, "its clock should be"),
        ({"examples": 13}, "its clock should be"),
        ({"examples": 10**15}, "examples should be"),
        ({"examples": True}, "examples should be"),
        ({"curve": [[7, 1.5]]}, "curve should be"),
        ({"curve": [[7, float("nan")]]}, "curve should be"),
        ({"curve": [[9, 0.5], [7, 0.5]]}, "curve should be"),
        ({"curve": [[999, 0.5]]}, "curve go beyond"),
        ({"changes": [[7, "batch_size", 3]]}, "cannot change 'batch_size'"),
        ({"changes": [[7, "centring", "maybe"]]}, "centring must be"),
        ({"frames": []}, "frames should be"),
        ({"frames": [[0, None, 0, {"centring": True}]] * 3}, "frames should be"),
        ({"frames": [[0, None, 0, {}]]}, "should have the options"),
        ({"checkpoints": [[12, {"centring": False}]]}, "first checkpoint comes after"),
        ({"checkpoints": [[n, {"centring": True}] for n in range(1000)]}, "go beyond"),
        ({"stride": -1}, "stride should be"),
        ({"digits": {"name": "mnist"}}, "digits should be"),
    ],
)
def test_what_a_file_says_of_itself_is_checked(file, tmp_path, change, message):
    path = changed(file, told(file) | change, tmp_path / "run.npz")
    with pytest.raises(SavedRunError, match=message) as caught:
        load_run(path, DIGITS)
    assert len(str(caught.value)) < 600 + len(str(path))


@pytest.mark.parametrize("what", ["nothing", "text", "folder", "cut"])
def test_other_files_are_refused(file, tmp_path, what):
    path = tmp_path / "other.npz"
    if what == "nothing":
        path.touch()
    elif what == "text":
        path.write_text("Dear reader")
    elif what == "folder":
        path.mkdir()
    else:
        path.write_bytes(file.read_bytes()[:-1000])
    with pytest.raises(OSError if what == "folder" else SavedRunError):
        load_run(path, DIGITS)


def hostile_values(rng):
    """Something that no field of a file should have, or might."""
    return rng.choice(
        [
            None,
            True,
            -1,
            0,
            1,
            2**31,
            2**63,
            10**30,
            0.5,
            float("nan"),
            float("inf"),
            "",
            "x" * 1000,
            "\0",
            "../../etc",
            [],
            [[]],
            [[0, 0.5]] * 700,
            [[[[[[0]]]]]],
            {},
            {"centring": 1},
            {"a": {"b": {}}},
        ]
    )


def spoilt(about, rng):
    """Put something hostile somewhere in what a file says of itself."""
    place = about
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = rng.choice(keys)
        if isinstance(place[key], dict | list) and place[key] and rng.random() < 0.6:
            place = place[key]
            continue
        if rng.random() < 0.15:
            del place[key]
        else:
            place[key] = hostile_values(rng)
        return about


@pytest.mark.slow
def test_whatever_is_in_a_file_it_is_refused_or_goes_on(file, tmp_path):
    rng = random.Random(0)
    whole, parts = file.read_bytes(), members(file)
    refusals = []
    for number in range(HOSTILE):
        path = tmp_path / "hostile.npz"
        kind = number % 4
        if kind == 0:
            content = bytearray(whole)
            for _ in range(rng.randint(1, 8)):
                content[rng.randrange(len(content))] = rng.randrange(256)
            path.write_bytes(content[: rng.choice([None, rng.randrange(len(content))])])
        elif kind == 1:
            changed(file, spoilt(told(file), rng), path)
        elif kind == 2:
            name = rng.choice(list(parts))
            content = bytearray(parts[name])
            for _ in range(rng.randint(1, 8)):
                content[rng.randrange(min(len(content), 200))] = rng.randrange(256)
            written(path, parts | {name: bytes(content)})
        else:
            name = rng.choice([name for name in parts if name != "about.npy"])
            array = np.load(io.BytesIO(parts[name]))
            other = rng.choice(
                [
                    array.astype(np.float32),
                    array[..., None],
                    array[..., :0],
                    np.zeros(array.shape, array.dtype.newbyteorder(">")),
                    np.full(array.shape, np.iinfo(array.dtype).max, array.dtype),
                    np.full(array.shape, np.iinfo(array.dtype).min, array.dtype),
                    np.zeros((), np.complex128),
                ]
            )
            written(path, parts | {name: as_npy(other)})
        try:
            run = load_run(path, DIGITS)
        except SavedRunError as error:
            refusals.append(str(error))
            continue
        # What could be loaded can be used: nothing in it leads the kernels astray.
        run.step(12)
        run.validate()
        with suppress(ReplayError):
            run.seek(0)
    assert len(refusals) > 0.6 * HOSTILE
    assert max(map(len, refusals)) < 600 + len(str(path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes on this system")
def test_a_device_or_a_pipe_is_refused_at_once(tmp_path):
    pipe = tmp_path / "pipe.npz"
    os.mkfifo(pipe)
    linked = tmp_path / "linked.npz"
    linked.symlink_to("/dev/zero")
    for path in (pipe, linked, Path("/dev/zero"), "/dev/tty"):
        with pytest.raises(OSError, match="is a device, pipe or socket; give the name of a file"):
            load_run(path, DIGITS)
    with pytest.raises(OSError, match="is a device, pipe or socket"):
        make("sgd").save(pipe)
    assert pipe.is_fifo(), "and nothing takes its place"
