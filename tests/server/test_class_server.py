"""A class on one server: a real JupyterHub with the configuration of binder/class-server, and what it promises."""

import configparser
import json
import os
import random
import re
import runpy
import shutil
import socket
import subprocess
import sys
from contextlib import suppress
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
import requests
from traitlets.config import Config

from tests.conftest import ROOT, missing
from tests.waiting import wait_until

FOLDER = ROOT / "binder" / "class-server"
SECONDS = 60
UNDER_A_HUB = 40
"""Megabytes that a student's JupyterLab takes more when it is one of JupyterHub's."""
SHARED = {
    "numba/kernels_1/train.nbi": ".cache/numba/kernels_1/train.nbi",
    "cache/t10k-images-idx3-ubyte": ".cache/bitmass_viz/t10k-images-idx3-ubyte",
    "cache/experiments/networks.jsonl": ".cache/bitmass_viz/experiments/networks.jsonl",
}
"""What the teacher laid beside student.sh, and where a student has it."""
TOKEN = "the-teacher's"
HUB = """
import json
from pathlib import Path

from jupyterhub.proxy import Proxy
from jupyterhub.spawner import SimpleLocalProcessSpawner

c = get_config()


class Routes(Proxy):
    # Passes nothing on, but writes down who is where, for the test to ask each server itself.
    should_start = False
    routes = {}

    async def add_route(self, routespec, target, data):
        self.routes[routespec] = {"routespec": routespec, "target": target, "data": data}
        Path("routes.json").write_text(json.dumps({spec: route["target"] for spec, route in self.routes.items()}))

    async def delete_route(self, routespec):
        self.routes.pop(routespec, None)

    async def get_all_routes(self):
        return self.routes


class SystemdSpawner(SimpleLocalProcessSpawner):
    # TLJH's needs systemd and root. By its name this one takes the settings for it.
    async def start(self):
        self.port = PORTS[self.user.name]
        return await super().start()


c.SystemdSpawner.mem_limit = None
c.JupyterHub.spawner_class = SystemdSpawner
c.JupyterHub.proxy_class = Routes
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.hub_port = PORT
c.JupyterHub.services = [{"name": "teacher", "api_token": TOKEN}]
scopes = ["admin:users", "admin:servers", "admin:server_state", "tokens"]
c.JupyterHub.load_roles = [{"name": "teacher", "services": ["teacher"], "scopes": scopes}]
c.Authenticator.allowed_users = {"ada", "bob"}
c.SimpleLocalProcessSpawner.home_dir_template = "HOMES/{username}"
c.JupyterHub.tornado_settings = {"slow_spawn_timeout": 0}
load_subconfig("bitmass.py")
# Tests may run as root; TLJH's students never do.
c.Spawner.args.append("--allow-root")
"""


class Hub:
    """JupyterHub in a folder of its own, installed as README.md says, and its students' servers."""

    def __init__(self, folder):
        self.folder, self.homes = folder, folder / "homes"
        self.shared = folder / "shared"
        for name in SHARED:
            (self.shared / name).parent.mkdir(parents=True, exist_ok=True)
            (self.shared / name).write_text("")
        shutil.copy(FOLDER / "student.sh", self.shared)
        settings = (FOLDER / "tljh.py").read_text()
        (folder / "bitmass.py").write_text(settings.replace("/srv/bitmass", str(self.shared)))
        port, *ports = quiet_ports(3)
        text = HUB.replace("PORTS", repr(dict(zip(("ada", "bob"), ports, strict=True)))).replace("PORT", str(port))
        text = text.replace("TOKEN", repr(TOKEN)).replace("HOMES", str(self.homes))
        (folder / "jupyterhub_config.py").write_text(text)
        self.url = f"http://127.0.0.1:{port}/hub/api"
        self.log = folder / "hub.log"
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("NUMBA_", "BITMASS_", "JUPYTER"))}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub"],
                cwd=folder,
                env=environment | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
                stdout=log,
                stderr=log,
            )

    def ask(self, method, path):
        answer = requests.request(
            method, self.url + path, headers={"Authorization": f"token {TOKEN}"}, timeout=SECONDS
        )
        assert answer.ok, f"{answer.text}\n{self.log.read_text()}"
        return answer.json() if answer.text else None

    def wait_for(self, what):
        def answer():
            with suppress(requests.ConnectionError):
                return what()

        try:
            return wait_until(answer, SECONDS, self.process)
        except AssertionError as error:
            raise AssertionError(self.log.read_text()) from error

    def start(self, *names):
        """Start students' servers at the same time; return for each where it answers and what it runs as."""
        for name in names:
            self.ask("POST", f"/users/{name}/server")
        return [self.student(name) for name in names]

    def student(self, name):
        server = self.wait_for(lambda: self._ready(name))
        routes = json.loads((self.folder / "routes.json").read_text())
        return SimpleNamespace(
            url=routes[f"/user/{name}/"] + f"/user/{name}",
            token=self.ask("POST", f"/users/{name}/tokens")["token"],
            process=psutil.Process(server["state"]["pid"]),
            home=self.homes / name,
        )

    def _ready(self, name):
        server = self.ask("GET", f"/users/{name}")["servers"].get("")
        return server if server and server["ready"] else None

    def stop(self):
        # Asked to end, a server would take seconds.
        for server in psutil.Process(self.process.pid).children(recursive=True):
            server.kill()
        self.process.terminate()
        self.process.wait(timeout=30)


