"""`python -m tests.pictures ADDRESS`: take the pictures of README and docs from a running demo."""

import re
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from cxapp.demo import OWNER, PASSWORD
from tests.conftest import _chromium, _flags

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}


def main(address: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=_flags())
        for look in ("light", "dark"):
            _console(browser, address, look)
        browser.close()


def _console(browser: Browser, address: str, look: str) -> None:
    context = browser.new_context(viewport=DESKTOP, color_scheme=look)
    page = context.new_page()
    page.goto(f"{address}/")
    page.fill("input[name=login]", OWNER)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/o/**")
    root = page.url
    _keep(page, f"overview-{look}", height=1180)
    if look == "dark":
        return
    _go(page, f"{root}customers/?q=Okafor", r"/customers/\d+/$")
    _keep(page, "customer", height=1000)
    page.goto(f"{root}programmes/")
    _go(page, page.url, r"/programmes/\d+/$")
    _keep(page, "programme")
    page.goto(f"{root}responses/?commented=on")
    _keep(page, "responses")
    page.goto(f"{root}touchpoints/")
    _keep(page, "touchpoints", height=1100)


def _go(page: Page, start: str, pattern: str) -> None:
    page.goto(start)
    links = [link.get_attribute("href") or "" for link in page.locator("main a").all()]
    page.goto(re.sub(r"/o/.*", "", page.url) + next(x for x in links if re.search(pattern, x)))


def _keep(page: Page, name: str, height: int = 800) -> None:
    page.wait_for_load_state("networkidle")
    size = {"x": 0, "y": 0, "width": DESKTOP["width"], "height": height}
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True, clip=size)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
