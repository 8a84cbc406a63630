"""Files brought in by a program: checked, refused rows told, let in; and customers narrowed."""

import base64
from datetime import timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from api.problems import Kind
from kit import clock, tenancy
from surveys.actions.bringing import work_on_imports
from surveys.models import Customer, Import, Interaction
from tests.api.conftest import a_program
from tests.api.problem_documents import check_problem
from tests.builders import a_customer

pytestmark = pytest.mark.django_db
PEOPLE = "id,email,plan\nC-1,ada@mail.example,Max\nC-2,ada@,Max\nC-3,,Basic\n"


def sent(text, **said):
    content = base64.b64encode(text.encode()).decode()
    return {"kind": "customers", "content": content, **said}


def work():
    work_on_imports(clock=clock.now)


def test_a_file_is_checked_told_and_let_in(world, program):
    body = sent(PEOPLE, name="crm.csv", columns={"plan": "+"}, source="crm")
    made = program.post("/imports", body)
    assert (made.status_code, made.json()["state"]) == (202, "checking")
    path = made["Location"].removeprefix("/api/v1")
    assert made.json()["columns"] == {"id": "customer_id", "email": "email", "plan": "+"}
    check_problem(program.post(f"{path}/start", {}), Kind.NOT_POSSIBLE_NOW)

    work()
    told = program.get(path).json()
    assert [told[name] for name in ("state", "rows", "new", "refused")] == ["checked", 3, 2, 1]
    with tenancy.organisation(world.organisation.pk):
        assert not Customer.objects.filter(external_id="C-1").exists()
    refused = program.get(f"{path}/refused?limit=1").json()
    [row] = refused["items"]
    assert (row["line"], row["cells"]) == (3, ["C-2", "ada@", "Max"])
    assert "address" in row["why"]
    assert (refused["header"], refused["next_after_line"]) == (["id", "email", "plan"], None)

    assert program.post(f"{path}/start", {}).json()["state"] == "running"
    work()
    told = program.get(path).json()
    assert [told[name] for name in ("state", "new", "changed")] == ["done", 2, 0]
    found = program.get("/customers?external_id=C-1").json()["items"]
    assert found[0]["properties"] == {"plan": "Max"}
    with tenancy.organisation(world.organisation.pk):
        entries = AuditEntry.objects.filter(object_type="import").order_by("id")
        assert set(entries.values_list("actor", flat=True)) == {"key Helpdesk"}
        assert list(entries.values_list("action", flat=True)) == [
            "import.uploaded", "import.columns_chosen", "import.started",
        ]  # fmt: skip


def test_refused_rows_come_page_by_page(program):
    rows = "".join(f"x{number}\n" for number in range(5))
    path = program.post("/imports", sent(f"email\n{rows}"))["Location"].removeprefix("/api/v1")
    work()
    lines, after = [], 0
    for _ in range(3):
        told = program.get(f"{path}/refused?limit=2&after_line={after}").json()
        lines += [row["line"] for row in told["items"]]
        after = told["next_after_line"]
    assert (lines, after) == ([2, 3, 4, 5, 6], None)


def test_times_are_read_in_the_zone_that_was_named(world, program):
    text = "id,occurred at,touchpoint,email\nT-1,12/05/2026 09:30,acme-billing,ada@mail.example\n"
    body = sent(text, kind="interactions", time_zone="Asia/Tokyo", date_order="day", source="desk")
    path = program.post("/imports", body)["Location"].removeprefix("/api/v1")
    work()
    assert program.get(path).json()["new"] == 1
    program.post(f"{path}/start", {"asks": False})
    work()
    with tenancy.organisation(world.organisation.pk):
        made = Interaction.objects.get(source="desk")
    assert made.occurred_at.isoformat() == "2026-05-12T00:30:00+00:00"


def test_a_file_is_given_up(world, program):
    path = program.post("/imports", sent(PEOPLE))["Location"].removeprefix("/api/v1")
    work()
    assert program.send("post", f"{path}/cancel", "").json()["state"] == "dropped"
    check_problem(program.send("post", f"{path}/cancel", ""), Kind.NOT_POSSIBLE_NOW)
    assert program.get(f"{path}/refused").json()["items"] == []


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        (sent(""), "#/content"),
        (sent("email\n"), "#/content"),
        ({**sent(PEOPLE), "content": "abc"}, "#/content"),
        (sent("plan\nMax\n"), "#/columns"),
        (sent(PEOPLE, columns={"nowhere": "email"}), "#/columns/nowhere"),
        (sent(PEOPLE, columns={"plan": "score"}), "#/columns/plan"),
        (sent(PEOPLE, columns={"plan": "email", "email": "email"}), "#/columns"),
        (sent("when,email\n2026-05-12,a@x.example\n", kind="interactions"), "#/columns"),
        (sent(PEOPLE, time_zone="Mars/Olympus"), "#/time_zone"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(world, program, said, pointer):
    with tenancy.organisation(world.organisation.pk):
        before = Import.objects.count()
    answer = program.post("/imports", said)
    assert answer.status_code in (400, 422), answer.content
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {pointer}
    with tenancy.organisation(world.organisation.pk):
        assert Import.objects.count() == before


def test_a_key_of_one_programme_brings_nothing_in(world):
    mine = a_program(world.organisation, name="One", programme_id=world.programme.pk)
    check_problem(mine.post("/imports", sent(PEOPLE)), Kind.SCOPE_MISSING)
    check_problem(mine.get(f"/imports/{world.file.pk}"), Kind.SCOPE_MISSING)


def test_a_file_may_be_larger_than_other_bodies(program):
    rows = "".join(f"{'x' * 200}{number}@mail.example\n" for number in range(6000))
    assert program.post("/imports", sent(f"email\n{rows}")).status_code == 202
    too_large = program.send("post", "/imports", "x" * (14 * 1024 * 1024 + 1))
    check_problem(too_large, Kind.BODY_TOO_LARGE)
    assert "14 MiB" in too_large.json()["detail"]


def test_customers_are_narrowed_under_as_many_statements(world, program):
    counts, now = [], clock.now()
    with tenancy.organisation(world.organisation.pk):
        Customer.objects.update(created_at=now - timedelta(days=9))
    query = f"/customers?company={world.company.pk}"
    program.get(query)
    for number, made in enumerate((1, 2)):
        with tenancy.organisation(world.organisation.pk):
            for _ in range(made):
                at = now - timedelta(days=number)
                a_customer(world.organisation, company=world.company, created_at=at)
        with CaptureQueriesContext(connections["default"]) as queries:
            program.get(query)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert len(program.get(query).json()["items"]) == 4
    since = (now - timedelta(days=2)).isoformat().replace("+", "%2B")
    until = (now - timedelta(hours=1)).isoformat().replace("+", "%2B")
    assert len(program.get(f"{query}&since={since}").json()["items"]) == 3
    assert len(program.get(f"{query}&since={since}&until={until}").json()["items"]) == 2
    assert program.get("/customers?company=999999").json()["items"] == []
