"""A programme's own sending rules: numbers inside sentences, conditions row by row."""

import pytest
from bs4 import BeautifulSoup

from accounts.models import AuditEntry
from surveys.models import Programme, PropertyKey
from surveys.rules.conditions import conditions_of

SAID = {
    "rest_days": 45,
    "sampling_percent": 50,
    "priority": 10,
    "oldest_days": 3,
    "reminder_days": "",
    "row0-key": "plan",
    "row0-comparison": "is",
    "row0-values": "Basic, Plus",
    "row3-key": "years",
    "row3-comparison": "is at least",
    "row3-values": "2",
}


@pytest.fixture
def world(acme):
    with acme.inside():
        for key in ("plan", "years"):
            PropertyKey.objects.create(
                **acme.own, owner="customer", key=key, kind="text", created_at=acme.now
            )
    return acme


def soup(answer):
    return BeautifulSoup(answer.content, "html.parser")


def stored(world):
    with world.inside():
        return Programme.objects.get(pk=world.csat.pk)


def test_rules_are_written_shown_and_told_once(world):
    client = world.client("manager")
    with world.inside():
        before = AuditEntry.objects.count()
    answer = client.post(world.url("programme_rules", world.csat.pk), SAID, follow=True)
    programme = stored(world)
    assert (programme.sampling_percent, programme.priority, programme.oldest_days) == (50, 10, 3)
    assert programme.rest_days == 45
    assert [str(each) for each in conditions_of(programme.conditions)] == [
        "plan is one of Basic or Plus",
        "years is at least 2",
    ]
    assert answer.redirect_chain[-1][0].startswith(world.url("dry_run", world.csat.pk))
    words = " ".join(soup(answer).get_text(" ").split())
    assert "only where: plan is one of Basic or Plus; years is at least 2, was none" in words
    assert "share asked, in %: 50, was 100" in words
    with world.inside():
        assert AuditEntry.objects.count() == before + 1
        entry = AuditEntry.objects.latest("id")
    assert (entry.action, entry.before["conditions"], entry.after["conditions"]) == (
        "programme.ruled", [], ["plan is one of Basic or Plus", "years is at least 2"],
    )  # fmt: skip
    form = soup(client.get(world.url("programme_rules", world.csat.pk)))
    assert [each.get("value", "") for each in form.select("input.mid")] == [
        "Basic, Plus", "2", "", "", "",
    ]  # fmt: skip


def rows_seen(page):
    """The names of the conditions' values that are seen at once, and those behind a click."""
    spare = [each["name"] for each in page.select("details.more-rows input.mid")]
    return [each["name"] for each in page.select("input.mid") if each["name"] not in spare], spare


def test_as_many_rows_are_seen_as_say_something_and_one_more(world):
    client, address = world.client("manager"), world.url("programme_rules", world.csat.pk)
    names = [f"row{n}-values" for n in range(5)]
    assert rows_seen(soup(client.get(address))) == (names[:1], names[1:])
    refused = client.post(address, SAID | {"row3-values": "two"})
    assert rows_seen(soup(refused)) == (names, [])
    client.post(address, SAID)
    assert rows_seen(soup(client.get(address))) == (names[:3], names[3:])


def test_an_empty_row_takes_a_condition_away(world):
    client = world.client("owner")
    client.post(world.url("programme_rules", world.csat.pk), SAID)
    client.post(world.url("programme_rules", world.csat.pk), SAID | {"row0-key": ""})
    said = [str(each) for each in conditions_of(stored(world).conditions)]
    assert said == ["years is at least 2"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sampling_percent": 0}, "Share that is drawn: Ensure this value is greater"),
        ({"rest_days": 1001}, "is not asked again: Ensure this value is less"),
        ({"oldest_days": 8}, "Age of a contact in days, at most: Ensure this value is less"),
        ({"row0-values": ""}, "Say with which value to compare."),
        ({"row3-values": "two"}, "compare numbers"),
        ({"row4-values": "North"}, "Choose the property that is to be North."),
        ({"row0-key": "shoe size"}, "Select a valid choice"),
        ({"row0-comparison": "resembles"}, "Select a valid choice"),
        ({"reminder_days": 61}, "Days until the reminder: Ensure this value is less"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_with_what_was_typed(world, wrong, said):
    answer = world.client("manager").post(world.url("programme_rules", world.csat.pk), SAID | wrong)
    assert (answer.status_code, said in soup(answer).get_text()) == (422, True)
    assert stored(world).sampling_percent == 100
    (changed,) = wrong
    if not changed.endswith(("key", "comparison")):
        field = soup(answer).select_one(f"[name='{changed}']")
        assert field.get("value", "") == str(wrong[changed])


def test_by_the_calendar_the_newcomers_count_and_no_contact_does(world):
    with world.inside():
        Programme.objects.filter(pk=world.csat.pk).update(kind="relational", cadence_months=6)
    client, address = world.client("manager"), world.url("programme_rules", world.csat.pk)
    names = {each["name"] for each in soup(client.get(address)).select("input.in-line")}
    assert names & {"priority", "oldest_days", "newcomer_days"} == {"newcomer_days"}
    said = {"rest_days": 0, "sampling_percent": 20, "newcomer_days": 90, "reminder_days": 5}
    client.post(address, said)
    programme = stored(world)
    assert (programme.newcomer_days, programme.reminder_days, programme.priority) == (90, 5, 50)
