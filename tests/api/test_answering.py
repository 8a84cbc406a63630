"""Responses that programs bring, correct, exclude and tag; people who are erased and exported."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from api.problems import Kind
from events.models import Event
from kit import clock, tenancy
from metrics.actions.comparing import compare_cells
from metrics.actions.folding import fold_answers
from surveys.models import Customer, Response, ResponseRevision
from tests.api.conftest import a_program
from tests.api.problem_documents import check_problem
from tests.builders import a_programme

pytestmark = pytest.mark.django_db
DAY = "2025-03-02T10:15:00Z"
LATELY = (clock.now() - timedelta(days=3)).isoformat()  # one moment, of one day, for all calls


def an_answer(world, **changes):
    return {
        "programme_id": str(world.programme.pk),
        "source_id": "old-1",
        "answered_at": DAY,
        "score": 4,
        "comment": "Found in a minute.",
        "customer": {"external_id": "acme-1"},
        "touchpoint": "acme-billing",
        **changes,
    }


def newest(world):
    with tenancy.organisation(world.organisation.pk):
        entry = AuditEntry.objects.latest("id")
        event = Event.objects.order_by("-id").first()
        return entry.action, event and event.kind


def test_an_answer_keeps_its_date_and_comes_once(world, program):
    first = program.post("/responses", an_answer(world))
    again = program.post("/responses", an_answer(world))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    told = first.json()
    assert (told["answered_at"], told["local_on"], told["origin"]) == (DAY, "2025-03-02", "api")
    assert (told["customer_id"], told["standing"]) == (str(world.customer.pk), "counted")
    assert newest(world) == ("response.added", "response.imported")
    with tenancy.organisation(world.organisation.pk):
        assert ResponseRevision.objects.filter(response=told["id"]).count() == 1
        fold_answers(
            organisation_id=world.organisation.pk,
            response_ids=list(Response.objects.values_list("id", flat=True)),
        )
        differing = compare_cells(organisation_id=world.organisation.pk)
    assert (differing.answers, differing.cells) == (0, 0)


def test_what_was_answered_this_week_is_news(world, program):
    at = (clock.now() - timedelta(hours=1)).isoformat()
    assert program.post("/responses", an_answer(world, answered_at=at)).status_code == 201
    assert newest(world)[1] == "response.received"


@pytest.mark.parametrize(
    ("changes", "name"),
    [({"score": 3}, "score"), ({"comment": "Else"}, "comment"),
     ({"answered_at": "2025-03-02T10:16:00Z"}, "answered_at")],
)  # fmt: skip
def test_another_answer_under_the_same_id_is_refused_by_its_names(world, program, changes, name):
    program.post("/responses", an_answer(world))
    answer = program.post("/responses", an_answer(world, **changes))
    check_problem(answer, Kind.RESPONSE_DIFFERS)
    assert [one["pointer"] for one in answer.json()["errors"]] == [f"#/{name}"]


def test_an_amended_answer_is_still_the_one_that_came(world, program):
    made = program.post("/responses", an_answer(world)).json()
    program.patch(f"/responses/{made['id']}", {"score": 1, "reason": "She rang"})
    again = program.post("/responses", an_answer(world))
    assert (again.status_code, again.json()["score"]) == (200, 1)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [({"score": 6}, "#/score"), ({"score": None, "comment": ""}, "#/score"),
     ({"touchpoint": "nowhere"}, "#/touchpoint"), ({"answered_at": "2099-01-01T00:00:00Z"},
     "#/answered_at"), ({"programme_id": "8000000000"}, "#/programme_id")],
)  # fmt: skip
def test_what_nobody_can_have_answered_is_refused(world, program, changes, pointer):
    answer = program.post("/responses", an_answer(world, **changes))
    check_problem(answer, Kind.INPUT_REFUSED)
    assert answer.json()["errors"][0]["pointer"] == pointer
    with tenancy.organisation(world.organisation.pk):
        assert Response.objects.count() == 1


def test_nothing_is_brought_to_an_anonymous_programme(world, program):
    body = an_answer(world, programme_id=str(world.anonymous.pk), touchpoint="acme-billing")
    check_problem(program.post("/responses", body), Kind.INPUT_REFUSED)


def test_a_test_key_brings_tests_and_another_key_its_own_programme(world):
    test = a_program(world.organisation, name="Try", is_test=True)
    assert test.post("/responses", an_answer(world)).json()["standing"] == "test"
    with tenancy.organisation(world.organisation.pk):
        other = a_programme(world.organisation, world.touchpoint, name="Other")
    own = a_program(world.organisation, name="Own", programme_id=other.pk)
    check_problem(own.post("/responses", an_answer(world)), Kind.INPUT_REFUSED)
    path = f"/responses/{world.response.pk}"
    for answer in (
        own.patch(path, {"score": 1, "reason": "x"}),
        own.post(f"{path}/exclude", {"reason": "x"}),
        own.post(f"{path}/tags", {"name": "x"}),
    ):
        check_problem(answer, Kind.NOT_FOUND)


def test_a_spoken_answer_stands_apart_and_comes_once(world, program):
    at = (clock.now() - timedelta(days=3)).isoformat()
    body = an_answer(world, answered_at=at, is_spoken=True)
    first, again = program.post("/responses", body), program.post("/responses", body)
    assert (first.status_code, again.status_code) == (201, 200)
    told = first.json()
    assert (told["origin"], told["standing"]) == ("staff", "spoken")
    assert first.json() == again.json()
    old = program.post("/responses", an_answer(world, source_id="old", is_spoken=True))
    check_problem(old, Kind.INPUT_REFUSED)
    assert old.json()["errors"][0]["pointer"] == "#/answered_at"


def a_spoken_answer(world, **changes):
    return an_answer(world, **{"answered_at": LATELY, "is_spoken": True, **changes})


@pytest.mark.parametrize(
    ("changes", "name"),
    [({"score": 1}, "score"), ({"comment": "Else"}, "comment"),
     ({"customer": {"external_id": "acme-2"}}, "customer"), ({"customer": None}, "customer"),
     ({"answered_at": DAY}, "answered_at")],
)  # fmt: skip
@pytest.mark.parametrize("make", [an_answer, a_spoken_answer])
def test_another_answer_changes_nothing_of_her_either(world, program, make, changes, name):
    program.post("/responses", make(world))
    changes = {"answered_at": "2025-03-04T10:15:00Z"} if name == "answered_at" else changes
    other = {key: value for key, value in make(world, **changes).items() if value is not None}
    if "customer" in other:
        other["customer"]["name"] = "Somebody else"
    answer = program.post("/responses", other)
    check_problem(answer, Kind.RESPONSE_DIFFERS)
    assert [one["pointer"] for one in answer.json()["errors"]] == [f"#/{name}"]
    with tenancy.organisation(world.organisation.pk):
        assert Response.objects.count() == 2
        assert not Customer.objects.filter(name="Somebody else").exists()


@pytest.mark.parametrize("make", [an_answer, a_spoken_answer])
def test_the_id_of_an_answer_to_another_programme_is_taken(world, program, make):
    made = program.post("/responses", make(world)).json()
    with tenancy.organisation(world.organisation.pk):
        other = a_programme(world.organisation, world.touchpoint, name="Other")
    own = a_program(world.organisation, name="Own", programme_id=other.pk)
    for is_erased in (False, True):
        if is_erased:
            program.post(f"/customers/{world.customer.pk}/erase", {"mode": "anonymise"})
        body = make(world, programme_id=str(other.pk), source="Helpdesk")
        answer = own.post("/responses", body)
        check_problem(answer, Kind.RESPONSE_DIFFERS)
        assert answer.json()["errors"][0]["pointer"] == "#/programme_id"
    assert program.get(f"/responses/{made['id']}").status_code == 200


def test_what_is_spoken_keeps_no_context(world, program):
    answer = program.post("/responses", a_spoken_answer(world, context={"agent": "Aisha"}))
    check_problem(answer, Kind.INPUT_REFUSED)
    assert answer.json()["errors"][0]["pointer"] == "#/context"
    without_score = program.post("/responses", a_spoken_answer(world, score=None))
    assert without_score.json()["errors"][0]["pointer"] == "#/score"


def test_a_correction_is_kept_with_its_reason_and_the_old_tag_is_refused(world, program):
    path = f"/responses/{world.response.pk}"
    tag = program.get(path)["ETag"]
    body = {"score": 2, "comment": "Slow", "reason": "She rang"}
    changed = program.patch(path, body, If_Match=tag)
    assert (changed.json()["score"], changed.json()["comment"]) == (2, "Slow")
    check_problem(program.patch(path, body, If_Match=tag), Kind.PRECONDITION_FAILED)
    with tenancy.organisation(world.organisation.pk):
        revision = ResponseRevision.objects.latest("id")
    assert (revision.entered_by, revision.reason) == ("key Helpdesk", "She rang")
    assert newest(world) == ("response.amended", "response.amended")
    check_problem(program.patch(path, {"score": 9, "reason": "x"}), Kind.INPUT_REFUSED)
    check_problem(program.patch(path, {"reason": "x"}), Kind.INPUT_REFUSED)
    check_problem(program.patch(path, {"score": 1}), Kind.INVALID_INPUT)


def test_out_of_the_figures_and_back(world, program):
    path = f"/responses/{world.response.pk}"
    out = program.post(f"{path}/exclude", {"reason": "A test"}).json()
    assert out["standing"] == "excluded"
    assert program.post(f"{path}/exclude", {"reason": "Else"}).status_code == 200
    assert program.send("post", f"{path}/restore", "").json()["standing"] == "counted"
    assert program.send("post", f"{path}/restore", "").status_code == 200
    with tenancy.organisation(world.organisation.pk):
        told = AuditEntry.objects.filter(action__startswith="response.").order_by("id")
        assert [one.action for one in told] == ["response.excluded", "response.restored"]
        Response.objects.update(standing="withdrawn")
    check_problem(program.post(f"{path}/exclude", {"reason": "x"}), Kind.NOT_POSSIBLE_NOW)


def test_tags_are_put_on_found_and_taken_off(world, program):
    path = f"/responses/{world.response.pk}"
    [own, tag] = program.post(f"{path}/tags", {"name": "slow"}).json()["items"]
    assert (own["name"], tag["name"]) == ("acme tag", "slow")
    assert program.post(f"{path}/tags", {"name": "SLOW"}).json()["items"] == [own, tag]
    assert len(program.get("/responses?tag=Slow").json()["items"]) == 1
    assert program.get("/responses?tag=fast").json()["items"] == []
    check_problem(program.send("delete", f"{path}/tags/4711", ""), Kind.NOT_FOUND)
    assert program.send("delete", f"{path}/tags/{tag['id']}", "").json() == {"items": [own]}
    assert program.get(f"{path}/tags").json() == {"items": [own]}


@pytest.mark.parametrize(
    ("query", "count"),
    [("lowest=4&highest=4", 1), ("lowest=5", 0), ("metric=csat", 1), ("metric=nps", 0),
     ("company=COMPANY", 1), ("company=4711", 0)],
)  # fmt: skip
def test_lists_are_narrowed(world, program, query, count):
    query = query.replace("COMPANY", str(world.company.pk))
    assert len(program.get(f"/responses?{query}").json()["items"]) == count


@pytest.mark.parametrize("mode", ["anonymise", "remove"])
def test_an_erased_person_leaves_a_receipt_and_no_word(world, program, mode):
    path = f"/customers/{world.customer.pk}"
    answer = program.post(f"{path}/erase", {"mode": mode})
    receipt = answer.json()
    assert (answer.status_code, receipt["mode"], receipt["answers"]) == (200, mode, 1)
    assert receipt["days"] == ([] if mode == "anonymise" else ["2026-05-12"])
    assert "acme@mail.example" not in answer.content.decode()
    for again in (program.post(f"{path}/erase", {"mode": mode}), program.get(path)):
        check_problem(again, Kind.NOT_FOUND)
    with tenancy.organisation(world.organisation.pk):
        left = Customer.objects.get(pk=world.customer.pk)
        assert (left.email, left.name, left.properties) == ("", "", {})
    held = program.get("/suppressions?email=acme@mail.example").json()["items"]
    assert [row["reason"] for row in held] == ["staff"]


@pytest.mark.parametrize("make", [an_answer, a_spoken_answer])
def test_an_erased_person_does_not_come_back_by_her_old_answer(world, program, make):
    program.post("/responses", make(world))
    program.post(f"/customers/{world.customer.pk}/erase", {"mode": "anonymise"})
    again = program.post("/responses", make(world))
    assert (again.status_code, again.json()["comment"]) == (200, "")
    with tenancy.organisation(world.organisation.pk):
        assert not Customer.objects.filter(external_id="acme-1").exists()


def test_all_that_is_kept_is_handed_out_and_noted(world, program):
    answer = program.get(f"/customers/{world.customer.pk}/export").json()
    parts = {part["name"]: part["rows"] for part in answer["parts"]}
    assert parts["person"][0]["email"] == "acme@mail.example"
    assert parts["answers"][0]["comment"] == "acme words"
    assert parts["further_answers"]
    assert newest(world)[0] == "customer.exported"
    with tenancy.organisation(world.organisation.pk):
        assert "acme" not in str(AuditEntry.objects.latest("id").after)
