"""Customers: created once, changed in part, with typed properties and a trail of who did it."""

import pytest

from accounts.models import ApiKey, AuditEntry
from api.problems import Kind
from kit import tenancy
from surveys.models import Company, Customer, PropertyKey
from tests.api.problem_documents import check_problem

pytestmark = pytest.mark.django_db

ADA = {
    "external_id": "C-2041",
    "email": "Ada@Mail.example",
    "name": "Ada Okafor",
    "phone": "+44 20 7946 0000",
    "company": "Okafor Ltd",
    "language": "en-GB",
    "time_zone": "Europe/London",
    "legal_basis": {"basis": "consent", "on": "2026-05-03", "source": "Checkout form"},
    "properties": {"plan": "Basic", "lines": 3, "autopay": True},
}


def test_all_that_is_said_is_stored_and_read(world, program):
    answer = program.post("/customers", ADA)
    assert answer.status_code == 201
    customer_id = answer.json()["id"]
    with tenancy.organisation(world.organisation.pk):
        stored = Customer.objects.select_related("company").get(pk=customer_id)
    assert answer.json() == {
        "id": customer_id,
        "url": f"/api/v1/customers/{customer_id}",
        **ADA,
        "created_at": stored.created_at.isoformat().replace("+00:00", "Z"),
    }
    assert (stored.address_key, stored.company.name) == ("ada@mail.example", "Okafor Ltd")
    assert program.get(f"/customers/{customer_id}").json() == answer.json()


@pytest.mark.parametrize("said", [{"external_id": "C-2041"}, {"email": "ADA@mail.example"}])
def test_who_is_known_is_not_created_again(program, said):
    known = program.post("/customers", ADA).json()
    answer = program.post("/customers", said)
    check_problem(answer, Kind.CUSTOMER_EXISTS)
    assert known["url"] in answer.json()["detail"]


def test_a_family_may_share_an_address(program):
    program.post("/customers", ADA)
    assert program.post("/customers", {**ADA, "external_id": "C-2042"}).status_code == 201


def test_a_change_leaves_what_is_not_said(program):
    ada = program.post("/customers", ADA).json()
    answer = program.patch(
        ada["url"][7:], {"name": "", "properties": {"plan": "Pro", "vip": False}}
    )
    assert answer.status_code == 200
    assert answer.json() == {
        **ada,
        "name": "",
        "properties": {"plan": "Pro", "lines": 3, "autopay": True, "vip": False},
    }


def test_an_external_id_has_one_owner(world, program):
    ada = program.post("/customers", ADA).json()
    answer = program.patch(f"/customers/{world.customer.pk}", {"external_id": "C-2041"})
    check_problem(answer, Kind.CUSTOMER_EXISTS)
    assert f"customer {ada['id']}" in answer.json()["detail"]


def test_each_change_leaves_one_row_in_the_trail(world, program):
    ada = program.post("/customers", ADA).json()
    program.patch(ada["url"][7:], {"name": "Ada Obi"})
    program.patch(ada["url"][7:], {"name": "Ada Obi"})
    with tenancy.organisation(world.organisation.pk):
        key_id = ApiKey.objects.get().pk
        rows = AuditEntry.objects.filter(object_type="customer").order_by("id")
        trail = [(row.action, row.api_key_id, row.object_id, row.ip) for row in rows]
        assert trail == [
            ("customer.created", key_id, int(ada["id"]), "127.0.0.1"),
            ("customer.edited", key_id, int(ada["id"]), "127.0.0.1"),
        ]
        assert (rows[1].before, rows[1].after) == ({"name": "Ada Okafor"}, {"name": "Ada Obi"})


def test_a_new_property_registers_and_a_mismatch_is_refused(world, program):
    program.post("/customers", {"external_id": "1", "properties": {"seats": 5, "plan": "Pro"}})
    answer = program.post("/customers", {"external_id": "2", "properties": {"seats": "5"}})
    check_problem(answer, Kind.INPUT_REFUSED)
    assert answer.json()["errors"][0]["pointer"] == "#/properties/seats"
    with tenancy.organisation(world.organisation.pk):
        kinds = dict(PropertyKey.objects.values_list("key", "kind"))
        assert kinds == {"seats": "number", "plan": "text"}
        assert not Customer.objects.filter(external_id="2").exists()


