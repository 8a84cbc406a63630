"""What a visitor of the demo can press: the story's stops, and a question to herself."""

import copy
import re
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as product
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import include, path, reverse

from accounts.models import ApiKey, Organisation, User
from cxapp.demo import OWNER, SLUG, marker
from cxapp.demo.loading_setup import api_key_text
from cxapp.demo.stops import STOPS
from cxapp.urls import urlpatterns as ours
from kit import clock, tenancy, tokens
from metrics.models import SavedView
from surveys.actions.considering import consider_inviting
from surveys.models import Decision, Interaction, Invitation
from tests.builders import a_member, a_programme, a_touchpoint, a_user, an_organisation

pytestmark = pytest.mark.django_db
TEMPLATES, ADDRESSES = copy.deepcopy(product.TEMPLATES), product.ROOT_URLCONF
urlpatterns = [
    path("inbox/", include("cxapp.demo.inbox.urls")),
    path("demo/", include("cxapp.demo.guide")),
    *ours,
]


@pytest.fixture
def acme(settings, tmp_path):
    settings.ROOT_URLCONF = __name__
    settings.DEMO_INBOX = str(tmp_path / "inbox")
    settings.TEMPLATES = copy.deepcopy(TEMPLATES)
    settings.TEMPLATES[0]["OPTIONS"]["context_processors"] += product.DEMO_PAGES
    organisation = an_organisation(slug=SLUG)
    maya = a_user(OWNER, name="Maya Chen")
    a_member(organisation, "owner", user=maya)
    with tenancy.organisation(organisation.pk):
        for stop in STOPS:
            SavedView.objects.create(
                organisation=organisation,
                user=maya,
                name=stop.name,
                page=stop.page,
                query="from=2026-01-05&to=2026-04-05",
                is_shared=True,
                made_at=clock.now(),
            )
    return organisation


def entered(email=OWNER):
    client = Client()
    client.force_login(User.objects.get(email=email))
    return client


def read(answer):
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def test_the_stops_stand_in_their_order_and_lead_to_their_pages(acme):
    page = read(entered().get(f"/o/{SLUG}/"))
    links = page.select(".rail ol a")
    assert [link.text for link in links] == [stop.name.replace(" ", "", 1) for stop in STOPS]
    assert [link["href"] for link in links] == [
        f"/o/{SLUG}/{stop.page}?from=2026-01-05&to=2026-04-05" for stop in STOPS
    ]
    assert page.select(".rail [aria-current]") == []
    assert page.select_one(".rail > p") is None


@pytest.mark.parametrize("number", [2, 7])
def test_a_stop_says_where_one_is_what_to_see_and_what_comes_next(acme, number):
    page = read(entered().get(f"/o/{SLUG}/{STOPS[number - 1].page}?from=2026-01-05&to=2026-04-05"))
    (here,) = page.select(".rail [aria-current=step]")
    assert here.select_one(".rail-number").text == str(number)
    said = page.select_one(".rail > p")
    assert said.text.startswith(STOPS[number - 1].tells)
    (onward,) = said.select("a")
    assert onward.text == (f"Next: {STOPS[number].name[2:]}" if number < 7 else "Back to today")
    assert "?" in onward["href"] if number < 7 else onward["href"] == f"/o/{SLUG}/"


def test_a_stop_whose_view_was_dropped_is_gone(acme):
    with tenancy.organisation(acme.pk):
        SavedView.objects.filter(name=STOPS[2].name).delete()
    numbers = read(entered().get(f"/o/{SLUG}/")).select(".rail-number")
    assert [one.text for one in numbers] == ["1", "2", "4", "5", "6", "7"]
    before = read(entered().get(f"/o/{SLUG}/{STOPS[1].page}?from=2026-01-05&to=2026-04-05"))
    assert before.select_one(".rail > p a").text == f"Next: {STOPS[3].name[2:]}"


def test_it_is_closed_and_opened_again_where_one_is(acme):
    client, here = entered(), f"/o/{SLUG}/journey/?days=365"
    closed = client.post("/demo/story/", {"back": here})
    assert closed["Location"] == here
    page = read(client.get(here))
    assert page.select(".rail") == []
    assert "Story" in page.select_one(".topbar").text
    client.post("/demo/story/", {"back": here})
    assert len(read(client.get(here)).select(".rail li")) == 7


@pytest.mark.parametrize(("days", "said"), [(7, False), (9, True)])
def test_a_story_older_than_a_week_says_so_and_what_to_do(acme, monkeypatch, days, said):
    loaded_at = clock.now() - timedelta(days=days, minutes=-10)
    held = marker.Loaded(1, date(2026, 10, 28), loaded_at)
    monkeypatch.setattr(marker, "loaded", lambda: held)
    client = entered()
    client.post("/demo/story/")  # also where the story is put away
    notices = [one.text for one in read(client.get(f"/o/{SLUG}/")).select(".notice")]
    told = [one for one in notices if "make demo-reset" in one]
    assert [("ends on 25 October 2026" in one) for one in told] == [True] * said


