"""Folders that code may be run from, and folders that go with their process, however it ends."""

import os
import signal
import subprocess
import sys

import pytest

from bitmass_viz.common import folders
from bitmass_viz.common.folders import fault_of, folder_of_this_process, make
from bitmass_viz.common.user_folders import cache_folder
from bitmass_viz.data import MNIST, stamped
from tests.conftest import STRANGER, as_root

pytestmark = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="folders have no owners here")


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "cache" / "code"
    make(made)
    return made


def test_an_own_folder_is_sound_and_so_is_one_that_is_not_there_yet(folder):
    assert fault_of(folder) is None
    assert folder.stat().st_mode & 0o077 == 0
    assert fault_of(folder / "not" / "yet") is None
    assert list(folder.iterdir()) == [], "trying it leaves nothing"


@pytest.mark.parametrize("mode", [0o777, 0o702, 0o1777])
def test_a_folder_that_every_user_can_write_to_is_not(folder, mode):
    folder.chmod(mode)
    assert fault_of(folder) == f"every user can write to {folder}"


@pytest.mark.parametrize(("mode", "sound"), [(0o777, False), (0o1777, True), (0o755, True)])
def test_a_folder_above_may_be_shared_only_if_others_can_replace_nothing(folder, mode, sound):
    folder.parent.chmod(mode)
    assert (fault_of(folder) is None) is sound
    # What does not exist there yet could be made by somebody else first, which shows once it exists.
    assert (fault_of(folder.parent / "new") is None) is sound


@as_root
def test_a_strangers_folder_is_not_nor_one_below_it(folder):
    os.chown(folder, STRANGER, 0)
    assert fault_of(folder) == f"{folder} belongs to another user (number {STRANGER})"
    os.chown(folder, 0, 0)
    os.chown(folder.parent, STRANGER, 0)
    assert str(folder.parent) in fault_of(folder)


@as_root
def test_links_are_followed_and_must_be_ours_on_the_whole_way(tmp_path, folder):
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "second").symlink_to(folder)
    first = tmp_path / "first"
    first.symlink_to("shared/../shared/second")
    assert fault_of(first) is None
    shared.chmod(0o777)
    assert fault_of(first) == f"every user can write to {shared}"
    shared.chmod(0o1777)
    assert fault_of(first) is None
    os.chown(shared / "second", STRANGER, 0, follow_symlinks=False)
    assert fault_of(first).startswith(f"{shared / 'second'} belongs to another user")
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert "cannot be looked at" in fault_of(tmp_path / "a")


def test_a_group_with_others_in_it_is_others(folder, monkeypatch):
    import grp
    import pwd

    def user(name, number, group):
        return pwd.struct_passwd((name, "x", number, group, "", "/", "/bin/sh"))

    def set_up(users, members):
        folders._is_only_ours.cache_clear()
        monkeypatch.setattr(pwd, "getpwall", lambda: [user("me", os.geteuid(), 100), *users])
        monkeypatch.setattr(grp, "getgrgid", lambda _: grp.struct_group(("group", "x", 100, members)))

    folder.chmod(0o770)
    group = folder.stat().st_gid
    set_up([], [])
    assert fault_of(folder) is None, "a private group, as most systems give each user"
    set_up([], ["me"])
    assert fault_of(folder) is None
    set_up([], ["me", "ada"])
    assert fault_of(folder) == f"other members of its group can write to {folder}"
    set_up([user("ada", STRANGER, group)], [])
    assert fault_of(folder) == f"other members of its group can write to {folder}"
    monkeypatch.undo()
    folders._is_only_ours.cache_clear()


def test_what_is_in_a_folder_must_be_sound_too_if_asked(folder):
    inside = folder / "profile_default" / "startup"
    make(inside)
    (inside / "link").symlink_to("nothing")
    assert fault_of(folder, contents=True) is None
    inside.chmod(0o777)
    assert fault_of(folder) is None
    assert fault_of(folder, contents=True) == f"every user can write to {inside}"


def test_a_stamp_that_anybody_could_have_forged_is_not_believed(tmp_path, monkeypatch):
    monkeypatch.setenv("BITMASS_CACHE", str(tmp_path / "cache"))
    make(cache_folder())
    name = next(iter(MNIST.sha256))
    path = cache_folder() / name
    path.write_bytes(b"not MNIST")
    stamped.stamp(path, MNIST.sha256[name])
    assert MNIST.is_cached(name)
    path.parent.chmod(0o777)
    assert not MNIST.is_cached(name)


KEEP = """
import sys, time
from bitmass_viz.common.folders import folder_of_this_process
with folder_of_this_process() as folder:
    (folder / "inside").mkdir()
    print(folder, flush=True)
    time.sleep(600)
"""


def test_a_folder_goes_with_its_process_and_after_a_kill_with_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    (tmp_path / "bitmass-viz-file").write_text("not a folder")
    (tmp_path / "bitmass-viz-link").symlink_to(tmp_path.parent)
    with folder_of_this_process() as own:
        assert own.stat().st_mode & 0o077 == 0
        process = subprocess.Popen(
            [sys.executable, "-c", KEEP], env=environment, stdout=subprocess.PIPE, text=True
        )
        left = tmp_path / process.stdout.readline().strip()
        assert own.is_dir(), "a process that runs keeps its folder"
        with folder_of_this_process() as third:
            assert left.is_dir()
            assert third.is_dir()
        assert not third.exists()
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert (left / "inside").is_dir(), "nobody has removed it"
        with folder_of_this_process():
            assert not left.exists()
        assert own.is_dir()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bitmass-viz-file", "bitmass-viz-link"]


def test_where_there_are_no_locks_a_folder_is_made_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(folders, "fcntl", None)
    with folder_of_this_process() as own:
        assert own.is_dir()
    assert not own.exists()
