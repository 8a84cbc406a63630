"""Each rule on real rows: what programmes, organisations and pauses say is what is decided."""

from datetime import timedelta

import pytest

from accounts.models import Organisation
from accounts.rules.actors import Actor
from kit import tenancy
from surveys.actions.considering import ask_by_hand
from surveys.actions.customers import CustomerFields, change_customer
from surveys.actions.linking import link_by_hand
from surveys.actions.stopping import ask_again, stop_asking
from surveys.actions.suppressing import suppress_address
from surveys.models import (
    Company,
    Decision,
    Invitation,
    Message,
    Programme,
    SendingPause,
    Suppression,
)
from surveys.queries.candidates import programmes_at
from surveys.queries.suppressed import keys_of
from surveys.queries.timelines import standing_of
from surveys.rules.cadence import Cadence, next_slot
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
from tests.surveys.actions.test_considering import consider

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
OLD = NOW - 400 * DAY
MAYA = Actor(name="maya@acme.example")


@pytest.fixture
def organisation():
    organisation = an_organisation(created_at=OLD)
    with tenancy.organisation(organisation.pk):
        yield organisation


@pytest.fixture
def touchpoint(organisation):
    return a_touchpoint(organisation)


def met(organisation, touchpoint, customer=None, now=NOW, **fields):
    """Let somebody meet the organisation; return what was decided, in words."""
    customer = customer or a_customer(organisation)
    fields = {"occurred_at": now - timedelta(hours=1), "recorded_at": now, **fields}
    interaction = an_interaction(organisation, customer, touchpoint, **fields)
    consider(organisation, interaction, now=now)
    return [
        (each.rule, words(each.rule, each.facts, each.again_on))
        for each in Decision.objects.filter(interaction=interaction).order_by("id")
    ]


def rules(*decided):
    return [rule for each in decided for rule, _ in each]


def test_a_share_is_drawn_and_stands_for_the_others(organisation, touchpoint):
    programme = a_programme(organisation, touchpoint, sampling_percent=25)
    for _ in range(40):
        met(organisation, touchpoint)
    drawn = Decision.objects.filter(rule="asked").count()
    assert (Decision.objects.filter(rule="not_drawn").count(), 2 < drawn < 20) == (40 - drawn, True)
    assert set(Invitation.objects.values_list("programme", "weight")) == {(programme.pk, 4.0)}


def test_without_sampling_everybody_stands_for_herself(organisation, touchpoint):
    a_programme(organisation, touchpoint)
    met(organisation, touchpoint)
    assert Invitation.objects.get().weight == 1


def test_the_held_out_are_asked_by_no_programme_ever(organisation, touchpoint):
    a_programme(organisation, touchpoint, rest_days=0)
    a_programme(organisation, touchpoint, rest_days=0)
    Organisation.objects.update(holdout_percent=50)
    people = [a_customer(organisation) for _ in range(12)]
    first = [met(organisation, touchpoint, who)[0][0] for who in people]
    later = NOW + 30 * DAY
    second = [met(organisation, touchpoint, who, later)[1][0] for who in people]
    assert {"held_out", "asked"} == set(first)
    assert [rule == "held_out" for rule in first] == [rule == "held_out" for rule in second]


def test_conditions_look_at_what_is_frozen(organisation, touchpoint):
    a_programme(
        organisation,
        touchpoint,
        conditions=[
            {"key": "plan", "test": "is one of", "values": ["Basic", "Plus"]},
            {"key": "minutes", "test": "is at least", "values": ["5"]},
        ],
    )
    basic, pro = ({"properties": {"plan": plan}} for plan in ("Basic", "Pro"))
    decided = [
        met(organisation, touchpoint, a_customer(organisation, **basic), context={"minutes": 7}),
        met(organisation, touchpoint, a_customer(organisation, **basic), context={"minutes": 4}),
        met(organisation, touchpoint, a_customer(organisation, **pro), context={"minutes": 7}),
        met(
            organisation,
            touchpoint,
            a_customer(organisation, **pro),
            context={"minutes": 7, "plan": "Plus"},
        ),
    ]
    assert [sentence for each in decided for _, sentence in each] == [
        "Asked.",
        "Not asked: this programme asks only where minutes is at least 5.",
        "Not asked: this programme asks only where plan is one of Basic or Plus.",
        "Asked.",
    ]


