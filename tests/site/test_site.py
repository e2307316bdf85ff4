"""The article as a static site: what it names is there, it holds what a page needs to train, nothing is lost."""

import base64
import gzip
import json
import os
import re
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

import bitmass_viz as bm
from bitmass_viz.cli.lessons import explainer_notebook
from bitmass_viz.cli.main import main
from bitmass_viz.common.article import PREVIEW, TITLE
from bitmass_viz.data import PUBLISHED, load_data
from bitmass_viz.engine.build import FOLDER as ENGINE
from bitmass_viz.experiments import EXPERIMENTS
from bitmass_viz.live.counter_session import accounts
from bitmass_viz.site import LIVE, build, write_folder
from bitmass_viz.site.build import ONLY_WITH_PYTHON
from tests.conftest import needs_jit


@pytest.fixture(scope="module")
def site():
    return build(explainer_notebook())


def page_of(site):
    return site.files["index.html"].decode()


def content_of(site):
    found = re.search(r'<script type="application/json" id="page">(.*?)</script>', page_of(site))
    return json.loads(found[1])


def part(site, name):
    """The arguments of a part's script."""
    text = site.files[f"parts/{name}.js"].decode("ascii")
    return json.loads(f"[{re.fullmatch(r'bitmassPart[(](.*)[)]', text.strip(), re.S)[1]}]")


@needs_jit
class TestSite:
    def test_every_cell_of_the_article_is_there(self, site):
        cells = nbformat.read(explainer_notebook(), as_version=4).cells
        page, widgets = page_of(site), content_of(site)["widgets"]
        shown = [cell for cell in cells if cell.cell_type == "code" and "Finding" not in cell.source]
        assert len(widgets) == len(shown) == page.count(' data-widget="')
        kinds = [each["kind"] for each in widgets.values()]
        assert kinds[:6] == ["opening", "counter", "explorer", "side_by_side", "one_example", "side_by_side"]
        assert kinds.count("evidence") == len(EXPERIMENTS) + 1, "and the claims"
        for name in ("answer", "seeds"):
            assert f'<div class="prose"><p>{bm.Finding(name)}</p>' in page, "what was measured stands in the text"
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        headings = re.findall(r"^#+ (.*)$", text, re.M)
        assert len(headings) > 10
        assert [re.sub("<.*?>", "", h) for h in re.findall(r"<h\d.*?>(.*?)<a", page)] == headings

    def test_every_part_that_is_named_is_there_and_says_who_it_is(self, site):
        content = content_of(site)
        named = {"accounts", "kernels", "worker"}
        named |= {each["figure"] for each in content["widgets"].values() if "figure" in each}
        lists = [entry[name] for entry in content["data"] for name in ("pieces", "test_pieces")]
        named |= {piece["file"] for pieces in lists for piece in pieces}
        assert named <= {name.removeprefix("parts/").removesuffix(".js") for name in site.files}
        for name in named:
            assert part(site, name)[0] == name
        for name in re.findall(r'(?:src|href)="((?:parts|figures|article)[^"]*)"', page_of(site)):
            assert name in site.files

    def test_a_page_from_a_disk_has_the_digits_that_a_server_gives(self, site):
        for entry in content_of(site)["data"]:
            for piece in entry["pieces"] + entry["test_pieces"]:
                assert base64.b64decode(part(site, piece["file"])[1]) == site.files[piece["file"]]

    def test_readers_can_choose_what_this_machine_has(self, site):
        digits, *others = content_of(site)["data"]
        named = {name: load_data(name, download=False) for name in PUBLISHED if PUBLISHED[name].find()}
        assert {each["name"] for each in others} == named.keys() - {digits["name"]}
        for each in others:
            assert each["sha256"] == named[each["name"]].sha256
            assert each["class_names"] == list(named[each["name"]].class_names)

    def test_its_kernels_are_those_of_the_package(self, site):
        module = gzip.decompress(base64.b64decode(part(site, "kernels")[1]))
        assert module == (ENGINE / "kernels.wasm").read_bytes()

    def test_nothing_comes_from_elsewhere(self, site):
        page = page_of(site)
        assert not re.search(r'(?:src|@import|url\()[="\' ]*(?:https?:)?//', page)
        assert page.count(LIVE.replace("&", "&amp;")) == 1

    def test_the_counts_are_those_of_the_trainers(self, site):
        content = json.loads(gzip.decompress(base64.b64decode(part(site, "accounts")[1])))
        for hidden, bits in ((1, 1), (8, 32), (8, 4), (64, 2)):
            assert [content["lines"][n] for n in content["of"][f"{hidden}/{bits}"]] == accounts(hidden, bits)
        assert len(content["of"]) == 64 * 6

    def test_it_says_what_it_was_made_from(self, site):
        about = json.loads(site.files["about.json"])
        digits = bm.load_digits("auto", download=False)
        assert about["sha256"] == dict(digits.sha256)
        assert about["version"] == bm.__version__
        assert ("synthetic pen strokes, not MNIST" in page_of(site)) == digits.synthetic

    def test_one_file_holds_all_of_it(self, site):
        (page,) = build(explainer_notebook(), live="", one_file=True).files.values()
        inside = set(re.findall(r'id="part:([^"]+)"', page.decode()))
        others = content_of(site)["data"][1:]
        left_out = {f"parts/{piece['file']}.js" for e in others for piece in e["pieces"] + e["test_pieces"]}
        parts = {name for name in site.files if name.startswith("parts/") and "-1bit-" not in name}
        loaded = parts - left_out
        assert inside == {name.removeprefix("parts/").removesuffix(".js") for name in loaded}
        assert len(page) < 16e6


