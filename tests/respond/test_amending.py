"""The same link again: what stands is shown, another answer takes its place, all are kept."""

from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection

from kit import clock, tenancy
from metrics.actions.folding import fold_answers
from metrics.models import CountedAnswer
from surveys.models import Answer, Invitation, Response, ResponseRevision
from tests.builders import a_choice, a_version
from tests.respond.test_answering import answer, form_of, happened, later, stored, text
from tests.respond.test_closed import closed, seen

__all__ = ["closed"]
pytestmark = pytest.mark.django_db


def revisions(asked):
    with tenancy.organisation(asked.organisation.pk):
        rows = ResponseRevision.objects.order_by("number")
        return list(rows.values_list("score", "comment", "verdict"))


def finish(customer, asked, score=4, **said):
    with later(10):
        leads = answer(customer, asked, score)["Location"]
        return customer.post(leads, {"comment": "Slow.", **said})


def send_again(customer, asked, score):
    """Open the link without a score: a minute has not passed since another one was opened."""
    address, form = form_of(customer.get(asked.survey))
    with later():
        return customer.post(address, {**form, "score": str(score)})


def days_later(days):
    return time_machine.travel(clock.now() + timedelta(days=days), tick=True)


def test_an_answer_stands_on_the_page_and_can_be_changed_whole(customer, asked):
    finish(customer, asked)
    with days_later(3):
        page = customer.get(asked.survey)
        until = (clock.now() + timedelta(days=11)).strftime("%-d %B %Y")
        assert f"You have sent 4. Until {until} you can change it" in text(page)
        assert form_of(page)[1]["score"] == "4"
        again = send_again(customer, asked, 9)
        assert again["Location"] == f"{asked.survey}/why"
        words = customer.get(again["Location"])
        assert form_of(words)[1]["comment"] == "Slow."
        thanks = customer.post(again["Location"], {"comment": "They called back."})
        assert f"until {until} with the same link." in text(customer.get(thanks["Location"]))
    assert stored(asked) == [(9, "counted", "They called back.")]
    assert revisions(asked) == [
        (4, "", "human"),
        (4, "Slow.", "human"),
        (9, "Slow.", "human"),
        (9, "They called back.", "human"),
    ]


def test_words_alone_can_be_changed_and_nothing_else_moves(customer, asked):
    finish(customer, asked)
    with days_later(1):
        page = BeautifulSoup(customer.get(asked.survey).content, "html.parser")
        (link,) = [one["href"] for one in page.select("a") if "words" in one.get_text()]
        customer.post(link, {"comment": ""})
    assert stored(asked) == [(4, "counted", "")]
    assert revisions(asked)[-1] == (4, "", "human")


def test_what_is_the_same_is_no_new_version(customer, asked):
    finish(customer, asked)
    with days_later(1):
        for _ in range(3):
            sent = customer.post(f"{asked.survey}/why", {"comment": "Slow."})
            assert sent.status_code == 303
    assert revisions(asked) == [(4, "", "human"), (4, "Slow.", "human")]


def test_everything_of_the_second_step_comes_back_and_is_replaced_as_a_whole(customer, ask):
    asked = ask()
    with tenancy.organisation(asked.organisation.pk):
        questions = (a_choice(1), a_choice(2, "multiple"))
        version = a_version(
            asked.invitation.survey_version.survey,
            *questions,
            asks_feeling=True,
            asks_contact=True,
        )
        Invitation.objects.filter(pk=asked.invitation.pk).update(survey_version=version)
        one, two = version.questions.order_by("position").values_list("id", flat=True)
    finish(
        customer, asked, feeling=["annoyed"], contact="phone", **{f"c{one}": "2", f"c{two}": "3"}
    )
    with days_later(1):
        page = BeautifulSoup(customer.get(f"{asked.survey}/why").content, "html.parser")
        marked = [(tag["name"], tag["value"]) for tag in page.select("input[checked]")]
        assert sorted(marked) == sorted(
            [(f"c{one}", "2"), (f"c{two}", "3"), ("feeling", "annoyed"), ("contact", "phone")]
        )
        customer.post(
            f"{asked.survey}/why", {"comment": "Slow.", "feeling": "valued", f"c{two}": ["1", "2"]}
        )
    with tenancy.organisation(asked.organisation.pk):
        assert list(Answer.objects.values_list("question_id", "picked")) == [(two, [1, 2])]
        kept = Response.objects.values_list("feelings", "contact").get()
        last = ResponseRevision.objects.latest("number")
    assert kept == (["valued"], "")
    assert (last.number, last.feelings, last.answers) == (3, ["valued"], {str(two): [1, 2]})


