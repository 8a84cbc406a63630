"""Sending hours, reminders and dry runs: shown in sentences, changed with a trail, tried first."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from accounts.models import AuditEntry, Organisation
from surveys.models import Decision, Programme

OFFICE = {
    "sending_days": ["1", "2", "3", "4", "5"],
    "sending_opens": "540",
    "sending_closes": "1020",
    "holiday_country": "GB",
    "holiday_subdivision": "",
}
WHEN = {
    "reminder_days": "7",
    "newcomer_days": "14",
    "hours": "own",
    "sending_days": ["1", "3"],
    "sending_opens": "600",
    "sending_closes": "720",
}


def said(answer):
    return " ".join(BeautifulSoup(answer.content, "html.parser").main.get_text(" ").split())


def newest(acme):
    with acme.inside():
        entry = AuditEntry.objects.order_by("id").last()
        return entry.action, entry.before, entry.after


def stored(acme):
    with acme.inside():
        return Organisation.objects.get(pk=acme.id)


def test_a_new_organisation_writes_by_day_and_the_page_says_so(acme):
    words = said(acme.client("viewer").get(acme.url("sending_hours")))
    assert "Mail leaves Monday to Saturday, 8:00 to 20:00." in words
    assert "else Europe/Berlin" in words


def test_hours_and_holidays_are_changed_as_one_change(acme):
    page = acme.client("manager").post(acme.url("sending_hours"), OFFICE, follow=True)
    words = said(page)
    assert "Monday to Friday, 9:00 to 17:00, not on public holidays in United Kingdom" in words
    assert "Next holidays:" in words
    action, before, after = newest(acme)
    assert action == "organisation.edited"
    assert (before["sending_days"], after["sending_days"]) == ("123456", "12345")
    assert (after["sending_opens"], after["holiday_country"]) == (540, "GB")
    part = {**OFFICE, "holiday_subdivision": "SCT"}
    words = said(acme.client("manager").post(acme.url("sending_hours"), part, follow=True))
    assert "public holidays in Scotland, United Kingdom" in words
    elsewhere = {**OFFICE, "holiday_country": "DE", "holiday_subdivision": "SCT"}
    acme.client("manager").post(acme.url("sending_hours"), elsewhere)
    assert (stored(acme).holiday_country, stored(acme).holiday_subdivision) == ("DE", "")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"sending_days": []}, "This field is required."),
        ({"sending_days": ["8"]}, "8 is not one of the available choices."),
        ({"sending_opens": "1020", "sending_closes": "540"}, "not after the beginning"),
        ({"sending_opens": "541"}, "not one of the available choices"),
        ({"holiday_country": "Mars"}, "not one of the available choices"),
    ],
)
def test_hours_that_never_come_are_refused(acme, changes, why):
    answer = acme.client("manager").post(acme.url("sending_hours"), {**OFFICE, **changes})
    assert answer.status_code == 422
    assert why in said(answer)
    assert stored(acme).sending_days == "123456"


@pytest.mark.parametrize("role", ["viewer", "responder"])
def test_who_may_not_edit_the_organisation_changes_no_hours(acme, role):
    client = acme.client(role)
    assert client.post(acme.url("sending_hours"), OFFICE).status_code == 403
    assert "Save" not in said(client.get(acme.url("sending_hours")))


def test_a_programme_has_hours_of_its_own_and_leads_to_its_dry_run(acme):
    page = acme.client("manager").post(acme.url("programme_when", acme.nps.pk), WHEN, follow=True)
    with acme.inside():
        nps = Programme.objects.get(pk=acme.nps.pk)
    assert (nps.reminder_days, nps.newcomer_days, nps.sending_days) == (7, 14, "13")
    assert newest(acme)[0] == "programme.hours_edited"
    words = said(page)
    assert "Whom it would ask" in words
    assert "days a new customer is left alone: 14, was 30" in words
    assert "Mail leaves Monday and Wednesday, 10:00 to 12:00." in words
    detail = said(acme.client("viewer").get(acme.url("programme", acme.nps.pk)))
    assert "Reminds once, after 7 days" in detail


@pytest.mark.parametrize(
    ("hours", "stored_days", "words"),
    [("any", "1234567", "at any hour"), ("house", "", "Monday to Saturday, 8:00 to 20:00")],
)
def test_a_programme_may_write_at_any_hour_or_as_the_organisation(acme, hours, stored_days, words):
    sent = {**WHEN, "hours": hours, "reminder_days": ""}
    acme.client("manager").post(acme.url("programme_when", acme.csat.pk), sent)
    with acme.inside():
        csat = Programme.objects.get(pk=acme.csat.pk)
    assert (csat.sending_days, csat.reminder_days) == (stored_days, None)
    page = acme.client("manager").get(acme.url("programme_when", acme.csat.pk))
    chosen = BeautifulSoup(page.content, "html.parser").select_one("[name=hours][checked]")
    assert chosen["value"] == hours
    detail = said(acme.client("viewer").get(acme.url("programme", acme.csat.pk)))
    assert f"Mail leaves {words}" in detail


def test_own_hours_need_a_day(acme):
    sent = {**WHEN, "sending_days": []}
    answer = acme.client("manager").post(acme.url("programme_when", acme.nps.pk), sent)
    assert (answer.status_code, "Choose at least one day." in said(answer)) == (422, True)


@pytest.fixture
def contacts(acme):
    """Four contacts of two people within the last days."""
    with acme.inside():
        for name in ("Ada", "Obi"):
            person = acme.customer(name)
            for days in (5, 2):
                acme.contact(person, at=acme.now - timedelta(days=days), is_asked=False)
        Programme.objects.filter(pk=acme.csat.pk).update(rest_days=30, is_on=False)


def test_a_dry_run_shows_days_rules_people_and_stores_nothing(acme, contacts):
    with acme.inside():
        before = Decision.objects.count()
    words = said(acme.client("responder").get(acme.url("dry_run", acme.csat.pk)))
    assert "2 would be asked" in words
    assert "asked 2" in words
    assert "The programme rests after asking 2" in words
    assert "Ada" in words
    assert "Asked." in words
    with acme.inside():
        assert Decision.objects.count() == before
        assert Programme.objects.get(pk=acme.csat.pk).is_on is False


def test_beside_it_stands_what_was_before_a_change(acme, contacts):
    address = acme.url("dry_run", acme.csat.pk)
    words = said(acme.client("manager").get(f"{address}?rest_days=0"))
    assert "2 would be asked, 2 before" in words
    assert "rest in days: 30, was 0" in words
    assert "Asked by another programme just before" in words or "0 2" in words


@pytest.mark.parametrize("query", ["rest_days=x", "rest_days=30", "sending_days=9", "x=1", ""])
def test_what_is_no_change_is_not_compared(acme, contacts, query):
    words = said(acme.client("manager").get(f"{acme.url('dry_run', acme.csat.pk)}?{query}"))
    assert "2 would be asked" in words
    assert "before" not in words.split("Some of them")[0].split("By rule")[0]


def test_changed_rules_lead_to_the_dry_run_and_other_changes_do_not(acme, contacts):
    with acme.inside():
        csat = Programme.objects.get(pk=acme.csat.pk)
    fields = {
        "name": csat.name,
        "touchpoint_ids": [acme.phone.pk],
        "delay_minutes": 0,
        "rest_days": 1,
        "expires_after_days": 30,
        "channel": csat.channel,
    }
    address = acme.url("programme_edit", acme.csat.pk)
    first = acme.client("manager").post(address, fields)
    assert first["Location"] == f"{acme.url('dry_run', acme.csat.pk)}?rest_days=30"
    second = acme.client("manager").post(address, {**fields, "name": "After every call"})
    assert second["Location"] == acme.url("programme", acme.csat.pk)


def test_changed_hours_lead_to_the_programmes_that_keep_to_them(acme):
    with acme.inside():
        Programme.objects.filter(pk=acme.csat.pk).update(sending_days="12345")
    page = acme.client("manager").post(
        acme.url("sending_hours"), {**OFFICE, "holiday_country": ""}, follow=True
    )
    links = BeautifulSoup(page.content, "html.parser").select(".notice a")
    assert [each.text for each in links] == ["Relationship"]
    words = said(acme.client("manager").get(links[0]["href"]))
    assert "sending days: Mon, Tue, Wed, Thu, Fri, was Mon, Tue, Wed, Thu, Fri, Sat" in words
    assert "sending to: 17:00, was 20:00" in words


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("sampling_percent=100", "share asked, in %: 50, was 100"),
        ("priority=10", "place among programmes: 50, was 10"),
        ("channel=sms", "way: by e-mail, was by text message;"),
        ("conditions=[]", "only where: plan is Basic, was none"),
        ("touchpoint_ids=", "touchpoints: 1, was none"),
    ],
)
def test_each_rule_stands_beside_what_it_was(acme, contacts, query, words):
    with acme.inside():
        condition = {"key": "plan", "test": "is", "values": ["Basic"]}
        Programme.objects.filter(pk=acme.csat.pk).update(
            sampling_percent=50, conditions=[condition]
        )
    page = acme.client("manager").get(f"{acme.url('dry_run', acme.csat.pk)}?{query}")
    assert words in said(page)


@pytest.mark.parametrize(
    "conditions",
    ["x", "{}", "[1]", "[{}]", '[{"key":["a"],"test":"is","values":["b"]}]', '[{"key":1}]',
     '[{"key":"a","test":"was","values":["b"]}]', '[{"key":"a","test":"is","values":[1]}]',
     '[{"key":"a","test":"is","values":7}]', "[" * 3000],
    ids=range(10),
)  # fmt: skip
def test_conditions_that_are_none_are_not_compared(acme, contacts, conditions):
    page = acme.client("manager").get(acme.url("dry_run", acme.csat.pk), {"conditions": conditions})
    words = said(page)
    assert (page.status_code, "2 would be asked" in words) == (200, True)
    assert "before your change" not in words


def test_a_programme_that_is_off_is_tried_before_it_is_switched_on(acme, contacts):
    client = acme.client("manager")
    page = BeautifulSoup(client.get(acme.url("programme", acme.csat.pk)).content, "html.parser")
    (link,) = [each for each in page.select("a.btn-primary") if "switch on" in each.text]
    assert link["href"] == acme.url("dry_run", acme.csat.pk)
    tried = BeautifulSoup(client.get(link["href"]).content, "html.parser")
    (form,) = [
        each for each in tried.find_all("form")
        if each.get("action") == acme.url("programme_switch", acme.csat.pk)
    ]  # fmt: skip
    assert form.button["value"] == "yes"


def test_a_dry_run_of_nobody_is_no_table_of_noughts(acme):
    page = acme.client("responder").get(acme.url("dry_run", acme.nps.pk))
    words = said(page)
    assert "Nobody would be asked Nobody's turn comes in these days." in words
    assert "asks by no calendar: start a wave instead." in words
    assert ("<table" in page.content.decode(), "Ask many at once" in words) == (False, False)
    words = said(acme.client("manager").get(acme.url("dry_run", acme.nps.pk)))
    assert "Ask many at once" in words
