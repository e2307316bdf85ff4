"""Lessons are handed out: copied once, and never over a student's work."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from bitmass_viz.cli.lessons import FIRST, SETTINGS, copy_lessons, notebooks_folder
from bitmass_viz.cli.main import main
from tests.waiting import wait_for_line


def test_a_student_gets_the_lessons_and_nothing_else(tmp_path):
    folder = tmp_path / "new" / "lessons"
    found = copy_lessons(folder)
    names = sorted(path.name for path in folder.rglob("*"))
    assert names == sorted(path.name for path in notebooks_folder().glob("0*.ipynb"))
    assert len(names) == 7
    assert FIRST in names
    assert [path.name for path in found.copied] == names
    assert (folder / FIRST).read_bytes() == (notebooks_folder() / FIRST).read_bytes()


def test_a_students_work_is_never_touched(tmp_path):
    copy_lessons(tmp_path)
    (tmp_path / FIRST).write_text("my answers")
    (tmp_path / "02-three-views.ipynb").unlink()
    found = copy_lessons(tmp_path)
    assert (tmp_path / FIRST).read_text() == "my answers"
    assert [path.name for path in found.copied] == ["02-three-views.ipynb"]
    assert len(found.kept) == 6


def test_a_teacher_gets_the_guide_and_the_solutions(tmp_path):
    copy_lessons(tmp_path, teacher=True)
    assert (tmp_path / "README.md").is_file()
    assert len(list((tmp_path / "solutions").glob("lesson_0*.py"))) == 7


def test_a_copy_that_is_cut_short_does_not_pass_for_a_lesson(tmp_path, monkeypatch):
    def stops(source, target):
        target.write_text("half")
        raise OSError("no space left")

    monkeypatch.setattr("shutil.copyfile", stops)
    with pytest.raises(OSError, match="no space left"):
        copy_lessons(tmp_path)
    assert not list(tmp_path.glob("0*.ipynb"))
    monkeypatch.undo()
    assert len(copy_lessons(tmp_path).copied) == 7


def test_the_command_copies_and_says_what_it_did(tmp_path):
    runner = CliRunner()
    first = runner.invoke(main, ["lessons", str(tmp_path / "mine"), "--only-copy"])
    assert (first.exit_code, first.output) == (
        0,
        f"Lessons in {tmp_path / 'mine'}: 7 copied, 0 left as they were\n",
    )
    again = runner.invoke(main, ["lessons", str(tmp_path / "mine"), "--only-copy"])
    assert "0 copied, 7 left as they were" in again.output


def test_a_file_in_place_of_a_folder_is_refused(tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("mine")
    refused = CliRunner().invoke(main, ["lessons", str(taken), "--only-copy"])
    assert refused.exit_code == 1
    assert f"{taken} is a file; give another name" in refused.output
    assert taken.read_text() == "mine"


def test_jupyterlab_is_opened_at_the_first_lesson_with_the_options_given(tmp_path, monkeypatch):
    told = {}
    monkeypatch.setattr("jupyterlab.labapp.LabApp.launch_instance", lambda argv: told.update(argv=argv))
    given = ["lessons", "--no-browser", str(tmp_path), "--port=9999", "--", "--allow-root"]
    done = CliRunner().invoke(main, given)
    assert done.exit_code == 0, done.output
    assert told["argv"] == [
        f"--ServerApp.root_dir={tmp_path}",
        f"--LabApp.default_url=/lab/tree/{FIRST}",
        f"--LabApp.app_settings_dir={SETTINGS}",
        "--no-browser",
        "--port=9999",
        "--allow-root",
    ]


def test_an_option_is_never_taken_for_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("jupyterlab.labapp.LabApp.launch_instance", lambda argv: None)
    for given, said in ((["--no-brwoser"], "No such option"), (["--", "--allow-root"], "FOLDER -- --allow-root")):
        refused = CliRunner().invoke(main, ["lessons", *given])
        assert refused.exit_code != 0
        assert said in refused.output
    assert list(tmp_path.iterdir()) == []
    assert CliRunner().invoke(main, ["lessons", "--no-browser"]).exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["bitmass-lessons"]


def test_jupyterlab_really_starts_there(tmp_path):
    given = ["lessons", str(tmp_path / "mine"), "--no-browser", "--port=0", "--", "--allow-root"]
    process = subprocess.Popen(
        [sys.executable, "-m", "bitmass_viz.cli", *given],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "JUPYTER_CONFIG_DIR": str(tmp_path / "config")},
    )
    try:
        wait_for_line(process.stdout, f"/lab/tree/{FIRST}")
    finally:
        process.kill()
        process.communicate()
    assert (tmp_path / "mine" / FIRST).is_file()
