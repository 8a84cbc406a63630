"""What is only planned makes way for a programme that comes first, and its decision says so."""

from datetime import timedelta

import pytest

from accounts.models import Organisation
from accounts.rules.actors import Actor
from kit import tenancy
from surveys.actions.considering import ask_by_hand, candidates_after, decide_many
from surveys.actions.foreseeing import foresee
from surveys.models import Decision, Interaction, Invitation, Message, Programme
from surveys.rules.reasons import words
from tests.builders import (
    NOW,
    a_customer,
    a_programme,
    a_touchpoint,
    an_interaction,
    an_invitation,
    an_organisation,
)
from tests.surveys.actions.test_whom import met

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MAYA = Actor(name="maya@acme.example")
LATER = NOW + DAY
WEEKS = 3 * 24 * 60


@pytest.fixture
def organisation():
    organisation = an_organisation(created_at=NOW - 400 * DAY)
    with tenancy.organisation(organisation.pk):
        yield organisation


@pytest.fixture
def shop(organisation):
    return a_touchpoint(organisation, "shop")


@pytest.fixture
def repair(organisation):
    return a_touchpoint(organisation, "repair")


@pytest.fixture
def patient(organisation, shop):
    """A programme that comes last and asks three days after the contact."""
    return a_programme(organisation, shop, priority=60, delay_minutes=WEEKS)


@pytest.fixture
def urgent(organisation, repair):
    return a_programme(organisation, repair, priority=10)


@pytest.fixture
def ada(organisation, patient, urgent, shop):
    """Somebody to whom a question is planned in three days."""
    her = a_customer(organisation)
    assert met(organisation, shop, her) == [("asked", "Asked.")]
    return her


def said_now(programme):
    return [
        (each.rule, words(each.rule, each.facts, each.again_on))
        for each in Decision.objects.filter(programme=programme).order_by("id")
    ]


def mails():
    rows = Message.objects.order_by("id").values_list("invitation__programme", "state")
    return list(rows)


def test_a_planned_question_makes_way_and_both_decisions_say_so(
    organisation, repair, patient, urgent, ada
):
    assert met(organisation, repair, ada, now=LATER) == [
        ("asked", "Asked, in place of a survey that was planned for later.")
    ]
    assert said_now(patient) == [
        (
            "gave_way",
            (
                "Not asked: it was planned for a later day and made way on 13 May 2026 for a"
                " programme that comes first. Eligible from 21 May 2026."
            ),
        )
    ]
    assert mails() == [(urgent.pk, "queued")]
    assert Invitation.objects.count() == 1
    assert Decision.objects.filter(is_asked=True).count() == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda mail: Programme.objects.filter(priority=60).update(priority=10),
        lambda mail: Message.objects.update(attempts=1),
        lambda mail: Message.objects.update(handing_over_at=NOW),
        lambda mail: Message.objects.update(
            state="claimed", claim="6f1a1d3e-0000-4000-8000-000000000000", lease_until=LATER
        ),
        lambda mail: Decision.objects.update(occasion="by-hand:2026-05-12T09:30:00"),
    ],
    ids=["equal rank", "tried", "perhaps left", "in a worker's hands", "asked by hand"],
)
def test_what_may_not_make_way_stays(organisation, repair, patient, ada, change):
    change(Message.objects.get())
    (refused,) = met(organisation, repair, ada, now=LATER)
    assert refused[0] == "asked_recently"
    assert [rule for rule, _ in said_now(patient)] == ["asked"]
    assert Message.objects.count() == 1


def test_what_is_due_already_stays(organisation, repair, patient, ada):
    assert met(organisation, repair, ada, now=NOW + 4 * DAY)[0][0] == "asked_recently"
    assert [rule for rule, _ in said_now(patient)] == ["asked"]


def test_no_plan_makes_way_in_vain(organisation, repair, patient, urgent, ada):
    Programme.objects.filter(pk=urgent.pk).update(oldest_days=1)
    late = {"occurred_at": LATER - 3 * DAY}
    assert met(organisation, repair, ada, now=LATER, **late)[0][0] == "too_old"
    an_invitation(organisation, urgent, ada, at=NOW - 10 * DAY)  # its own rest is in the way
    assert met(organisation, repair, ada, now=LATER)[0][0] == "resting"
    assert [rule for rule, _ in said_now(patient)] == ["asked"]
    assert len(mails()) == 2


