"""Annotations and goals: written in settings, seen beside the figures they concern."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from accounts.models import AuditEntry
from metrics.actions.tracking import track_property
from metrics.models import Annotation, Benchmark, Goal
from surveys.models import Response, Touchpoint
from tests.console.crowds import crowd
from tests.console.test_overview import card, text_of

BENCHMARK = {
    "card": "service",
    "value": "70",
    "source": "Trade body",
    "year": "2025",
    "method": "web panel, top two of five",
    "n": "4200",
}


def soup(answer):
    return BeautifulSoup(answer.content, "html.parser")


def annotate(world, text="New billing system", days_ago=30, where="", role="manager"):
    day = (world.now - timedelta(days=days_ago)).date().isoformat()
    given = {"on_day": day, "text": text, "where": where}
    return world.client(role).post(world.url("annotation_new"), given)


def last_change(world):
    with world.inside():
        entry = AuditEntry.objects.order_by("-id").first()
    return entry.action, entry.actor


@pytest.fixture
def answered(acme):
    """100 service answers up to last Sunday's week and before, 81 of them satisfied."""
    with acme.inside():
        crowd(acme, [5] * 81 + [1] * 19, before=timedelta(days=8))
        acme.fold()
    return acme


def service_of(world, role="viewer"):
    return card(soup(world.client(role).get(world.url("overview"))), "service")


# --- annotations ------------------------------------------------------------------------------


def test_an_annotation_stands_in_the_picture_and_in_the_figures_behind_it(answered):
    assert annotate(answered, days_ago=75).status_code == 302

    service = service_of(answered)

    assert "New billing system" in text_of(service.select_one("figure.chart"))
    told = [text_of(cell) for cell in service.select(".figures td:last-child")]
    assert told.count("New billing system") == 1
    assert last_change(answered) == ("annotation.created", "manager@acme-mobile.example")


def test_many_annotations_are_numbered_and_listed_below_the_picture(answered):
    names = ["New billing system", "Prices rose", "A storm took the network down for two days"]
    for place, name in enumerate(names):
        annotate(answered, name, days_ago=32 - place * 8)

    service = service_of(answered)

    listed = [text_of(item) for item in service.select(".marks li")]
    assert [item.split(" ", 3)[3] for item in listed] == names
    assert [item.split(" ")[0] for item in listed] == ["1", "2", "3"]
    drawn = text_of(service.select_one("figure.chart"))
    assert "New billing system" not in drawn
    assert {"1", "2", "3"} <= set(drawn.split(" "))


def test_without_annotations_the_table_has_no_column_for_them(answered):
    heads = [text_of(head) for head in service_of(answered).select(".figures th[scope=col]")]

    assert heads == ["From", "Score", "95 % interval", "n"]


def test_an_annotation_of_one_touchpoint_stands_on_its_page_only(answered):
    annotate(answered, "Queue music changed", where=f"touchpoint:{answered.phone.pk}")
    client = answered.client("viewer")

    page = soup(client.get(answered.url("touchpoint", answered.phone.pk)))

    assert "Queue music changed" in text_of(page)
    assert "Queue music changed" not in text_of(service_of(answered))


def test_the_trends_of_a_segment_show_what_happened_too(answered):
    with answered.inside():
        Response.objects.update(context={"plan": "Max"})
        track_property(organisation_id=answered.id, key="plan", now=answered.now)
    annotate(answered, days_ago=75)

    page = soup(answered.client("viewer").get(answered.url("segment", "plan", "Max")))

    assert "New billing system" in text_of(card(page, "service").select_one("figure.chart"))


def test_an_annotation_is_corrected_and_removed(acme):
    annotate(acme)
    with acme.inside():
        row = Annotation.objects.get()
    client = acme.client("owner")
    page = soup(client.get(acme.url("annotation_edit", row.pk)))
    day = page.select_one("[name=on_day]")["value"]
    assert page.select_one("[name=text]")["value"] == "New billing system"

    client.post(
        acme.url("annotation_edit", row.pk), {"on_day": day, "text": "New bills", "where": ""}
    )
    listed = text_of(soup(client.get(acme.url("annotations"))))
    assert "New bills" in listed
    assert "New billing system" not in listed
    client.post(acme.url("annotation_remove", row.pk))

    assert "Nothing written yet" in text_of(soup(client.get(acme.url("annotations"))))
    assert last_change(acme) == ("annotation.removed", "owner@acme-mobile.example")


@pytest.mark.parametrize(
    "wrong",
    [{"text": ""}, {"text": "a\u202eb"}, {"on_day": "1066-10-14"}, {"where": "touchpoint:999999"}],
)
def test_what_cannot_be_an_annotation_is_refused(acme, wrong):
    given = {"on_day": "2026-01-01", "text": "Fine", "where": "", **wrong}

    answer = acme.client("manager").post(acme.url("annotation_new"), given)

    assert answer.status_code == 422
    with acme.inside():
        assert not Annotation.objects.exists()


