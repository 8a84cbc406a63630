"""`python -m tests.tour ADDRESS FOLDER [WORD ...]`: every page of a running demo as a picture.

Signs in, follows the links from page to page until no kind of page is left, and takes each one
phone-wide, laptop-wide and very wide, light and dark; then the screens of somebody who starts with
a company of her own. With words only pages named like them.
"""

import re
import secrets
import sys
from collections.abc import Iterator
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
        begun = 0
        for scheme in SCHEMES:
            take(browser, address, scheme, wanted, Path(folder))
            begun = take_beginning(browser, address, scheme, Path(folder), words)
        browser.close()
    kinds = len(wanted) + begun
    sys.stdout.write(f"{kinds} pages, {kinds * len(WIDTHS) * len(SCHEMES)} pictures\n")


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
        keep(page, folder, name, scheme)


def take_beginning(
    browser: Browser, address: str, scheme: str, folder: Path, words: tuple[str, ...]
) -> int:
    """The screens of a newcomer; returns how many were taken. Without scripts: each is a page."""
    page = browser.new_context(color_scheme=scheme, java_script_enabled=False).new_page()
    taken = 0
    for name in beginning(page, address):
        if not words or any(word in name for word in words):
            keep(page, folder, name, scheme)
            taken += 1
    return taken


def beginning(page: Page, address: str) -> Iterator[str]:
    """From the sign-in page to a first sent survey; stops at each screen and says its name."""
    page.goto(f"{address}/sign-in/")
    yield "sign-in"
    page.get_by_role("link", name="Start with your own company").click()
    yield "start"
    page.get_by_label("Your company").fill("Corner Bakery")
    page.get_by_label("Your name").fill("Nina")
    page.get_by_label("Your e-mail address").fill(f"nina.{secrets.token_hex(3)}@bakery.example")
    page.get_by_label("Choose a password").fill("Rye-and-47-buns")
    page.get_by_role("button", name="Create it").click()
    yield "start-look"
    root = page.url.partition("setup/")[0]
    page.get_by_role("button", name="Save and go on").click()
    yield "start-asker"
    page.get_by_label("Who asks").fill("Nina")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Go on").click()
    yield "start-question"
    page.get_by_role("button", name="Ask about this: The help they got").click()
    yield "start-people"
    people = "\n".join(f"c{number}@mail.example, Customer {number}" for number in range(12))
    page.get_by_label("Paste up to 50 people").fill(people)
    page.get_by_label("They are our customers").check()
    page.get_by_role("button", name="Check the list").click()
    yield "start-send"
    page.get_by_role("button", name="Send to 12").click()
    yield "start-sent"
    page.goto(root)
    yield "start-overview"


def keep(page: Page, folder: Path, name: str, scheme: str) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), *sys.argv[2:])
