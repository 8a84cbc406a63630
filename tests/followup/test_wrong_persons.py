"""This was not me: who is written to, when, and how a bad day becomes one letter."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from accounts.channels.letters import written
from accounts.models import Letter, Membership
from events.dispatching import Happening, dispatch_due
from events.kinds import Kind
from events.publishing import publish
from followup.actions.not_me import tell_managers
from kit import tenancy
from surveys.actions.erasing_rows import forget_person
from surveys.actions.withdrawing import return_answer, withdraw_answer
from surveys.models import Response
from tests.builders import NOW, a_customer, a_member, a_response, an_invitation, an_organisation

pytestmark = pytest.mark.django_db

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def members(world):
    for role in ("owner", "manager", "responder", "viewer"):
        a_member(world.organisation, role, email=f"{role}@acme.example")


def answered(world, name="Ada Okafor", score=4, **fields):
    """Somebody who was asked by mail and answered."""
    who = a_customer(world.organisation, f"{name.split()[0].lower()}@home.example", name=name)
    asked = an_invitation(world.organisation, world.programme, who, answered_at=NOW)
    given = {"origin": "invitation", "origin_key": str(asked.pk), "touchpoint": world.touchpoint}
    a_response(
        world.organisation,
        world.programme,
        score,
        **{**given, "invitation": asked, "customer": who, **fields},
    )
    return asked


def say(world, *asked, at=NOW, act=withdraw_answer):
    with world.inside():
        for one in asked:
            assert act(invitation_id=one.pk, now=at)
    dispatch_due(now=at)


def letters(world):
    with world.inside():
        rows = Letter.objects.order_by("due_at", "to").values_list("to", "due_at", "state")
        return [(to.partition("@")[0], due - NOW, state) for to, due, state in rows]


def sent(world, at):
    """As if the outbox had handed over what is due by then; returns what the owner reads."""
    with world.inside():
        due = Letter.objects.filter(state="queued", due_at__lte=at).order_by("to")
        mails = [written(one, at) for one in due if one.to.startswith("owner")]
        due.update(state="sent")
    return mails


def test_owners_and_managers_hear_of_it_when_it_can_be_undone_no_more(world, members, settings):
    settings.BASE_URL = "https://ask.example"
    with world.inside():
        asked = answered(world)
    say(world, asked)
    quarter = 15 * MINUTE
    assert letters(world) == [("manager", quarter, "queued"), ("owner", quarter, "queued")]

    (mail,) = sent(world, NOW + quarter)
    assert mail.subject == "“This was not me”: an address to check"
    assert "Ada Okafor, ada@home.example (CSAT 4 of 5 at Billing)" in mail.text
    assert "nobody at that address is asked until somebody has looked" in mail.text
    link = f"https://ask.example/o/{world.organisation.slug}/customers/{asked.customer_id}/"
    assert link in mail.text
    page = BeautifulSoup(mail.html, "html.parser")
    assert [a["href"] for a in page.select("a") if a.text.strip() == "Check the address"] == [link]


def test_a_slip_is_told_to_nobody(world, members):
    with world.inside():
        asked, other = answered(world), answered(world, "Ben Ito")
    say(world, asked)
    say(world, asked, at=NOW + 5 * MINUTE, act=return_answer)
    assert [state for _, _, state in letters(world)] == ["cancelled"] * 2
    say(world, asked, at=NOW + 6 * MINUTE)
    say(world, other, at=NOW + 7 * MINUTE)
    say(world, asked, at=NOW + 8 * MINUTE, act=return_answer)
    (mail,) = sent(world, NOW + 21 * MINUTE)
    assert "Ben Ito" in mail.text
    assert "Ada" not in mail.text


def test_many_of_a_day_are_one_letter_and_the_next_leaves_a_day_later(world, members):
    with world.inside():
        asked = [answered(world, f"{name} Ito", n % 5 + 1) for n, name in enumerate("ABCDEFGH")]
    say(world, *asked[:3])
    (mail,) = sent(world, NOW + 15 * MINUTE)
    assert mail.subject == "“This was not me”: 3 addresses to check"
    assert [name in mail.text for name in ("A Ito", "B Ito", "C Ito", "D Ito")] == [1, 1, 1, 0]
    assert "/responses/?days=365&standing=withdrawn" in mail.text

    later = 60 * MINUTE
    for one in asked[3:]:
        say(world, one, at=NOW + later)
        later += MINUTE
    queued = [(to, due) for to, due, state in letters(world) if state == "queued"]
    assert queued == [("manager", DAY + 15 * MINUTE), ("owner", DAY + 15 * MINUTE)]
    with world.inside():
        extra = answered(world, "Zoe Ng")
    say(world, extra, at=NOW + 20 * 60 * MINUTE)
    (mail,) = sent(world, NOW + 2 * DAY)
    assert mail.subject == "“This was not me”: 6 addresses to check"
    assert "Zoe Ng" in mail.text
    assert mail.text.count(" Ito,") == 4
    assert "; 1 more." in mail.text


def test_reactions_may_run_twice_and_organisations_do_not_mix(world, members):
    other = an_organisation("Other")
    a_member(other, "owner", email="somebody@other.example")
    with world.inside():
        asked = answered(world)
    say(world, asked)
    with world.inside():
        response = Response.objects.get()
        event = Happening(0, Kind.RESPONSE_WITHDRAWN, NOW, {"response": response.pk})
        tell_managers(world.organisation.pk, [event], NOW)
    assert [to for to, _, _ in letters(world)] == ["manager", "owner"]
    with tenancy.organisation(other.pk):
        assert not Letter.objects.exists()


def test_tests_and_what_staff_remove_are_no_news(world, members):
    with world.inside():
        say_so = answered(world, standing="test")
        spoken = a_response(world.organisation, world.programme, 2, standing="spoken")
        publish(
            organisation_id=world.organisation.pk,
            kind=Kind.RESPONSE_WITHDRAWN,
            now=NOW,
            response=spoken.pk,
        )
    say(world, say_so)
    assert letters(world) == []


def test_who_was_erased_or_left_stands_in_no_letter(world, members):
    with world.inside():
        asked, other = answered(world), answered(world, "Ben Ito")
    say(world, asked, other)
    with world.inside():
        forget_person(asked.customer, now=NOW)
        letter = Letter.objects.get(to="owner@acme.example")
        assert "Ada" not in written(letter, NOW).text
        assert "Ben Ito" in written(letter, NOW).text
        forget_person(other.customer, now=NOW)
        with pytest.raises(LookupError):
            written(letter, NOW)
        Membership.objects.get(user=letter.user).delete()
        with pytest.raises(Membership.DoesNotExist):
            written(letter, NOW)
