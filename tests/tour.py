"""`python -m tests.tour ADDRESS FOLDER [WORD ...]`: every page of a running demo as a picture.

Signs in, follows the links from page to page until no kind of page is left, and takes each one
phone-wide, laptop-wide and very wide, light and dark. With words only pages named like them.
"""

import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import _chromium, _flags
from tests.pictures import _signed_in

WIDTHS = (390, 1280, 2560)
SCHEMES = ("light", "dark")
LINKS = "links => links.map(link => link.href)"
# What one of these leads to, another does not: links and widgets, waves, anonymous results.
DIFFERENT = {"programmes-one"}


def main(address: str, folder: str, *words: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=_flags())
        found = pages(_signed_in(browser, address, "light"))
        wanted = {
            name: url for name, url in found.items() if not words or any(w in name for w in words)
        }
        for scheme in SCHEMES:
            take(browser, address, scheme, wanted, Path(folder))
        browser.close()
    sys.stdout.write(f"{len(wanted)} pages, {len(wanted) * len(WIDTHS) * len(SCHEMES)} pictures\n")


def pages(page: Page) -> dict[str, str]:
    """One address for each kind of page: those that differ by an id or a value are one kind."""
    root = page.url
    ahead, seen, found = [root], set[str](), dict[str, str]()
    while ahead:
        url = ahead.pop(0)
        name, place = kind(url, root), url.partition("?")[0]
        if name is None or place in seen or (name in found and name not in DIFFERENT):
            continue
        seen.add(place)
        answer = page.goto(url)
        if answer is None or answer.status != 200:
            raise RuntimeError(f"{url} answered {answer and answer.status}")
        found.setdefault(name, url)
        ahead += page.eval_on_selector_all("main a[href], .topbar a[href]", LINKS)
    return found


def kind(url: str, root: str) -> str | None:
    """Name a page by its address without ids, values and query; None for what is no page here."""
    if not url.startswith(root):
        return None
    parts = urlsplit(url[len(root) :]).path.strip("/").split("/")
    if parts[-1].endswith((".csv", ".xlsx", ".json", ".html", ".txt")):
        return None
    if parts[0] == "segments" and len(parts) > 1:
        return ("segment", "segment-value")[len(parts) > 2]
    name = "-".join("one" if re.fullmatch(r"[0-9]+", part) else part for part in parts)
    return name or "overview"


def take(browser: Browser, address: str, scheme: str, urls: dict[str, str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    page = _signed_in(browser, address, scheme)
    for name, url in urls.items():
        page.goto(url)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_load_state("networkidle")
            page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), *sys.argv[2:])
