"""What people do in the console is stored once, shown, and stands in the audit trail."""

import re

import pytest
from bs4 import BeautifulSoup

from accounts.models import ApiKey, AuditEntry, JoiningInvitation, Letter, Membership, Organisation
from accounts.queries.keys import authenticate
from accounts.rules.scopes import USUAL, Scope
from surveys.models import Company, Customer, Decision, Invitation, Message, Programme, Touchpoint
from tests.elsewhere import ELSEWHERE


def newest_change(world):
    with world.inside():
        entry = AuditEntry.objects.order_by("-id").first()
    return entry.action, entry.actor, entry.before, entry.after


def text_of(answer):
    return " ".join(BeautifulSoup(answer.content, "html.parser").get_text(" ").split())


def test_a_customer_is_written_down_and_shown(acme):
    fields = {"name": "Ada Okafor", "email": "Ada@Mail.example", "company": "Northwind"}

    answer = acme.client("responder").post(acme.url("customer_new"), fields, follow=True)

    assert "Ada Okafor" in text_of(answer)
    with acme.inside():
        stored = Customer.objects.select_related("company").get()
        assert (stored.email, stored.address_key) == ("Ada@Mail.example", "ada@mail.example")
        assert stored.company == Company.objects.get(name="Northwind")
    action, actor, before, after = newest_change(acme)
    assert (action, actor, before) == ("customer.created", "responder@acme-mobile.example", {})
    assert after["name"] == "Ada Okafor"


def test_a_correction_keeps_what_it_does_not_name_and_shows_what_changed(acme):
    with acme.inside():
        ada = acme.customer("Ada", external_id="C-1", properties={"plan": "Basic"})
    fields = {"name": "Ada Okafor", "email": ada.email, "external_id": "C-1"}

    acme.client("responder").post(acme.url("customer_edit", ada.pk), fields)

    with acme.inside():
        stored = Customer.objects.get(pk=ada.pk)
    assert (stored.name, stored.properties) == ("Ada Okafor", {"plan": "Basic"})
    assert newest_change(acme)[2:] == ({"name": "Ada"}, {"name": "Ada Okafor"})


def test_saving_a_form_unchanged_leaves_no_line(acme):
    with acme.inside():
        ada = acme.customer("Ada")
        before = AuditEntry.objects.count()

    acme.client("owner").post(
        acme.url("customer_edit", ada.pk), {"name": ada.name, "email": ada.email}
    )

    with acme.inside():
        assert AuditEntry.objects.count() == before


def test_an_erased_customer_can_not_be_written_on(acme):
    with acme.inside():
        gone = acme.customer("", email="", erased_at=acme.now)
    owner = acme.client("owner")

    assert owner.post(acme.url("customer_edit", gone.pk), {"name": "X"}).status_code == 404
    assert "Erased customer" in text_of(owner.get(acme.url("customer", gone.pk)))


def test_asking_now_queues_one_mail_and_says_so(acme):
    with acme.inside():
        ada = acme.customer("Ada")
    address = acme.url("customer_ask", ada.pk)

    answer = acme.client("responder").post(address, {"programme": acme.csat.pk}, follow=True)

    assert "Asked." in text_of(answer)
    with acme.inside():
        assert Invitation.objects.filter(customer=ada).count() == 1
        assert Message.objects.get().state == "queued"


def test_asking_somebody_who_opted_out_is_refused_with_the_reason(acme):
    with acme.inside():
        ada = acme.customer("Ada")
        Programme.objects.filter(pk=acme.csat.pk).update(is_on=False)
    address = acme.url("customer_ask", ada.pk)

    answer = acme.client("responder").post(address, {"programme": acme.csat.pk}, follow=True)

    assert "Not asked: the programme was switched off." in text_of(answer)
    with acme.inside():
        assert Decision.objects.get().is_asked is False
        assert Message.objects.count() == 0


def test_the_timeline_tells_interaction_decision_mail_and_answer_newest_first(acme):
    with acme.inside():
        ada = acme.customer("Ada")
        acme.answer(4, "Quick and friendly", customer=ada)

    page = BeautifulSoup(
        acme.client("responder").get(acme.url("customer", ada.pk)).content, "html.parser"
    )
    told = [" ".join(item.get_text(" ").split()) for item in page.select(".what")]

    assert told == ["Answered CSAT", "Mail handed over", "Asked.", "Phone"]
    assert page.select_one(".timeline blockquote").get_text() == "Quick and friendly"


