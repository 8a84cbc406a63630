"""Settings, answers and machines: the rules as sentences with a switch and a number each."""

import pytest
from bs4 import BeautifulSoup

from accounts.models import AuditEntry, Organisation

RULES = {
    "suspect_within_seconds": 25,
    "suspect_shown_seconds": 2,
    "suspect_scores": 4,
}
SWITCHES = {f"{name}_on": "on" for name in RULES} | {"suspect_traps": "on"}
ALL_OFF = dict.fromkeys(RULES, 0) | {"suspect_traps": False}


def soup(answer):
    return BeautifulSoup(answer.content, "html.parser")


def text_of(page):
    return " ".join(page.get_text(" ").split()).replace(" .", ".")


def stored(world):
    with world.inside():
        organisation = Organisation.objects.get(pk=world.id)
    return {name: getattr(organisation, name) for name in ALL_OFF}


def changes(world):
    with world.inside():
        return list(AuditEntry.objects.order_by("id").values_list("actor", "before", "after"))


def test_a_manager_sets_each_rule_in_its_sentence_with_one_line_in_the_trail(acme):
    before = len(changes(acme))
    answer = acme.client("manager").post(
        acme.url("answering_doubts"), RULES | SWITCHES, follow=True
    )
    assert "Saved." in text_of(soup(answer))
    assert stored(acme) == RULES | {"suspect_traps": True}
    assert changes(acme)[before:] == [
        (
            "manager@acme-mobile.example",
            {"suspect_within_seconds": 10, "suspect_shown_seconds": 1, "suspect_scores": 2},
            RULES,
        )
    ]
    inputs = soup(answer).select(".rules input[type=number]")
    assert {each["name"]: each["value"] for each in inputs} == {
        name: str(value) for name, value in RULES.items()
    }
    assert [each.has_attr("checked") for each in soup(answer).select("[role=switch]")] == [True] * 4


@pytest.mark.parametrize("name", [*RULES, "suspect_traps"])
def test_each_rule_is_switched_off_alone_whatever_its_number_says(acme, name):
    on = {one: "on" for one in SWITCHES if name not in (one, one.removesuffix("_on"))}
    typed = {one: "what" if one == name else value for one, value in RULES.items()}
    acme.client("owner").post(acme.url("answering_doubts"), typed | on)
    off = {name: ALL_OFF[name]}
    assert stored(acme) == RULES | {"suspect_traps": True} | off


def test_a_rule_that_is_off_shows_the_number_it_would_begin_with(acme):
    page = acme.client("owner").post(acme.url("answering_doubts"), {}, follow=True)
    assert stored(acme) == ALL_OFF
    fields = soup(page).select(".rules input[type=number]")
    assert [each["value"] for each in fields] == ["10", "1", "2"]
    assert soup(page).select("[role=switch][checked]") == []
    viewed = soup(acme.client("viewer").get(acme.url("answering")))
    assert [tag.text for tag in viewed.select(".rule-switch")] == ["off"] * 4


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"suspect_within_seconds": 601}, "Seconds after hand-over: Ensure this value is less"),
        ({"suspect_within_seconds": 0}, "Seconds after hand-over: Ensure this value is greater"),
        ({"suspect_shown_seconds": 11}, "Seconds after the page was shown: Ensure this value"),
        ({"suspect_shown_seconds": ""}, "Seconds after the page was shown: This field is"),
        ({"suspect_scores": 1}, "Different scores within a minute: Ensure this value is greater"),
        ({"suspect_scores": 12}, "Different scores within a minute: Ensure this value is less"),
        ({"suspect_scores": "x"}, "Different scores within a minute: Enter a whole number"),
    ],
)
def test_what_cannot_be_a_threshold_is_refused_and_nothing_is_stored(acme, wrong, said):
    before, trail = stored(acme), changes(acme)
    answer = acme.client("owner").post(acme.url("answering_doubts"), RULES | SWITCHES | wrong)
    assert (answer.status_code, said in text_of(soup(answer))) == (422, True)
    assert (stored(acme), changes(acme)) == (before, trail)


def test_a_viewer_reads_the_same_sentences_without_fields(acme):
    page = soup(acme.client("viewer").get(acme.url("answering")))
    assert "less than 10 seconds after its mail was handed over." in text_of(page)
    assert page.select("main input, main select, main button") == []


def test_how_long_answers_may_be_changed_is_a_sentence(acme):
    page = acme.client("owner").post(
        acme.url("answering_changing"), {"amend_days": "30"}, follow=True
    )
    assert soup(page).select_one("input[name=amend_days]")["value"] == "30"
    refused = acme.client("owner").post(acme.url("answering_changing"), {"amend_days": "91"})
    assert refused.status_code == 422
    with acme.inside():
        assert Organisation.objects.get().amend_days == 30
    viewed = soup(acme.client("viewer").get(acme.url("answering")))
    assert viewed.select_one("input[name=amend_days]") is None
