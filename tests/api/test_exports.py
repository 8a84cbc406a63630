"""Files by the API: asked for, watched, fetched whole, given up; to whom, and how many at once."""

from datetime import timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from accounts.rules.scopes import Scope
from api.problems import Kind
from api.v1 import export_files
from kit import clock, tenancy
from reports.actions import requesting
from reports.models import ExportJob, ExportPart
from reports.queries.asked import wanted_of
from reports.queries.responses import count_responses
from tests.api.conftest import a_program
from tests.api.problem_documents import check_problem
from tests.builders import an_export

pytestmark = pytest.mark.django_db
WHOLE = {"from": "2026-05-01", "to": "2026-05-31"}


def a_file(**said):
    return {"what": "responses", "format": "csv", "filter": WHOLE, **said}


def test_a_file_is_asked_for_and_noted_once(world, program):
    with tenancy.organisation(world.organisation.pk):
        before = AuditEntry.objects.count()
    made = program.post("/exports", a_file(filter={**WHOLE, "q": "acme", "score": 4}, mark=True))
    assert (made.status_code, made["Location"]) == (202, made.json()["url"])
    told = made.json()
    assert [told[name] for name in ("state", "rows", "done", "size", "with_customers")] == [
        "waiting", 1, 0, None, True,
    ]  # fmt: skip
    assert told["filter"] == {**WHOLE, "q": "...", "score": 4}
    assert program.get(told["url"].removeprefix("/api/v1")).json() == told
    with tenancy.organisation(world.organisation.pk):
        assert AuditEntry.objects.count() == before + 1
        entry = AuditEntry.objects.latest("id")
        job = ExportJob.objects.get(pk=told["id"])
    assert (entry.action, entry.actor, entry.object_id) == (
        "responses.exported", "key Helpdesk", job.pk,
    )  # fmt: skip
    assert entry.after["answers"] == 1
    assert "acme" not in str(entry.after)
    assert (job.asked["q"], job.with_mark) == ("acme", True)


FILTERS = [
    ({}, 1),
    ({"programme": "PROGRAMME"}, 1),
    ({"touchpoint": "acme-billing", "touchpoint_kind": "service"}, 1),
    ({"metric": "csat", "group": "high", "standing": "counted", "origin": "import"}, 1),
    ({"group": "low"}, 0),
    ({"tag": "ACME tag"}, 1),
    ({"company": "COMPANY"}, 1),
    ({"score": 3}, 0),
    ({"commented": True, "scored": True, "programme_kind": "transactional"}, 1),
    ({"q": "nobody said this"}, 0),
    ({"segment": ["plan:Basic"]}, 0),
    ({"but_touchpoint": "acme-billing"}, 0),
    ({"but_q": "words"}, 0),
    ({"contact": "any"}, 0),
    ({"paired_from": "2026-01-01", "paired_to": "2026-04-30", "elsewhere": True}, 0),
    ({"definition": ["csat@1"]}, 1),
]


@pytest.mark.parametrize(("narrowed", "rows"), FILTERS, ids=str)
def test_a_filter_narrows_as_the_list_does(world, program, narrowed, rows):
    ids = {"PROGRAMME": str(world.programme.pk), "COMPANY": str(world.company.pk)}
    said = {
        name: ids.get(value, value) if isinstance(value, str) else value
        for name, value in narrowed.items()
    }
    made = program.post("/exports", a_file(filter={**WHOLE, **said}))
    assert (made.status_code, made.json().get("rows")) == (202, rows)
    with tenancy.organisation(world.organisation.pk):
        kept = ExportJob.objects.get(pk=made.json()["id"]).asked
        assert count_responses(wanted_of(world.organisation.pk, kept)) == rows


REFUSED = [
    ({"programme": "999999999"}, "#/filter/programme"),
    ({"programme": "ANONYMOUS"}, "#/filter/programme"),
    ({"touchpoint": "nowhere"}, "#/filter/touchpoint"),
    ({"tag": "nobody's"}, "#/filter/tag"),
    ({"against": "year"}, "#/filter/against"),
    ({"definition": ["csat@9"]}, "#/filter/definition"),
    ({"from": "2026-05-01"}, "#/filter/from"),
    ({"paired_from": "2026-05-01"}, "#/filter/paired_from"),
    ({"elsewhere": True}, "#/filter/elsewhere"),
    ({"segment": ["plan"]}, "#/filter/segment/0"),
    ({"segment": ["plan:A", "plan:B"]}, "#/filter/segment"),
]


@pytest.mark.parametrize(("narrowed", "pointer"), REFUSED, ids=str)
def test_what_narrows_nothing_is_named(world, program, narrowed, pointer):
    narrowed = {
        name: str(world.anonymous.pk) if value == "ANONYMOUS" else value
        for name, value in narrowed.items()
    }
    answer = program.post("/exports", a_file(filter=narrowed))
    assert answer.status_code in (400, 422), answer.content
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    with tenancy.organisation(world.organisation.pk):
        assert ExportJob.objects.count() == 1


