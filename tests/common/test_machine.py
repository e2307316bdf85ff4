"""How much of a machine may be used: made-up trees of control groups, as containers and services have them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bitmass_viz.common import machine
from bitmass_viz.common.machine import free_bytes, processors

MANY = 64
SERVICE = "system.slice/voila.service"


@pytest.fixture(autouse=True)
def large_machine(monkeypatch):
    """64 processors, all of which this process may run on."""
    monkeypatch.delenv("CPU_LIMIT", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: MANY)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(MANY)), raising=False)


@pytest.fixture
def plant(tmp_path, monkeypatch):
    """Write control groups, and the file that names this process's."""
    monkeypatch.setattr(machine, "CONTROL_GROUPS", tmp_path / "groups")
    monkeypatch.setattr(machine, "OWN_GROUP", tmp_path / "own")

    def plant(files, own=""):
        for name, text in files.items():
            path = tmp_path / "groups" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{text}\n")
        (tmp_path / "own").write_text(own)

    return plant


@pytest.mark.parametrize(
    ("files", "own", "expected"),
    [
        pytest.param({}, "0::/\n", MANY, id="no limit"),
        pytest.param({"cpu.max": "200000 100000"}, "0::/\n", 2, id="container, version 2"),
        pytest.param({"cpu.max": "max 100000"}, "0::/\n", MANY, id="version 2 without a limit"),
        pytest.param({"cpu.max": "150000 100000"}, "0::/\n", 1, id="a part of a processor is not counted"),
        pytest.param({"cpu.max": "20000 100000"}, "0::/\n", 1, id="less than one"),
        pytest.param({"cpu.max": "700000 100000"}, "", 7, id="own group unknown"),
        pytest.param({f"{SERVICE}/cpu.max": "700000 100000"}, f"0::/{SERVICE}\n", 7, id="service"),
        pytest.param({f"{SERVICE}/cpu.max": "700000 100000"}, f"0::/{SERVICE}/inside\n", 7, id="inside a service"),
        pytest.param(
            {"a/cpu.max": "300000 100000", "a/b/cpu.max": "max 100000", "a/b/c/cpu.max": "800000 100000"},
            "0::/a/b/c\n",
            3,
            id="the outer group is the tighter",
        ),
        pytest.param({"other.slice/cpu.max": "100000 100000"}, "0::/mine.slice\n", MANY, id="another's limit"),
        pytest.param(
            {"cpu/cpu.cfs_quota_us": "200000", "cpu/cpu.cfs_period_us": "100000"},
            "4:cpu,cpuacct:/docker/0123\n",
            2,
            id="container, version 1",
        ),
        pytest.param(
            {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"},
            "4:cpu:/\n",
            MANY,
            id="version 1 without a limit",
        ),
        pytest.param(
            {"cpu,cpuacct/a/cpu.cfs_quota_us": "50000", "cpu,cpuacct/a/cpu.cfs_period_us": "10000"},
            "9:memory:/elsewhere\n4:cpu,cpuacct:/a/b\n",
            5,
            id="version 1, a tree for two controllers",
        ),
        pytest.param(
            {"cpu/a/cpu.cfs_quota_us": "50000", "cpu/a/cpu.cfs_period_us": "10000"},
            "4:cpu,cpuacct:/a\n",
            5,
            id="version 1, by its link",
        ),
        pytest.param(
            {"cpuset/a/cpu.cfs_quota_us": "10000", "cpuset/a/cpu.cfs_period_us": "10000"},
            "3:cpuset:/a\n2:cpuacct:/a\n",
            MANY,
            id="controllers with similar names",
        ),
        pytest.param({"unified/a/cpu.max": "200000 100000"}, "1:memory:/a\n0::/a\n", 2, id="hybrid"),
        pytest.param({"cpu.max": "nonsense"}, "nonsense\n::\n0::/../../outside\n", MANY, id="nonsense"),
        pytest.param({"cpu.max": "100000 0"}, "0::/\n", MANY, id="a period of nothing"),
    ],
)
def test_a_share_of_the_processors_time(plant, files, own, expected):
    plant(files, own)
    assert processors() == expected


def test_two_of_many_cores(plant, monkeypatch):
    plant({})
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert processors() == MANY, "where the system does not say"
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 17}, raising=False)
    assert processors() == 2
    plant({"cpu.max": "800000 100000"})
    assert processors() == 2


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        *(("1", 1), ("1.5", 1), ("0.2", 1), ("64", 8), ("3", 3)),
        *(("", 8), ("x", 8), ("0", 8), ("-1", 8), ("inf", 8), ("nan", 8), ("1e400", 8)),
    ],
)
def test_no_more_than_a_hub_allows(monkeypatch, plant, limit, expected):
    monkeypatch.setenv("CPU_LIMIT", limit)
    plant({"cpu.max": "800000 100000"})
    assert processors() == expected


def test_kernels_are_started_by_the_processors_that_may_be_used():
    code = "from bitmass_viz.server import admission, kernel_pool; print(kernel_pool.AT_A_TIME, admission.AT_ONCE)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "CPU_LIMIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["1", "2"]


@pytest.mark.parametrize(
    ("limit", "used", "reclaimable"),
    [
        ("memory.max", "memory.current", "inactive_file"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes", "total_inactive_file"),
    ],
)
def test_a_container_with_little_memory(plant, limit, used, reclaimable):
    files = {limit: "600000000", used: "500000000"}
    files[str(Path(limit).with_name("memory.stat"))] = f"anon 1\n{reclaimable} 200000000"
    plant(files)
    assert free_bytes() == 300_000_000


@pytest.mark.parametrize(
    ("named", "limit", "used", "reclaimable"),
    [
        (f"0::/{SERVICE}", "memory.max", "memory.current", "inactive_file"),
        (f"0::/{SERVICE}/inside", "memory.max", "memory.current", "inactive_file"),
        (
            f"4:memory:/{SERVICE}",
            *("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
        ),
    ],
)
def test_a_service_with_little_memory(plant, named, limit, used, reclaimable):
    inside = f"memory/{SERVICE}" if "memory" in named else SERVICE
    files = {limit: "600000000", used: "500000000", "memory.stat": f"anon 1\n{reclaimable} 200000000"}
    files = {f"{inside}/{name}": text for name, text in files.items()}
    plant(files, f"1:cpu:/elsewhere\n{named}\n")
    assert free_bytes() == 300_000_000
    for other in ("0::/another.slice\n", "0::/../../outside\nnonsense\n"):
        plant({}, other)
        assert free_bytes() > 300_000_000


def test_memory_without_a_limit(plant):
    plant({"memory.max": "max"})
    assert free_bytes() > 0


def test_this_machine_has_processors_and_memory(monkeypatch):
    monkeypatch.undo()
    assert 1 <= processors() <= os.cpu_count()
    assert free_bytes() > 0
    assert machine.CONTROL_GROUPS.is_absolute()
