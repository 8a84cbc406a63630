"""Unsubscribing: a form for people, one POST for their mail programs, nothing by looking."""

from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import DatabaseError

from events.models import Event
from kit import clock, tenancy
from respond import stopping
from surveys.models import Customer, Invitation, Suppression
from tests.builders import a_programme, a_touchpoint
from tests.respond.test_answering import form_of, happened, text

pytestmark = pytest.mark.django_db
STOPPED = "We will not send you such questions again."


def stopped(asked):
    with tenancy.organisation(asked.organisation.pk):
        active = Suppression.objects.filter(lifted_at__isnull=True)
        return list(active.values_list("address_key", "programme", "reason"))


def address_of(asked):
    with tenancy.organisation(asked.organisation.pk):
        return Invitation.objects.get().address_key


def buttons_of(response):
    """What each button says, by what it sends."""
    page = BeautifulSoup(response.content, "html.parser")
    return {tag["value"]: tag.text for tag in page.find_all("button", {"name": "act"})}


def press(customer, response, act):
    assert act in buttons_of(response)
    address, fields = form_of(response)
    return customer.post(address, {**fields, "act": act})


@pytest.fixture
def several(asked):
    """The same organisation asks about two more things, one of them by the calendar."""
    with tenancy.organisation(asked.organisation.pk):
        parcels = a_touchpoint(asked.organisation, "parcels", "experience", topic="your parcel")
        asked.own = asked.invitation.programme_id
        asked.parcels = a_programme(asked.organisation, parcels).pk
        asked.whole = a_programme(asked.organisation, metric="nps").pk
        a_programme(asked.organisation, parcels, is_on=False, public_name="a secret plan")
    return asked


@pytest.mark.parametrize("page", ["", "/choices"])
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_stops_nothing(customer, asked, method, page):
    for _ in range(10):
        assert getattr(customer, method)(asked.stop + page).status_code == 200
    assert stopped(asked) == []
    assert happened(asked) == []


def test_one_button_stops_and_one_undoes(customer, asked):
    offered = customer.get(asked.stop)
    assert "Stop these questions?" in text(offered)
    assert buttons_of(offered) == {"stop": "Stop them"}
    done = press(customer, offered, "stop")
    assert done.status_code == 200
    assert STOPPED in text(done)
    assert stopped(asked) == [(address_of(asked), None, "opted_out")]
    assert STOPPED in text(customer.get(asked.stop))
    undone = press(customer, done, "undo")
    assert "Stop these questions? Undone. We may ask you again." in text(undone)
    assert "Undone" not in text(customer.get(asked.stop))
    assert stopped(asked) == []
    assert happened(asked) == ["customer.opted_out", "customer.opted_in"]


def test_only_those_about_one_thing(customer, several):
    done = press(customer, customer.get(several.stop), "stop")
    assert buttons_of(done) == {"only": "Only stop those about your bill", "undo": "Undo"}
    narrowed = press(customer, done, "only")
    assert "We will not ask you about your bill again." in text(narrowed)
    assert stopped(several) == [(address_of(several), several.own, "opted_out")]
    assert buttons_of(narrowed) == {"stop": "Stop all questions", "undo": "Undo"}
    press(customer, narrowed, "undo")
    assert stopped(several) == []
    assert told(several) == [
        ("customer.opted_out", None),
        ("customer.opted_in", None),
        ("customer.opted_out", several.own),
        ("customer.opted_in", several.own),
    ]


def test_undoing_all_leaves_what_was_stopped_before(customer, several):
    press(customer, customer.get(several.stop), "only")
    press(customer, customer.get(several.stop), "stop")
    undone = press(customer, customer.get(several.stop), "undo")
    assert "Undone" not in text(undone), "we may not"
    assert stopped(several) == [(address_of(several), several.own, "opted_out")]
    with tenancy.organisation(several.organisation.pk):
        assert Invitation.objects.get().opted_out_at is not None


