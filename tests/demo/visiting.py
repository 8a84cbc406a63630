"""A visitor of a running demo in a browser: signs in, clicks through it, reads its words."""

import json
import os
import re
import time
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlencode, urljoin, urlsplit
from urllib.request import Request, urlopen

from bs4 import BeautifulSoup
from playwright.sync_api import expect

from cxapp.demo import SLUG
from cxapp.demo.stops import STOPS
from cxapp.demo.story.promises import RECOVERED
from kit import clock

PATIENCE = 60  # seconds; it takes about three
COUNTED_WITHIN = 5  # seconds from Send to the figures, on a machine that has a core to spare
CHANCE = "more than chance explains"


def crowding():
    """How many times as long all takes now: whoever waits for a core waits for every step."""
    return max(1, 2 * os.getloadavg()[0] / (os.cpu_count() or 1))


class Visitor:
    """Maya in her browser, on her way through the story."""

    def __init__(self, tab, port):
        self.tab = tab
        tab.goto(f"http://localhost:{port}/")
        tab.get_by_role("button", name="Sign in", exact=True).click()  # the log-in is filled in
        tab.wait_for_url("**/o/**")

    @property
    def page(self):
        return BeautifulSoup(self.tab.content(), "html.parser")

    def open(self, path):
        self.tab.goto(urljoin(self.tab.url, path))

    def clicks(self, link, arrives):
        """Click, and wait until the address bar says where that led."""
        link.first.click()
        self.tab.wait_for_url(arrives)

    def until(self, path, holds):
        """Open the page again and again until that holds of it."""
        until = time.monotonic() + PATIENCE
        self.open(path)
        while not holds():
            assert time.monotonic() < until, self.reads()
            time.sleep(0.3)
            self.open(path)

    def reads(self, selector="main"):
        """The words of the first such part, as a person reads them."""
        return words(self.page.select_one(selector))


def words(part):
    return re.sub(r"\s+", " ", part.get_text(" ")).replace(" :", ":").replace(" ,", ",")


def reads_the_story(visitor):
    """The overview's moments, then each stop: the page says what the stop's sentence says."""
    _ninety_and_thirty_days(visitor)
    assert visitor.tab.locator(".rail ol a").count() == len(STOPS)
    for number, stop in enumerate(STOPS, 1):
        visitor.tab.locator(".rail ol a").nth(number - 1).click()
        here = visitor.tab.locator(".rail ol a[aria-current=step] .rail-number")
        expect(here).to_have_text(str(number))
        assert visitor.reads(".rail > p").startswith(stop.tells)
        SAYS[number](visitor)


def _cards(visitor):
    return [words(card) for card in visitor.page.select(".grid > .span-4")[:3]]


def _ninety_and_thirty_days(visitor):
    visitor.open(f"/o/{SLUG}/?days=90")
    service, experience, gap = _cards(visitor)
    assert re.search(rf"up \d+: {CHANCE}", service)
    assert "no call: two groups moved in opposite directions" in experience
    assert RECOVERED in gap
    assert visitor.page.select(".verdict.up")
    why = visitor.tab.get_by_role("link", name="Why may we say this?")
    visitor.clicks(why, "**/gap/**#why")
    assert "test" in visitor.reads("#why")
    visitor.tab.go_back()
    visitor.clicks(visitor.tab.get_by_role("link", name="30 days", exact=True), "**days=30*")
    expect(visitor.tab.locator(".verdict.up")).to_have_count(0)
    assert visitor.page.select(".verdict.up") == []  # the green goes, that of a goal too
    service, experience, gap = _cards(visitor)
    assert "no call: could be chance" in service
    assert "no call: could be chance" in experience
    assert "Nothing chance could not explain" in gap


def _all_is_well(visitor):
    service, experience, gap = _cards(visitor)
    assert "no call: could be chance" in service
    assert "no call: could be chance" in experience
    assert "Nothing chance could not explain" in gap


def _service_slips(visitor):
    said = visitor.reads()
    assert "Service is slipping; the reputation holds so far." in said
    assert re.search(rf"down \d+: {CHANCE}", said)
    assert "no call: could be chance" in said


def _which_desk(visitor):
    desks = {}
    for row in visitor.page.select("main tbody tr"):
        name, *said = [words(cell).strip() for cell in row.select("th, td")]
        desks[name] = " ".join(said)
    was, new = desks["In-house phone"], desks["Partner desk"]
    assert "no call" in was
    high, low = (int(re.match(r"(\d+) %", each)[1]) for each in (was, new))
    assert high >= low + 12


def _reputation_breaks(visitor):
    service, experience, _ = _cards(visitor)
    assert "no call: could be chance" in service
    assert re.search(rf"down \d+: {CHANCE}", experience)


