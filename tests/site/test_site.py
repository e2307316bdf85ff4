"""The article as a static site: what it names is there, its page learns as the kernels do, nothing is lost."""

import base64
import json
import os
import re
import subprocess
from pathlib import Path

import nbformat
import numpy as np
import pytest
from click.testing import CliRunner

import bitmass_viz as bm
from bitmass_viz.cli.lessons import explainer_notebook
from bitmass_viz.cli.main import main
from bitmass_viz.explain.one_step import one_step
from bitmass_viz.live.counter_session import accounts
from bitmass_viz.live.one_example_session import networks_after
from bitmass_viz.recording import LIVE, record
from bitmass_viz.site import build, write_folder
from bitmass_viz.site.wording import REWORDED, reworded
from tests.conftest import DIGITS, ROOT, SIZE, find_node, needs_jit

CHECK = ROOT / "tests" / "js" / "recorded" / "site.check.js"


@pytest.fixture(scope="module")
def site():
    return build(explainer_notebook(), seeds=2, progress=False)


def page_of(site):
    return site.files["index.html"].decode()


def told_of(site):
    found = re.search(r'<script type="application/json" id="widgets">(.*?)</script>', page_of(site))
    return json.loads(found[1])["each"]


def part(site, name):
    """The arguments of a part's script."""
    content = site.files[f"parts/{name}.js"]
    text = content.decode("utf-16") if content[:2] == b"\xff\xfe" else content.decode("ascii")
    return json.loads(f"[{re.fullmatch(r'bitmassPart[(](.*)[)]', text.strip(), re.S)[1]}]")