def test_a_programme_may_want_only_what_is_fresh(organisation, touchpoint):
    a_programme(organisation, touchpoint, oldest_days=2)
    decided = met(organisation, touchpoint, occurred_at=NOW - timedelta(days=2, hours=1))
    assert decided == [
        (
            "too_old",
            (
                "Not asked: it was 2 days old when it was recorded; after 2 days nobody is asked"
                " any more."
            ),
        )
    ]


def test_of_two_programmes_the_one_that_comes_first_asks_and_the_other_says_so(
    organisation, touchpoint
):
    a_programme(organisation, touchpoint, priority=20)
    first = a_programme(organisation, touchpoint, priority=10)
    assert programmes_at([touchpoint.pk])[touchpoint.pk][0] == first
    assert met(organisation, touchpoint) == [
        ("asked", "Asked."),
        (
            "outranked",
            (
                "Not asked: a programme that comes first asks about the same contact; 7 days must"
                " lie between two surveys. Eligible from 20 May 2026."
            ),
        ),
    ]


def test_only_so_many_people_of_a_company_are_asked(organisation, touchpoint):
    Organisation.objects.update(people_per_company=2, company_days=10)
    a_programme(organisation, touchpoint, rest_days=0)
    company = Company.objects.create(organisation=organisation, name="Acme", created_at=OLD)
    other = Company.objects.create(organisation=organisation, name="Bolt", created_at=OLD)
    ada, obi, eve = (a_customer(organisation, company=company) for _ in range(3))
    zoe = a_customer(organisation, company=other)
    told = [met(organisation, touchpoint, who) for who in (ada, obi, eve, zoe)]
    assert rules(*told) == ["asked", "asked", "company_asked", "asked"]
    assert told[2][0][1] == (
        "Not asked: enough people of the company were asked in the last 10 days (2)."
        " Eligible from 23 May 2026."
    )
    Message.objects.update(state="sent")
    # Who belongs to the two may be asked again; the third waits until one of them is forgotten.
    again = NOW + 8 * DAY
    assert rules(met(organisation, touchpoint, ada, again)) == ["asked"]
    Message.objects.update(state="sent")
    assert rules(met(organisation, touchpoint, eve, again)) == ["company_asked"]
    assert rules(met(organisation, touchpoint, eve, NOW + 10 * DAY)) == ["asked"]


def test_people_of_one_company_in_one_batch_are_counted(organisation, touchpoint):
    Organisation.objects.update(people_per_company=2)
    a_programme(organisation, touchpoint)
    company = Company.objects.create(organisation=organisation, name="Acme", created_at=OLD)
    consider(
        organisation,
        *(
            an_interaction(organisation, a_customer(organisation, company=company), touchpoint)
            for _ in range(5)
        ),
    )
    told = Decision.objects.order_by("id").values_list("rule", flat=True)
    assert list(told) == ["asked", "asked", "company_asked", "company_asked", "company_asked"]


def test_a_person_who_moved_takes_her_questions_with_her(organisation, touchpoint):
    a_programme(organisation, touchpoint, rest_days=0)
    ada = a_customer(organisation, "ada@old.example")
    assert rules(met(organisation, touchpoint, ada)) == ["asked"]
    ada.email, ada.address_key = "ada@new.example", "ada@new.example"
    ada.save()
    assert rules(met(organisation, touchpoint, ada, NOW + DAY)) == ["asked_recently"]


def test_what_waits_behind_a_pause_counts_from_when_it_can_arrive(organisation, touchpoint):
    """Ten days of pause, and then two mails in one minute: that is what this prevents."""
    programme = a_programme(organisation, touchpoint, rest_days=0)
    ada = a_customer(organisation)
    an_invitation(organisation, programme, ada, sent=False, at=NOW - 10 * DAY)
    assert rules(met(organisation, touchpoint, ada)) == ["asked_recently"]


