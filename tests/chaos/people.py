"""D-11 and D-12: people at the same links, after the machines and without any."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import cycle

from playwright.sync_api import Browser, BrowserContext, Page

from tests.chaos.doors import Door, Link, at_once, form_of, is_once_more

A_LOOK = 2.0  # seconds a person looks at the page at least
A_MOMENT = 1.2
HANDED_OVER = timedelta(seconds=30)
AT_A_TIME = 20
Way = Callable[[Page, int], None]


def score_of(place: int) -> int:
    return place % 11


def all_answer(door: Door, links: Sequence[Link]) -> dict[str, int]:
    """Everybody opens her link, looks, sends; and taps once more where she is asked to."""
    scores = {link.token: score_of(place) for place, link in enumerate(links)}

    def opened(link: Link) -> dict[str, str]:
        return form_of(door.client.get(link.scored()[scores[link.token]]))

    def sent(one: tuple[Link, dict[str, str]]) -> dict[str, str] | None:
        page = door.client.post(one[0].path, data=one[1])
        if is_once_more(page):
            return form_of(page)
        assert page.status_code == 303, page.status_code
        return None

    forms = at_once(opened, links)
    time.sleep(A_MOMENT)
    again = at_once(sent, list(zip(links, forms, strict=True)))
    doubted = [(link, form) for link, form in zip(links, again, strict=True) if form]
    time.sleep(A_MOMENT)
    stuck = [form for form in at_once(sent, doubted) if form]
    stored = door.stored(links)
    right = sum(stored.get(link.invitation) == (scores[link.token], "counted") for link in links)
    return {"people": len(links), "asked once more": len(doubted), "stuck": len(stuck),
            "counted with the right score": right}  # fmt: skip


def like_people(door: Door, browser: Browser, count: int) -> dict[str, int]:
    """Real pages, two seconds each, in five ways; the scores must be the ones that were meant."""
    links = door.invite(count, ago=HANDED_OVER)
    scores = {link.invitation: score_of(place) for place, link in enumerate(links)}
    ways = cycle(WAYS.items())
    for first in range(0, count, AT_A_TIME):
        _together(door, browser, links[first : first + AT_A_TIME], scores, ways)
    stored = door.stored(links)
    standings = Counter(standing for _, standing in stored.values())
    right = sum(stored.get(one) == (score, "counted") for one, score in scores.items())
    return {"runs": count, "suspect": standings["suspect"], "counted": right}


def _together(
    door: Door,
    browser: Browser,
    links: Sequence[Link],
    scores: dict[int, int],
    ways: Iterator[tuple[str, Way]],
) -> None:
    opened: list[tuple[BrowserContext, Page, Way, int]] = []
    for link in links:
        name, way = next(ways)
        context = browser.new_context(java_script_enabled=name == "with scripts")
        page, score = context.new_page(), scores[link.invitation]
        page.goto(f"{door.address}{link.path}?score={score}")
        opened.append((context, page, way, score))
    time.sleep(A_LOOK)
    for context, page, way, score in opened:
        way(page, score)
        assert context.cookies() == []
        context.close()


def _by_mouse(page: Page, score: int) -> None:
    page.get_by_role("button", name=f"Send my {score}", exact=True).click()
    page.wait_for_url("**/why")


def _by_keyboard(page: Page, score: int) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/why")
    page.keyboard.press("Tab")
    page.keyboard.type("Nobody called back.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/thanks?*")


def _going_back(page: Page, score: int) -> None:
    """Sends another score first, goes back and sends the one she meant."""
    other = (score + 1) % 11
    page.get_by_role("radio", name=str(other)).first.check(force=True)
    page.get_by_role("button", name=f"Send my {other}", exact=True).click()
    page.wait_for_url("**/why")
    page.go_back()
    page.get_by_role("radio", name=str(score)).first.check(force=True)
    time.sleep(A_LOOK)
    _by_mouse(page, score)


def _twice(page: Page, score: int) -> None:
    page.get_by_role("button", name=f"Send my {score}", exact=True).dblclick(no_wait_after=True)
    page.wait_for_url("**/why")


WAYS: dict[str, Way] = {
    "without scripts": _by_mouse,
    "with scripts": _by_mouse,
    "keyboard only": _by_keyboard,
    "back button": _going_back,
    "double click": _twice,
}