def test_a_touchpoint_is_named_with_a_new_stage(acme):
    fields = {"name": "Live chat", "kind": "service", "new_stage": "Renew it"}

    acme.client("manager").post(acme.url("touchpoint_new"), fields)

    with acme.inside():
        stored = Touchpoint.objects.select_related("stage").get(name="Live chat")
        assert (stored.slug, stored.stage.name) == ("live-chat", "Renew it")
        assert stored.stage.journey == acme.stage.journey
    assert newest_change(acme)[0] == "touchpoint.created"


def test_a_touchpoint_keeps_the_slug_that_programs_know(acme):
    fields = {"name": "Telephone", "kind": "service", "stage_id": acme.stage.pk}

    acme.client("manager").post(acme.url("touchpoint_edit", acme.phone.pk), fields)

    with acme.inside():
        stored = Touchpoint.objects.get(pk=acme.phone.pk)
    assert (stored.name, stored.slug) == ("Telephone", "phone")


def test_two_touchpoints_whose_names_give_one_slug_get_two(acme):
    client = acme.client("manager")
    for name in ("Phone!", "Phone?"):
        client.post(
            acme.url("touchpoint_new"),
            {"name": name, "kind": "service", "stage_id": acme.stage.pk},
        )

    with acme.inside():
        slugs = list(Touchpoint.objects.order_by("slug").values_list("slug", flat=True))
    assert slugs == ["phone", "phone-2", "phone-3"]


def test_a_new_programme_is_off_and_has_published_questions(acme):
    fields = {
        "name": "After calls",
        "kind": "transactional",
        "metric": "ces",
        "touchpoint_ids": [acme.phone.pk],
        "delay_minutes": 5,
        "rest_days": 60,
        "expires_after_days": 14,
    }

    answer = acme.client("manager").post(acme.url("programme_new"), fields, follow=True)

    assert "5 minutes after the contact" in text_of(answer)
    with acme.inside():
        stored = Programme.objects.get(name="After calls")
        assert (stored.is_on, stored.rest_days, stored.survey.metric) == (False, 60, "ces")
        assert [place.pk for place in stored.touchpoints.all()] == [acme.phone.pk]
        assert stored.survey.versions.count() == 1


def test_taking_a_touchpoint_away_and_adding_another_is_one_change(acme):
    with acme.inside():
        chat = acme.touchpoint("Chat")
    days = {"delay_minutes": 0, "rest_days": 30, "expires_after_days": 30}
    fields = {"name": "After help", "touchpoint_ids": [chat.pk], **days}

    acme.client("manager").post(acme.url("programme_edit", acme.csat.pk), fields)

    with acme.inside():
        programme = Programme.objects.get(pk=acme.csat.pk)
        assert [place.pk for place in programme.touchpoints.all()] == [chat.pk]
    assert newest_change(acme)[2:] == (
        {"touchpoint_ids": [acme.phone.pk]},
        {"touchpoint_ids": [chat.pk]},
    )


@pytest.mark.parametrize(("sent", "is_on"), [("no", False), ("yes", True)])
def test_switching_twice_is_one_change(acme, sent, is_on):
    with acme.inside():
        Programme.objects.filter(pk=acme.csat.pk).update(is_on=not is_on)
        before = AuditEntry.objects.count()
    client = acme.client("manager")

    for _ in range(2):
        client.post(acme.url("programme_switch", acme.csat.pk), {"is_on": sent})

    with acme.inside():
        assert Programme.objects.get(pk=acme.csat.pk).is_on is is_on
        assert AuditEntry.objects.count() == before + 1


def test_the_organisations_settings_are_stored_with_who_changed_them(acme):
    fields = {"name": "Acme Mobile", "time_zone": "Europe/London", "language": "en"}

    acme.client("manager").post(acme.url("settings"), fields)

    with acme.inside():
        stored = Organisation.objects.get(pk=acme.id)
    assert stored.time_zone == "Europe/London"
    action, _, before, after = newest_change(acme)
    assert action == "organisation.edited"
    assert before == {"time_zone": "Europe/Berlin"}
    assert after == {"time_zone": "Europe/London"}


def test_an_invitation_is_written_as_a_letter_and_can_be_revoked(acme):
    owner = acme.client("owner")

    owner.post(acme.url("members"), {"email": "New@Acme.example", "role": "manager"})

    with acme.inside():
        invitation = JoiningInvitation.objects.get()
        assert (invitation.email, invitation.role) == ("new@acme.example", "manager")
        assert Letter.objects.get().to == "new@acme.example"
    assert "new@acme.example" in text_of(owner.get(acme.url("members")))

    owner.post(acme.url("invitation_revoke", invitation.pk))

    assert "Invited, not here yet" not in text_of(owner.get(acme.url("members")))


