"""From the link in the mail to thanks, by plain HTTP."""

from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup

from events.models import Event
from kit import clock, tenancy
from surveys.actions.answering import record_reason
from surveys.models import Response, ResponseRevision

pytestmark = pytest.mark.django_db


def form_of(response):
    """What a browser would send if the first button were pressed now."""
    page = BeautifulSoup(response.content, "html.parser")
    form = page.find("form")
    fields = {
        tag["name"]: tag.get("value", "")
        for tag in form.find_all("input")
        if tag.get("type") not in ("radio", "checkbox") or tag.has_attr("checked")
    }
    fields |= {tag["name"]: tag.text.removeprefix("\n") for tag in form.find_all("textarea")}
    return form["action"], fields


def text(response):
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def stored(asked):
    with tenancy.organisation(asked.organisation.pk):
        return list(Response.objects.values_list("score", "standing", "comment"))


def happened(asked):
    """What the journal holds, so that a count of nothing is a count of something."""
    with tenancy.organisation(asked.organisation.pk):
        return list(Event.objects.order_by("id").values_list("kind", flat=True))


def at_once():
    """The clock stands still: a machine's moment, however busy this one is."""
    return time_machine.travel(clock.now(), tick=False)


def later(seconds=5):
    return time_machine.travel(clock.now() + timedelta(seconds=seconds), tick=True)


def answer(customer, asked, score=4, *, wait=5):
    """Open the link, look at it for a while, press Send."""
    address, form = form_of(customer.get(f"{asked.survey}?score={score}"))
    with later(wait):
        return customer.post(address, form)


def test_the_way_from_the_mail_to_thanks(customer, asked):
    opened = customer.get(f"{asked.survey}?score=4")
    assert opened.status_code == 200
    address, form = form_of(opened)
    assert (address, form["score"]) == (asked.survey, "4")
    with later():
        sent = customer.post(address, form)
        assert (sent.status_code, sent["Location"]) == (303, f"{asked.survey}/why")
        assert stored(asked) == [(4, "counted", "")]
        asking_why = customer.get(sent["Location"])
        assert "Thank you, your 4 is counted." in text(asking_why)
        assert "What is the main reason, and what should we put right first?" in text(asking_why)
        address, form = form_of(asking_why)
        finished = customer.post(address, {**form, "comment": "Nobody called back."})
        assert finished.status_code == 303
        assert stored(asked) == [(4, "counted", "Nobody called back.")]
        thanks = customer.get(finished["Location"])
    assert thanks.status_code == 200
    assert "Thank you for telling us. We read every answer." in text(thanks)


@pytest.mark.parametrize(
    ("score", "why", "thanks"),
    [
        (
            3,
            "What is the main reason, and what should we put right first?",
            "Thank you for telling us. We read every answer.",
        ),
        (7, "What would have made it a 9 or a 10?", "Thank you. We will work on it."),
        (9, "What do you value most?", "Thank you. We will pass it on to the Billing team."),
    ],
)
def test_reason_and_thanks_follow_the_score(customer, asked, score, why, thanks):
    with later(10):
        sent = answer(customer, asked, score)
        assert why in text(customer.get(sent["Location"]))
        finished = customer.post(sent["Location"], {"comment": ""})
        assert thanks in text(customer.get(finished["Location"]))
    assert stored(asked) == [(score, "counted", "")]


@pytest.mark.parametrize("metric", ["nps", "csat", "ces"])
def test_each_scale_offers_its_own_points(customer, ask, metric):
    page = BeautifulSoup(customer.get(ask(metric).survey).content, "html.parser")
    points = [tag["value"] for tag in page.find_all("input", type="radio")]
    lowest, highest = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}[metric]
    assert points == [str(score) for score in range(lowest, highest + 1)]
    assert page.find_all("input", checked=True) == []