def test_the_relationship_survey_never_makes_way(organisation, repair, urgent):
    relation = a_programme(organisation, metric="nps", priority=99)
    her = a_customer(organisation)
    an_invitation(organisation, relation, her, sent=False, at=NOW, due_at=NOW + 3 * DAY)
    assert met(organisation, repair, her, now=LATER)[0][0] == "asked_recently"
    assert mails() == [(relation.pk, "queued")]


def test_as_few_as_needed_make_way_and_the_last_in_the_order_first(
    organisation, shop, repair, urgent
):
    Organisation.objects.update(asks_per_year=2, ask_again_after_days=0)
    organisation.refresh_from_db()
    middle = a_programme(organisation, shop, priority=40, delay_minutes=WEEKS)
    last = a_programme(organisation, shop, priority=60, delay_minutes=WEEKS)
    her = a_customer(organisation)
    assert [rule for rule, _ in met(organisation, shop, her)] == ["asked", "asked"]

    assert met(organisation, repair, her, now=LATER)[0][0] == "asked"

    assert [said_now(each)[0][0] for each in (middle, last)] == ["asked", "gave_way"]
    assert sorted(mails()) == sorted([(middle.pk, "queued"), (urgent.pk, "queued")])


@pytest.mark.parametrize(
    ("rank", "rules"), [(10, ["gave_way", "asked"]), (60, ["asked", "asked_recently"])]
)
def test_it_is_the_same_within_one_batch(organisation, shop, repair, patient, urgent, rank, rules):
    Programme.objects.filter(pk=urgent.pk).update(priority=rank)
    her = a_customer(organisation)
    both = [
        an_interaction(organisation, her, shop, occurred_at=NOW - 2 * timedelta(hours=1)),
        an_interaction(organisation, her, repair, occurred_at=NOW - timedelta(hours=1)),
    ]
    decided = decide_many(organisation=organisation, candidates=candidates_after(both), now=NOW)
    assert [each.verdict.rule for each in decided] == rules
    assert [rule for rule, _ in said_now(patient)] == rules[:1]
    assert len(mails()) == 1


def test_at_one_address_a_plan_for_another_person_makes_way(organisation, repair, patient, ada):
    twin = a_customer(organisation, email=ada.email)
    assert met(organisation, repair, twin, now=LATER)[0][0] == "asked"
    assert said_now(patient)[0][1].endswith("for a programme that comes first.")


def test_a_dry_run_foresees_it(organisation, repair, patient, urgent, ada):
    Programme.objects.filter(pk=urgent.pk).update(is_on=False)
    contact = an_interaction(organisation, ada, repair, recorded_at=LATER, occurred_at=LATER)
    Decision.objects.filter(interaction=contact).delete()

    held = Programme.objects.select_related("survey").get(pk=urgent.pk)
    (foreseen,) = foresee(
        organisation=organisation, programme=held, now=LATER + timedelta(hours=1)
    ).decided

    assert (foreseen.verdict.rule, foreseen.verdict.facts) == ("asked", {"instead_of": 1})
    assert mails() == [(patient.pk, "queued")]
    Programme.objects.filter(pk=urgent.pk).update(is_on=True)
    decided = decide_many(
        organisation=organisation,
        candidates=candidates_after(Interaction.objects.filter(pk=contact.pk)),
        now=LATER,
    )
    assert decided[0].verdict == foreseen.verdict


@pytest.mark.parametrize("people", [1, 3])
def test_it_costs_the_same_for_one_and_for_three(
    organisation, shop, repair, patient, urgent, people, django_assert_num_queries
):
    her = [a_customer(organisation) for _ in range(people)]
    for each in her:
        met(organisation, shop, each)
    contacts = [an_interaction(organisation, each, repair) for each in her]
    candidates = candidates_after(contacts)
    with django_assert_num_queries(16):
        decided = decide_many(organisation=organisation, candidates=candidates, now=LATER)
    assert {each.verdict.rule for each in decided} == {"asked"}
    assert {rule for rule, _ in said_now(patient)} == {"gave_way"}


def test_a_question_by_hand_comes_by_its_programmes_rank(organisation, patient, urgent, ada):
    decision = ask_by_hand(
        organisation_id=organisation.pk,
        programme_id=urgent.pk,
        customer_id=ada.pk,
        actor=MAYA,
        now=LATER,
    )
    assert decision.is_asked
    assert [rule for rule, _ in said_now(patient)] == ["gave_way"]
