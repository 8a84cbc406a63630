"""Touchpoints, companies and suppressions: what a manager does in the console, by a program."""

import pytest

from accounts.models import AuditEntry
from api.problems import Kind
from events.models import Event
from kit import tenancy
from surveys.actions.erasing import erase_customer
from surveys.models import Company, Suppression, Touchpoint
from surveys.queries.suppressed import person_key
from tests.api.conftest import OWNER, a_program
from tests.api.problem_documents import check_problem
from tests.builders import NOW, a_customer, a_programme, a_touchpoint

pytestmark = pytest.mark.django_db
DELIVERY = {"name": "Parcel", "kind": "experience", "stage": "Get help"}


def trail(world):
    with tenancy.organisation(world.organisation.pk):
        entries = AuditEntry.objects.exclude(action__startswith="key.").order_by("id")
        return list(entries.values_list("action", flat=True))


def test_a_touchpoint_is_made_changed_and_put_aside(world, program):
    made = program.post("/touchpoints", {**DELIVERY, "stage": "Deliver", "target": 60})
    assert made.status_code == 201
    path = made["Location"].removeprefix("/api/v1")
    assert (made.json()["slug"], made.json()["stage"], made.json()["target"]) == (
        "parcel", "Deliver", 60,
    )  # fmt: skip
    changed = program.patch(path, {"name": "Parcels", "target": None}).json()
    assert (changed["name"], changed["slug"], changed["target"]) == ("Parcels", "parcel", None)
    assert program.patch(path, {"is_archived": True}).json()["is_archived"] is True
    assert program.patch(path, {"is_archived": True}).status_code == 200
    listed = [row["slug"] for row in program.get("/touchpoints").json()["items"]]
    aside = [row["slug"] for row in program.get("/touchpoints?archived=true").json()["items"]]
    assert (listed, aside) == (["acme-billing"], ["parcel"])
    assert trail(world) == ["touchpoint.created", "touchpoint.edited", "touchpoint.archived"]
    assert program.patch(path, {"is_archived": False}).json()["is_archived"] is False


def test_where_a_programme_asks_nothing_is_put_aside(world, program):
    path = f"/touchpoints/{world.touchpoint.pk}"
    answer = program.patch(path, {"name": "Bills", "is_archived": True})
    check_problem(answer, Kind.NOT_POSSIBLE_NOW)
    assert "acme support" in answer.json()["detail"]
    assert program.get(path).json()["name"] == "Acme-billing"  # refused as a whole


def test_a_taken_name_of_a_touchpoint_is_refused(world, program):
    with tenancy.organisation(world.organisation.pk):
        a_touchpoint(world.organisation, "parcel")
    for answer in (
        program.post("/touchpoints", DELIVERY),
        program.patch(f"/touchpoints/{world.touchpoint.pk}", {"name": "Parcel"}),
    ):
        check_problem(answer, Kind.NAME_TAKEN)
        assert answer.json()["errors"][0]["pointer"] == "#/name"


def test_a_change_of_kind_is_told_so_that_service_is_judged_anew(world, program):
    program.patch(f"/touchpoints/{world.touchpoint.pk}", {"kind": "experience"})
    with tenancy.organisation(world.organisation.pk):
        assert Touchpoint.objects.get().kind == "experience"
        assert Event.objects.filter(kind="touchpoint.reclassified").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"target": "60"}, {"target": True}, {"target": 1.5}, {"target": 101}, {"kind": "other"},
     {"name": ""}, {"stage": " x"}, {"slug": "mine"}],
)  # fmt: skip
def test_what_no_touchpoint_can_be_is_refused(program, wrong):
    check_problem(program.post("/touchpoints", {**DELIVERY, **wrong}), Kind.INVALID_INPUT)


def test_a_company_keeps_typed_properties_and_counts_its_people(world, program):
    body = {"name": "Hopper Ltd", "external_id": "ORG-1", "properties": {"seats": 12}}
    made = program.post("/companies", body).json()
    assert (made["properties"], made["customers"]) == ({"seats": 12}, 0)
    path = f"/companies/{made['id']}"
    merged = program.patch(path, {"properties": {"segment": "SMB"}}).json()
    assert merged["properties"] == {"seats": 12, "segment": "SMB"}
    answer = program.patch(path, {"properties": {"seats": "twelve"}})
    check_problem(answer, Kind.INPUT_REFUSED)
    assert answer.json()["errors"][0]["pointer"] == "#/properties/seats"
    assert program.patch(path, {"external_id": None}).json()["external_id"] is None
    assert program.get(f"/companies/{world.company.pk}").json()["customers"] == 1
    assert trail(world) == ["company.created", "company.edited", "company.edited"]


def test_a_company_that_is_stored_already_is_named(world, program):
    program.patch(f"/companies/{world.company.pk}", {"external_id": "ORG-1"})
    for body in ({"name": "acme Ltd"}, {"name": "Other", "external_id": "ORG-1"}):
        answer = program.post("/companies", body)
        check_problem(answer, Kind.COMPANY_EXISTS)
        assert f"/companies/{world.company.pk}" in answer.json()["detail"]
    with tenancy.organisation(world.organisation.pk):
        assert Company.objects.count() == 1


