"""JupyterLab as a reader starts it, and its notebooks in the browser."""

import json
import os
import shutil
import subprocess
import sys
import threading
from contextlib import suppress

import nbformat
import requests
from playwright.sync_api import TimeoutError

from tests.browser.conftest import colours_on
from tests.conftest import ROOT
from tests.waiting import wait_for_line, wait_until

VIEWS = ("view-neuron", "view-bit", "view-data")
ERROR = '[data-mime-type="application/vnd.jupyter.error"], [data-mime-type="application/vnd.jupyter.stderr"]'


class Lab:
    """JupyterLab on loopback, in a folder and with settings of its own.

    Parameters
    ----------
    folder : Path
    names : iterable of str
        Notebooks to copy there.
    program : str
        "jupyterlab" or "notebook".
    options : str
        Of Jupyter Server, in place of a password that is empty.
    """

    def __init__(self, folder, names, program="jupyterlab", options=("--IdentityProvider.token=",)):
        for name in names:
            shutil.copy(ROOT / "notebooks" / name, folder)
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                program,
                "--no-browser",
                "--allow-root",
                "--port=0",
                *options,
                f"--ServerApp.root_dir={folder}",
                f"--LabApp.user_settings_dir={folder / 'settings'}",
                f"--LabApp.workspaces_dir={folder / 'workspaces'}",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "BITMASS_CACHE": str(folder / "cache")},
        )
        self.url = wait_for_line(self.process.stdout, r"http://127\.0\.0\.1:\d+")[0]
        # It stops once nobody reads what it says.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        # It says where it will be a moment before it is there.
        wait_until(self._answers, process=self.process)

    def _answers(self):
        with suppress(requests.ConnectionError):
            return requests.get(f"{self.url}/api", timeout=30) is not None

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)


def open_notebook(page, lab, name):
    # In a workspace of its own, where no other notebook is opened again.
    page.goto(f"{lab.url}/lab/workspaces/{name.partition('.')[0]}/tree/{name}")
    page.get_by_text("| Idle").wait_for(timeout=60_000)


def assert_the_explorer_plays(page):
    try:
        page.wait_for_selector('[data-testid=explorer][data-state="paused"]', timeout=60_000)
    except TimeoutError as error:
        shown = page.locator(".jp-Cell-outputWrapper, .jp-Dialog").all_inner_texts()
        raise AssertionError(f"no explorer among the outputs: {shown}") from error
    page.get_by_test_id("play").click()
    page.wait_for_function(
        "parseFloat(document.querySelector('[data-testid=accuracy]').innerText) > 50", timeout=60_000
    )
    assert_three_views(page)
    page.get_by_test_id("view-bit").hover()
    assert json.loads(page.get_by_test_id("explorer").get_attribute("data-selection"))["layer"] == "W0"
    page.get_by_test_id("pause").click()
    page.wait_for_selector('[data-testid=explorer][data-state="paused"]')


def code_cells(name):
    """Count the code cells of a notebook of ours."""
    return sum(cell.cell_type == "code" for cell in nbformat.read(ROOT / "notebooks" / name, as_version=4).cells)


def run_all_cells(page, cells):
    """Run the notebook until each of its code cells has a number; start again if the request is dropped.

    JupyterLab drops it without a word if it is not connected yet, at times after it has put the star there, and at
    times for the first cells alone.
    """
    numbers = "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map((one) => one.textContent)"
    begun = f"{numbers}.some((text) => /[0-9*]/.test(text))"
    done = f"{numbers}.filter((text) => /[0-9]/.test(text)).length >= {cells}"
    # A dialog about the kernel would lie over the menu, and at times another behind it. Whatever one asks, its
    # default is to go on.
    accept = page.locator(".jp-Dialog .jp-mod-accept")
    page.add_locator_handler(accept, lambda accept: accept.first.click(), no_wait_after=True)
    for last in (False, False, True):
        page.get_by_text("Run", exact=True).first.click()
        page.get_by_text("Run All Cells", exact=True).first.click()
        try:
            page.wait_for_function(begun, timeout=5_000)
            page.wait_for_function(done, timeout=120_000 if last else 45_000)
        except TimeoutError:
            if last:
                raise
        else:
            break


def assert_three_views(page):
    for view in VIEWS:
        canvas = page.get_by_test_id(view)
        canvas.scroll_into_view_if_needed()
        page.wait_for_function(
            """name => {
                const canvas = document.querySelector(`[data-testid=${name}]`);
                if (!canvas) return false;  // out of sight, JupyterLab may have taken it away
                const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                return new Set(new Uint32Array(data.buffer)).size > 3;
            }""",
            arg=view,
            timeout=10_000,
        )
        assert colours_on(canvas) > 3, view