def test_a_role_is_changed_and_the_last_owner_stays(acme):
    owner = acme.client("owner")
    with acme.inside():
        viewer = Membership.objects.get(user=acme.people["viewer"])
        last = Membership.objects.get(user=acme.people["owner"])

    owner.post(acme.url("member_role", viewer.pk), {"role": "manager"})
    refused = owner.post(acme.url("member_role", last.pk), {"role": "viewer"}, follow=True)

    with acme.inside():
        assert Membership.objects.get(pk=viewer.pk).role == "manager"
        assert Membership.objects.get(pk=last.pk).role == "owner"
    assert "An organisation needs an owner." in text_of(refused)


def test_the_text_of_a_key_is_shown_once_and_works(acme):
    owner = acme.client("owner")
    fields = {"name": "Helpdesk", "scopes": ["metrics:read"], "is_test": "on"}

    made = owner.post(acme.url("key_new"), fields)

    text = BeautifulSoup(made.content, "html.parser").find(id="key-text")["value"]
    identity = authenticate(text, acme.now)
    assert (identity.organisation_id, identity.is_test) == (acme.id, True)
    assert identity.scopes == {"metrics:read"}
    assert "no-store" in made["Cache-Control"]
    assert '"touchpoint": "phone"' in text_of(made)
    assert text not in owner.get(acme.url("keys")).content.decode()


def test_every_scope_can_be_chosen_and_stands_in_its_group(acme):
    page = BeautifulSoup(acme.client("owner").get(acme.url("key_new")).content, "html.parser")
    boxes = page.select("input[name=scopes]")
    assert sorted(box["value"] for box in boxes) == sorted(Scope)
    ticked = {box["value"] for box in boxes if box.has_attr("checked")}
    assert ticked == set(USUAL)
    assert not ticked & {"erasure:write", "programmes:write"}
    groups = [one.text for one in page.select("#div_id_scopes strong")]
    assert groups[:2] == ["Interactions", "Customers and companies"]
    assert len(groups) == len(set(groups)) == 7


def test_the_call_shown_with_a_new_key_works_as_it_stands(acme, client):
    fields = {"name": "Helpdesk", "scopes": ["interactions:write"]}
    made = acme.client("owner").post(acme.url("key_new"), fields)
    shown = BeautifulSoup(made.content, "html.parser").find("pre").text
    bearer = re.search(r'"Authorization: (Bearer \S+)"', shown).group(1)
    address = re.search(r"curl -X POST \S+(/api/\S+)", shown).group(1)
    answer = client.post(
        address,
        re.search(r"-d '(.*)'", shown, re.DOTALL).group(1),
        content_type="application/json",
        headers={"Authorization": bearer},
    )
    assert (answer.status_code, answer.json()["touchpoint"]) == (201, "phone")


def test_a_revoked_key_is_refused_from_then_on(acme):
    owner = acme.client("owner")
    made = owner.post(acme.url("key_new"), {"name": "Helpdesk", "scopes": ["metrics:read"]})
    text = BeautifulSoup(made.content, "html.parser").find(id="key-text")["value"]
    with acme.inside():
        key = ApiKey.objects.get()

    owner.post(acme.url("key_revoke", key.pk))

    assert authenticate(text, acme.now) is None
    assert "revoked" in text_of(owner.get(acme.url("keys")))


def test_the_audit_trail_says_who_changed_what(acme):
    owner = acme.client("owner")
    owner.post(acme.url("programme_switch", acme.csat.pk), {"is_on": "no"})

    trail = text_of(owner.get(acme.url("audit")))

    assert f"Programme {acme.csat.pk} switched off" in trail
    assert "owner@acme-mobile.example" in trail


def test_the_colours_are_kept_and_nobody_is_sent_elsewhere(acme):
    viewer = acme.client("viewer")

    kept = viewer.post("/theme/", {"theme": "dark", "next": acme.url("overview")})
    led = [
        viewer.post("/theme/", {"theme": "dark", "next": target})["Location"]
        for target in ELSEWHERE
    ]

    assert kept["Location"] == acme.url("overview")
    assert led == ["/"] * 30
    assert 'data-bs-theme="dark"' in viewer.get(acme.url("overview")).content.decode()
    viewer.post("/theme/", {"theme": "auto"})
    assert 'data-bs-theme="auto"' in viewer.get(acme.url("overview")).content.decode()
