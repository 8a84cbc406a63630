"""A visitor of a running demo without a browser: signs in, opens pages, reads their words."""

import re
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, build_opener

from bs4 import BeautifulSoup

from cxapp.demo import OWNER, PASSWORD, SLUG
from cxapp.demo.stops import STOPS
from cxapp.demo.story.promises import RECOVERED

CHANCE = "more than chance explains"


class Visitor:
    """Maya, on her way through the story."""

    def __init__(self, port):
        self.url = f"http://localhost:{port}"
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))
        form = self.open("/").select_one("form:has(input[name=login])")
        fields = {each["name"]: each.get("value", "") for each in form.select("input[name]")}
        fields |= {"login": OWNER, "password": PASSWORD}
        self.open(form.get("action") or self.url, urlencode(fields).encode())

    def open(self, path, data=None):
        with self._opener.open(urljoin(self.url, path), data, timeout=60) as answer:
            self.url, self.page = answer.url, BeautifulSoup(answer.read(), "html.parser")
        return self.page

    def reads(self, selector="main"):
        """The words of the first such part, as a person reads them."""
        return words(self.page.select_one(selector))


def words(part):
    return re.sub(r"\s+", " ", part.get_text(" ")).replace(" :", ":").replace(" ,", ",")


def reads_the_story(visitor):
    """The overview's moments, then each stop: the page says what the stop's sentence says."""
    _ninety_and_thirty_days(visitor)
    visitor.open(f"/o/{SLUG}/")
    stops = [link["href"] for link in visitor.page.select(".rail ol a")]
    assert len(stops) == len(STOPS)
    for number, (stop, address) in enumerate(zip(STOPS, stops, strict=True), 1):
        visitor.open(address)
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
    visitor.open(f"/o/{SLUG}/?days=30")
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