@pytest.mark.parametrize("score", ["11", "4.5", "-1", "x", "", "\uff19", "04"])
def test_a_link_with_a_score_off_the_scale_marks_nothing(customer, asked, score):
    page = customer.get(asked.survey, {"score": score})
    assert page.status_code == 200
    assert "score" not in form_of(page)[1]


def test_changing_the_mind_on_the_page_sends_the_new_score(customer, asked):
    address, form = form_of(customer.get(f"{asked.survey}?score=4"))
    with later():
        customer.post(address, {**form, "score": "5"})
    assert stored(asked) == [(5, "counted", "")]


def test_sending_twice_is_one_response(customer, asked):
    address, form = form_of(customer.get(f"{asked.survey}?score=4"))
    with later():
        first, second = customer.post(address, form), customer.post(address, form)
    assert first["Location"] == second["Location"] == f"{asked.survey}/why"
    assert happened(asked) == ["response.received", "response.amended"]
    assert stored(asked) == [(4, "counted", "")]


def test_adding_the_reason_twice_ends_at_thanks_and_stores_it_once(customer, asked):
    with later(10):
        why = answer(customer, asked)["Location"]
        first = customer.post(why, {"comment": "Slow."})
        second = customer.post(why, {"comment": "Slow."})
        assert customer.get(second["Location"]).status_code == 200
    assert first.status_code == second.status_code == 303
    with tenancy.organisation(asked.organisation.pk):
        assert ResponseRevision.objects.filter(comment="Slow.").count() == 1


def test_the_reason_page_waits_for_the_score(customer, asked):
    response = customer.get(f"{asked.survey}/why")
    assert (response.status_code, response["Location"]) == (303, asked.survey)


# --- input that is none -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "score", ["11", "-1", "4.5", "\uff19", "", "NaN", "1e1", "4\x00", "\u202e4", "9" * 5000, None]
)
def test_a_score_that_is_none_stores_nothing_and_asks_again(customer, asked, score):
    address, form = form_of(customer.get(asked.survey))
    form |= {} if score is None else {"score": score}
    with later():
        response = customer.post(address, form)
    assert response.status_code == 400
    assert "Nothing is sent yet. Please choose one, then press Send." in text(response)
    assert stored(asked) == []


@pytest.mark.parametrize(("metric", "score"), [("csat", "0"), ("csat", "6"), ("ces", "8")])
def test_a_score_of_another_scale_asks_again(customer, ask, metric, score):
    asked = ask(metric)
    address, form = form_of(customer.get(asked.survey))
    with later():
        response = customer.post(address, {**form, "score": score})
    assert response.status_code == 400
    assert "Nothing is sent yet." in text(response)
    assert stored(asked) == []


def test_too_many_words_are_all_kept_on_the_page_and_none_is_stored(customer, asked):
    words = "é😀" * 5000 + "!"
    with later(10):
        why = answer(customer, asked)["Location"]
        response = customer.post(why, {"comment": words})
    assert response.status_code == 400
    assert "10,001 characters long and 10,000 fit" in text(response)
    assert form_of(response)[1]["comment"] == words
    assert stored(asked) == [(4, "counted", "")]


def test_ten_thousand_characters_are_stored_to_the_last(customer, asked):
    words = "é😀" * 5000
    with later(10):
        why = answer(customer, asked)["Location"]
        assert customer.post(why, {"comment": words}).status_code == 303
    assert stored(asked) == [(4, "counted", words)]


@pytest.mark.parametrize("hidden", ["\x00", "\u202e", "\u2066", "\x1b[31m"])
def test_hidden_characters_are_taken_out_for_another_look(customer, asked, hidden):
    with later(10):
        why = answer(customer, asked)["Location"]
        response = customer.post(why, {"comment": f"They said{hidden} no."})
    assert response.status_code == 400
    assert "Some characters that cannot be seen were taken out." in text(response)
    assert hidden not in response.content.decode()
    assert stored(asked) == [(4, "counted", "")]


