"""What a page is made of: Voilà's scripts in one file, with what they need and nothing that the page does not."""

import gzip
import re
import subprocess
from pathlib import Path

import pytest
from nbformat.v4 import new_markdown_cell
from voila.app import get_voila_labextensions_path
from voila.paths import collect_static_paths

from bitmass_viz.server.app import EXTENSIONS
from bitmass_viz.server.page_assets import ENTRY, Scripts, has_formulas, wanted_chunks
from tests.conftest import find_node
from tests.server.explore import write_notebook


@pytest.fixture(scope="module")
def static():
    """The folder of Voilà's scripts."""
    (found,) = {Path(place) for place in collect_static_paths(["voila"], "lab") if Path(place, ENTRY).is_file()}
    return found


def test_the_page_asks_for_voilas_scripts_at_once(explore):
    server = explore()
    page = server.read().page
    address = re.search(r'<script async src="(/voila/scripts\.js\?v=\w+)"', page)[1]
    assert page.index(address) < page.index("<body")
    plain, script = server.request("GET", address)
    packed, content = server.request("GET", address, **{"Accept-Encoding": "gzip, br"})
    assert plain.status == packed.status == 200
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(content) == script
    assert "immutable" in packed.headers["Cache-Control"]


def test_the_scripts_are_those_that_voila_would_load(static):
    entry = (static / ENTRY).read_text("utf-8")
    wanted = wanted_chunks(entry)
    assert len(wanted) > 20, "Voilà's entry is no longer written as it was"
    content = Scripts([static], []).content
    assert content.endswith(entry.encode())
    chunks = [static / f"{number}.{ENTRY}" for number in wanted if (static / f"{number}.{ENTRY}").is_file()]
    assert all(chunk.read_bytes() in content for chunk in chunks)


def test_a_model_that_comes_in_the_last_moment_is_not_missing(static):
    """Whoever waits for one looks again before giving up: nobody else would try again."""
    extensions = [Path(root, name, "static") for root in get_voila_labextensions_path([]) for name in EXTENSIONS]
    content = Scripts([static], extensions).content.decode()
    found = [in_braces(content[begun.start() :]) for begun in re.finditer(r"async get_model\(", content)]
    assert found, "the manager of widgets is no longer written as it was"
    script = """
        let now = 0, model, waited = false;
        Date.now = () => now;
        setTimeout = (go) => { waited = true; now += 1e6; manager._models.it = model = {}; queueMicrotask(go); };
        const manager = new (class { _models = {}; %s })();
        manager.get_model("it").then(
            (got) => { if (got !== model) throw Error("another"); },
            (error) => { if (waited) throw error; },  // who does not wait has nothing to miss
        );
    """
    for function in found:
        done = subprocess.run([find_node(), "-e", script % function], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_a_widget_whose_module_is_slow_is_waited_for(static):
    extensions = [Path(root, name, "static") for root in get_voila_labextensions_path([]) for name in EXTENSIONS]
    content = Scripts([static], extensions).content
    assert b"AbortSignal.timeout(60000)" in content, "anywidget is no longer written as it was"
    assert b"AbortSignal.timeout(2000)" not in content


def in_braces(source):
    """Return a function, from its name to the brace that ends it."""
    depth = 0
    for position, character in enumerate(source):
        depth += (character == "{") - (character == "}")
        if character == "}" and depth == 0:
            return source[: position + 1]
    raise AssertionError("the braces do not match")


def test_a_page_without_formulas_does_without_mathjax(static, tmp_path):
    assert b"ensureMathDocument" in Scripts([static], [], formulas=True).content
    assert b"ensureMathDocument" not in Scripts([static], [], formulas=False).content
    for source, expected in (
        ("cut 3 % off", False),
        ("$x^2$", True),
        (r"\\(x\\)", True),
        (r"\begin{align}", True),
    ):
        notebook = write_notebook(tmp_path / "notebook.ipynb", new_markdown_cell(source))
        assert has_formulas(notebook) is expected, source


def test_without_voilas_entry_there_is_no_script(tmp_path):
    assert Scripts([tmp_path], [tmp_path]).url == ""
    assert wanted_chunks("something else altogether") == []


def test_chunks_are_found_in_the_entry():
    entry = (
        "g={9:(e,t,r)=>{Promise.all([r.e(1),r.e(2)]).then(r.bind(r,7))}};"
        'y={70:()=>c("default","a",!1,[1,2],(()=>r.e(3).then((()=>()=>x(3))))),'
        '80:()=>c("default","b",!1,[1],(()=>Promise.all([r.e(4),r.e(2)]).then((()=>()=>x(4)))))},'
        "P={2:[70],3:[80],5:[70]}"
    )
    assert wanted_chunks(entry) == [1, 2, 3, 4]
