"""The mail of one invitation: its words, the language they are in, and links that open it."""

from email import message_from_bytes
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup

from accounts.rules.logos import read_logo
from kit import tenancy, tokens
from kit.mail.backend import as_message
from kit.mail.composing import as_bytes
from surveys.channels.invitations import NEEDED, written
from surveys.channels.links import survey_link
from surveys.models import Message
from tests.accounts.rules.test_logos import a_png
from tests.builders import (
    NOW,
    a_customer,
    a_programme,
    a_touchpoint,
    an_invitation,
    an_organisation,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail(settings):
    settings.BASE_URL = "https://ask.example"
    organisation = an_organisation(language="de", sender_name="Maya Chen")
    with tenancy.organisation(organisation.pk):
        programme = a_programme(organisation, a_touchpoint(organisation))
        an_invitation(organisation, programme, a_customer(organisation), sent=False)
        return written(Message.objects.select_related(*NEEDED).get(), NOW)


def test_it_names_the_language_its_words_are_in(mail):
    # A reader that speaks English words with German sounds is understood by nobody.
    assert BeautifulSoup(mail.html, "html.parser").html["lang"] == "de"


def test_each_score_leads_to_a_link_that_we_signed(mail):
    links = [link["href"] for link in BeautifulSoup(mail.html, "html.parser").find_all("a")]
    scores = [link for link in links if link.startswith("https://ask.example/s/")]
    assert [link.partition("?score=")[2] for link in scores] == ["1", "2", "3", "4", "5"]
    (token,) = {link.removeprefix("https://ask.example/s/").partition("?")[0] for link in scores}
    assert tokens.read("survey", token) is not None
    assert all(link in mail.text for link in scores)


@pytest.mark.parametrize(
    ("fields", "read_at"),
    [
        ({}, ""),  # the installation's own address: nobody said that somebody reads there
        ({"sender_email": "maya@acme.example"}, "maya@acme.example"),
        ({"sender_email": "maya@acme.example", "reply_to": "care@acme.example"},
         "care@acme.example"),
        ({"reply_to": "care@acme.example", "reads_replies": False}, ""),
    ],
)  # fmt: skip
def test_an_unsubscribe_by_mail_goes_where_somebody_reads(settings, fields, read_at):
    settings.BASE_URL = "https://ask.example"
    organisation = an_organisation(**fields)
    with tenancy.organisation(organisation.pk):
        an_invitation(organisation, a_programme(organisation), a_customer(organisation), sent=False)
        mail = written(Message.objects.select_related(*NEEDED).get(), NOW)

    ways = dict(mail.headers)["List-Unsubscribe"].split(", ")

    link = ways[-1].strip("<>")
    assert link.startswith("https://ask.example/u/")
    by_mail = [urlsplit(way.strip("<>")) for way in ways[:-1]]
    assert [way.path for way in by_mail] == ([read_at] if read_at else [])
    # Whoever reads the mail has the link in it, and need not ask who wrote.
    assert all(link in parse_qs(way.query)["body"][0] for way in by_mail)


def test_its_links_lead_to_the_organisation_s_host_and_are_short(settings):
    settings.BASE_URL, settings.ALLOWED_HOSTS = "https://cx.example", ["ask.acme.example"]
    organisation = an_organisation(survey_host="ask.acme.example")
    with tenancy.organisation(organisation.pk):
        programme = a_programme(organisation, a_touchpoint(organisation))
        an_invitation(organisation, programme, a_customer(organisation), sent=False)
        mail = written(Message.objects.select_related(*NEEDED).get(), NOW)
    links = [link["href"] for link in BeautifulSoup(mail.html, "html.parser").find_all("a")]
    ours = [link for link in links if "/s/" in link or "/u/" in link]
    assert len(ours) == 6
    assert {link.partition("/s/")[0].partition("/u/")[0] for link in ours} == {
        "https://ask.acme.example"
    }
    assert "<https://ask.acme.example/u/" in dict(mail.headers)["List-Unsubscribe"]
    assert "cx.example" not in mail.text + mail.html
    # With the largest id that there can be, without host and score.
    assert len(survey_link(2**63 - 1, organisation).path) < 60


def test_a_logo_travels_inside_the_mail_and_nothing_is_fetched():
    logo = read_logo(a_png(320, 64, colour=0, depth=1))
    organisation = an_organisation(logo=logo.text)
    with tenancy.organisation(organisation.pk):
        programme = a_programme(organisation, a_touchpoint(organisation))
        an_invitation(organisation, programme, a_customer(organisation), sent=False)
        mail = written(Message.objects.select_related(*NEEDED).get(), NOW)
    (image,) = BeautifulSoup(mail.html, "html.parser").find_all("img")
    assert (image["src"], image["alt"], image["width"]) == ("cid:logo", "Acme Mobile", "160")
    for read in (message_from_bytes(as_bytes(mail)), as_message(mail).message()):
        types = [part.get_content_type() for part in read.walk()]
        assert sorted(types) == [
            "image/png", "multipart/alternative", "multipart/related", "text/html", "text/plain",
        ]  # fmt: skip
        (picture,) = (part for part in read.walk() if part.get_content_type() == "image/png")
        assert picture.get_payload(decode=True) == logo.png
        assert picture["Content-ID"] == "<logo>"
        assert picture["Content-Disposition"].startswith("inline")
