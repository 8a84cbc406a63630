"""Widgets in the console: made with a secret that is shown once, previewed, edited, revoked."""

import pytest
from bs4 import BeautifulSoup

from accounts.models import AuditEntry
from kit import boxes, clock, tokens
from surveys.models import PropertyKey, PublicLink, Response, Widget
from surveys.queries.widgets import SECRET, widget_behind
from tests.builders import a_response
from tests.console.test_acts import newest_change, text_of

FORM = {
    "name": "Help pages",
    "branch": "",
    "touchpoint_id": "",
    "origins": "https://help.acme.example\nhttps://www.ACME.example:443/",
    "pages": "/help/*\n/faq",
    "not_pages": "/help/secret",
    "delay_seconds": "12",
    "sample_percent": "50",
    "rest_days": "60",
    "side": "left",
    "scheme": "dark",
}
KEPT = {
    "name": "Help pages",
    "branch": "",
    "touchpoint_id": None,
    "closes_at": None,
    "origins": ["https://help.acme.example", "https://www.acme.example"],
    "pages": ["/help/*", "/faq"],
    "not_pages": ["/help/secret"],
    "delay_seconds": 12,
    "sample_percent": 50,
    "rest_days": 60,
    "side": "left",
    "scheme": "dark",
}


@pytest.fixture
def manager(acme):
    return acme.client("manager")


def make(world, client, **fields):
    return client.post(world.url("widget_new", world.csat.pk), {**FORM, **fields})


def only(world):
    with world.inside():
        return Widget.objects.select_related("link").get()


def at(world, name):
    return world.url(name, world.csat.pk, only(world).link_id)


def shown_secret(answer):
    return BeautifulSoup(answer.content, "html.parser").find(id="secret-text")["value"]


def secrets_of(world):
    return widget_behind(only(world).link_id).secrets(clock.now())


def test_a_manager_makes_one_and_sees_its_secret_once(acme, manager):
    made = make(acme, manager)
    widget, secret = only(acme), shown_secret(made)
    assert len(secret) == 43
    assert boxes.unlock(SECRET, widget.secret) == secret
    assert made["Cache-Control"].count("no-store") == 1
    assert newest_change(acme) == ("widget.opened", "manager@acme-mobile.example", {}, KEPT)
    assert secret not in str(list(AuditEntry.objects.values()))
    page = manager.get(at(acme, "widget"))
    assert secret not in page.content.decode()
    snippet = BeautifulSoup(page.content, "html.parser").find(id="snippet").text
    token = tokens.sign("widget", widget.link_id)
    assert f'/w/v1.js" data-widget="{token}" async></script>' in snippet
    told = manager.get(f"/w/{token}", headers={"origin": "https://www.acme.example"}).json()
    assert told == {
        "pages": ["/help/*", "/faq"],
        "not": ["/help/secret"],
        "delay": 12,
        "sample": 50,
        "rest": 60,
        "side": "left",
        "scheme": "dark",
    }
    with acme.inside():
        keys = set(PropertyKey.objects.filter(owner="interaction").values_list("key", flat=True))
    assert {"source", "page"} <= keys


def test_editing_is_in_the_trail_and_leaves_the_secret(acme, manager):
    made = make(acme, manager)
    edit = at(acme, "widget_edit")
    form = BeautifulSoup(manager.get(edit).content, "html.parser")
    assert form.find(id="id_origins").text.split() == KEPT["origins"]
    assert form.find(id="id_delay_seconds")["value"] == "12"
    for _ in range(2):
        manager.post(edit, {**FORM, "delay_seconds": "3", "origins": "https://acme.example"})
    before, after = newest_change(acme)[2:]
    assert before == {"origins": KEPT["origins"], "delay_seconds": 12}
    assert after == {"origins": ["https://acme.example"], "delay_seconds": 3}
    assert secrets_of(acme) == [shown_secret(made)]


@pytest.mark.parametrize("leaked", [False, True])
def test_a_new_secret_lets_the_old_one_end_in_a_day_or_at_once(acme, manager, leaked):
    old = shown_secret(make(acme, manager))
    answer = manager.post(at(acme, "widget_secret"), {"leaked": "yes"} if leaked else {})
    new = shown_secret(answer)
    assert new != old
    assert secrets_of(acme) == ([new] if leaked else [new, old])
    action, _, _, after = newest_change(acme)
    ends = "at once" if leaked else "in a day"
    assert (action, after) == (
        "widget.secret_renewed",
        {"name": "Help pages", "old_one_ends": ends},
    )
    said = "what the one before signed is believed until" in text_of(
        manager.get(at(acme, "widget"))
    )
    assert said is not leaked