@needs_jit
class TestSite:
    def test_every_cell_of_the_article_is_there(self, site):
        cells = nbformat.read(explainer_notebook(), as_version=4).cells
        page, told = page_of(site), told_of(site)
        shown = [cell for cell in cells if cell.cell_type == "code"]
        assert len(told) == len(shown) == page.count("data-widget=")
        kinds = [each["kind"] for each in told.values()]
        assert kinds[:5] == ["counter", "explorer", "together", "example", "together"]
        assert kinds.count("evidence") == 8
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        headings = re.findall(r"^#+ (.*)$", text, re.M)
        assert len(headings) > 10
        assert [re.sub("<.*?>", "", h) for h in re.findall(r"<h\d.*?>(.*?)<a", page)] == headings
        for said, instead in REWORDED:
            text = " ".join(page.split()).replace(instead, "")
            assert said not in text
            assert len(text) < len(" ".join(page.split()))

    def test_every_part_that_is_named_is_there_and_says_who_it_is(self, site):
        named = set()
        for told in told_of(site).values():
            found = told.get("recordings", {}).values()
            named |= {name for each in found for name in (each if isinstance(each, list) else [each])}
            named |= {told[key] for key in ("figure", "accounts") if key in told}
            named |= set(told.get("files", {}).values())
        assert {f"parts/{name}.js" for name in named} == {name for name in site.files if name.startswith("parts/")}
        for name in named:
            assert part(site, name)[0] == name
        for name in re.findall(r'(?:src|href)="((?:parts|figures|article)[^"]*)"', page_of(site)):
            assert name in site.files

    def test_nothing_comes_from_elsewhere(self, site):
        page = page_of(site)
        assert not re.search(r'(?:src|@import|url\()[="\' ]*(?:https?:)?//', page)
        assert page.count(LIVE.replace("&", "&amp;")) > 5

    def test_the_counts_are_those_of_the_trainers(self, site):
        _, told = part(site, told_of(site)["widget-0"]["accounts"])
        for hidden, bits in ((1, 1), (8, 32), (8, 4), (64, 2)):
            assert [told["lines"][n] for n in told["of"][f"{hidden}/{bits}"]] == accounts(hidden, bits)
        assert len(told["of"]) == 64 * 6

    def test_lanes_that_are_shown_together_were_recorded_at_the_same_moments(self, site):
        for told in told_of(site).values():
            if told["kind"] != "together":
                continue
            for names in told["recordings"].values():
                lanes = [part(site, name)[1] for name in names]
                assert len({tuple(lane["examples"]) for lane in lanes}) == 1
                assert len({tuple(n[0] for n in lane["next"]) for lane in lanes}) == 1
                assert len({lane["status"]["run"] for lane in lanes}) == len({*names})

    def test_the_page_learns_and_answers_as_the_kernels_do(self, site, tmp_path):
        node = find_node()
        write_folder(tmp_path / "site", site.files)
        digits = bm.load_digits("auto", download=False)
        images, labels = digits.test.images[:6], digits.test.labels[:6].tolist()
        labels[-1] = (labels[-1] + 1) % 10
        learned, unit = [0, 64, 10_240], 77
        told = told_of(site)["widget-3"]
        asked = {"told": told, "learned": learned, "labels": labels, "unit": unit}
        (tmp_path / "asked.json").write_text(
            json.dumps(asked | {"images": [image.ravel().tolist() for image in images]})
        )
        done = subprocess.run(
            [node, str(CHECK), str(tmp_path / "site"), str(tmp_path / "asked.json")],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        assert (found["state"], found["notice"]) == ("ready", {})

        assert len({page["digits"] for page in found["pages"]}) == len(found["pages"])
        for page in found["pages"]:
            assert page["labels"] == list(range(10))
        answers = []
        for name in ("adamw", "sgd", "bv32-hebbian"):
            run = bm.Run(name, digits)
            run.train(3, progress=False)
            answers.append(run.predict(images).tolist())
        assert np.array(found["answers"]).T.tolist() == answers

        steps = iter(found["steps"])
        runs, moves = [], []
        for count in learned:
            runs = networks_after(count, digits, runs)
            for image, label in zip(images, labels, strict=True):
                step = next(steps)
                of_float, of_bits, before, after = (base64.b64decode(each) for each in step["buffers"])
                floats, bits = (one_step(run.trainer, image, label) for run in runs)
                assert of_bits == bits.after.tobytes()
                for mine, theirs in ((before, bits.counters_before), (after, bits.counters_after)):
                    mine = np.frombuffer(mine, "<f4")
                    np.testing.assert_allclose(mine, theirs[unit], rtol=1e-6, atol=1e-9)
                assert step["signal"] == bits.signal[unit]
                mine, theirs = (np.frombuffer(each, "<f4") for each in (of_float, floats.after.tobytes()))
                was = np.frombuffer(floats.before.tobytes(), "<f4")
                moved = np.abs(theirs - was).max()
                moves.append(moved)
                np.testing.assert_allclose(mine, theirs, atol=1e-4 * moved)
        assert next(steps, None) is None
        assert max(moves) > 0, "a network that is sure of a digit learns nothing from it, but not all are"

    def test_it_says_what_it_was_made_from(self, site):
        about = json.loads(site.files["about.json"])
        digits = bm.load_digits("auto", download=False)
        assert about["sha256"] == dict(digits.sha256)
        assert about["version"] == bm.__version__
        # Four settings of three lanes, two histories more of the switch for each seed, and the explorer's three.
        assert len(about["recordings"]) == 2 * 2 * 3 + 2 * 2 + 3
        assert all(0 < each["test_accuracy"] < 1 for each in about["recordings"])
        named = "synthetic pen strokes, not MNIST," if digits.synthetic else digits.label
        assert f"learned {named} on" in page_of(site)


def test_a_switch_can_be_thrown_while_a_run_is_recorded():
    changes = {SIZE: {"centring": False}, 2 * SIZE: {"centring": True}}
    recording = record(bm.Run("bv32-hebbian", DIGITS), 3, 7, False, changes)
    run = bm.Run("bv32-hebbian", DIGITS)
    for position, examples in enumerate(recording.examples):
        if examples > run.examples:
            run.advance(examples - run.examples)
        for name, value in changes.get(examples, {}).items():
            run.set_option(name, value)
        assert recording.weights[position].tobytes() == run.weights.tobytes()
    left_alone = record(bm.Run("bv32-hebbian", DIGITS), 3, 7, False)
    same = (recording.weights == left_alone.weights).all(axis=1)
    assert same[:4].tolist() == [True, True, False, False]


def test_prose_that_has_changed_is_noticed():
    cells = [cell.source for cell in nbformat.read(explainer_notebook(), 4).cells if cell.cell_type == "markdown"]
    assert len(reworded(cells)) == len(cells)
    for said, _ in REWORDED:
        pattern = r"\s+".join(map(re.escape, said.split()))
        without = [re.sub(pattern, said.replace(" ", " other ", 1), cell) for cell in cells]
        with pytest.raises(ValueError, match="the article should say once, and says 0 times"):
            reworded(without)
        with pytest.raises(ValueError, match="the article should say once, and says 2 times"):
            reworded([*cells, said])


@pytest.mark.parametrize("seeds", [0, 21, 1.5, True, "3"])
def test_a_number_of_seeds_that_cannot_be_is_refused(seeds):
    with pytest.raises(ValueError, match="seeds must be a whole number between 1 and 20"):
        build(explainer_notebook(), seeds=seeds)
    with pytest.raises(ValueError, match="live must be an address"):
        build(explainer_notebook(), live="example.org")


ABOUT = json.dumps({"version": "1", "made": "now", "recordings": []}).encode()


def test_a_site_is_replaced_whole_and_nothing_else_is(tmp_path):
    out = tmp_path / "site"
    write_folder(out, {"about.json": ABOUT, "parts/a.js": b"a"})
    write_folder(out, {"about.json": ABOUT, "index.html": b"b"})
    assert sorted(path.name for path in out.iterdir()) == ["about.json", "index.html"]
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    assert out.stat().st_mode & 0o777 == 0o777 & ~os.umask(os.umask(0o022))

    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("Dear")
    with pytest.raises(FileExistsError, match="would be lost"):
        write_folder(tmp_path / "letters", {"about.json": ABOUT})
    (tmp_path / "letters" / "about.json").write_text('{"version": "of something else"}')
    with pytest.raises(FileExistsError, match="would be lost"):
        write_folder(tmp_path / "letters", {"about.json": ABOUT})
    assert (tmp_path / "letters" / "dear.txt").read_text() == "Dear"
    with pytest.raises(NotADirectoryError, match="is a file"):
        write_folder(tmp_path / "letters" / "dear.txt", {"about.json": ABOUT})
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        write_folder(tmp_path / "nowhere" / "site", {"about.json": ABOUT})


def test_what_cannot_be_written_leaves_what_was_there(tmp_path, monkeypatch):
    out = tmp_path / "site"
    write_folder(out, {"about.json": ABOUT})

    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        write_folder(out, {"about.json": ABOUT, "index.html": b"b"})
    monkeypatch.undo()
    assert [path.name for path in out.iterdir()] == ["about.json"]

    rename = Path.rename

    def fails_at_the_last(path, target):
        if Path(target) == out.absolute() and path.name.startswith(".site."):
            raise OSError(5, "Input/output error")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fails_at_the_last)
    with pytest.raises(OSError, match="Input/output"):
        write_folder(out, {"about.json": ABOUT, "index.html": b"b"})
    monkeypatch.undo()
    assert [path.name for path in out.iterdir()] == ["about.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_the_command_says_what_is_wrong_before_it_begins(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").touch()
    done = CliRunner().invoke(main, ["site", "--out", str(tmp_path / "full")])
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert "would be lost" in done.output
    done = CliRunner().invoke(main, ["site", "--seeds", "0", "--out", str(tmp_path / "new")])
    assert done.exit_code == 2
    assert not (tmp_path / "new").exists()


@pytest.mark.slow
@needs_jit
def test_the_command_writes_a_site(tmp_path):
    out = tmp_path / "site"
    done = CliRunner().invoke(main, ["site", "--seeds", "1", "--live", "", "--json", "--out", str(out)])
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    files = [path for path in out.rglob("*") if path.is_file()]
    assert told["files"] == len(files)
    assert told["bytes"] == sum(path.stat().st_size for path in files)
    assert "Go live" not in (out / "index.html").read_text()