def test_an_address_is_stopped_once_found_and_lifted(world, program):
    body = {"email": "Nobody@Mail.Example", "reason": "opted_out"}
    first, again = program.post("/suppressions", body), program.post("/suppressions", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["address"] == "nobody@mail.example"
    [found] = program.get("/suppressions?email=NOBODY@mail.example").json()["items"]
    assert found == first.json()
    lifted = program.send("post", f"/suppressions/{found['id']}/lift", "")
    assert lifted.json()["lifted_at"] is not None
    assert program.send("post", f"/suppressions/{found['id']}/lift", "").json() == lifted.json()
    assert program.get("/suppressions?email=nobody@mail.example").json()["items"] == []
    assert program.get("/suppressions?is_lifted=true").json()["items"] == [lifted.json()]
    made = lifted.json()["created_at"]
    for query, count in ((f"since={made}", 1), (f"until={made}", 0)):
        found = program.get(f"/suppressions?is_lifted=true&{query}").json()["items"]
        assert len(found) == count
    assert trail(world) == ["suppression.made", "suppression.lifted"]
    with tenancy.organisation(world.organisation.pk):
        told = str(list(AuditEntry.objects.values_list("before", "after")))
    assert "nobody@mail.example" not in told


def test_a_customer_is_stopped_at_all_her_addresses_and_it_is_told(world, program):
    with tenancy.organisation(world.organisation.pk):
        her = a_customer(world.organisation, "ada@mail.example", phone="+447911123456")
        nobody = a_customer(world.organisation, "")
    answer = program.post(f"/customers/{her.pk}/suppressions", {"reason": "opted_out"}).json()
    assert [row["address"] for row in answer["items"]] == ["ada@mail.example", "+447911123456"]
    listed = program.get(f"/suppressions?customer={her.pk}").json()["items"]
    assert sorted(row["id"] for row in listed) == sorted(row["id"] for row in answer["items"])
    own = {"reason": "staff", "programme_id": str(world.programme.pk)}
    [row] = program.post(f"/customers/{nobody.pk}/suppressions", own).json()["items"]
    assert (row["address"], row["programme_id"]) == (None, str(world.programme.pk))
    with tenancy.organisation(world.organisation.pk):
        assert Suppression.objects.filter(address_key=person_key(nobody.pk)).exists()
        assert Event.objects.filter(kind="customer.opted_out").count() == 1


def test_nobody_lifts_what_holds_for_an_erased_person(world, program):
    with tenancy.organisation(world.organisation.pk):
        erase_customer(customer_id=world.customer.pk, tracked=[], actor=OWNER, now=NOW)
    [sealed] = program.get("/suppressions?email=acme@mail.example").json()["items"]
    assert sealed["address"] is None
    answer = program.send("post", f"/suppressions/{sealed['id']}/lift", "")
    check_problem(answer, Kind.NOT_POSSIBLE_NOW)


@pytest.mark.parametrize(
    "body",
    [{"reason": "staff"}, {"email": "a@b.example"}, {"email": "a@b.example", "reason": "bounced"},
     {"email": "a@b.example", "phone": "+447911123456", "reason": "staff"},
     {"phone": "12", "reason": "staff"},
     {"email": "a@b.example", "reason": "staff", "programme_id": "8000000000"}],
)  # fmt: skip
def test_what_stops_nothing_is_refused(world, program, body):
    check_problem(program.post("/suppressions", body), Kind.INVALID_INPUT, Kind.INPUT_REFUSED)
    with tenancy.organisation(world.organisation.pk):
        assert Suppression.objects.count() == 1


def test_a_key_of_one_programme_stops_and_lifts_for_it_alone(world):
    with tenancy.organisation(world.organisation.pk):
        other = a_programme(world.organisation, world.touchpoint, name="Other")
    own = a_program(world.organisation, name="Own", programme_id=world.programme.pk)
    body = {"email": "nobody@mail.example", "reason": "staff"}
    for programme in (None, str(other.pk)):
        check_problem(
            own.post("/suppressions", {**body, "programme_id": programme}), Kind.INPUT_REFUSED
        )
    made = own.post("/suppressions", {**body, "programme_id": str(world.programme.pk)})
    assert made.status_code == 201
    listed = own.get("/suppressions").json()["items"]
    assert [row["programme_id"] for row in listed] == [str(world.programme.pk), None]
    check_problem(
        own.send("post", f"/suppressions/{world.suppression.pk}/lift", ""), Kind.NOT_FOUND
    )


def test_lifting_an_old_wish_once_more_leaves_the_new_one(world, program):
    body = {"email": "nobody@mail.example", "reason": "opted_out"}
    old = program.post("/suppressions", body).json()
    lifted = program.send("post", f"/suppressions/{old['id']}/lift", "").json()
    new = program.post("/suppressions", body).json()
    assert new["id"] != old["id"]
    assert program.send("post", f"/suppressions/{old['id']}/lift", "").json() == lifted
    assert program.get(f"/suppressions/{new['id']}").json() == new
    assert trail(world) == ["suppression.made", "suppression.lifted", "suppression.made"]


def test_a_key_of_one_programme_is_not_told_what_holds_for_another(world, program):
    with tenancy.organisation(world.organisation.pk):
        other = a_programme(world.organisation, world.touchpoint, name="Other")
    path = f"/customers/{world.customer.pk}/suppressions"
    program.post(path, {"reason": "staff", "programme_id": str(other.pk)})
    own = a_program(world.organisation, name="Own", programme_id=world.programme.pk)
    answer = own.post(path, {"reason": "staff", "programme_id": str(world.programme.pk)})
    assert [row["programme_id"] for row in answer.json()["items"]] == [str(world.programme.pk)]
    assert own.post(path, {"reason": "staff"}).json()["detail"] == (
        "This key is for one programme: send its id."
    )