def test_figures_take_what_their_page_takes(program):
    asked = a_file(what="figures", filter={"days": 90, "against": "year", "suspects": True})
    made = program.post("/exports", asked).json()
    assert (made["rows"], made["with_customers"], made["what"]) == (None, False, "figures")
    assert made["file_name"].endswith(f"-figures-{clock.now().date()}.csv")
    one = program.post("/exports", a_file(what="figures", filter={"touchpoint": "acme-billing"}))
    assert "-acme-billing-figures-" in one.json()["file_name"]
    refused = program.post("/exports", a_file(what="figures", filter={"score": 4}))
    check_problem(refused, Kind.INPUT_REFUSED)


def test_three_wait_at_a_time(world, program):
    made = [program.post("/exports", a_file()) for _ in range(requesting.MOST_OPEN)]
    full = program.post("/exports", a_file())
    check_problem(full, Kind.NOT_POSSIBLE_NOW)
    assert int(full["Retry-After"]) > 0
    cancelled = program.send("post", f"{made[-1]['Location'].removeprefix('/api/v1')}/cancel", "")
    assert cancelled.json()["state"] == "cancelled"
    assert program.post("/exports", a_file()).status_code == 202
    with tenancy.organisation(world.organisation.pk):
        job = ExportJob.objects.get(pk=cancelled.json()["id"])
        assert (job.asked, AuditEntry.objects.filter(action="export.cancelled").count()) == ({}, 1)


def test_an_excel_file_ends_at_its_most_rows(program, monkeypatch):
    monkeypatch.setattr(requesting, "MOST_ROWS_OF_EXCEL", 0)
    answer = program.post("/exports", a_file(format="xlsx"))
    check_problem(answer, Kind.INPUT_REFUSED)
    assert "take the CSV" in answer.json()["detail"]
    assert program.post("/exports", a_file()).status_code == 202


def test_a_ready_file_comes_whole_with_its_name(world, program):
    with tenancy.organisation(world.organisation.pk):
        job = an_export(world.organisation, b"id\r\n", name="ours", with_customers=True, size=9)
        own = {"organisation": world.organisation, "job": job}
        ExportPart.objects.create(**own, number=1, content=b"1,'=\r")
    answer = program.get(f"/exports/{job.pk}/file")
    assert answer.getvalue() == b"id\r\n1,'=\r"
    assert {name: answer[name] for name in ("Content-Type", "Content-Length", "Cache-Control")} == {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Length": "9",
        "Cache-Control": "no-store",
    }
    assert answer["Content-Disposition"] == 'attachment; filename="ours.csv"'


def test_who_answered_is_shown_to_keys_that_may_read_it_alone(world, program):
    blind = a_program(world.organisation, name="Blind", scopes=[Scope.EXPORTS_WRITE])
    with tenancy.organisation(world.organisation.pk):
        job = an_export(world.organisation, with_customers=True)
    check_problem(blind.get(f"/exports/{job.pk}/file"), Kind.SCOPE_MISSING)
    assert program.get(f"/exports/{job.pk}/file").status_code == 200
    own = blind.post("/exports", a_file()).json()
    assert own["with_customers"] is False


@pytest.mark.parametrize(
    ("fields", "state", "waits"),
    [
        ({"state": "waiting"}, "waiting", True),
        ({"state": "running"}, "running", True),
        ({"state": "failed", "trouble": "It broke."}, "failed", False),
        ({"state": "cancelled"}, "cancelled", False),
        ({"expires_at": clock.now() - timedelta(seconds=1)}, "expired", False),
    ],
)
def test_what_is_not_there_is_not_handed_out(world, program, fields, state, waits):
    with tenancy.organisation(world.organisation.pk):
        job = an_export(world.organisation, **fields)
    assert program.get(f"/exports/{job.pk}").json()["state"] == state
    answer = program.get(f"/exports/{job.pk}/file")
    check_problem(answer, Kind.NOT_POSSIBLE_NOW)
    assert ("Retry-After" in answer) == waits


def test_two_fetch_at_a_time_and_give_their_places_back(world, program):
    path = f"/exports/{world.export.pk}/file"
    taken = [export_files.PLACES.take() for _ in range(export_files.PLACES.number)]
    answer = program.get(path)
    check_problem(answer, Kind.UNAVAILABLE)
    assert int(answer["Retry-After"]) > 0
    for place in taken:
        place.give_back()
    for _ in range(export_files.PLACES.number + 1):
        assert program.get(path).getvalue() == b"acme"


def test_a_list_costs_the_same_whatever_its_length(world, program):
    def read():
        with CaptureQueriesContext(connections["default"]) as seen:
            rows = program.get("/exports").json()["items"]
        return len(rows), len(seen)

    read()
    one = read()
    with tenancy.organisation(world.organisation.pk):
        for _ in range(2):
            an_export(world.organisation)
    three = read()
    assert (one[0], three[0]) == (1, 3)
    assert one[1] == three[1]
