"""The editor's preview: the real pages in a frame, by a signed link, and nothing is stored."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from bs4 import BeautifulSoup

import respond
from kit import clock, tenancy
from respond.brand import SCHEMES
from surveys.models import SurveyDraft
from surveys.queries.previews import preview_token
from surveys.rules.contents import Content
from tests.builders import NOW, a_choice, a_version
from tests.respond.test_answering import form_of, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def preview(ask):
    """The addresses of a preview of a draft with a question and a German translation."""
    asked = ask("csat")
    content = Content(
        wording={"question": "How was it with us?"},
        questions=(a_choice(1),),
        translations={"de": {"question": "Wie war es?", "q1": "Wie erreichten Sie uns?",
                             "point_5": "Sehr zufrieden", "subject": "Eine Frage"}},
    )  # fmt: skip
    with tenancy.organisation(asked.organisation.pk):
        survey = asked.invitation.survey_version.survey
        a_version(survey)
        SurveyDraft.objects.create(
            organisation=asked.organisation, survey=survey, content=content.stored(), based_on=2,
            edited_at=NOW, edited_by="maya@acme.example",
        )  # fmt: skip

    def address(language="", scheme="", version=0):
        token = preview_token(
            organisation_id=asked.organisation.pk,
            survey_id=survey.pk,
            version=version,
            now=clock.now(),
        )
        return f"/p/{token}~{language}~{scheme}"

    address.asked = asked
    return address


def test_the_draft_is_walked_from_mail_to_thanks_and_nothing_is_stored(
    customer, preview, every_row
):
    before = every_row(preview.asked)
    mail = customer.get(f"{preview()}/mail")
    links = [link["href"] for link in BeautifulSoup(mail.content, "html.parser").select("a")]
    page = customer.get(next(link for link in links if link.endswith("score=4")))
    assert "How was it with us?" in text(page)
    address, form = form_of(page)
    why = customer.get(customer.post(address, form)["Location"])
    assert "Thank you, your 4 is counted." in text(why)
    assert "How did you reach us?" in text(why)
    thanks = customer.get(customer.post(form_of(why)[0], {})["Location"])

    assert "Thank you. We will pass it on to the Billing team." in text(thanks)
    assert every_row(preview.asked) == before


@pytest.mark.parametrize(
    ("score", "said"), [("1", "We read every answer."), ("5", "We will pass it on")]
)
def test_the_thanks_are_those_of_the_score_that_was_tried(customer, preview, score, said):
    address, form = form_of(customer.get(f"{preview('en', 'dark')}?score={score}"))
    why = customer.get(customer.post(address, {**form, "score": score})["Location"])
    thanks = customer.get(customer.post(form_of(why)[0], {})["Location"])

    assert (thanks.status_code, said in text(thanks)) == (200, True), text(thanks)
    assert "color-scheme:dark" in thanks.content.decode()


def test_a_translation_is_shown_with_the_product_s_texts_where_it_lacks(customer, preview):
    page = customer.get(preview("de"))
    assert BeautifulSoup(page.content, "html.parser").html["lang"] == "de"
    assert "Wie war es?" in text(page)
    assert "5 Sehr zufrieden" in text(page)
    assert "1 Sehr unzufrieden" in text(page)
    assert "Wie erreichten Sie uns?" in text(customer.get(f"{preview('de')}/why?score=2"))


def test_a_version_is_shown_as_it_was_published(customer, preview):
    assert "How satisfied were you with the help with your bill?" in text(
        customer.get(preview(version=2))
    )
    assert customer.get(preview(version=9)).status_code == 404


def test_only_the_console_may_frame_it_and_it_may_do_nothing_else(customer, preview):
    page, mail = customer.get(preview()), customer.get(f"{preview()}/mail")
    real = customer.get(preview.asked.survey)

    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == mail["X-Frame-Options"] == "SAMEORIGIN"
    assert mail["Content-Security-Policy"].endswith("'self'; sandbox allow-same-origin")
    assert "script" not in page["Content-Security-Policy"] + mail["Content-Security-Policy"]
    assert real["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in real["Content-Security-Policy"]
    assert page["Cache-Control"] == "no-store"
    assert page.cookies == mail.cookies == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_whatever_the_reader_prefers(customer, preview, scheme):
    page = customer.get(preview("", scheme)).content.decode()
    mail = customer.get(f"{preview('', scheme)}/mail").content.decode()

    assert f":root{{color-scheme:{scheme};{SCHEMES[scheme]}" in page
    assert ("@media all" if scheme == "dark" else "@media not all") in mail
    assert "prefers-color-scheme: dark" not in mail


def test_the_schemes_are_those_of_the_style_sheet():
    css = (Path(respond.__file__).parent / "static/respond/respond.css").read_text()
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)[:2]
    told = [dict(re.findall(r"(--[a-z]+): (#[0-9a-f]+);", block)) for block in blocks]
    ours = [dict(re.findall(r"(--[a-z]+):(#[0-9a-f]+)", SCHEMES[name])) for name in SCHEMES]

    assert told == ours
    assert len(told[0]) == 7


def another_end(token):
    return token[:-1] + ("1" if token.endswith("0") else "0")


@pytest.mark.parametrize("change", [another_end, lambda t: "9" + t, lambda t: "x"])
def test_a_token_that_is_none_of_ours_opens_nothing(customer, preview, change):
    token = preview().split("/")[2].split("~")[0]
    for step in ("", "/why", "/thanks", "/mail"):
        assert customer.get(f"/p/{change(token)}~~{step}").status_code == 404
    assert customer.get(f"/p/{token}~~plaid").status_code == 404


def test_a_preview_ends(customer, preview):
    address = preview()
    with time_machine.travel(clock.now() + timedelta(hours=13)):
        assert customer.get(address).status_code == 404