@pytest.mark.parametrize(
    ("days", "into", "is_open"),
    [(14, timedelta(hours=23, minutes=50), True), (15, timedelta(minutes=10), False)],
)
def test_it_may_be_changed_to_the_end_of_the_day_that_is_named(
    customer, ask, closed, days, into, is_open
):
    asked = ask(time_zone="Pacific/Auckland")
    finish(customer, asked)
    with tenancy.organisation(asked.organisation.pk):
        answered = Invitation.objects.values_list("answered_at", flat=True).get()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ((%s AT TIME ZONE 'Pacific/Auckland')::date + %s)::timestamp"
            " AT TIME ZONE 'Pacific/Auckland'",
            [answered, days],
        )
        (begins,) = cursor.fetchone()
    with time_machine.travel(begins + into, tick=True):
        page = customer.get(asked.survey)
        assert (page.status_code == 200) is is_open
        sent = customer.post(f"{asked.survey}/why", {"comment": "At the last minute."})
        assert (sent.status_code == 303) is is_open
        again = customer.post(asked.survey, {"score": "9", "shown": ""})
        assert (seen(again) == closed) is not is_open
    assert (stored(asked)[0][2] == "At the last minute.") is is_open


def test_where_it_is_switched_off_an_answer_is_closed_once_it_is_finished(customer, ask, closed):
    asked = ask(amend_days=0)
    with later(10):
        thanks = customer.post(answer(customer, asked)["Location"], {"comment": "Slow."})
        assert "change your answer" not in text(customer.get(thanks["Location"]))
    with later(120):
        assert seen(customer.get(asked.survey)) == closed
        assert seen(customer.post(f"{asked.survey}/why", {"comment": "More."})) == closed


def test_an_answer_of_the_last_open_day_can_be_changed_after_it(customer, asked):
    with days_later(29):
        finish(customer, asked)
    with days_later(35):
        assert send_again(customer, asked, 10).status_code == 303
    assert stored(asked) == [(10, "counted", "Slow.")]


def test_a_machine_changes_nothing_that_a_human_said(customer, asked):
    finish(customer, asked)
    with days_later(1):
        address, form = form_of(customer.get(asked.survey))
        customer.post(address, {**form, "score": "0", "note_2": "x"})
    assert stored(asked) == [(4, "counted", "Slow.")]
    assert revisions(asked)[-1] == (0, "Slow.", "suspect")


def test_the_cells_follow_and_the_day_stays(customer, asked):
    finish(customer, asked)
    with tenancy.organisation(asked.organisation.pk):
        first = Response.objects.get()
    with days_later(2):
        send_again(customer, asked, 10)
    with tenancy.organisation(asked.organisation.pk):
        response = Response.objects.get()
        fold_answers(organisation_id=asked.organisation.pk, response_ids=[response.pk])
        counted = CountedAnswer.objects.get()
    assert (counted.score, counted.local_on) == (10, first.local_on)
    assert (response.local_on, response.answered_at) == (first.local_on, first.answered_at)
    assert happened(asked)[0] == "response.received"
    assert set(happened(asked)[1:]) == {"response.amended"}


@pytest.mark.parametrize("score", [0, 7, 10])
def test_everybody_gets_the_same_links_whatever_the_score(customer, ask, score):
    asked = ask()
    with tenancy.organisation(asked.organisation.pk):
        version = a_version(
            asked.invitation.survey_version.survey, review_url="https://reviews.example/acme"
        )
        Invitation.objects.filter(pk=asked.invitation.pk).update(survey_version=version)
    thanks = customer.get(finish(customer, asked, score)["Location"])
    page = BeautifulSoup(thanks.content, "html.parser")
    assert [(one["href"], one.get_text()) for one in page.select("a")] == [
        ("https://reviews.example/acme", "Write a public review"),
        (f"{asked.survey}/not-me", "This was not me"),
    ]
    assert "You can also tell others, whatever you think of us." in text(thanks)