def test_a_mail_with_a_long_delay_counts_from_its_day(organisation, touchpoint):
    a_programme(organisation, touchpoint, rest_days=0, delay_minutes=20 * 24 * 60)
    other = a_touchpoint(organisation, "shop")
    a_programme(organisation, other, rest_days=0)
    ada = a_customer(organisation)
    assert rules(met(organisation, touchpoint, ada)) == ["asked"]
    assert Invitation.objects.get().due_at == NOW - timedelta(hours=1) + 20 * DAY
    assert rules(met(organisation, other, ada, NOW + 8 * DAY)) == ["asked"]
    assert rules(met(organisation, other, ada, NOW + 16 * DAY)) == ["asked_recently"]


def slots(organisation, programme, customer, today):
    return next_slot(
        Cadence(programme.pk, programme.cadence_months, programme.newcomer_days),
        customer_id=customer.pk,
        known_since=customer.created_at.date(),
        last_asked_on=None,
        today=today,
    )


def test_the_week_before_the_relationship_survey_is_kept_free(organisation, touchpoint):
    a_programme(organisation, touchpoint)
    relational = a_programme(organisation, metric="nps", cadence_months=6)
    ada = a_customer(organisation, created_at=OLD)
    slot = slots(organisation, relational, ada, NOW.date())
    morning = NOW.replace(year=slot.year, month=slot.month, day=slot.day)
    assert met(organisation, touchpoint, ada, morning - 7 * DAY) == [
        (
            "kept_free",
            (
                f"Not asked: the relationship survey is due on {slot.day} {slot:%B %Y}, and the 7"
                " days before it are kept free. Eligible from"
                f" {(slot + 8 * DAY).day} {slot + 8 * DAY:%B %Y}."
            ),
        )
    ]
    assert rules(met(organisation, touchpoint, ada, morning - 8 * DAY)) == ["asked"]


@pytest.mark.parametrize("change", ["is_on", "conditions", "stopped"])
def test_nothing_is_kept_for_a_survey_that_passes_by(organisation, touchpoint, change):
    a_programme(organisation, touchpoint)
    relational = a_programme(organisation, metric="nps", cadence_months=6)
    ada = a_customer(organisation, created_at=OLD, properties={"plan": "Basic"})
    slot = slots(organisation, relational, ada, NOW.date())
    if change == "is_on":
        Programme.objects.filter(pk=relational.pk).update(is_on=False)
    elif change == "conditions":
        wants = [{"key": "plan", "test": "is", "values": ["Pro"]}]
        Programme.objects.filter(pk=relational.pk).update(conditions=wants)
    else:
        Suppression.objects.create(
            organisation=organisation,
            address_key=ada.address_key,
            programme=relational,
            reason="opted_out",
            created_at=OLD,
        )
    morning = NOW.replace(year=slot.year, month=slot.month, day=slot.day)
    assert rules(met(organisation, touchpoint, ada, morning - 2 * DAY)) == ["asked"]


def test_four_service_surveys_leave_two_places_to_the_relationship(organisation, touchpoint):
    programme = a_programme(organisation, touchpoint, rest_days=0)
    a_programme(organisation, metric="nps", cadence_months=6, newcomer_days=60)
    priya = a_customer(organisation, created_at=NOW)
    for days in (162, 120, 80, 40):
        an_invitation(organisation, programme, priya, at=NOW - days * DAY)
    ((_, sentence),) = met(organisation, touchpoint, priya)
    assert sentence.startswith(
        "Not asked: four service surveys this year; two kept for the relationship survey."
        " Eligible from "
    )


