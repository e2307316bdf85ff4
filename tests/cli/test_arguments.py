"""Command lines that a document, a chat or a web page changed on their way."""

import pytest
from click.testing import CliRunner

from bitmass_viz.cli.arguments import name_among, repaired, whole_number
from bitmass_viz.cli.main import main
from bitmass_viz.experiments import EXPERIMENTS
from bitmass_viz.trainers import TRAINERS

OPTIONS = {
    "": {"--help", "-h", "--traceback"},
    "experiment": {"--seeds", "--out", "--json"},
    "lessons": {"--teacher"},
}


def understand(*arguments):
    return repaired(arguments, {"experiment", "lessons"}, OPTIONS.__getitem__)


@pytest.mark.parametrize(
    "arguments",
    [
        ["experiment", "bug", "–seeds", "5"],
        ["experiment", "bug", "—seeds", "5"],
        ["experiment", "bug", "−−seeds", "5"],
        ["experiment", "bug", "-–seeds", "5"],
        ["experiment", "bug", "‐‐seeds", "5"],
        ["experiment", "bug", "--Seeds", "5"],
        ["Experiment", "bug", "--SEEDS", "5"],
        ["experiment", "“bug”", "--seeds", "‘5’"],
        ["experiment", "„bug“", "--seeds", "«5»"],
        ["experiment\u00a0bug\u00a0--seeds\u00a05"],
        ["experiment bug --seeds 5"],
        ["experiment", "bug", "–seeds\u202f5"],
        ["experiment", "bug\r", "--seeds", "5\r"],
        ["\ufeffexperiment", "bug\u200b", "--seeds", "5"],
        ["experiment", "bug\n", "--seeds", "5\n"],
    ],
)
def test_what_is_unambiguous_is_understood(arguments):
    assert understand(*arguments) == ["experiment", "bug", "--seeds", "5"]


def test_an_option_keeps_the_value_that_is_joined_to_it():
    assert understand("experiment", "bug", "–seeds=“5”", "—out=My Folder") == [
        "experiment", "bug", "--seeds=5", "--out=My Folder",
    ]  # fmt: skip
    assert understand("–h") == ["-h"]
    assert understand("—help") == ["--help"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["experiment", "bug", "--out", "My Folder"],
        ["experiment", "bug", "--out", "Notes –2024"],
        ["experiment", "bug", "--out", "“half"],
        ["experiment", "bug", "--out", "–5"],
        ["experiment", "bug", "--out", "a “b” c"],
        ["lessons", "--", "–teacher", "“x”"],
    ],
)
def test_what_is_the_users_own_stays(arguments):
    assert understand(*arguments) == arguments


def test_a_file_keeps_its_name_whatever_that_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("“lessons”", "lessons\u00a0today", " spaced "):
        (tmp_path / name).touch()
        assert understand("lessons", name)[-1] == name


@pytest.mark.parametrize(
    "given", ["Iso-Bit", "iso–bit", "iso_bit", "ISO BIT", " iso-bit ", "iso\u2011bit", "iso\u00a0bit"]
)
def test_a_name_is_known_by_its_letters(given):
    assert name_among(given, EXPERIMENTS) == "iso-bit"
    assert name_among(given.upper(), EXPERIMENTS) == "iso-bit"


def test_no_two_names_have_the_same_letters():
    for names in (EXPERIMENTS, TRAINERS):
        assert [name_among(name.upper(), names) for name in names] == list(names)
    assert name_among("magic", EXPERIMENTS) == "magic"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1000", 1000), ("1,000", 1000), ("1’000", 1000), ("1'000", 1000), ("1 000", 1000), ("1\u00a0000", 1000),
        ("1\u202f000", 1000), ("1_000", 1000), ("12,345,678", 12_345_678), (" 5 ", 5), ("−5", -5), ("+5", 5),
        ("５", 5),
    ],
)  # fmt: skip
def test_separators_of_thousands_are_read(text, number):
    assert whole_number(text) == number


@pytest.mark.parametrize("text", ["1.000", "1.000.000"])
def test_what_is_one_number_to_some_and_another_to_others_is_named(text):
    with pytest.raises(ValueError, match="can be read in two ways; write it without separators"):
        whole_number(text)


@pytest.mark.parametrize("text", ["1,5", "1,00", "1,000 000", "five", "", "1.5", "0x10", "1,0000", "9" * 5000])
def test_what_is_no_whole_number_is_named(text):
    with pytest.raises(ValueError, match="is not a whole number; write it in digits alone"):
        whole_number(text)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["experimet"], "No such command 'experimet'. Did you mean 'experiment'?"),
        (["Experiment", "magic"], "NAME must be all or one of published, bug"),
        (["experiment", "bug", "–sedes", "5"], "--sedes"),
        (["experiment", "bug", "–seeds", "1.000"], "'1.000' can be read in two ways"),
        (["experiment", "bug", "—data", "“MNISTT”"], "'MNISTT' is not one of"),
        (["site", "—one-file", "–out", "“nowhere/x.html”"], "there is no folder nowhere to write x.html to"),
    ],
)
def test_what_is_not_understood_is_named(arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code in (1, 2)
    assert said in done.output
    assert not list(tmp_path.iterdir())


def test_a_typeset_command_line_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["Lessons\u00a0“folder”", "—only-copy"])
    assert done.exit_code == 0, done.output
    assert list((tmp_path / "folder").glob("*.ipynb"))
