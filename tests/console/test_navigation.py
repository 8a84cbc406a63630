"""The menus offer each role the pages it may open, no more and no fewer, and say where one is."""

import pytest
from django.urls import URLResolver, reverse

from console import urls
from console.door import SETTINGS
from tests.console.pages import ALL, PAGES
from tests.console.test_compare import soup
from tests.console.test_overview import text_of

MAIN = ["Overview", "Gap", "Journey", "Segments", "Compare", "Responses"]
MENUS = {
    "viewer": [*MAIN, "Programmes", "Settings"],
    "responder": [*MAIN, "Customers", "Programmes", "Settings"],
    "manager": [*MAIN, "Customers", "Programmes", "Settings"],
    "owner": [*MAIN, "Customers", "Programmes", "Settings"],
}
READ = ["Languages", "Sending", "Answers and machines", "Definitions", "Properties", "Goals"]
EDITED = [
    "Organisation", "Brand", "Languages", "Sending", "Answers and machines", "Sender",
    "Definitions", "Properties", "Goals", "Annotations", "Imports",
]  # fmt: skip
OF_SETTINGS = {
    "viewer": [*READ, "Annotations"],
    "responder": [*READ, "Annotations"],
    "manager": [*EDITED, "Alerts", "Webhooks", "Privacy", "Audit trail"],
    "owner": [*EDITED, "Members", "API keys", "Alerts", "Webhooks", "Privacy", "Audit trail"],
}
ALLOWED = {name: allowed for name, _, allowed, _ in PAGES}


@pytest.mark.parametrize("role", sorted(ALL))
def test_each_role_has_its_menus_and_every_entry_opens_and_says_that_it_is_here(acme, role):
    client = acme.client(role)
    start = soup(client.get(acme.url("overview")))
    main = start.select("nav.topnav a")
    settings = soup(client.get(main[-1]["href"])).select("nav.sidelinks a")

    assert [text_of(one) for one in main] == MENUS[role]
    assert [text_of(one) for one in settings] == OF_SETTINGS[role]
    for link in main[:-1]:
        here = soup(client.get(link["href"])).select("nav.topnav a[aria-current=page]")
        assert [one["href"] for one in here] == [link["href"]]
    for link in settings:
        here = soup(client.get(link["href"])).select("nav a[aria-current=page]")
        assert [one["href"] for one in here[-1:]] == [link["href"]]
        assert text_of(here[0]) == "Settings"


@pytest.mark.parametrize("role", sorted(ALL))
def test_no_page_of_settings_that_a_role_may_open_is_missing_from_its_menu(acme, role):
    starts = {name for name in first_pages(urls.INSIDE) if role in ALLOWED[name]}
    offered = {view.partition(":")[2] for key, _, view, permission in SETTINGS}
    page = soup(acme.client(role).get(reverse("console:sending", args=[acme.slug])))

    assert offered == set(first_pages(urls.INSIDE))
    links = [one["href"] for one in page.select("nav.sidelinks a")]
    assert sorted(links) == sorted(acme.url(name) for name in starts)


def first_pages(patterns, before=""):
    """The names of the pages at `settings/` and `settings/<one word>/`."""
    for each in patterns:
        place = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from first_pages(each.url_patterns, place)
        elif place.startswith("settings/") and place.count("/") < 3:
            yield each.name