def quiet_ports(count):
    """Free ports that the system gives to nobody who asks for any, as other tests do."""

    def is_free(port):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) != 0

    return list(islice(filter(is_free, random.sample(range(15_000, 30_000), 100)), count))


def get(student, path, token=None, **how):
    headers = {"Authorization": f"token {token or student.token}"}
    return requests.get(student.url + path, headers=headers, timeout=SECONDS, **how)


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    try:
        import jupyterhub  # noqa: F401
    except ImportError:
        missing("JupyterHub is not installed: uv sync --group test")
    hub = Hub(tmp_path_factory.mktemp("hub"))
    hub.wait_for(lambda: hub.ask("GET", "/"))
    yield hub
    hub.stop()


@pytest.fixture(scope="module")
def students(hub):
    """Ada, and Bob, who has something else where the lessons would go."""
    for name in ("ada", "bob"):
        (hub.homes / name).mkdir(parents=True)
    (hub.homes / "bob" / "lessons").write_text("mine")
    return hub.start("ada", "bob")


@pytest.mark.slow
def test_a_student_comes_in_at_the_first_lesson(students):
    ada, _ = students
    entered = get(ada, "/", allow_redirects=False)
    where = entered.headers["Location"]
    assert where.rstrip("?") == "/user/ada/lab/tree/lessons/01-bits-and-bit-mass.ipynb"
    page = get(ada, where.removeprefix("/user/ada"))
    assert page.status_code == 200
    assert "jupyter-config-data" in page.text


@pytest.mark.slow
def test_the_lessons_are_there(students):
    ada, _ = students
    lesson = get(ada, "/api/contents/lessons/01-bits-and-bit-mass.ipynb")
    assert lesson.json()["writable"]
    assert lesson.json()["content"]["cells"]


@pytest.mark.slow
def test_without_lessons_the_server_starts_all_the_same_and_says_so(hub, students):
    _, bob = students
    assert get(bob, "/api/status").status_code == 200
    assert (bob.home / "lessons").read_text() == "mine"
    assert "the lessons could not be copied; this server starts all the same" in hub.log.read_text()


@pytest.mark.slow
def test_students_have_what_is_shared_and_may_add_networks(hub, students):
    for student in students:
        for ours, theirs in SHARED.items():
            place = student.home / theirs
            assert place.is_symlink() == (place.name != "networks.jsonl")
            assert place.is_symlink() == (place.resolve() == (hub.shared / ours).resolve())


@pytest.mark.slow
def test_the_limits_reach_the_server(students):
    for student in students:
        told = student.process.environ()
        assert int(told["MEM_LIMIT"]) == limits()["mem_limit"]
        assert int(told["MEM_GUARANTEE"]) == limits()["mem_guarantee"]
        assert float(told["CPU_LIMIT"]) == limits()["cpu_limit"]
        assert "--MappingKernelManager.cull_idle_timeout=1200" in student.process.cmdline()


