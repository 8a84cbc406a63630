"""Webhooks in the console: made with a secret shown once, tested, paused, replayed, removed."""

import re

import pytest
from bs4 import BeautifulSoup

from accounts.models import Organisation
from followup.models import WebhookDelivery, WebhookEndpoint
from followup.queries.endpoints import address_of, secrets_of
from kit import clock
from tests.builders import a_webhook, a_webhook_delivery
from tests.console.test_acts import newest_change, text_of

FORM = {
    "name": "Data warehouse",
    "url": "https://hooks.warehouse.example/in?token=hush",
    "events": ["response.received", "customer.erased"],
    "detail": "answers",
    "groups": ["low"],
}
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]+")


def only(world):
    with world.inside():
        return WebhookEndpoint.objects.get()


@pytest.fixture
def made(acme):
    """A webhook, made by the manager with the form."""
    answer = acme.client("manager").post(acme.url("webhook_new"), FORM)
    assert answer.status_code == 200
    return answer


def test_the_secret_is_shown_once_and_kept_locked(acme, made):
    (secret,) = SECRET.findall(made.content.decode())
    endpoint = only(acme)

    assert secrets_of(endpoint, clock.now()) == [secret]
    assert secret not in endpoint.secret
    assert address_of(endpoint) == FORM["url"]
    assert "hush" not in endpoint.address + endpoint.place
    page = acme.client("manager").get(acme.url("webhook", endpoint.pk)).content.decode()
    assert not SECRET.search(page)
    action, _, _, after = newest_change(acme)
    assert (action, after["url"]) == ("webhook.created", "https://hooks.warehouse.example")
    assert "hush" not in str(after)


def test_what_was_chosen_is_shown_for_change_and_changed(acme, made):
    address = acme.url("webhook_edit", only(acme).pk)
    manager = acme.client("manager")
    shown = BeautifulSoup(manager.get(address).content, "html.parser")
    ticked = {box["value"] for box in shown.select("input[checked]")}

    assert ticked == {"response.received", "customer.erased", "answers", "low"}
    assert shown.select_one("[name=url]")["value"] == FORM["url"]
    manager.post(address, {**FORM, "name": "Lake", "groups": []})
    assert (only(acme).name, only(acme).groups) == ("Lake", [])
    action, _, before, after = newest_change(acme)
    assert (action, before, after) == (
        "webhook.edited",
        {"name": "Data warehouse", "groups": ["low"]},
        {"name": "Lake", "groups": []},
    )


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://hooks.warehouse.example/", "begins with https://"),
        ("gopher://hooks.warehouse.example/", "begins with https://"),
        ("https://me:secret@hooks.example/", "user name"),
        ("https://hooks.example/#part", "#"),
        ("https://hooks .example/", "spaces"),
        ("https://[fe80::1%25eth0]/", "zone"),
    ],
)
def test_an_address_that_is_not_called_is_refused_with_its_reason(acme, url, why):
    answer = acme.client("manager").post(acme.url("webhook_new"), {**FORM, "url": url})

    assert answer.status_code == 422
    assert why in text_of(answer)
    with acme.inside():
        assert WebhookEndpoint.objects.count() == 0


def test_a_new_secret_signs_beside_the_old_one_for_a_day(acme, made):
    (old,) = SECRET.findall(made.content.decode())
    answer = acme.client("manager").post(acme.url("webhook_secret", only(acme).pk))
    (new,) = SECRET.findall(answer.content.decode())

    assert secrets_of(only(acme), clock.now()) == [new, old]
    acme.client("manager").post(acme.url("webhook_secret", only(acme).pk), {"leaked": "yes"})
    assert len(secrets_of(only(acme), clock.now())) == 1
    assert newest_change(acme)[3]["old_one_ends"] == "at once"


def test_it_is_paused_and_resumed_with_a_line_for_each(acme, made):
    manager, switch = acme.client("manager"), acme.url("webhook_switch", only(acme).pk)

    assert "paused" in text_of(manager.post(switch, follow=True))
    assert newest_change(acme)[:2] == ("webhook.paused", "manager@acme-mobile.example")
    manager.post(switch, {"on": "yes"})
    assert only(acme).paused_at is None
    assert newest_change(acme)[0] == "webhook.resumed"


def test_a_test_is_queued_and_its_page_opened(acme, made):
    answer = acme.client("manager").post(acme.url("webhook_test", only(acme).pk), follow=True)
    assert "A test is on its way" in text_of(answer)
    with acme.inside():
        assert WebhookDelivery.objects.get().type == "ping"


def test_the_log_is_narrowed_and_shows_bodies_and_answers(acme):
    with acme.inside():
        endpoint = a_webhook(Organisation.objects.get(pk=acme.id))
        fine = a_webhook_delivery(endpoint, body='{"type":"response.received","data":{"a":1}}')
        a_webhook_delivery(endpoint, state="failed", last_error="It answered 500.")
        fine.tries.create(
            organisation_id=acme.id, number=1, at=acme.now, took_ms=7, status=204, answer="<b>ok"
        )
    manager, address = acme.client("manager"), acme.url("webhook", endpoint.pk)

    assert "It answered 500." in text_of(manager.get(address, {"state": "failed"}))
    assert "It answered 500." not in text_of(manager.get(address, {"state": "delivered"}))
    page = manager.get(acme.url("webhook_delivery", endpoint.pk, fine.pk))
    assert '"a": 1' in text_of(page)
    assert "&lt;b&gt;ok" in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_cost_the_same_however_long(acme, count, django_assert_num_queries):
    manager = acme.client("manager")
    with acme.inside():
        own = Organisation.objects.get(pk=acme.id)
        endpoint, *_ = [a_webhook(own, name=f"Desk {number}") for number in range(count)]
        for _ in range(count):
            a_webhook_delivery(endpoint)
    manager.get(acme.url("webhooks"))
    with django_assert_num_queries(10):
        assert text_of(manager.get(acme.url("webhooks"))).count("Desk") == count
    with django_assert_num_queries(13):
        found = text_of(manager.get(acme.url("webhook", endpoint.pk)))
    assert found.count("evt_") == count


def test_removing_takes_the_log_along(acme):
    with acme.inside():
        endpoint = a_webhook(Organisation.objects.get(pk=acme.id))
        a_webhook_delivery(endpoint)

    acme.client("manager").post(acme.url("webhook_remove", endpoint.pk))

    with acme.inside():
        assert (WebhookEndpoint.objects.count(), WebhookDelivery.objects.count()) == (0, 0)
    assert newest_change(acme)[0] == "webhook.removed"
