"""Every page by everybody: owner, manager, responder, viewer, outsider and nobody."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import URLResolver, reverse

from accounts.models import ApiKey, JoiningInvitation, Membership, Organisation
from console import urls
from kit import clock
from metrics.models import Annotation, Benchmark, SavedView
from surveys.models import Import, Programme, PublicLink, SendingPause, Suppression, Tag, Wave
from tests.builders import (
    a_receipt,
    a_webhook,
    a_webhook_delivery,
    a_widget,
    an_alert_rule,
    an_import,
    an_invitation,
)
from tests.console.explained import unexplained
from tests.console.pages import ACTS, ALL, CUSTOMERS, EDITORS, EVERYTHING, NAMES_OF_ACTS, PAGES

NAMED = [entry for entry in EVERYTHING if entry[1]]


@pytest.fixture
def ids(filled):
    world = filled.world
    with world.inside():
        key = ApiKey.objects.create(
            **world.own,
            name="Helpdesk",
            prefix="abcdefgh",
            sha256="0" * 64,
            scopes=["metrics:read"],
            created_at=world.now,
        )
        invitation = JoiningInvitation.objects.create(
            **world.own,
            email="new@acme.example",
            role="viewer",
            created_at=world.now,
            expires_at=world.now + timedelta(days=7),
        )
        by = {"made_at": world.now, "made_by": "maya@acme.example"}
        annotation = Annotation.objects.create(
            **world.own, on_day=world.now.date(), text="New billing system", **by
        )
        benchmark = Benchmark.objects.create(
            **world.own, card="service", value=80, source="S", year=2025, method="M", n=1, **by
        )
        pause = SendingPause.objects.create(
            **world.own, reason="strike", begins_at=world.now, created_at=world.now
        )
        receipt = a_receipt(world.id, world.now)
        view = SavedView.objects.create(
            **world.own, user=world.people["owner"], name="V", is_shared=True, made_at=world.now
        )
        wave = Wave.objects.create(
            **world.own,
            programme=world.csat,
            kind="everybody",
            customers=1,
            created_at=world.now,
        )
        done, open_import = an_import(world.own, world.now), an_import(world.own, world.now)
        Import.objects.filter(pk=open_import.pk).update(state="uploaded")
        viewer = Membership.objects.get(user=world.people["viewer"])
        link = an_invitation(
            Organisation.objects.get(pk=world.id), world.csat, filled.ada, channel="link"
        )
        link.expires_at = clock.now() + timedelta(days=9)
        link.save()
        stop = Suppression.objects.create(
            **world.own,
            address_key=filled.ada.address_key,
            reason="staff",
            created_at=world.now,
        )
        public_link = PublicLink.objects.create(
            **world.own,
            programme=world.csat,
            touchpoint=world.phone,
            name="Receipts",
            created_at=world.now,
            created_by="maya@acme.example",
        )
        widget, _ = a_widget(Organisation.objects.get(pk=world.id), world.csat)
        webhook = a_webhook(Organisation.objects.get(pk=world.id))
        delivery = a_webhook_delivery(webhook)
        alert = an_alert_rule(Organisation.objects.get(pk=world.id), viewer)
        tag = Tag.objects.create(**world.own, name="Bill", created_at=world.now)
        anonymous = Programme.objects.create(
            **world.own,
            name="Pulse",
            kind="relational",
            survey=world.nps.survey,
            is_anonymous=True,
            created_at=world.now,
        )
    return {
        "tag": tag.pk,
        "stop": stop.pk,
        "link": link.pk,
        "public_link": public_link.pk,
        "widget": widget.link_id,
        "alert": alert.pk,
        "webhook": webhook.pk,
        "delivery": delivery.pk,
        "message": filled.message.pk,
        "response": filled.response.pk,
        "ada": filled.ada.pk,
        "ben": filled.ben.pk,
        "company": filled.company.pk,
        "property": "team",
        "value": "Billing",
        "phone": world.phone.pk,
        "csat": world.csat.pk,
        "anonymous": anonymous.pk,
        "membership": viewer.pk,
        "invitation": invitation.pk,
        "key": key.pk,
        "pause": pause.pk,
        "annotation": annotation.pk,
        "benchmark": benchmark.pk,
        "view": view.pk,
        "receipt": receipt.pk,
        "wave": wave.pk,
        "import": done.pk,
        "open_import": open_import.pk,
    }


def call(client, name, address):
    return client.post(address) if name in NAMES_OF_ACTS else client.get(address)


def address_of(world, ids, name, needs):
    return world.url(name, *[ids[need] for need in needs])


@pytest.mark.parametrize("role", sorted(ALL))
def test_each_role_opens_exactly_its_pages(acme, ids, role):
    client = acme.client(role)
    answers = {name: client.get(address_of(acme, ids, name, needs)) for name, needs, _, _ in PAGES}

    codes = {name: answer.status_code for name, answer in answers.items()}
    assert codes == {name: 200 if role in allowed else 403 for name, _, allowed, _ in PAGES}
    # Files are streamed, and not all of them are text.
    told = {name: answer.getvalue().decode(errors="replace") for name, answer in answers.items()}
    shown = {name for name, _, _, text in PAGES if text in told[name]}
    assert shown == {name for name, _, allowed, _ in PAGES if role in allowed}
    assert {name: found for name in told if (found := unexplained(told[name]))} == {}


def test_an_outsider_finds_nothing_as_if_it_did_not_exist(acme, globex, ids):
    hank = globex.client("owner")
    for name, needs in EVERYTHING:
        address = address_of(acme, ids, name, needs)
        unknown = address.replace(f"/o/{acme.slug}/", "/o/no-such-organisation/")

        theirs, nobodys = call(hank, name, address), call(hank, name, unknown)

        assert (name, theirs.status_code, nobodys.status_code) == (name, 404, 404)
        assert theirs.content == nobodys.content
        assert "Acme" not in theirs.content.decode()


def test_rows_of_another_organisation_are_not_found_below_ones_own(globex, ids):
    hank = globex.client("owner")
    codes = {
        name: call(hank, name, address_of(globex, ids, name, needs)).status_code
        for name, needs in EVERYTHING
        if needs
    }

    assert codes == dict.fromkeys(codes, 404)
    assert len(codes) == len(NAMED)


def test_nobody_is_led_to_the_sign_in_page_and_back(acme, ids):
    for name, needs in EVERYTHING:
        address = address_of(acme, ids, name, needs)

        answer = call(Client(), name, address)

        led_to = f"{reverse('account_login')}?next={address}"
        assert (answer.status_code, answer["Location"]) == (302, led_to)


@pytest.mark.parametrize(("name", "needs", "allowed"), ACTS, ids=[act[0] for act in ACTS])
def test_acts_are_refused_to_other_roles_and_to_reading(acme, ids, name, needs, allowed):
    address = address_of(acme, ids, name, needs)

    refused = {role: acme.client(role).post(address).status_code for role in ALL - allowed}

    assert refused == dict.fromkeys(ALL - allowed, 403)
    assert acme.client("owner").get(address).status_code == 405


def test_no_page_of_the_console_is_missing_here():
    assert set(names_of(urls.INSIDE)) == {name for name, _ in EVERYTHING}


def names_of(patterns):
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from names_of(each.url_patterns)
        else:
            yield each.name


def test_a_viewer_reads_words_but_not_who_wrote_them(acme, filled):
    shown = {
        role: acme.client(role).get(acme.url("responses")).content.decode()
        for role in ("viewer", "responder")
    }

    assert "Quick and friendly" in shown["viewer"]
    assert "Ada Okafor" not in shown["viewer"]
    assert "Ada Okafor" in shown["responder"]


def test_navigation_offers_only_what_opens(acme):
    pages = {role: acme.client(role).get(acme.url("overview")).content.decode() for role in ALL}

    assert {role for role in ALL if f'"{acme.url("customers")}"' in pages[role]} == CUSTOMERS
    assert {role for role in ALL if f'"{acme.url("settings")}"' in pages[role]} == EDITORS


def test_a_removed_member_is_out_with_the_next_click(acme):
    viewer = acme.client("viewer")
    assert viewer.get(acme.url("overview")).status_code == 200

    with acme.inside():
        Membership.objects.filter(user=acme.people["viewer"]).delete()

    assert viewer.get(acme.url("overview")).status_code == 404


def test_the_inbox_stands_in_the_top_bar_only_where_there_is_one(acme, settings):
    client = acme.client("viewer")
    without = client.get(acme.url("overview")).content.decode()

    settings.ROOT_URLCONF = "tests.console.urls_of_the_demo"
    with_it = client.get(acme.url("overview")).content.decode()

    assert ">Inbox<" not in without
    assert 'href="/inbox/"' in with_it


@pytest.mark.parametrize("code", [400, 403, 404, 500])
def test_error_pages_stand_without_any_context(code):
    page = render_to_string(f"{code}.html")

    assert f'<p class="code">{code}</p>' in page
    assert '<a class="btn" href="/">' in page
    assert 'data-bs-theme="auto"' in page
