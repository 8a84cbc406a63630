"""D-11: six programs that open the links of a mail before its reader does."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.chaos.doors import Door, Link, at_once
from tests.conftest import _chromium, _flags

PREFETCH = {"Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch"}
# Inside the browser: a way through this process would cost the time that gives a machine away.
SUBMIT = """
    addEventListener("DOMContentLoaded", () => {
        const score = document.querySelector("input[name=score]");
        if (score && !document.querySelector("input[name=again]")) score.form.submit();
    });
"""
AT_A_TIME = 5  # of those that come while the mail is still warm
Scan = Callable[[Door, Browser, Sequence[Link]], None]


@contextmanager
def chromium() -> Iterator[Browser]:
    # Playwright's loop runs in this thread, and Django would take it for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=_flags())
        try:
            yield browser
        finally:
            browser.close()


def heads_only(door: Door, browser: Browser, links: Sequence[Link]) -> None:
    def scan(link: Link) -> list[int]:
        return [door.client.head(each).status_code for each in link.scored()]

    _all_fine(at_once(scan, links))


def one_after_the_other(door: Door, browser: Browser, links: Sequence[Link]) -> None:
    def scan(link: Link) -> list[int]:
        return [door.client.get(each).status_code for each in link.scored()]

    _all_fine(at_once(scan, links))


def eleven_at_once(door: Door, browser: Browser, links: Sequence[Link]) -> None:
    for link in links:
        _all_fine(
            [at_once(lambda each: door.client.get(each).status_code, link.scored(), lines=11)]
        )


def prefetching(door: Door, browser: Browser, links: Sequence[Link]) -> None:
    def scan(link: Link) -> list[int]:
        return [door.client.get(each, headers=PREFETCH).status_code for each in link.scored()]

    _all_fine(at_once(scan, links))


def with_scripts(seconds: float) -> Scan:
    """Open all links in Chromium, run what scripts there are, and wait: real seconds, no clock.

    Each invitation has a tab of its own, and all tabs stay at one of the eleven at a time.
    """

    def scan(door: Door, browser: Browser, links: Sequence[Link]) -> None:
        context = browser.new_context()
        tabs = [(context.new_page(), link.scored()) for link in links]
        for score in range(11):
            codes = [_code(page.goto(door.address + scored[score])) for page, scored in tabs]
            time.sleep(seconds)
            _all_fine([codes])
        assert context.cookies() == []
        context.close()

    return scan


def sending_the_first_form(door: Door, browser: Browser, links: Sequence[Link]) -> None:
    """Send the form of each of the links as soon as it is there."""
    for link in links:
        context = browser.new_context()
        context.add_init_script(SUBMIT)
        for each in link.scored():
            # A tab for each, left open: what the form opens is not cut off by the next link.
            page = context.new_page()
            with page.expect_response(lambda answer: answer.request.method == "POST"):
                page.goto(door.address + each, wait_until="commit")
        context.close()


def profiles(seconds: float) -> dict[str, Scan]:
    return {
        "HEAD only": heads_only,
        "one GET after the other": one_after_the_other,
        "11 GETs at once": eleven_at_once,
        "prefetch": prefetching,
        "Chromium with scripts": with_scripts(seconds),
        "Chromium sends the form": sending_the_first_form,
    }


def _code(response: object) -> int:
    return int(getattr(response, "status", 0))


def _all_fine(codes: Sequence[Sequence[int]]) -> None:
    """A scan of pages that were not there would prove nothing."""
    assert {code for each in codes for code in each} == {200}, codes
