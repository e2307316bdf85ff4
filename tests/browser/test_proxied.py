"""The explainer behind a Jupyter server, as readers meet it on Binder and students on JupyterHub."""

import pytest
import requests

from tests.browser.lab import Lab, assert_the_explorer_plays

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TOKEN = "secret"


@pytest.fixture(scope="module")
def lab(chromium, tmp_path_factory):
    options = ("--ServerApp.base_url=/user/ada/", f"--IdentityProvider.token={TOKEN}")
    lab = Lab(tmp_path_factory.mktemp("lab"), [], options=options)
    yield lab
    lab.stop()


def test_the_page_is_one_link_away_and_plays(chromium, lab):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page, trouble = context.new_page(), []
    page.on("console", lambda message: message.type == "error" and trouble.append(message.text))
    page.on("response", lambda response: response.status >= 400 and trouble.append(response.url))
    page.goto(f"{lab.url}/user/ada/bitmass/?token={TOKEN}")
    assert_the_explorer_plays(page)
    assert page.locator("#theme select").count() == 1, "it is our page, and not plain Voilà's"
    context.close()
    assert trouble == []


def test_nobody_else_gets_in(lab):
    answer = requests.get(f"{lab.url}/user/ada/bitmass/", allow_redirects=False, timeout=30)
    assert answer.status_code in (302, 403)
    assert "bitmass" not in answer.text


def test_the_launcher_has_an_icon_for_it(lab):
    known = requests.get(f"{lab.url}/user/ada/server-proxy/servers-info?token={TOKEN}", timeout=30).json()
    (found,) = [server for server in known["server_processes"] if server["name"] == "bitmass"]
    assert found["launcher_entry"]["title"] == "Explainer"
    icon = requests.get(f"{lab.url}{found['launcher_entry']['icon_url']}?token={TOKEN}", timeout=30)
    assert icon.text.startswith("<svg")
