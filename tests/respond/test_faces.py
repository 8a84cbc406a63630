"""Satisfaction asked with five faces: drawn, named by words, never mixed with numbers."""

import gzip

import pytest
from bs4 import BeautifulSoup
from django.contrib.staticfiles import finders

from kit import tenancy, tokens
from surveys.models import Response
from tests.builders import a_version, an_invitation
from tests.respond.test_answering import answer, form_of, later, text

pytestmark = pytest.mark.django_db
WORDS = ["Very dissatisfied", "Dissatisfied", "Neither", "Satisfied", "Very satisfied"]


def metrics_of(asked):
    with tenancy.organisation(asked.organisation.pk):
        return list(Response.objects.order_by("id").values_list("metric", "score", "standing"))


def points_of(page):
    soup = BeautifulSoup(page.content, "html.parser")
    return [
        (label.input["value"], label.get_text(" ", strip=True), bool(label.find("svg")))
        for label in soup.select(".points label")
    ]


def test_each_face_is_named_by_its_word_and_by_no_number(customer, ask):
    page = customer.get(f"{ask('faces').survey}?score=4")

    drawn = [(str(score), word, True) for score, word in enumerate(WORDS, start=1)]
    assert points_of(page) == drawn
    said = BeautifulSoup(page.content, "html.parser").select_one(".n4").get_text(" ", strip=True)
    assert said == "You chose “Satisfied”. It counts when you press Send. Send"
    faces = BeautifulSoup(page.content, "html.parser").select("svg")
    assert [face["aria-hidden"] for face in faces] == ["true"] * 5
    assert len({str(face.path["d"]) for face in faces}) == 5


def test_an_answer_is_kept_as_one_to_faces(customer, ask):
    asked = ask("faces")

    sent = answer(customer, asked, 4)

    assert metrics_of(asked) == [("faces", 4, "counted")]
    assert "Thank you, your “Satisfied” is counted." in text(customer.get(sent["Location"]))


@pytest.mark.parametrize("score", ["0", "6", "10"])
def test_what_is_no_face_is_not_stored(customer, ask, score):
    asked = ask("faces")
    address, form = form_of(customer.get(asked.survey))
    with later():
        refused = customer.post(address, {**form, "score": score})
    assert refused.status_code == 400
    assert metrics_of(asked) == []


def test_a_link_keeps_asking_as_it_was_sent(customer, ask):
    """A survey that changed to faces: old mails show numbers, new ones faces, each its own."""
    asked = ask("csat")
    with tenancy.organisation(asked.organisation.pk):
        invitation = asked.invitation
        a_version(invitation.programme.survey, has_faces=True)
        newer = an_invitation(
            asked.organisation,
            invitation.programme,
            invitation.customer,
            touchpoint=invitation.touchpoint,
            at=invitation.created_at,
        )
    assert [drawn for *_, drawn in points_of(customer.get(asked.survey))] == [False] * 5
    answer(customer, asked, 5)
    asked.survey = f"/s/{tokens.sign('survey', newer.pk)}"
    assert [drawn for *_, drawn in points_of(customer.get(asked.survey))] == [True] * 5
    answer(customer, asked, 2)

    assert metrics_of(asked) == [("csat", 5, "counted"), ("faces", 2, "counted")]


@pytest.mark.parametrize(
    ("language", "said"),
    [("de", "„Zufrieden“"), ("ar", "«"), ("ja", "「")],
)
def test_words_stand_in_the_marks_of_the_language(customer, ask, language, said):
    page = customer.get(f"{ask('faces').survey}?score=4&lang={language}")
    soup = BeautifulSoup(page.content, "html.parser")
    assert soup.html["dir"] == ("rtl" if language == "ar" else "ltr")
    assert said in soup.select_one(".n4").get_text()


def test_page_and_style_keep_the_budget(customer, ask):
    page = customer.get(f"{ask('faces').survey}?score=4&lang=hi").content
    with open(finders.find("respond/respond.css"), "rb") as style:
        weight = len(gzip.compress(page)) + len(gzip.compress(style.read()))
    assert weight < 14 * 1024