def test_where_nothing_is_shared_the_script_just_starts_the_server(tmp_path):
    program = tmp_path / "jupyterhub-singleuser"
    program.write_text('#!/bin/sh\necho "$@"\n')
    program.chmod(0o755)
    done = subprocess.run(
        ["sh", str(FOLDER / "student.sh"), "--port=1", "two words"],
        env={"HOME": str(tmp_path), "PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "--port=1 two words\n")
    assert not (tmp_path / ".cache").exists()


def tljh():
    """Return what tljh.py sets."""
    config = Config()
    runpy.run_path(str(FOLDER / "tljh.py"), {"get_config": lambda: config})
    return config


def size(text):
    """Return bytes; JupyterHub's K, M and G are of 1024."""
    number, unit = re.fullmatch(r"(\d+)([KMG])", text).groups()
    return int(number) * 1024 ** ("KMG".index(unit) + 1)


def limits():
    spawner = tljh().SystemdSpawner
    return {
        "mem_limit": size(spawner.mem_limit),
        "mem_guarantee": size(spawner.mem_guarantee),
        "cpu_limit": spawner.cpu_limit,
    }


def measured():
    return json.loads((FOLDER / "measured.json").read_text())


def test_kubernetes_gives_a_student_the_same():
    yaml = pytest.importorskip("yaml")
    values = yaml.safe_load((FOLDER / "kubernetes.yaml").read_text())
    student, config = values["singleuser"], tljh()
    assert size(student["memory"]["limit"]) == limits()["mem_limit"]
    assert size(student["memory"]["guarantee"]) == limits()["mem_guarantee"]
    assert student["cpu"]["limit"] == limits()["cpu_limit"]
    assert student["defaultUrl"] == config.Spawner.default_url
    assert values["hub"]["config"]["KubeSpawner"]["args"] == config.Spawner.args
    home, inside = student["cmd"][1].split("/binder/")
    assert student["cmd"][0] == "sh"
    assert (ROOT / "binder" / inside).is_file()
    assert student["storage"]["homeMountPath"] == f"{home}/lessons"


def test_the_limits_suit_what_was_measured():
    found = measured()["lesson"]["mapped"]
    highest = max(student["experiment"]["peak"]["pss"] for student in found)
    usual = max(student["played"]["pss"] for student in found)
    kernel = max(student["played"]["pss"] - student["server"]["pss"] for student in found)
    assert UNDER_A_HUB + usual < limits()["mem_guarantee"] / 1e6
    assert UNDER_A_HUB + highest + 3 * kernel < limits()["mem_limit"] / 1e6


def unit():
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters="=")
    parser.optionxform = str
    parser.read(FOLDER / "voila.service")
    return parser


def test_the_unit_serves_thirty_readers_within_its_limits():
    service = unit()["Service"]
    assert service["User"] == "bitmass"
    assert service["OOMPolicy"] == "continue"
    command = service["ExecStart"].split()
    preheat = int(command[command.index("--preheat") + 1])
    found = measured()["readers"]
    assert found["kernels_beside_a_reader"] == len(found["waiting"])
    waiting = max(kernel["pss"] for kernel in found["waiting"])
    # Each kernel that is taken is replaced, so that there are as many again.
    needed = found["server"]["pss"] + preheat * (waiting + found["played"]["pss"])
    assert needed < size(service["MemoryMax"]) / 1e6


def test_a_server_that_hangs_is_started_again():
    """`test_watchdog.py` has what the server tells systemd."""
    service = unit()["Service"]
    assert service["Type"] == "notify"
    assert 10 <= int(service["WatchdogSec"]) <= 120
    assert service["Restart"] == "on-failure"
    assert "AF_UNIX" in service["RestrictAddressFamilies"].split()


def test_the_units_command_is_one_of_ours():
    from click.testing import CliRunner

    from bitmass_viz.cli.main import main

    program, *arguments = unit()["Service"]["ExecStart"].split()
    assert Path(program).name == "bitmass"
    assert CliRunner().invoke(main, [*arguments, "--help"]).exit_code == 0


def test_systemd_accepts_the_unit(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not on the path")
    program = tmp_path / "bitmass"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    copy = tmp_path / "voila.service"
    copy.write_text((FOLDER / "voila.service").read_text().replace("/opt/bitmass/bin/bitmass", str(program)))
    done = subprocess.run(["systemd-analyze", "verify", str(copy)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_guide_has_the_numbers_that_were_measured():
    guide = (FOLDER / "README.md").read_text()
    for name, row in rows(measured()).items():
        assert f"| {name} | {row} |" in guide


STEPS = {
    "JupyterLab alone": "server",
    "a lesson opened, MNIST loaded": "imported",
    "three epochs trained, explorer shown": "trained",
    "played": "played",
    "an experiment, at its highest": "experiment",
}


def rows(found):
    """Return the guide's table: the highest memory of a student in MB, MNIST mapped and read."""

    def highest(how, step):
        each = [student[step] for student in found["lesson"][how]]
        return max(one["peak"]["pss"] if step == "experiment" else one["pss"] for one in each)

    return {name: f"{highest('mapped', step)} | {highest('read', step)}" for name, step in STEPS.items()}
