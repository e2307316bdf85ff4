"""The documentation: its links lead somewhere, its commands and its Python run, and the reference is complete."""

import importlib.util
import re
import shlex
import tomllib
from concurrent.futures import ThreadPoolExecutor

import click
import pytest
import yaml

import bitmass_viz as bm
from bitmass_viz.cli.main import HELP, main
from bitmass_viz.experiments import shipped
from tests.conftest import ROOT, make_digits, needs_jit

PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("notebooks/*.md"), *ROOT.glob("binder/*/*.md")]
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
IN_REPOSITORY = f"{PROJECT['project']['urls']['Repository']}/blob/HEAD/"


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def blocks(path, language):
    """Return the code blocks of a page, without what indents them."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", path.read_text(), re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", code, flags=re.MULTILINE) for indent, code in found]


def slug(heading):
    return re.sub(r"[^\w-]", "", heading.strip().lower().replace(" ", "-"))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if link.startswith(IN_REPOSITORY):
            assert (ROOT / link.removeprefix(IN_REPOSITORY)).is_file(), link
        elif "://" not in link:
            target, _, anchor = link.partition("#")
            to = page.parent / target if target else page
            assert to.exists(), link
            assert not anchor or anchor in map(slug, re.findall(r"^#+ (.*)$", to.read_text(), re.MULTILINE)), link


def commands():
    """Yield every call of the command, the tests and modules that a page shows in a block or a line."""
    for page in PAGES:
        inline = re.findall(r"`(uv run [^`\n]+|bitmass [^`\n]+)`", page.read_text())
        lines = [line for block in blocks(page, "") for line in block.replace("\\\n", " ").splitlines()]
        for line in lines + inline:
            if found := re.search(r"(?:^|\s|bin/)(bitmass |pytest |python -m (?:tests|bitmass_viz)\.)(.*)", line):
                yield pytest.param(found[1] + found[2], id=f"{name_of(page)}: {line.strip()}")


@pytest.mark.parametrize("command", list(commands()))
def test_commands_are_those_that_there_are(command):
    words = shlex.split(command, comments=True)
    if words[0] == "python":
        assert importlib.util.find_spec(words[2]) is not None
        return
    if words[0] == "pytest":
        assert all((ROOT / word).exists() for word in words if word.startswith("tests/"))
        return
    name = next((word for word in words[1:] if not word.startswith("-")), None)
    known = {option for param in main.params for option in param.opts}
    if name != "COMMAND":
        assert name in main.commands, name
        # A command keeps its help option from the first time it is asked for.
        context = click.Context(main.commands[name], **HELP)
        params = main.commands[name].get_params(context)
        known |= {option for param in params for option in (*param.opts, *param.secondary_opts)}
    used = {word.partition("=")[0] for word in words if word.startswith("--") and word != "--"}
    assert used <= known


@needs_jit
@pytest.mark.parametrize("page", ["README.md", "docs/library.md", "docs/experiments.md"])
def test_the_python_of_a_page_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BITMASS_CACHE", str(tmp_path))
    digits = make_digits()
    monkeypatch.setattr(bm, "load_digits", lambda source: digits)
    names = {"bm": bm, "my_function": lambda x, w: int((x == w).sum())}
    run_here = bm.experiments.run

    def run_fast(which, seeds=1):
        given = shipped.chosen(which) if isinstance(which, str) else {}
        with ThreadPoolExecutor(2) as executor:
            return run_here(which, 1, data=digits, executor=executor, given=given, progress=False)

    monkeypatch.setattr(bm.experiments, "run", run_fast)
    ran = [code for code in blocks(ROOT / page, "python") if "distributed" not in code]
    for code in ran:
        exec(compile(code, page, "exec"), names)
    assert ran


def test_the_reference_is_complete():
    pages = "".join(path.read_text() for path in ROOT.glob("docs/api/*.md"))
    described = re.findall(r"^::: bitmass_viz\.(\w+)$", pages, re.MULTILINE)
    assert sorted(described) == sorted(set(bm.__all__) - {"__version__"})
    assert set(re.findall(r"`(\w+)`", (ROOT / "docs/api/check.md").read_text())) == set(bm.check.EXERCISES)


def test_the_code_map_has_every_folder_in_the_order_of_imports():
    folders = re.findall(r"^\| `(\w+)/` \|", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE)
    (layers,) = [c["layers"] for c in PROJECT["tool"]["importlinter"]["contracts"] if c["type"] == "layers"]
    ranks = {folder: rank for rank, layer in enumerate(reversed(layers)) for folder in layer.split(" | ")}
    assert set(folders) == {path.parent.name for path in (ROOT / "bitmass_viz").glob("*/__init__.py")}
    assert [ranks[folder] for folder in folders] == sorted(ranks[folder] for folder in folders)


def test_the_changelog_has_this_version():
    versions = re.findall(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert versions[:2] == ["Unreleased", bm.__version__]
    links = re.findall(r"^\[([^\]]+)\]: ", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert links == versions


def test_a_bug_report_asks_for_the_doctor():
    forms = {
        path.stem: yaml.safe_load(path.read_text()) for path in ROOT.glob(".github/ISSUE_TEMPLATE/[0-9]*.yml")
    }
    assert len(forms) == 3
    for form in forms.values():
        assert {"name", "description", "body"} <= set(form)
        ids = [part["id"] for part in form["body"]]
        assert len(set(ids)) == len(ids)
        assert all(part["attributes"]["label"] for part in form["body"])
    (doctor,) = [part for part in forms["1-bug"]["body"] if part["id"] == "doctor"]
    assert "uv run bitmass doctor" in doctor["attributes"]["description"]
    assert doctor["validations"]["required"]