def test_it_leads_nowhere_else(acme):
    for away in ("https://evil.example/", "//evil.example", "javascript:alert(1)", ""):
        assert entered().post("/demo/story/", {"back": away})["Location"] == "/"


def test_other_organisations_and_forms_have_no_story(acme):
    other = an_organisation(slug="globex")
    a_member(other, "owner", user=User.objects.get(email=OWNER))
    client = entered()
    assert read(client.get("/o/globex/")).select(".rail, .topbar button.inbox") == []
    assert read(client.get(f"/o/{SLUG}/settings/")).select(".rail") == []


def test_the_product_itself_knows_no_story(acme, settings):
    settings.TEMPLATES, settings.ROOT_URLCONF = TEMPLATES, ADDRESSES
    assert read(entered().get(f"/o/{SLUG}/")).select(".rail") == []


def test_each_press_is_a_contact_of_its_own_and_is_asked_about(acme):
    with tenancy.organisation(acme.pk):
        desk = a_touchpoint(acme, "billing-enquiry")
        a_programme(acme, desk, rest_days=30)
    client = entered()
    places = [client.post("/demo/send-me-one/")["Location"] for _ in range(2)]
    with tenancy.organisation(acme.pk):
        contacts = list(Interaction.objects.order_by("id"))
        asked = [each.customer.email for each in contacts]
        told = [SimpleNamespace(payload={"interaction": contact.pk}) for contact in contacts]
        consider_inviting(acme.pk, told, clock.now() + timedelta(seconds=1))
        decided = Decision.objects.values_list("is_asked", "rule")
        assert list(decided) == [(True, "asked")] * 2
        assert set(Invitation.objects.values_list("is_test", flat=True)) == {False}
    assert len(set(asked)) == 2
    assert all(one.startswith("maya+") and one.endswith("@acme.example") for one in asked)
    assert places == [f"/inbox/?to={one.replace('+', '%2B').replace('@', '%40')}" for one in asked]
    assert asked[1] in read(client.get(places[1])).select_one(".none").text


def test_who_does_not_belong_there_can_press_nothing(acme):
    a_member(an_organisation(slug="globex"), user=a_user("gil@globex.example"))
    assert entered("gil@globex.example").post("/demo/send-me-one/").status_code == 404
    assert Client().post("/demo/send-me-one/").status_code == 302
    assert Client().post("/demo/story/").status_code == 302
    assert entered().get("/demo/send-me-one/").status_code == 405
    with tenancy.organisation(acme.pk):
        assert not Interaction.objects.exists()
        assert Organisation.objects.count() == 1


def test_its_style_is_there_and_its_addresses_are_the_demos_own(acme):
    assert finders.find("demo/rail.css")
    assert reverse("guide:send_me_one") == "/demo/send-me-one/"


def a_demo_key(organisation, **fields):
    text = api_key_text()
    with tenancy.organisation(organisation.pk):
        ApiKey.objects.create(
            organisation=organisation, name="Demo", prefix=text[3:11], sha256=tokens.digest(text),
            scopes=["interactions:write"], created_at=clock.now(), **fields,
        )  # fmt: skip
    return text


def live_call(client):
    shown = read(client.get(f"/o/{SLUG}/settings/keys/")).select_one("pre[aria-label]")
    return shown and shown.text


def test_the_call_beside_the_keys_works_as_it_stands_each_time_for_another_customer(acme):
    key = a_demo_key(acme)
    with tenancy.organisation(acme.pk):
        a_programme(acme, a_touchpoint(acme, "billing-enquiry"))
    client = entered()
    for _ in range(2):
        call = live_call(client)
        assert f"Bearer {key}" in call
        answer = Client().post(
            "/api/v1/interactions",
            re.search(r"-d '(.*)'", call, re.DOTALL)[1],
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}"},
        )
        assert answer.status_code == 201, answer.content
    with tenancy.organisation(acme.pk):
        emails = set(Interaction.objects.values_list("customer__email", flat=True))
    assert len(emails) == 2
    assert all(one.endswith("@inkwell.example") for one in emails)


def test_a_revoked_key_is_not_shown_and_nobody_else_sees_it(acme):
    assert live_call(entered()) is None
    a_demo_key(acme, revoked_at=clock.now())
    assert live_call(entered()) is None


def test_only_who_may_manage_keys_sees_the_demos(acme):
    key = a_demo_key(acme)
    a_member(acme, "responder", user=a_user("rita@acme.example"))
    a_user("stranger@elsewhere.example")
    for email, status in (("rita@acme.example", 403), ("stranger@elsewhere.example", 404)):
        answer = entered(email).get(f"/o/{SLUG}/settings/keys/")
        assert (answer.status_code, key.encode() in answer.content) == (status, False)
