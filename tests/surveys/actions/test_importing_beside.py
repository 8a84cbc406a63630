"""A file from the command line comes in beside everything else: nobody waits for its end."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from accounts.rules.actors import COMMAND_LINE
from kit import tenancy
from surveys.actions import importing_carrying as carrying
from surveys.actions.customers import CustomerFields
from surveys.actions.importing import Plan, import_responses
from surveys.actions.recording import InteractionFields, record_interaction
from surveys.models import Customer, Response
from tests.at_once import elsewhere
from tests.builders import NOW, a_touchpoint, an_organisation

ROWS = 5


@pytest.fixture
def organisation(monkeypatch):
    monkeypatch.setattr(carrying, "PORTION", 2)
    made = an_organisation()
    with tenancy.organisation(made.pk):
        a_touchpoint(made)
    return made


@pytest.fixture
def bring(organisation, tmp_path):
    path = tmp_path / "answers.csv"
    rows = [f"R-{n},2026-01-0{n + 1}T09:00Z,{n},N-{n}\n" for n in range(ROWS)]
    path.write_text("id,answered_at,nps,customer_id\n" + "".join(rows))

    def bring(**plan):
        return import_responses(
            organisation_id=organisation.pk,
            path=path,
            plan=Plan(**plan),
            actor=COMMAND_LINE,
            now=NOW,
        )

    return bring


def after_each_portion(monkeypatch, act):
    """Do it whenever a portion is stored and the next one has not begun."""
    reached = carrying.portions

    def portions(file):
        for number, portion in enumerate(reached(file)):
            yield portion
            act(number)

    monkeypatch.setattr(carrying, "portions", portions)


def report(organisation, external_id):
    fields = InteractionFields(
        source="Helpdesk",
        source_id=f"of {external_id}",
        touchpoint="billing",
        customer=CustomerFields(external_id=external_id, name="Ada"),
        occurred_at=NOW - timedelta(hours=1),
    )
    with tenancy.organisation(organisation.pk):
        return record_interaction(
            organisation_id=organisation.pk, fields=fields, now=NOW
        ).interaction.customer_id


@pytest.mark.django_db(transaction=True)
def test_people_are_reported_while_a_file_with_new_people_comes_in(
    organisation, bring, monkeypatch
):
    reported = []
    with elsewhere() as start:

        def report_both(number):
            names = f"other-{number}", f"N-{2 * number}"
            begun = [start(lambda who=who: report(organisation, who)) for who in names]
            reported.extend(one.result(20) for one in begun)

        after_each_portion(monkeypatch, report_both)
        done = bring()
    assert (done.stored, done.new_customers, len(reported)) == (ROWS, ROWS, 2 * 3)
    with tenancy.organisation(organisation.pk):
        assert Customer.objects.count() == ROWS + 3
        # Who came in with a portion is found by the report that follows it.
        known = Customer.objects.filter(external_id__in=["N-0", "N-2", "N-4"]).order_by("pk")
        assert reported[1::2] == [one.pk for one in known]


@pytest.mark.django_db
def test_a_file_that_broke_off_is_gone_on_with_by_the_next_run(organisation, bring, monkeypatch):
    def break_off(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        after_each_portion(patch, break_off)
        with pytest.raises(KeyboardInterrupt):
            bring()
    with tenancy.organisation(organisation.pk):
        assert Response.objects.count() == carrying.PORTION
    foreseen = bring(is_dry_run=True)
    again = bring()
    for told in (foreseen, again):
        assert (told.stored, told.known, told.new_customers) == (ROWS - 2, 2, ROWS - 2)
    with tenancy.organisation(organisation.pk):
        scores = Response.objects.order_by("score").values_list("score", flat=True)
        assert list(scores) == list(range(ROWS))
        trail = AuditEntry.objects.filter(action="responses.imported").order_by("id")
        # Each run says what it was to bring in, as it begins.
        assert [entry.after["stored"] for entry in trail] == [ROWS, ROWS - 2]