def _joining_the_data(visitor):
    cells = {}
    for cell in visitor.page.select(".tile-cell"):
        name, _, rest = words(cell).strip().partition(" CSAT ")
        if found := re.match(r"(\d+) %", rest):
            cells[name] = int(found[1])
            fell = "largest fall" in rest
            assert fell == (name == "Billing enquiry"), name
    assert min(cells, key=cells.get) == "Complaint"


def _service_recovers(visitor):
    service, experience, gap = _cards(visitor)
    assert re.search(rf"up \d+: {CHANCE}", service)
    assert "no call: two groups moved in opposite directions" in experience
    assert RECOVERED in gap


def _still_unhappy(visitor):
    assert re.search(rf"A is \d+ lower than B: {CHANCE}", visitor.reads())


SAYS = {
    1: _all_is_well,
    2: _service_slips,
    3: _which_desk,
    4: _reputation_breaks,
    5: _joining_the_data,
    6: _service_recovers,
    7: _still_unhappy,
}


# --- as a customer -----------------------------------------------------------------------------

READING = 1.1  # seconds; nobody reads a page faster, and a faster tap is asked for once more
TOLD = "The charge is still there, and nobody says why."


def sees_it_as_a_customer(visitor):
    """Send me one, tap 2, say why: one answer more, the words first, all of it on her timeline."""
    today = clock.now().date()
    # Days that midnight does not move.
    days = {"from": today - timedelta(days=60), "to": today + timedelta(days=2)}
    overview = f"/o/{SLUG}/?{urlencode(days)}"
    visitor.open(overview)
    before = _ratings(visitor)
    tab = visitor.tab
    tab.locator("form[action$='/send-me-one/'] button").first.click()
    tab.wait_for_url("**/inbox/**")
    to = parse_qs(urlsplit(tab.url).query)["to"][0]
    visitor.open(_mail_to(visitor, to))
    tab.frame_locator("iframe").locator("a[href*='score=2']").first.click()
    expect(tab.locator("body")).to_contain_text("You chose 2")
    time.sleep(READING)
    sent = time.monotonic()
    tab.locator("form:has([name=score]) button[type=submit]:visible").first.click()
    tab.locator("textarea[name=comment]").fill(TOLD)
    tab.locator("form:has(textarea) button[type=submit]:visible:not([name])").first.click()
    expect(tab.locator("textarea[name=comment]")).to_have_count(0)
    visitor.until(overview, lambda: _ratings(visitor) == before + 1)
    assert time.monotonic() - sent < COUNTED_WITHIN * crowding()

    first = tab.locator("section:has(#comments-title) li").first
    assert TOLD in first.inner_text()
    visitor.clicks(first.locator("a[href*='/customers/']"), "**/customers/**")
    timeline = visitor.reads()
    for told in ("Billing enquiry", "Asked.", "Mail handed over", "Answered CSAT", TOLD):
        assert told in timeline, told


def _ratings(visitor):
    return int(re.search(r"n = ([\d,]+)", _cards(visitor)[0])[1].replace(",", ""))


def _mail_to(visitor, address):
    """The address of the mail's page, as soon as it is there."""
    found = f"main li:-soup-contains('{address}') a[href]"
    visitor.until(f"/inbox/?to={quote(address)}", lambda: visitor.page.select_one(found))
    return visitor.page.select_one(found)["href"]


def posts_the_live_call(visitor):
    """The call of Settings > API keys, as it stands: the decision is read, the mail arrives."""
    visitor.open(f"/o/{SLUG}/settings/keys/")
    call = visitor.page.select_one("pre[aria-label='A call that works']").text
    address, key = re.search(r"POST (\S+)", call)[1], re.search(r"Bearer (\S+)\"", call)[1]
    body = json.loads(re.search(r"-d '(.*)'", call, re.DOTALL)[1])
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    made = json.load(urlopen(Request(address, json.dumps(body).encode(), headers), timeout=60))
    assert made["source_id"] == body["source_id"]
    _mail_to(visitor, body["customer"]["email"])
    decisions = urljoin(address, made["decisions_url"])
    told = json.load(urlopen(Request(decisions, headers=headers), timeout=60))
    assert [each["rule"] for each in told["items"]] == ["asked"]


def asks_why_priya_was_not_asked(visitor):
    tab = visitor.tab
    visitor.open(f"/o/{SLUG}/")
    visitor.clicks(tab.get_by_role("link", name="Customers", exact=True), "**/customers/**")
    tab.locator("main input[type=search]").first.fill("Nair")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**q=Nair*")
    visitor.clicks(tab.locator("main").get_by_role("link", name="Priya Nair"), "**/customers/*/**")
    assert (
        "Not asked: four service surveys this year; two kept for the relationship survey. "
        "Eligible from" in visitor.reads()
    )
