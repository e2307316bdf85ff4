"""What every student's server gets on The Littlest JupyterHub: lessons, limits, an end when it is left alone.

Lies in /opt/tljh/config/jupyterhub_config.d/bitmass.py; README.md says how, and where the numbers come from.
"""

SHARED = "/srv/bitmass"
"""Holds student.sh and what students share; they can read it, and only root can write to it."""

c = get_config()  # noqa: F821

c.Spawner.cmd = ["sh", f"{SHARED}/student.sh"]
c.Spawner.default_url = "/lab/tree/lessons/01-bits-and-bit-mass.ipynb"
# A kernel whose notebook is closed would keep its memory. One whose notebook is open stays.
c.Spawner.args = ["--MappingKernelManager.cull_idle_timeout=1200", "--MappingKernelManager.cull_interval=60"]
c.Spawner.start_timeout = 120

# TLJH sets limits of its own, to none if nobody chose any: some versions for all spawners, some for this one.
c.SystemdSpawner.mem_limit = "1500M"
c.SystemdSpawner.mem_guarantee = "400M"
c.SystemdSpawner.cpu_limit = 2
c.SystemdSpawner.isolate_tmp = True
