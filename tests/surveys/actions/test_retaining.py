"""What has come of age is forgotten, the rest stays; scores stay in any case."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from kit import tenancy
from surveys.actions import retaining
from surveys.actions.answering import record_reason, record_score
from surveys.actions.retaining import Forgotten, keep_to_rules, would_forget
from surveys.models import Answer, Customer, Interaction, Invitation, Response, ResponseRevision
from surveys.rules.questions import Given, Kind, Question
from surveys.rules.retention import Rules
from tests.builders import (
    CONFIRMED,
    NOW,
    a_customer,
    a_programme,
    a_touchpoint,
    a_version,
    an_interaction,
    an_invitation,
    an_organisation,
)

pytestmark = pytest.mark.django_db
ALL = Rules(words_months=12, contexts_months=6, silent_years=2)
CONTEXT = {"plan": "Basic", "agent": "Aisha"}


@pytest.fixture
def acme():
    organisation = an_organisation()
    with tenancy.organisation(organisation.pk):
        programme = a_programme(organisation, a_touchpoint(organisation))
        a_version(programme.survey, Question(1, Kind.TEXT, "What else?"))
        organisation.programme = programme
    return organisation


def lived(organisation, name, *, days):
    """Somebody who was in touch, was asked and answered with words, so many days ago."""
    at = NOW - timedelta(days=days)
    her = a_customer(organisation, name=name, email=f"{name.lower()}@mail.example")
    Customer.objects.filter(pk=her.pk).update(created_at=at)
    touchpoint = organisation.programme.touchpoints.get()
    an_interaction(
        organisation, her, touchpoint, occurred_at=at, subject="Her bill", context=CONTEXT
    )
    invitation = an_invitation(organisation, organisation.programme, her, at=at, context=CONTEXT)
    record_score(invitation_id=invitation.pk, score=4, signs=CONFIRMED, now=at)
    (question,) = invitation.survey_version.questions.all()
    record_reason(
        invitation_id=invitation.pk,
        comment=f"{name} was here",
        answers=[Given(question.pk, words="More of it")],
        now=at,
    )
    return her


def run(organisation, rules=ALL, may_go_on=lambda: True):
    return keep_to_rules(
        organisation_id=organisation.pk,
        rules=rules,
        tracked=["plan"],
        now=NOW,
        may_go_on=may_go_on,
    )


def words_of(customer):
    responses = Response.objects.filter(customer=customer)
    return {
        *responses.values_list("comment", flat=True),
        *ResponseRevision.objects.filter(response__in=responses).values_list("comment", flat=True),
        *Answer.objects.filter(response__in=responses).values_list("words", flat=True),
        *(
            words
            for sent in ResponseRevision.objects.filter(response__in=responses)
            for words in sent.answers.values()
        ),
    } - {""}


def contexts_of(customer):
    rows = (Interaction, Invitation, Response)
    return [model.objects.get(customer=customer).context for model in rows]


def test_each_rule_takes_what_has_come_of_its_age(acme):
    with tenancy.organisation(acme.pk):
        new, half, old, silent = (
            lived(acme, name, days=days)
            for name, days in (("New", 100), ("Half", 200), ("Old", 400), ("Silent", 800))
        )
        foreseen = would_forget(rules=ALL, tracked=["plan"], now=NOW)

    done = run(acme)

    assert done == foreseen == Forgotten(words=2, contexts=9, people=1)
    with tenancy.organisation(acme.pk):
        assert words_of(new) == {"New was here", "More of it"}
        assert words_of(half) == {"Half was here", "More of it"}
        assert words_of(old) == words_of(silent) == set()
        assert contexts_of(new) == [CONTEXT] * 3
        assert contexts_of(half) == contexts_of(old) == [{"plan": "Basic"}] * 3
        assert Interaction.objects.get(customer=half).subject == ""
        assert list(Response.objects.values_list("score", flat=True)) == [4] * 4
        left = Customer.objects.filter(erased_at__isnull=True).order_by("id")
        assert [each.name for each in left] == ["New", "Half", "Old"]
        entries = AuditEntry.objects.filter(actor="retention rules").order_by("id")
        assert [(each.action, each.object_id) for each in entries] == [
            ("customer.erased", silent.pk),
            ("retention.applied", acme.pk),
        ]
        assert entries[1].after == {"words": 2, "contexts": 9, "people": 1}


def test_without_a_rule_everything_stays_and_nothing_is_noted(acme):
    with tenancy.organisation(acme.pk):
        silent = lived(acme, "Silent", days=4000)
    assert not run(acme, Rules())
    with tenancy.organisation(acme.pk):
        assert words_of(silent) == {"Silent was here", "More of it"}
        assert not AuditEntry.objects.filter(actor="retention rules").exists()


def test_whoever_was_heard_of_lately_is_not_silent(acme):
    with tenancy.organisation(acme.pk):
        back = lived(acme, "Back", days=4000)
        an_interaction(
            acme, back, acme.programme.touchpoints.get(), occurred_at=NOW - timedelta(days=3)
        )
    assert run(acme, Rules(silent_years=2)).people == 0


def test_a_run_that_is_cut_off_goes_on_where_it_was(acme, monkeypatch):
    monkeypatch.setattr(retaining, "PORTION", 2)
    with tenancy.organisation(acme.pk):
        people = [lived(acme, f"Old{number}", days=400) for number in range(5)]
    turns = iter([True, True, False, False, False, False, False])
    rules = Rules(words_months=12)

    assert run(acme, rules, lambda: next(turns)).words == 4
    with tenancy.organisation(acme.pk):
        assert len([one for one in people if words_of(one)]) == 1
    assert run(acme, rules).words == 1
    assert run(acme, rules).words == 0


def test_another_organisation_keeps_what_it_wants(acme):
    other = an_organisation("Globex")
    with tenancy.organisation(acme.pk):
        old = lived(acme, "Old", days=4000)
    assert not run(other)
    with tenancy.organisation(acme.pk):
        assert words_of(old) == {"Old was here", "More of it"}


def test_whoever_comes_back_while_others_are_erased_stays(acme, monkeypatch):
    with tenancy.organisation(acme.pk):
        _, second = (lived(acme, name, days=4000) for name in ("First", "Second"))
    erase = retaining.erase_customer

    def erase_slowly(**given):
        erase(**given)
        an_interaction(acme, second, acme.programme.touchpoints.get(), occurred_at=NOW)

    monkeypatch.setattr(retaining, "erase_customer", erase_slowly)
    assert run(acme, Rules(silent_years=2)).people == 1
    with tenancy.organisation(acme.pk):
        assert Customer.objects.get(erased_at__isnull=True) == second
