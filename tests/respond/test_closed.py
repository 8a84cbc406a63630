"""Unknown, expired and used links: one page that gives nothing away, and headers on all of them."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from kit import clock, tenancy, tokens
from respond import answering, phrases
from surveys.models import Invitation, Response
from tests.builders import an_organisation
from tests.respond.test_answering import answer, form_of, happened, later, stored, text

pytestmark = pytest.mark.django_db

KIND = "This question is closed or was already answered."
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
}


def seen(response):
    """All that an outsider could compare; only the number of the request is each one's own."""
    headers = {name: value for name, value in response.headers.items() if name != "X-Request-ID"}
    return response.status_code, response.content, headers


@pytest.fixture
def closed(customer):
    """The page of a link that we never made."""
    return seen(customer.get("/s/nobodysXlinkXbutXlongXenough"))


def finish(customer, asked):
    with later(10):
        return customer.post(answer(customer, asked)["Location"], {"comment": "Slow."})


def test_the_page_is_kind_and_says_nothing(customer, asked, closed):
    response = customer.get("/s/nobodysXlinkXbutXlongXenough")
    assert response.status_code == 404
    assert text(response).endswith(f"{KIND} If you want to tell us something, reply to our mail.")
    assert asked.organisation.name not in text(response)


@pytest.mark.parametrize(
    "token", ["x", "0" * 40, "%00", "é", "9" * 5000, "..%2f..", "' OR 1=1--", "a" * 23, "%ff%fe"]
)
@pytest.mark.parametrize("step", ["", "/why", "/thanks", "/nothing"])
def test_malformed_links_are_all_the_same_page(customer, asked, closed, token, step):
    assert seen(customer.get(f"/s/{token}{step}")) == closed
    assert seen(customer.get(f"/u/{token}{step}")) == closed


@pytest.mark.parametrize("step", ["", "/why"])
def test_a_post_to_a_link_that_is_none_is_the_same_page(customer, closed, step):
    assert seen(customer.post(f"/s/{'x' * 25}{step}", {"score": "4", "comment": "x"})) == closed
    assert seen(customer.post(f"/u/{'x' * 25}", {"List-Unsubscribe": "One-Click"})) == closed


def test_a_link_for_another_purpose_opens_nothing(customer, asked, closed):
    assert seen(customer.get(asked.survey.replace("/s/", "/u/"))) == closed
    assert seen(customer.get(asked.stop.replace("/u/", "/s/"))) == closed


def test_an_expired_link_is_the_same_page(customer, asked, closed):
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert seen(customer.get(f"{asked.survey}?score=4")) == closed
        assert seen(customer.post(asked.survey, {"score": "4"})) == closed
        assert seen(customer.post(asked.survey, {"score": "12"})) == closed
        assert seen(customer.get(f"{asked.survey}/why")) == closed
    assert stored(asked) == []


def test_a_finished_link_is_the_same_page(customer, ask, closed):
    asked = ask(amend_days=0)
    address, form = form_of(customer.get(asked.survey))
    finish(customer, asked)
    with later(120):
        for path in ("", "?score=4", "/why", "/thanks", "/thanks?for=x"):
            assert seen(customer.get(asked.survey + path)) == closed
        assert seen(customer.post(address, {**form, "score": "9"})) == closed
        assert seen(customer.post(f"{asked.survey}/why", {"comment": "More."})) == closed
        assert seen(customer.post(f"{asked.survey}/why", {"comment": "x" * 10_001})) == closed
    assert stored(asked) == [(4, "counted", "Slow.")]