def test_the_choices_say_kinds_in_words_for_customers(customer, several):
    page = customer.get(f"{several.stop}/choices")
    assert choices_of(page) == {
        "Your bill": (str(several.own), True),
        "Your parcel": (str(several.parcels), True),
        "Acme Mobile as a whole": (str(several.whole), True),
    }
    assert "secret" not in page.text
    assert "Programme" not in page.text, "the names that staff use"
    assert "Ada" not in page.text
    assert address_of(several) not in page.text


def test_what_is_not_ticked_is_stopped(customer, several):
    saved = choose(customer, several, several.own, several.whole)
    assert "Saved." in text(saved)
    assert stopped(several) == [(address_of(several), several.parcels, "opted_out")]
    assert choices_of(saved)["Your parcel"][1] is False
    choose(customer, several, several.parcels)
    assert {programme for _, programme, _ in stopped(several)} == {several.own, several.whole}
    choose(customer, several, several.own, several.parcels, several.whole)
    assert stopped(several) == []


def test_nothing_ticked_is_all_stopped_and_one_tick_takes_it_back(customer, several):
    choose(customer, several)
    assert stopped(several) == [(address_of(several), None, "opted_out")]
    assert STOPPED in text(customer.get(several.stop))
    choose(customer, several, several.parcels)
    assert {programme for _, programme, _ in stopped(several)} == {several.own, several.whole}


def test_saving_twice_is_saving_once(customer, several):
    for _ in range(5):
        choose(customer, several, several.own)
    assert len(stopped(several)) == 2
    assert len(happened(several)) == 2


def test_a_kind_that_began_meanwhile_is_not_refused_unseen(customer, several):
    page = customer.get(f"{several.stop}/choices")
    with tenancy.organisation(several.organisation.pk):
        a_programme(several.organisation, public_name="roaming")
    offered = [value for value, _ in choices_of(page).values()]
    customer.post(f"{several.stop}/choices", {"offered": offered, "wanted": offered[:1]})
    assert {key for _, key, _ in stopped(several)} == {several.parcels, several.whole}


def test_programmes_that_ask_about_the_same_are_one_tick(customer, several):
    with tenancy.organisation(several.organisation.pk):
        second = a_programme(several.organisation, public_name="your bill").pk
    page = customer.get(f"{several.stop}/choices")
    assert choices_of(page)["Your bill"] == (f"{several.own}-{second}", True)
    choose(customer, several, several.parcels, several.whole)
    assert {key for _, key, _ in stopped(several)} == {several.own, second}


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"wanted": "1"},
        {"offered": "x", "wanted": "-1"},
        {"offered": "9" * 40},
        {"offered": "٣"},
        {"offered": "999999", "wanted": "999999"},
    ],
)
def test_a_form_that_is_none_of_ours_changes_nothing(customer, several, sent):
    assert customer.post(f"{several.stop}/choices", sent).status_code == 200
    assert stopped(several) == []
    assert happened(several) == []


def test_the_programmes_of_another_organisation_cannot_be_chosen(customer, several, ask):
    other = ask()
    foreign = other.invitation.programme_id
    customer.post(f"{several.stop}/choices", {"offered": [str(foreign), str(several.own)]})
    assert stopped(several) == [(address_of(several), None, "opted_out")]
    assert stopped(other) == []


def test_whoever_moved_is_left_in_peace_at_both_addresses(customer, asked):
    with tenancy.organisation(asked.organisation.pk):
        Customer.objects.update(email="new@mail.example", address_key="new@mail.example")
    done = press(customer, customer.get(asked.stop), "stop")
    assert {key for key, _, _ in stopped(asked)} == {address_of(asked), "new@mail.example"}
    assert happened(asked) == ["customer.opted_out"]
    press(customer, done, "undo")
    assert stopped(asked) == []