@needs_jit
def test_what_needs_python_is_left_out(tmp_path):
    notebook = nbformat.read(explainer_notebook(), as_version=4)
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell("Only there.", metadata={"tags": [ONLY_WITH_PYTHON]}))
    nbformat.write(notebook, tmp_path / "article.ipynb")
    assert "Only there." not in page_of(build(tmp_path / "article.ipynb"))


def test_an_address_that_is_none_is_refused():
    with pytest.raises(ValueError, match="live must be an address"):
        build(explainer_notebook(), live="example.org")
    with pytest.raises(ValueError, match="url must be an address"):
        build(explainer_notebook(), url="ftp://example.org")


def tags_of(page):
    return dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', page))


@needs_jit
def test_a_link_to_the_site_is_shown_with_its_picture(site):
    tags = tags_of(page_of(site))
    assert tags["og:title"] == tags["twitter:title"] == TITLE
    assert tags["description"] == tags["og:description"] == tags["twitter:description"]
    assert 60 < len(tags["description"]) <= 300
    assert "og:url" not in tags, "the site does not know where it is"
    assert site.files[tags["og:image"]] == PREVIEW.read_bytes()
    assert (tags["og:image:width"], tags["og:image:height"]) == ("1200", "630")
    for url in ("https://a.example/bits", "https://a.example/bits/"):
        told = build(explainer_notebook(), url=url)
        tags = tags_of(page_of(told))
        assert tags["og:url"] == "https://a.example/bits/"
        assert tags["og:image"] == tags["twitter:image"] == "https://a.example/bits/preview.png"
        assert tags["twitter:card"] == "summary_large_image"
    (one,) = build(explainer_notebook(), one_file=True).files.values()
    assert "og:image" not in tags_of(one.decode()), "no file lies beside it"


@needs_jit
@pytest.mark.parametrize("url", ["", "https://a.example/"])
def test_the_command_says_what_it_needs_to_name_the_picture(tmp_path, url):
    done = CliRunner().invoke(main, ["site", "--out", str(tmp_path / "site"), *(["--url", url] if url else [])])
    assert done.exit_code == 0
    assert ("give the address with --url" in done.output) == (url == "")
    assert (f"{url}preview.png" in (tmp_path / "site" / "index.html").read_text()) is True


ABOUT = json.dumps({"version": "1", "made": "now", "digits": "mnist"}).encode()


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
    done = CliRunner().invoke(main, ["site", "--one-file", "--out", str(tmp_path / "full")])
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")


@pytest.mark.slow
@needs_jit
def test_the_command_writes_a_site(tmp_path):
    out = tmp_path / "site"
    done = CliRunner().invoke(main, ["site", "--live", "", "--json", "--out", str(out)])
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    files = [path for path in out.rglob("*") if path.is_file()]
    assert told["files"] == len(files)
    assert told["bytes"] == sum(path.stat().st_size for path in files)
    assert "mybinder" not in (out / "index.html").read_text()