def test_a_pause_for_some_refuses_them_and_says_until_when(organisation, touchpoint):
    a_programme(organisation, touchpoint)
    SendingPause.objects.create(
        organisation=organisation,
        reason="network down",
        key="region",
        values=["North"],
        begins_at=NOW - DAY,
        ends_at=NOW + 2 * DAY,
        created_at=NOW - DAY,
    )
    north, south = (
        a_customer(organisation, properties={"region": each}) for each in ("North", "South")
    )
    assert met(organisation, touchpoint, north) == [
        (
            "paused",
            (
                "Not asked: network down; no surveys where region is North until 14 May 2026."
                " Eligible from 15 May 2026."
            ),
        )
    ]
    assert rules(met(organisation, touchpoint, south)) == ["asked"]
    assert rules(met(organisation, touchpoint, north, NOW + 2 * DAY)) == ["asked"]


def test_the_switch_for_all_refuses_everybody(organisation, touchpoint):
    a_programme(organisation, touchpoint)
    Organisation.objects.update(sending_paused_at=NOW)
    assert met(organisation, touchpoint) == [("all_paused", "Not asked: all sending is paused.")]


@pytest.mark.parametrize("count", [1, 3])
def test_limits_of_companies_cost_one_statement_more(
    organisation, touchpoint, count, django_assert_num_queries
):
    a_programme(organisation, touchpoint)
    a_programme(organisation, metric="nps", cadence_months=6)
    Organisation.objects.update(people_per_company=5)
    company = Company.objects.create(organisation=organisation, name="Acme", created_at=OLD)
    people = [a_customer(organisation, company=company) for _ in range(count)]
    interactions = [an_interaction(organisation, who, touchpoint) for who in people]
    with django_assert_num_queries(16):
        consider(organisation, *interactions)
    assert Decision.objects.count() == count


@pytest.mark.parametrize("phone", ["", "+44 7911 123456"])
def test_a_wish_without_an_address_holds_wherever_she_is_reached(
    organisation, touchpoint, settings, phone
):
    """Whether texts are sent or not, by a link and by the address that is known later."""
    programme = a_programme(organisation, touchpoint, rest_days=0)
    ada = a_customer(organisation, "", phone=phone)
    stop_asking(customer_id=ada.pk, programme_id=None, actor=MAYA, now=NOW)
    for sms in ((), (("account", "AC1"),)):
        settings.SMS = sms
        ways = [ask_by_hand, link_by_hand]
        decided = [
            ask(
                organisation_id=organisation.pk,
                programme_id=programme.pk,
                customer_id=ada.pk,
                actor=MAYA,
                now=NOW + len(sms) * DAY,
            ).rule
            for ask in ways
        ]
        assert decided[1] == "stopped_by_staff"
    settings.SMS = ()
    change_customer(customer=ada, fields=CustomerFields(email="ada@mail.example"), now=NOW)
    assert rules(met(organisation, touchpoint, ada)) == ["stopped_by_staff"]
    (wish,) = standing_of(keys_of(ada))
    ask_again(customer_id=ada.pk, suppression_id=wish.pk, actor=MAYA, now=NOW)
    assert rules(met(organisation, touchpoint, ada)) == ["asked"]


def test_what_was_wrong_with_a_link_is_not_wrong_with_a_later_address(organisation, touchpoint):
    a_programme(organisation, touchpoint)
    ada = a_customer(organisation, "")
    suppress_address(
        organisation_id=organisation.pk,
        address_key=f"customer:{ada.pk}",
        reason=Suppression.Reason.NOT_ME,
        now=NOW,
    )
    change_customer(customer=ada, fields=CustomerFields(email="ada@mail.example"), now=NOW)
    assert rules(met(organisation, touchpoint, ada)) == ["asked"]


@pytest.mark.parametrize(("ago", "rule"), [(599, "resting"), (601, "asked")])
def test_a_rest_of_years_is_kept(organisation, touchpoint, ago, rule):
    programme = a_programme(organisation, touchpoint, rest_days=600)
    ada = a_customer(organisation)
    an_invitation(organisation, programme, ada, at=NOW - ago * DAY)
    assert rules(met(organisation, touchpoint, ada)) == [rule]