def test_at_most_two_hundred_properties_are_known(world, program):
    many = {f"p{number}": number for number in range(200)}
    assert program.post("/customers", {"external_id": "1", "properties": many}).status_code == 201
    answer = program.post("/customers", {"external_id": "2", "properties": {"one more": 1}})
    check_problem(answer, Kind.INPUT_REFUSED)
    assert program.post("/customers", {"external_id": "3", "properties": many}).status_code == 201
    with tenancy.organisation(world.organisation.pk):
        assert PropertyKey.objects.count() == 200


def test_they_are_found_by_any_spelling_of_the_address_and_by_id(program):
    ada = program.post("/customers", ADA).json()
    for query in ("email=aDA@mail.EXAMPLE", "external_id=C-2041"):
        assert program.get(f"/customers?{query}").json()["items"] == [ada]
    assert program.get("/customers?external_id=C-204").json()["items"] == []


def test_who_is_erased_or_archived_is_gone(world, program):
    with tenancy.organisation(world.organisation.pk):
        Customer.objects.filter(pk=world.customer.pk).update(archived_at=world.customer.created_at)
    check_problem(program.get(f"/customers/{world.customer.pk}"), Kind.NOT_FOUND)
    assert program.get("/customers").json()["items"] == []


def test_a_company_is_made_once(world, program):
    for number in ("1", "2"):
        program.post("/customers", {"external_id": number, "company": "Okafor Ltd"})
    with tenancy.organisation(world.organisation.pk):
        assert Company.objects.filter(name="Okafor Ltd").count() == 1


# --- why a person may be asked -----------------------------------------------------------------


REFUSED = {"basis": "refused", "on": "2026-06-01", "source": "Call with Aisha"}


def basis_of(program, customer):
    return program.get(customer["url"][7:]).json()["legal_basis"]


def test_a_basis_is_replaced_as_a_whole_and_taken_out_by_null(world, program):
    ada = program.post("/customers", ADA).json()
    program.patch(ada["url"][7:], {"legal_basis": REFUSED})
    assert basis_of(program, ada) == REFUSED
    program.patch(ada["url"][7:], {"name": "Ada"})
    assert basis_of(program, ada) == REFUSED
    program.patch(ada["url"][7:], {"legal_basis": None})
    assert basis_of(program, ada) is None
    with tenancy.organisation(world.organisation.pk):
        changed = AuditEntry.objects.filter(after__has_key="legal_basis").order_by("id")
        assert [entry.after["legal_basis"] for entry in changed] == ["consent", "refused", ""]


@pytest.mark.parametrize("left_out", ["basis", "on", "source"])
def test_a_part_of_a_basis_is_none(program, left_out):
    said = {name: value for name, value in REFUSED.items() if name != left_out}
    answer = program.post("/customers", {**ADA, "legal_basis": said})
    check_problem(answer, Kind.INVALID_INPUT)
    assert answer.json()["errors"][0]["pointer"] == f"#/legal_basis/{left_out}"


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ({"basis": "perhaps"}, Kind.INVALID_INPUT),
        ({"on": "2026-02-30"}, Kind.INVALID_INPUT),
        ({"on": "yesterday"}, Kind.INVALID_INPUT),
        ({"on": 20260503}, Kind.INVALID_INPUT),
        ({"on": "0001-01-01"}, Kind.INPUT_REFUSED),
        ({"on": "2999-01-01"}, Kind.INPUT_REFUSED),
        ({"source": ""}, Kind.INVALID_INPUT),
        ({"source": "x" * 201}, Kind.INVALID_INPUT),
        ({"source": "two\nlines"}, Kind.INVALID_INPUT),
    ],
)
def test_a_wrong_basis_is_refused_and_nothing_is_stored(world, program, wrong, kind):
    answer = program.post("/customers", {**ADA, "legal_basis": REFUSED | wrong})
    check_problem(answer, kind)
    with tenancy.organisation(world.organisation.pk):
        assert not Customer.objects.filter(external_id="C-2041").exists()
