"""The page in a real browser: wide and narrow, light and dark, by keyboard alone."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests import projects, servers

PATIENCE = 60
TOKEN = "correct-horse-battery-staple"  # noqa: S105 (of this test alone)


@pytest.fixture(scope="module", params=["classification", "regression"])
def built(request: pytest.FixtureRequest, template: Path) -> projects.Project:
    """Return the built project of each task."""
    return projects.build(template, request.param)


@pytest.fixture(scope="module")
def server(built: projects.Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    """Return its server."""
    with servers.serving(built, tmp_path_factory.mktemp("page") / "log") as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    """Return a Chromium without a window."""
    options = webdriver.ChromeOptions()
    options.binary_location = servers.program("chromium")
    for option in ("--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"):
        options.add_argument(option)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # Chromium refuses to be root in one
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = webdriver.Chrome(options=options, service=Service(servers.program("chromedriver")))
    yield started
    started.quit()


def look(browser: webdriver.Chrome, server: servers.Server, width: int = 1280, scheme: str = "light") -> None:
    """Open the page of the service."""
    opened(browser, f"http://127.0.0.1:{server.port}/", width, scheme)


def opened(browser: webdriver.Chrome, address: str, width: int, scheme: str) -> None:
    """Open a page in a window of this width, in light or dark."""
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    wanted = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", wanted)
    browser.get_log("browser")  # type: ignore[no-untyped-call]
    browser.get(address)


def said(browser: webdriver.Chrome) -> str:
    """Return what the page says once the service has answered."""
    place = browser.find_element(By.ID, "result")
    WebDriverWait(browser, PATIENCE).until(lambda _: "Nothing was asked" not in place.text and place.text)
    return place.text


def complaints(browser: webdriver.Chrome) -> list[str]:
    """Return what the browser had to complain of, apart from refusals that we asked for."""
    told: list[dict[str, Any]] = browser.get_log("browser")  # type: ignore[no-untyped-call]
    return [each["message"] for each in told if " 422 " not in each["message"] and " 401 " not in each["message"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_page_predicts_on_any_screen(  # noqa: PLR0913, PLR0917 (a fixture each)
    browser: webdriver.Chrome, server: servers.Server, built: projects.Project, tmp_path: Path, width: int, scheme: str
) -> None:
    """The form predicts what the bundle recorded, nothing is cut off, and the browser has no complaint."""
    look(browser, server, width, scheme)
    browser.find_element(By.TAG_NAME, "button").click()
    text = said(browser)
    wanted = servers.golden(built)["predictions"][0]
    if "value" in wanted:
        assert float(text.split()[0]) == pytest.approx(wanted["value"], rel=1e-4)
    else:
        assert text.splitlines()[0] == wanted["label"]
        assert f"Probability {100 * wanted['probability']:.1f} %" in text
        assert "the threshold" in text
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert complaints(browser) == []
    keep(browser, tmp_path, f"{built.folder.parent.name}-{width}-{scheme}.png")


def keep(browser: webdriver.Chrome, folder: Path, name: str) -> None:
    """Keep what is seen, where somebody asked for it."""
    shown = Path(os.environ.get("SCREENSHOTS") or folder)
    shown.mkdir(parents=True, exist_ok=True)
    assert browser.save_screenshot(str(shown / name))


@pytest.fixture(scope="module")
def reports(built: projects.Project) -> Path:
    """Return the folder of the two pages about data and model."""
    ran = built.run("ml", "data", "explore")
    assert ran.returncode == 0, ran.stderr
    return built.folder / "build" / "report"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("page", ["index.html", "data.html"])
def test_reports_are_readable_on_any_screen(  # noqa: PLR0913, PLR0917 (a fixture each)
    browser: webdriver.Chrome, reports: Path, tmp_path: Path, page: str, width: int, scheme: str
) -> None:
    """Nothing is cut off or laid over, the text stands out from its ground, and the browser has no complaint."""
    opened(browser, (reports / page).as_uri(), width, scheme)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    ground, ink = (
        sum(map(int, re.findall(r"\d+", browser.execute_script(f"return getComputedStyle(document.body).{name}"))[:3]))
        for name in ("backgroundColor", "color")
    )
    assert (ground - ink if scheme == "light" else ink - ground) > 400
    assert complaints(browser) == []
    keep(browser, tmp_path, f"{reports.parents[2].name}-{page}-{width}-{scheme}.png")


def test_keyboard_alone_walks_through_a_report(browser: webdriver.Chrome, reports: Path) -> None:
    """Tab reaches every link of the navigation in its order, and Enter goes there."""
    opened(browser, (reports / "index.html").as_uri(), 1280, "light")
    links = browser.find_elements(By.CSS_SELECTOR, "a[href]")
    assert len(links) > 3
    for link in links[:4]:
        ActionChains(browser).send_keys(Keys.TAB).perform()
        assert browser.switch_to.active_element == link
    ActionChains(browser).send_keys(Keys.ENTER).perform()
    assert browser.current_url.partition("#")[2] == (links[3].get_attribute("href") or "").partition("#")[2] != ""


def test_keyboard_alone_fills_the_form_and_asks(browser: webdriver.Chrome, server: servers.Server) -> None:
    """Tab reaches every field in its order, and Enter asks."""
    look(browser, server)
    fields = browser.find_elements(By.CSS_SELECTOR, "[data-type]")
    for field in fields:
        ActionChains(browser).send_keys(Keys.TAB).perform()
        assert browser.switch_to.active_element == field
    ActionChains(browser).send_keys(Keys.TAB).send_keys(Keys.ENTER).perform()
    assert "No prediction" not in said(browser)


def test_refusal_stands_at_its_field(browser: webdriver.Chrome, server: servers.Server) -> None:
    """The field is marked, explained and focused; mended, it is forgiven."""
    look(browser, server, 390)
    field = browser.find_element(By.CSS_SELECTOR, 'input[data-type="number"]')
    before = field.get_attribute("value") or ""
    field.clear()
    field.send_keys("plenty", Keys.ENTER)
    assert "No prediction: 1 of the fields" in said(browser)
    place = (field.get_attribute("aria-describedby") or "").split()[-1]
    assert field.get_attribute("aria-invalid") == "true"
    assert browser.find_element(By.ID, place).text == "Input should be a valid number"
    assert browser.switch_to.active_element == field
    field.clear()
    field.send_keys(before, Keys.ENTER)
    WebDriverWait(browser, PATIENCE).until(lambda _: "No prediction" not in browser.find_element(By.ID, "result").text)
    assert field.get_attribute("aria-invalid") == "false"
    assert browser.find_element(By.ID, place).text == ""


def test_screen_reader_is_told_what_one_sees(browser: webdriver.Chrome, server: servers.Server) -> None:
    """Every field has a name and a description in the tree that it reads, and the answer is announced."""
    look(browser, server)
    for field in browser.find_elements(By.CSS_SELECTOR, "[data-type]"):
        assert field.accessible_name.rstrip(" *") == field.get_attribute("name")
    assert browser.find_element(By.ID, "result").aria_role == "status"
    assert [each.text for each in browser.find_elements(By.TAG_NAME, "h2")] == ["One row", "Prediction"]


def test_token_is_asked_for_where_needed(browser: webdriver.Chrome, built: projects.Project, tmp_path: Path) -> None:
    """Without it the page says so at its field, and shows no usual values; with it, what was typed is predicted."""
    (tmp_path / "token").write_text(TOKEN)
    with servers.serving(built, tmp_path / "log", "--token", str(tmp_path / "token")) as guarded:
        look(browser, guarded)
        row = servers.golden(built)["rows"][0]
        for field in browser.find_elements(By.CSS_SELECTOR, "input[data-type]"):
            assert field.get_attribute("value") == ""
            field.send_keys(str(row[field.get_attribute("name")]))
        browser.find_element(By.TAG_NAME, "button").click()
        assert "bearer token" in said(browser)
        browser.find_element(By.ID, "token").send_keys(TOKEN, Keys.ENTER)
        WebDriverWait(browser, PATIENCE).until(lambda _: "Model" in browser.find_element(By.ID, "result").text)
        assert complaints(browser) == []