def test_revoking_closes_it_and_is_told_once(acme, manager):
    make(acme, manager)
    for _ in range(2):
        manager.post(at(acme, "widget_revoke"))
    with acme.inside():
        actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert actions[-2:] == ["widget.opened", "widget.revoked"]
    token = tokens.sign("widget", only(acme).link_id)
    assert manager.get(f"/w/{token}").status_code == 404
    assert "This widget takes no more answers" in text_of(manager.get(at(acme, "widget")))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"origins": ""}, "This field is required."),
        ({"origins": "*"}, "* is no address of a site."),
        ({"origins": "https://*.acme.example"}, "is no address of a site."),
        ({"origins": "https://acme.example/help"}, "is no address of a site."),
        ({"origins": "https://a@acme.example"}, "is no address of a site."),
        ({"origins": "null"}, "null is no address of a site."),
        ({"origins": "ftp://acme.example"}, "is no address of a site."),
        ({"origins": "https://acme.example:99999"}, "is no address of a site."),
        ({"origins": "\n".join(f"https://s{n}.example" for n in range(51))}, "At most 50 lines."),
        ({"pages": ""}, "This field is required."),
        ({"pages": "help"}, "help is no path."),
        ({"pages": "https://acme.example/help"}, "is no path."),
        ({"pages": "/help?x=1"}, "is no path."),
        ({"not_pages": "<script>"}, "<script> is no path."),
        ({"delay_seconds": "601"}, "less than or equal to 600"),
        ({"sample_percent": "101"}, "less than or equal to 100"),
        ({"rest_days": "0"}, "greater than or equal to 1"),
        ({"side": "top"}, "not one of the available choices"),
        ({"name": "a\u202eb"}, "characters that cannot be seen"),
    ],
)
def test_what_is_no_widget_is_refused_with_its_reason(acme, manager, fields, told):
    answer = make(acme, manager, **fields)
    assert answer.status_code == 422
    assert told in text_of(answer)
    with acme.inside():
        assert not PublicLink.objects.exists()


def test_the_list_counts_what_came_by_each_and_links_are_not_in_it(acme, manager):
    listing = acme.url("widgets", acme.csat.pk)
    assert "No widget yet" in text_of(manager.get(listing))
    make(acme, manager)
    link = only(acme).link
    with acme.inside():
        a_response(link.organisation, acme.csat, 4, origin="widget", public_link=link)
        PublicLink.objects.create(
            **acme.own, programme=acme.csat, name="Poster", created_at=acme.now, created_by="m"
        )
        assert Response.objects.count() == 1
    text = text_of(manager.get(listing))
    assert "Help pages" in text
    assert "Poster" not in text
    assert "Help pages" not in text_of(manager.get(acme.url("public_links", acme.csat.pk)))
    assert "Widgets 1 open" in text_of(manager.get(acme.url("programme", acme.csat.pk)))


def test_the_preview_is_the_script_on_an_invented_page_and_stores_nothing(acme, manager):
    make(acme, manager)
    page = BeautifulSoup(manager.get(at(acme, "widget")).content, "html.parser")
    frame = manager.get(page.find("iframe")["src"])
    assert frame.status_code == 200
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert (
        "script-src 'self'; connect-src 'self'; style-src 'self'"
        in (frame["Content-Security-Policy"])
    )
    script = BeautifulSoup(frame.content, "html.parser").find("script")
    own = {name: script[name] for name in ("data-side", "data-scheme")}
    assert own == {"data-side": "left", "data-scheme": "dark"}
    address, origin = f"/w/{script['data-widget']}", {"origin": "http://testserver"}

    def send(step, **body):
        told = manager.post(
            f"{address}/{step}", body, content_type="application/json", headers=origin
        )
        assert told.status_code == 200
        return told.json()

    assert send("question")["ask"] is True
    for score, thanks in ((2, "We read every answer."), (10, "Thank you. We will pass it on")):
        why = send("score", score=score)
        last = send("why", comment="x", answer=why["answer"])
        assert (why["next"], last["next"]) == ("why", "thanks")
        assert thanks in last["heading"]
    refused = manager.post(
        f"{address}/score",
        {"score": 2},
        content_type="application/json",
        headers={"origin": "https://help.acme.example"},
    )
    assert refused.status_code == 403
    with acme.inside():
        assert not Response.objects.exists()


def test_the_form_shows_the_look_that_is_chosen(acme, manager):
    new = acme.url("widget_new", acme.csat.pk)
    page = BeautifulSoup(
        manager.get(new, {"side": "left", "scheme": "dark"}).content, "html.parser"
    )
    assert page.find("iframe")["src"].endswith("/page?side=left&scheme=dark")
    odd = BeautifulSoup(manager.get(new, {"side": '"><script>'}).content, "html.parser")
    frame = manager.get(odd.find("iframe")["src"]).content.decode()
    assert 'data-side="right"' in frame
    assert manager.get(new, {"colour": "red"}).status_code == 400