def test_the_choice_is_still_there_when_storing_fails(customer, several, monkeypatch):
    def fails(**named):
        raise DatabaseError

    with monkeypatch.context() as broken:
        broken.setattr(stopping, "choose_programmes", fails)
        failed = choose(customer, several, several.own, several.whole)
    assert failed.status_code == 503
    page = BeautifulSoup(failed.content, "html.parser")
    kept = [(tag["name"], tag["value"]) for tag in page.find_all("input")]
    form = {name: [value for key, value in kept if key == name] for name, _ in kept}
    assert customer.post(page.form["action"], form).status_code == 200
    assert stopped(several) == [(address_of(several), several.parcels, "opted_out")]


def choices_of(response):
    page = BeautifulSoup(response.content, "html.parser")
    ticks = page.find_all("input", {"type": "checkbox"})
    return {tag.parent.text.strip(): (tag["value"], tag.has_attr("checked")) for tag in ticks}


def choose(customer, asked, *wanted):
    """Tick these and press Save, as a browser sends it."""
    address = f"{asked.stop}/choices"
    lines = [value for value, _ in choices_of(customer.get(address)).values()]
    keep = [line for line in lines if any(str(each) in line.split("-") for each in wanted)]
    return customer.post(address, {"offered": lines, "wanted": keep})


def told(asked):
    with tenancy.organisation(asked.organisation.pk):
        rows = Event.objects.order_by("id")
        return [(row.kind, row.payload.get("programme")) for row in rows]


@pytest.mark.parametrize("multipart", [False, True])
def test_one_click_of_a_mail_program(customer, asked, multipart):
    """RFC 8058: no cookies, no redirect, either encoding, as often as it likes."""
    for _ in range(10):
        if multipart:
            response = customer.post(asked.stop, {"List-Unsubscribe": "One-Click"})
        else:
            response = customer.post(
                asked.stop,
                "List-Unsubscribe=One-Click",
                content_type="application/x-www-form-urlencoded",
            )
        assert response.status_code == 200
        assert not response.cookies
    assert stopped(asked) == [(address_of(asked), None, "opted_out")]
    assert happened(asked) == ["customer.opted_out"]


def test_the_link_works_long_after_the_question_closed(customer, asked):
    with time_machine.travel(clock.now() + timedelta(days=400)):
        assert customer.post(asked.stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert len(stopped(asked)) == 1


def test_only_this_organisation_stops(customer, asked, ask):
    other = ask()
    customer.post(asked.stop, {"act": "stop"})
    assert len(stopped(asked)) == 1
    assert stopped(other) == []


def test_an_erased_customer_has_no_address_to_stop(customer, asked):
    with tenancy.organisation(asked.organisation.pk):
        Invitation.objects.update(address_key="")
        Customer.objects.update(email="", address_key="", name="", erased_at=clock.now())
    assert customer.post(asked.stop, {"act": "stop"}).status_code == 200
    assert stopped(asked) == []


def test_a_body_of_ten_megabytes_stops_nothing(customer, asked):
    body = b"List-Unsubscribe=One-Click&x=" + b"x" * 10_000_000
    response = customer.post(asked.stop, body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 413
    assert stopped(asked) == []


def stop_link_of(customer, asked):
    page = BeautifulSoup(customer.get(asked.survey).content, "html.parser")
    return [(tag["href"], tag.text.strip()) for tag in page.select("a:not([hreflang])")]


@pytest.mark.parametrize("channel", ["link", "sms"])
def test_whoever_got_no_mail_finds_the_way_out_on_the_page(customer, asked, channel):
    with tenancy.organisation(asked.organisation.pk):
        Invitation.objects.update(channel=channel)

    ((address, words),) = stop_link_of(customer, asked)

    assert (address, words) == (asked.stop, "Stop these questions")
    assert press(customer, customer.get(address), "stop").status_code == 200
    assert stopped(asked) == [(address_of(asked), None, "opted_out")]


def test_a_mail_has_its_own_way_out(customer, asked):
    assert stop_link_of(customer, asked) == []
