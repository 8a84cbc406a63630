"""Many at once on one link: one response, whoever is first."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from kit import tenancy, tokens
from surveys.models import (
    Answer,
    Invitation,
    PublicLink,
    Response,
    ResponseRevision,
    Suppression,
)
from tests.builders import a_choice, a_version
from tests.respond.test_answering import form_of, happened, later, stored

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 20
ROUNDS = 10


def storm(send):
    """200 sendings, twenty at any moment; returns how often each status came."""
    barrier = Barrier(AT_ONCE)

    def sender(number):
        try:
            barrier.wait(10)
            return [send(Client(), number * ROUNDS + turn).status_code for turn in range(ROUNDS)]
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Counter(status for each in pool.map(sender, range(AT_ONCE)) for status in each)


def test_two_hundred_posts_on_one_link_are_one_response(customer, asked):
    address, form = form_of(customer.get(asked.survey))
    with later():
        statuses = storm(
            lambda client, number: client.post(address, {**form, "score": str(number % 11)})
        )
    assert statuses == {303: 200}
    with tenancy.organisation(asked.organisation.pk):
        numbers = list(ResponseRevision.objects.order_by("number").values_list("number", flat=True))
        last = ResponseRevision.objects.latest("number")
    assert numbers == list(range(1, 201))
    assert stored(asked) == [(last.score, "counted", "")]
    assert Counter(happened(asked)) == {"response.received": 1, "response.amended": 199}


def test_first_posts_at_the_same_moment_all_succeed(customer, ask):
    """Two that both found no answer yet: whoever is second must find the first one's."""
    links = [ask(name=f"Company {number}") for number in range(15)]
    forms = [form_of(customer.get(each.survey)) for each in links]
    barrier = Barrier(AT_ONCE)

    def sender(number):
        found = []
        try:
            for address, form in forms:
                barrier.wait(10)
                found.append(Client().post(address, {**form, "score": "4"}).status_code)
        finally:
            connection.close()
        return found

    with later(), ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = Counter(status for each in pool.map(sender, range(AT_ONCE)) for status in each)

    assert statuses == {303: AT_ONCE * len(links)}
    assert [len(stored(each)) for each in links] == [1] * len(links)


def test_two_hundred_equal_reasons_are_one_version(customer, asked):
    address, form = form_of(customer.get(f"{asked.survey}?score=4"))
    with later():
        why = customer.post(address, form)["Location"]
        statuses = storm(lambda client, _: client.post(why, {"comment": "Slow."}))
    assert statuses == {303: 200}
    assert stored(asked) == [(4, "counted", "Slow.")]
    with tenancy.organisation(asked.organisation.pk):
        numbers = ResponseRevision.objects.order_by("number").values_list("number", "comment")
        assert list(numbers) == [(1, ""), (2, "Slow.")]


def test_of_two_hundred_reasons_at_once_the_last_stands_and_all_are_kept(customer, asked):
    address, form = form_of(customer.get(f"{asked.survey}?score=4"))
    with later():
        why = customer.post(address, form)["Location"]
        statuses = storm(lambda client, number: client.post(why, {"comment": f"Reason {number}"}))
    assert statuses == {303: 200}
    with tenancy.organisation(asked.organisation.pk):
        rows = list(ResponseRevision.objects.order_by("number").values_list("number", "comment"))
    assert [number for number, _ in rows] == list(range(1, 202))
    assert stored(asked) == [(4, "counted", rows[-1][1])]


def test_two_hundred_reasons_are_one_where_answers_cannot_be_changed(customer, ask):
    asked = ask(amend_days=0)
    address, form = form_of(customer.get(f"{asked.survey}?score=4"))
    with later():
        why = customer.post(address, form)["Location"]
        statuses = storm(lambda client, number: client.post(why, {"comment": f"Reason {number}"}))
    # Nobody is thanked for words that are not kept.
    assert statuses == {303: 1, 404: 199}
    ((score, standing, comment),) = stored(asked)
    assert (score, standing) == (4, "counted")
    with tenancy.organisation(asked.organisation.pk):
        revisions = ResponseRevision.objects.exclude(comment="").values_list("comment", flat=True)
        assert list(revisions) == [comment]


@pytest.mark.parametrize("by", ["invitation", "public link"])
def test_of_two_sets_of_choices_at_one_moment_one_stands_whole(customer, ask, by):
    """Both begin before either is stored: what stands is one of them, not halves."""
    asked = ask()
    with tenancy.organisation(asked.organisation.pk):
        programme = asked.invitation.programme
        version = a_version(programme.survey, a_choice(1), a_choice(2), asks_why=False)
        first, second = version.questions.order_by("number").values_list("id", flat=True)
        Invitation.objects.filter(pk=asked.invitation.pk).update(survey_version=version)
        if by == "public link":
            link = PublicLink.objects.create(
                organisation=asked.organisation,
                programme=programme,
                kind="link",
                name="Poster",
                created_at=asked.invitation.created_at,
            )
            asked.survey = f"/l/{tokens.sign('public link', link.pk)}"
    address, form = form_of(customer.get(f"{asked.survey}?score=4"))
    with later():
        why = customer.post(address, form)["Location"]
    held = Response.objects.all() if by == "public link" else Invitation.objects.all()
    sets = [{f"c{first}": "1"}, {f"c{second}": "2"}]

    def sender(chosen):
        try:
            return Client().post(why, {"comment": "", **chosen}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        with tenancy.organisation(asked.organisation.pk):
            list(held.select_for_update(no_key=True))
            sendings = [pool.submit(sender, chosen) for chosen in sets]
            until_waiting(len(sets))
        assert [one.result() for one in sendings] == [303, 303]

    with tenancy.organisation(asked.organisation.pk):
        stands = {str(one.question_id): one.picked for one in Answer.objects.all()}
        last = ResponseRevision.objects.latest("number")
    assert len(stands) == 1
    assert stands == last.answers


def until_waiting(number):
    """Return as soon as so many others wait for a lock that we hold."""
    ends = time.monotonic() + 30
    with connection.cursor() as cursor:
        while time.monotonic() < ends:
            cursor.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0] >= number:
                return
            time.sleep(0.01)
    pytest.fail("Nobody waited.")


def test_two_hundred_unsubscribes_are_one(customer, asked):
    statuses = storm(lambda client, number: client.post(asked.stop, {"act": "stop"}))
    assert statuses == {200: 200}
    with tenancy.organisation(asked.organisation.pk):
        assert Suppression.objects.count() == 1
    assert happened(asked) == ["customer.opted_out"]