# --- goals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (60, "above the goal of 60 % : more than chance explains (n = 100)"),
        (80, "at 81 %, 72 to 87 % : cannot yet be told from the goal of 80 % (n = 100)"),
        (95, "below the goal of 95 % : more than chance explains (n = 100)"),
    ],
)
def test_a_goal_is_held_against_the_score_with_the_noise_in_it(answered, value, said):
    answered.client("manager").post(
        answered.url("goal_service"), {"value": value, "by_on": "2027-03-31"}
    )

    service = service_of(answered)

    assert text_of(service.select_one(".held")) == f"{said} by 31 Mar 2027"
    assert f"goal {value} %" in text_of(service.select_one("figure.chart"))
    assert last_change(answered) == ("goal.set", "manager@acme-mobile.example")


def test_a_part_is_not_held_against_the_goal_of_the_whole(answered):
    client = answered.client("manager")
    client.post(answered.url("goal_service"), {"value": 60, "by_on": ""})

    part = soup(client.get(answered.url("overview") + f"?touchpoint={answered.phone.pk}"))

    assert len(service_of(answered).select(".held")) == 1
    assert card(part, "service").select(".held") == []


def test_few_answers_are_held_against_nothing(acme):
    with acme.inside():
        crowd(acme, [5] * 20, before=timedelta(days=8))
        acme.fold()
    acme.client("manager").post(acme.url("goal_service"), {"value": 60, "by_on": ""})

    said = text_of(service_of(acme).select_one(".held"))
    assert said == "too few answers to hold against the goal of 60 % (n = 20)"


def test_a_goal_is_moved_and_dropped_and_there_is_one_at_most(acme):
    client = acme.client("manager")
    for value in (60, 65):
        client.post(acme.url("goal_experience"), {"value": value, "by_on": ""})
    with acme.inside():
        assert [goal.value for goal in Goal.objects.all()] == [65]
    assert "+65" in text_of(soup(client.get(acme.url("goals"))))

    client.post(acme.url("goal_experience_drop"))

    with acme.inside():
        assert not Goal.objects.exists()
        actions = AuditEntry.objects.filter(object_type="goal").order_by("id")
        assert [entry.action for entry in actions] == ["goal.set", "goal.set", "goal.dropped"]


@pytest.mark.parametrize(
    ("card_name", "value"), [("service", -1), ("service", 101), ("experience", -101)]
)
def test_a_goal_nobody_can_reach_or_miss_is_refused(acme, card_name, value):
    answer = acme.client("manager").post(acme.url(f"goal_{card_name}"), {"value": value})

    assert answer.status_code == 422


def test_the_target_of_a_touchpoint_is_its_goal(answered):
    with answered.inside():
        Touchpoint.objects.filter(pk=answered.phone.pk).update(target=60)

    page = soup(answered.client("viewer").get(answered.url("touchpoint", answered.phone.pk)))
    listed = text_of(soup(answered.client("viewer").get(answered.url("goals"))))

    assert text_of(page.select_one(".held")).startswith("above the target of 60 %")
    assert "Phone each score asked there 60" in listed


# --- benchmarks -------------------------------------------------------------------------------


def test_a_benchmark_is_shown_with_all_one_must_know_to_believe_it(answered):
    client = answered.client("manager")
    assert client.post(answered.url("benchmark_new"), BENCHMARK).status_code == 302

    said = text_of(service_of(answered).select_one(".held"))

    assert said == (
        "above Trade body 2025 of 70 % : more than chance explains (n = 100)"
        " Trade body, 2025: web panel, top two of five, n = 4,200"
    )
    assert last_change(answered) == ("benchmark.added", "manager@acme-mobile.example")
    again = client.post(answered.url("benchmark_new"), BENCHMARK)
    assert (again.status_code, "already has a benchmark" in text_of(soup(again))) == (422, True)


@pytest.mark.parametrize("missing", ["source", "year", "method", "n", "value"])
def test_a_benchmark_without_its_provenance_is_refused(acme, missing):
    given = {name: value for name, value in BENCHMARK.items() if name != missing}

    answer = acme.client("manager").post(acme.url("benchmark_new"), given)

    assert answer.status_code == 422
    with acme.inside():
        assert not Benchmark.objects.exists()


def test_a_benchmark_is_removed(answered):
    client = answered.client("manager")
    client.post(answered.url("benchmark_new"), BENCHMARK)
    with answered.inside():
        row = Benchmark.objects.get()

    client.post(answered.url("benchmark_remove", row.pk))

    assert service_of(answered).select(".held") == []
    assert last_change(answered) == ("benchmark.removed", "manager@acme-mobile.example")