@pytest.mark.parametrize("body", [b"comment=%ED%A0%80", b"comment=%FF%FE", b"comment=\xff"])
def test_a_body_that_is_no_text_stores_nothing(customer, asked, body):
    with later(10):
        why = answer(customer, asked)["Location"]
        response = customer.post(
            why, body, content_type="application/x-www-form-urlencoded; charset=utf-8"
        )
    assert response.status_code == 400
    assert "could not read" in text(response)
    assert stored(asked) == [(4, "counted", "")]


def test_a_mark_for_a_lost_character_that_somebody_typed_is_stored(customer, asked):
    with later(10):
        why = answer(customer, asked)["Location"]
        body = "comment=Odd+%EF%BF%BD+letter"
        customer.post(why, body, content_type="application/x-www-form-urlencoded")
    assert stored(asked) == [(4, "counted", "Odd \ufffd letter")]


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain"])
@pytest.mark.parametrize("step", ["", "/why"])
def test_ten_megabytes_are_refused(customer, asked, step, content_type):
    with later(10):
        answer(customer, asked)
        response = customer.post(
            asked.survey + step, b"comment=" + b"x" * 10_000_000, content_type=content_type
        )
    assert response.status_code == 413
    assert "more than fits" in text(response)
    assert stored(asked) == [(4, "counted", "")]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"score=4", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"--x", "multipart/form-data"),
        (b"&".join(b"a%d=1" % n for n in range(500)), "application/x-www-form-urlencoded"),
    ],
)
def test_what_is_no_form_is_refused(customer, asked, body, content_type):
    response = customer.post(asked.survey, body, content_type=content_type)
    assert response.status_code == 400
    assert stored(asked) == []


@pytest.mark.parametrize("length", ["-1", "x", "1e3"])
def test_a_length_that_is_none_is_no_failure_of_ours(customer, asked, length):
    content_type = "application/x-www-form-urlencoded"
    response = customer.post(
        asked.survey, b"score=4", content_type=content_type, CONTENT_LENGTH=length
    )
    assert response.status_code == 400
    assert stored(asked) == []


@pytest.mark.parametrize("body", [b"{}", b'{"score": 4}'])
def test_json_is_no_form_either(customer, asked, body):
    response = customer.post(asked.survey, body, content_type="application/json")
    assert response.status_code == 400
    assert stored(asked) == []


# --- nothing is written by looking ----------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete", "trace"])
def test_no_other_method_writes_a_row(customer, asked, method):
    for path in (f"{asked.survey}?score=4", f"{asked.survey}/why", asked.stop):
        getattr(customer, method)(path)
    assert stored(asked) == []
    assert happened(asked) == []


def test_methods_that_are_none_are_told(customer, asked):
    response = customer.put(asked.survey)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    response = customer.options(asked.survey)
    assert (response.status_code, response.content) == (200, b"")
    response = customer.post(f"{asked.survey}/thanks")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


# --- what it costs --------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_each_step_is_one_round_trip(customer, asked, django_assert_num_queries):
    why = answer(customer, asked)["Location"]  # this and the next lines prepare the statements
    customer.get(why)
    record_reason(invitation_id=0, comment="", now=clock.now())
    with django_assert_num_queries(1):
        page = customer.get(f"{asked.survey}?score=4")
    address, form = form_of(page)
    with later(), django_assert_num_queries(1):
        customer.post(address, form)
    with django_assert_num_queries(1):
        customer.get(why)
    with later(20):
        with django_assert_num_queries(1):
            finished = customer.post(why, {"comment": "Slow."})
        with django_assert_num_queries(1):
            customer.get(finished["Location"])


def test_no_session_no_user_and_nothing_else_below_is_asked(customer, asked, monkeypatch):
    def asked_anyway(*positional):
        raise AssertionError

    monkeypatch.setattr(
        "django.contrib.sessions.middleware.SessionMiddleware.process_request", asked_anyway
    )
    assert customer.get(asked.survey).status_code == 200
    with pytest.raises(AssertionError):
        customer.get("/")