@pytest.mark.parametrize("step", ["", "/why", "/not-me"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_guess_is_looked_up_like_a_link_that_expired(customer, asked, step, method):
    """Answered without a look it would come sooner, and time would tell which links are ours."""
    send = getattr(customer, method)
    guess = f"/s/{asked.token[:-1]}{'b' if asked.token.endswith('a') else 'a'}{step}"
    data = {"score": "4", "comment": "x"} if method == "post" else {}
    asks = []
    with time_machine.travel(clock.now() + timedelta(days=31)):
        for address in (f"{asked.survey}{step}", guess):
            send(address, data)  # prepares the statement
            with CaptureQueriesContext(connection) as queries:
                assert send(address, data).status_code == 404
            asks.append([one["sql"].partition("(")[0] for one in queries])
    assert asks[0]
    assert asks[1] == asks[0]


def test_an_answer_a_day_old_is_closed_without_its_second_step(customer, ask, closed):
    asked = ask(amend_days=0)
    with later(10):
        answer(customer, asked)
    with time_machine.travel(clock.now() + timedelta(hours=23)):
        assert customer.get(asked.survey).status_code == 200
        assert customer.get(f"{asked.survey}/why").status_code == 200
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert seen(customer.get(asked.survey)) == closed
        assert seen(customer.get(f"{asked.survey}/why")) == closed
        assert seen(customer.post(f"{asked.survey}/why", {"comment": "Late."})) == closed


def test_thanks_are_shown_for_a_quarter_of_an_hour(customer, asked, closed):
    thanks = finish(customer, asked)["Location"]
    assert customer.get(thanks).status_code == 200
    with later(16 * 60):
        assert seen(customer.get(thanks)) == closed


def test_thanks_of_one_link_open_no_other(customer, ask, closed):
    mine = ask()
    yours = ask("csat", organisation=mine.organisation)
    thanks = finish(customer, mine)["Location"]
    assert seen(customer.get(thanks.replace(mine.token, yours.token))) == closed


def test_an_outsider_learns_nothing_with_a_link_of_another_organisation(customer, asked, closed):
    """The outsider holds a good link of his own and changes the id inside it."""
    an_organisation("Other")
    forged = tokens.base62(asked.invitation.pk) + asked.token[-22:][::-1]
    assert seen(customer.get(f"/s/{forged}")) == closed
    with later(10):
        assert seen(customer.post(f"/s/{forged}", {"score": "0"})) == closed
    assert stored(asked) == []


def test_no_page_shows_who_was_asked(customer, asked):
    with later(10):
        sent = answer(customer, asked)
        shown = [
            customer.get(asked.survey),
            customer.get(sent["Location"]),
            customer.get(asked.stop),
        ]
        finished = customer.post(sent["Location"], {"comment": ""})
        shown.append(customer.get(finished["Location"]))
    with tenancy.organisation(asked.organisation.pk):
        who = Invitation.objects.select_related("customer").get().customer
    for response in shown:
        assert response.status_code == 200
        for secret in (who.email, "Okafor", "Ada"):
            assert secret not in response.content.decode()


class BrokenOff:
    """A body whose sender went away."""

    def read(self, *_size):
        raise OSError("broken off")

    readline = read


def every_answer(customer, asked):
    yield customer.get(asked.survey)
    yield customer.head(asked.survey)
    yield customer.options(asked.survey)
    yield customer.put(asked.survey)
    yield customer.post(asked.survey, {"score": "4"})
    yield customer.post(asked.survey, {"score": "12"})
    yield customer.post(asked.survey, b"x" * 2_000_000, content_type="text/plain")
    yield customer.post(asked.survey, b"--", content_type="multipart/form-data")
    for kind in ("multipart/form-data; boundary=x", "application/x-www-form-urlencoded"):
        yield customer.post(asked.survey, b"x", kind, **{"wsgi.input": BrokenOff()})
    yield customer.get(f"{asked.survey}/why")
    with later(10):
        sent = answer(customer, asked)
        yield sent
        yield customer.get(sent["Location"])
        yield customer.post(sent["Location"], {"comment": "\x00"})
        finished = customer.post(sent["Location"], {"comment": ""})
        yield finished
        yield customer.get(finished["Location"])
    yield customer.get("/s/x")
    yield customer.get("/s/x/y/z")
    yield customer.get(asked.stop)
    yield customer.post(asked.stop, {"List-Unsubscribe": "One-Click"})


def test_every_answer_carries_the_headers_and_no_cookie(customer, asked):
    for response in every_answer(customer, asked):
        assert {name: response[name] for name in HEADERS} == HEADERS
        policy = response["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self' 'sha256-")
        assert "script" not in policy
        assert "unsafe" not in policy
        assert not response.cookies
        assert "Set-Cookie" not in response.headers
        assert "Vary" not in response.headers


def test_no_token_reaches_the_log(customer, asked, caplog):
    caplog.set_level("DEBUG")
    with time_machine.travel(clock.now() + timedelta(days=31)):
        customer.get(asked.survey)
        customer.get(f"{asked.survey}/nothing")
    list(every_answer(customer, asked))
    assert asked.token not in caplog.text


# --- failures ----------------------------------------------------------------------------------


def test_words_are_still_there_when_storing_fails(customer, asked, monkeypatch, caplog):
    with later(10):
        why = answer(customer, asked)["Location"]
        monkeypatch.setattr(answering, "record_reason", _fails)
        response = customer.post(why, {"comment": "Nobody <called> back."})
    assert response.status_code == 503
    assert phrases.NOT_SENT in text(response)
    address, form = form_of(response)
    assert (address, form) == (why, {"comment": "Nobody <called> back."})
    assert phrases.NOT_SENT_CHOICE not in text(response)
    assert response["Cache-Control"] == "no-store"
    assert asked.token not in caplog.text
    assert "Nobody" not in caplog.text
    monkeypatch.undo()
    with later(10):
        assert customer.post(address, form).status_code == 303
    assert stored(asked) == [(4, "counted", "Nobody <called> back.")]


def test_the_score_is_still_there_when_storing_fails(customer, asked, monkeypatch):
    monkeypatch.setattr(answering, "record_score", _fails)
    failed = answer(customer, asked)
    assert failed.status_code == 503
    assert phrases.NOT_SENT_CHOICE in text(failed)  # of words it would be no comfort to read
    monkeypatch.undo()
    address, form = form_of(failed)
    with later(10):
        assert customer.post(address, form)["Location"] == f"{asked.survey}/why"
    assert stored(asked) == [(4, "counted", "")]


def test_a_question_that_cannot_be_read_says_so(customer, asked, monkeypatch):
    monkeypatch.setattr(answering, "asked", _fails)
    response = customer.get(asked.survey)
    assert response.status_code == 503
    assert "Please open the link again in a few minutes." in text(response)


def test_a_mistake_of_ours_is_no_bare_failure(customer, asked, monkeypatch):
    monkeypatch.setattr(answering, "asked", lambda number: 1 / 0)
    response = customer.get(asked.survey)
    assert response.status_code == 500
    assert "Please open the link again in a few minutes." in text(response)
    assert response["Referrer-Policy"] == "no-referrer"


def _fails(*positional, **named):
    raise DatabaseError


def test_a_failure_between_the_rows_leaves_none(customer, asked, monkeypatch):
    """The event cannot be written, so neither is the answer."""
    monkeypatch.setattr("surveys.actions.answering.owed", lambda *kinds: {
        "reaction_kinds": ["response.received"], "reactions": [None], "request_id": ""
    })  # fmt: skip
    assert answer(customer, asked).status_code == 503


@pytest.mark.django_db(transaction=True)
def test_a_failure_between_the_rows_is_whole(customer, asked, monkeypatch):
    test_a_failure_between_the_rows_leaves_none(customer, asked, monkeypatch)
    assert stored(asked) == []
    assert happened(asked) == []
    with tenancy.organisation(asked.organisation.pk):
        assert Response.objects.count() == 0
        assert Invitation.objects.get().answered_at is None


def test_a_foreign_host_is_refused(customer, asked):
    assert customer.get(asked.survey, headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "note", ["we now explain the first bill", "we now explain the first bill."]
)
def test_thanks_say_what_answers_have_changed(customer, ask, note):
    thanks = customer.get(finish(customer, ask(thanks_note=note))["Location"])
    assert "Because of answers like yours: we now explain the first bill." in thanks.text
    plain = customer.get(finish(customer, ask())["Location"])
    assert "Because of answers" not in plain.text
