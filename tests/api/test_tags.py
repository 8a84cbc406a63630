"""ETags: what was read is recognised, and what changed meanwhile is not overwritten."""

import pytest

from api.problems import Kind
from api.v1.urls import urlpatterns
from kit import tenancy
from surveys.models import Customer
from tests.api.problem_documents import check_problem

pytestmark = pytest.mark.django_db


def _path(world):
    return f"/customers/{world.customer.pk}"


def test_what_the_caller_holds_is_not_sent_again(world, program):
    first = program.get(_path(world))
    again = program.get(_path(world), If_None_Match=first["ETag"])
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert again["ETag"] == first["ETag"]
    assert not first["ETag"].startswith("W/")


@pytest.mark.parametrize("form", ["*", 'W/{0}, "x"', '"x" ,{0}', "{0}"])
def test_any_form_of_the_tag_is_known(world, program, form):
    tag = program.get(_path(world))["ETag"]
    assert program.get(_path(world), If_None_Match=form.format(tag)).status_code == 304


def test_another_state_and_another_view_of_it_have_other_tags(world, program):
    path = f"/responses/{world.response.pk}"
    plain, expanded = program.get(path), program.get(f"{path}?expand=customer")
    assert plain["ETag"] != expanded["ETag"]
    program.patch(_path(world), {"name": "Grace"})
    assert program.get(path, If_None_Match=plain["ETag"]).status_code == 304
    answer = program.get(f"{path}?expand=customer", If_None_Match=expanded["ETag"])
    assert (answer.status_code, answer.json()["customer"]["name"]) == (200, "Grace")


def test_of_two_who_read_the_same_the_second_is_told(world, program):
    tag = program.get(_path(world))["ETag"]
    first = program.patch(_path(world), {"name": "Grace"}, If_Match=tag)
    second = program.patch(_path(world), {"name": "Hopper"}, If_Match=tag)
    assert first.status_code == 200
    check_problem(second, Kind.PRECONDITION_FAILED)
    assert first["ETag"] == second["ETag"] == program.get(_path(world))["ETag"]
    with tenancy.organisation(world.organisation.pk):
        assert Customer.objects.get(pk=world.customer.pk).name == "Grace"
    third = program.patch(_path(world), {"name": "Hopper"}, If_Match=second["ETag"])
    assert third.json()["name"] == "Hopper"


def test_without_a_tag_and_with_a_star_the_change_is_made(world, program):
    assert program.patch(_path(world), {"name": "Grace"}).status_code == 200
    assert program.patch(_path(world), {"name": "Ada"}, If_Match="*").status_code == 200


def test_a_weak_tag_does_not_allow_a_change(world, program):
    tag = program.get(_path(world))["ETag"]
    answer = program.patch(_path(world), {"name": "Grace"}, If_Match=f"W/{tag}")
    check_problem(answer, Kind.PRECONDITION_FAILED)


def test_nobody_is_not_found_before_anything_is_compared(program):
    check_problem(program.patch("/customers/1234567", {}, If_Match="*"), Kind.NOT_FOUND)


@pytest.mark.parametrize("header", ["", "0", "abc", '"abc', '"a" "b"', "*, *"])
def test_what_is_no_tag_names_no_state(world, program, header):
    assert program.get(_path(world), If_None_Match=header).status_code == 200
    answer = program.patch(_path(world), {"name": "Grace"}, If_Match=header)
    check_problem(answer, Kind.PRECONDITION_FAILED)


def test_a_repeated_change_is_answered_although_its_tag_is_old(world, program):
    tag = program.get(_path(world))["ETag"]
    headers = {"If_Match": tag, "Idempotency_Key": "k1"}
    first = program.patch(_path(world), {"name": "Grace"}, **headers)
    again = program.patch(_path(world), {"name": "Grace"}, **headers)
    assert (again.status_code, again["Idempotent-Replayed"]) == (200, "true")
    assert again["ETag"] == first["ETag"]


CHANGES = {
    "customer": {"name": "Grace", "properties": {"seats": 3}},
    "company": {"external_id": "ORG-1"},
    "touchpoint": {"name": "Bills", "stage": "Pay"},
    "programme": {"name": "After bills", "rest_days": 9, "conditions": [], "is_on": False},
    "response": {"score": 1, "reason": "Told"},
    "webhook": {"name": "Lake", "is_paused": True},
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_answers_what_is_read_then_and_is_made_once(world, program, name):
    many = "companies" if name == "company" else f"{name}s"
    path = f"/{many}/{getattr(world, name).pk}"
    read = program.get(path)
    changed = program.patch(path, CHANGES[name], If_Match=read["ETag"])
    assert changed.status_code == 200
    assert program.get(path, If_None_Match=changed["ETag"]).status_code == 304
    second = program.patch(path, CHANGES[name], If_Match=read["ETag"])
    check_problem(second, Kind.PRECONDITION_FAILED)
    assert second["ETag"] == changed["ETag"]


def test_whoever_tags_a_change_tells_what_it_is_about():
    """Compared with the tag the caller holds; without it the first such change would end in 500."""
    tagged = {
        endpoint
        for endpoint in (pattern.callback.cls for pattern in urlpatterns)
        for method in ("post", "put", "patch", "delete")
        if (act := getattr(endpoint, method, None)) and act.operation.is_tagged
    }
    assert len(tagged) > 5
    assert [endpoint.__name__ for endpoint in tagged if not hasattr(endpoint, "current")] == []
