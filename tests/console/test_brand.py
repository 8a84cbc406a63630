"""The brand: a logo that was looked into, a colour, a host we answer for; seen by customers."""

import base64

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AuditEntry, Organisation
from accounts.rules.logos import logo_of, read_logo
from tests.accounts.rules.test_logos import a_png
from tests.console.test_sender import text_of

GOOD = {"accent": "#0a7d5a", "survey_host": ""}
PNG = a_png(320, 64, colour=0, depth=1)


def upload(raw=PNG, name="logo.png"):
    return SimpleUploadedFile(name, raw, "image/png")


def stored(acme):
    with acme.inside():
        return Organisation.objects.get(pk=acme.id)


def changes(acme):
    with acme.inside():
        rows = AuditEntry.objects.filter(action="organisation.branded").order_by("id")
        return [(row.before, row.after) for row in rows]


def test_a_logo_stands_on_page_and_mail_and_can_be_taken_out(acme):
    owner = acme.client("owner")

    owner.post(acme.url("brand"), {**GOOD, "logo": upload()})

    assert logo_of(stored(acme).logo) == read_logo(PNG)
    told = "320 x 64 pixels, 0.1 kB"
    before = {"accent": "#0b5fff", "logo": ""}
    assert changes(acme) == [(before, {"accent": "#0a7d5a", "logo": told})]
    page = BeautifulSoup(owner.get(acme.url("brand")).content, "html.parser")
    assert page.select_one(".logo-now img")["width"] == "160"
    source = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    for frame in page.select("iframe"):
        shown = BeautifulSoup(owner.get(frame["src"]).content, "html.parser")
        assert [img["alt"] for img in shown.select("img") if img["src"] == source] == [
            "Acme Mobile"
        ]

    owner.post(acme.url("brand"), {**GOOD})
    assert stored(acme).logo  # not chosen anew, not lost
    owner.post(acme.url("brand"), {**GOOD, "without_logo": "on"})
    assert stored(acme).logo == ""
    assert changes(acme)[1:] == [({"logo": told}, {"logo": ""})]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"accent": "red"}, "A colour such as #0b5fff."),
        ({"logo": upload(b"<svg onload='x()'/>", "logo.svg")}, "This is no PNG."),
        ({"logo": upload(bytes(300_000))}, "This file is far too large"),
        ({"survey_host": "ask.elsewhere.example"}, "does not answer for ask.elsewhere.example"),
        ({"survey_host": "https://ask.acme.example/"}, "without https and path"),
        ({"survey_host": "ask.acme.example/x"}, "without https and path"),
        ({"survey_host": "ask.acme.example\r\nBcc: x"}, "without https and path"),
    ],
)
def test_what_cannot_be_shown_is_refused(acme, settings, sent, said):
    settings.ALLOWED_HOSTS = ["testserver", "ask.acme.example"]
    answer = acme.client("manager").post(acme.url("brand"), {**GOOD, **sent})

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert (stored(acme).logo, stored(acme).survey_host, changes(acme)) == ("", "", [])


def test_links_lead_to_the_host_of_ones_own_while_we_answer_for_it(acme, settings):
    settings.ALLOWED_HOSTS = ["testserver", "ask.acme.example"]
    settings.BASE_URL = "https://feedback.example"
    owner = acme.client("owner")

    owner.post(acme.url("brand"), {**GOOD, "survey_host": "ask.acme.example:8443"})
    assert "https://ask.acme.example:8443/s/" in text_of(owner.get(acme.url("brand")))
    settings.BASE_URL = "http://feedback.example:8000"
    assert "http://ask.acme.example:8443/s/" in text_of(owner.get(acme.url("brand")))
    settings.BASE_URL = "https://feedback.example"
    owner.post(acme.url("brand"), {**GOOD, "survey_host": "Ask.Acme.example"})

    assert stored(acme).survey_host == "ask.acme.example"
    assert "https://ask.acme.example/s/" in text_of(owner.get(acme.url("brand")))
    settings.ALLOWED_HOSTS = ["testserver"]
    assert "https://feedback.example/s/" in text_of(owner.get(acme.url("brand")))


def test_every_language_says_how_complete_and_how_sure_it_is(acme):
    page = BeautifulSoup(acme.client("viewer").get(acme.url("languages")).content, "html.parser")
    rows = [
        [cell.get_text(" ", strip=True) for cell in row.select("th, td")]
        for row in page.select("tbody tr")
    ]

    assert len(rows) == 14
    assert {row[1] for row in rows} == {rows[0][1]}
    done, _, total = rows[0][1].partition(" of ")
    assert done == total
    assert [row[2] for row in rows] == ["original"] + ["machine-drafted"] * 13
    for link in page.select("tbody td a"):
        shown = BeautifulSoup(acme.client("viewer").get(link["href"]).content, "html.parser")
        tag = link["href"].partition("~")[2].partition("/")[0]
        assert shown.html["lang"] == tag
        assert shown.html["dir"] == ("rtl" if tag in ("ar", "he") else "ltr")
