"""A person's export holds everything that is kept about her, and nothing about anybody else."""

import json
from datetime import timedelta

import pytest

from kit import tenancy
from surveys.actions import erasing_rows
from surveys.models import Customer
from surveys.queries import person_export as exporting
from surveys.queries.person_parts import PARTS
from tests.builders import NOW, a_customer, an_organisation
from tests.flow.canary import (
    EMAIL,
    MARKS,
    canary_world,
    dumped,
    erase,
    live,
    settle,
)

pytestmark = pytest.mark.django_db

# What is about her and not in her export, because the words are said elsewhere in it: see
# `person_parts.LEFT_OUT`.
COPIES = {"accounts_idempotencykey", "events_delivery"}
# Columns that are about our machines or about our staff.
NOT_HERS = {
    "surveys_message": {"claim", "lease_until"},
    "surveys_messageattempt": {"worker"},
    "surveys_responserevision": {"entered_by"},
    "surveys_exclusion": {"excluded_by", "restored_by"},
}


@pytest.fixture
def acme(monkeypatch):
    return canary_world(monkeypatch)


def export_of(organisation, her):
    with tenancy.organisation(organisation.pk):
        made = exporting.person_export(customer_id=her.pk, now=NOW)
        return exporting.as_document(made)


def rows_of(document, name):
    (part,) = [part for part in document["parts"] if part["name"] == name]
    return part["rows"]


def test_every_table_that_leads_to_a_customer_is_told(acme):
    # Neither leads to her by a key: the trail names her, and rows of files hold her address.
    besides = {"accounts_auditentry", "surveys_importrow"}
    later = {"followup_webhookdelivery", "followup_webhookattempt"}
    assert exporting.covered() - besides - later == erasing_rows.HANDLED
    assert later <= exporting.covered()


def test_no_column_is_left_out_by_accident():
    hidden = {part.model._meta.db_table: part.hidden for part in PARTS}
    assert {table: names for table, names in hidden.items() if names} == NOT_HERS


def test_whatever_a_table_knows_of_her_the_export_tells(acme, tmp_path):
    her = live(acme, tmp_path)
    told = json.dumps(export_of(acme, her), ensure_ascii=False).lower()
    known = {
        (table, mark)
        for table, text in dumped(acme).items()
        for mark in MARKS
        if mark in text and table not in COPIES
    }
    assert len({table for table, _ in known}) == 12
    assert {mark for _, mark in known} - {mark for mark in MARKS if mark in told} == set()


def test_each_part_holds_her_rows_with_names_and_words(acme, tmp_path):
    her = live(acme, tmp_path)
    document = export_of(acme, her)

    (person,) = rows_of(document, "person")
    assert (person["id"], person["email"], person["company"]) == (
        str(her.pk), EMAIL, "Harbour Works",
    )  # fmt: skip
    assert [row["score"] for row in rows_of(document, "answers")] == [2, 4]
    assert rows_of(document, "contacts")[0]["context"] == {"agent": "Aisha", "note": "pomegranate"}
    further = rows_of(document, "further_answers")
    assert [(row["question"], row["words"], row["chosen"]) for row in further] == [
        ("What else?", "Ask for Zephyrine", []),
        ("How did you reach us?", "", ["In the shop"]),
    ]
    assert {row["reason"] for row in rows_of(document, "wishes")} == {"opted_out"}
    assert "maya@acme.example" not in json.dumps(document)
    assert {part["name"]: len(part["rows"]) for part in document["parts"]} == {
        "person": 1,
        "former_entries": 0,
        "contacts": 1,
        "decisions": 2,
        "invitations": 2,
        "messages": 2,
        "attempts": 2,
        "delivery_reports": 0,
        "answers": 2,
        "answer_versions": 4,
        "further_answers": 2,
        "exclusions": 1,
        "tags": 0,
        "told_to_programs": 1,
        "answers_of_programs": 1,
        "wishes": 2,
        "files": 0,
        "changes": 4,
    }


def test_the_page_counts_what_the_copy_holds(acme, tmp_path):
    her = live(acme, tmp_path)
    document = export_of(acme, her)
    told = {part["name"]: len(part["rows"]) for part in document["parts"]}
    with tenancy.organisation(acme.pk):
        counted = {part.name: part.rows for part in exporting.counts_of(her.pk)}
    assert {"person": 1, **counted} == told
    # Nothing is said to be missing that is there.
    assert not [one for one in document["left_out"] if "told" in one["what"]]


def test_nothing_of_anybody_else_is_in_it(acme, tmp_path):
    her = live(acme, tmp_path)
    with tenancy.organisation(acme.pk):
        other = a_customer(acme, email="other@mail.example", external_id="OTHER-1")
        told = exporting.as_document(exporting.person_export(customer_id=other.pk, now=NOW))
        known = json.dumps(told).lower()
    assert not [mark for mark in MARKS if mark in known]
    assert "other@mail.example" not in json.dumps(export_of(acme, her))
    assert "other@mail.example" in known


def test_of_an_erased_person_nothing_is_left_to_tell(acme, tmp_path):
    her = live(acme, tmp_path)
    erase(acme, her)
    settle(acme, NOW + timedelta(hours=5))
    told = json.dumps(export_of(acme, her)).lower()
    assert not [mark for mark in MARKS if mark in told]


def test_of_another_organisation_nobody_is_found(acme, tmp_path):
    her = live(acme, tmp_path)
    with tenancy.organisation(an_organisation("Globex").pk), pytest.raises(Customer.DoesNotExist):
        exporting.person_export(customer_id=her.pk, now=NOW)
