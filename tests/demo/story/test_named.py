"""The customers everybody meets: their lives must read as the tour tells them."""

import pytest

from cxapp.demo.story.calendar import DAY, DAYS


@pytest.fixture
def life(story):
    """All decisions about one customer as (rule, shown score, standing)."""

    def of(key):
        return [
            (
                ask.rule,
                ask.answer.shown.score if ask.answer else None,
                ask.answer.standing if ask.answer else None,
            )
            for ask in story.asks
            if ask.customer == key
        ]

    return of


def test_ada_had_five_good_contacts_and_a_price_rise(story, life):
    said = life("AM-ADA")
    assert [score for _, score, _ in said] == [5, 5, 9, 4, 9, 5, 4, 4]
    assert {rule for rule, *_ in said} == {"asked"}
    last = [ask for ask in story.asks if ask.customer == "AM-ADA"][-1]
    assert last.answer.feelings == ("annoyed",)
    assert last.programme == "relationship"


def test_ben_forgave_three_bills_and_then_did_not(life):
    assert [score for _, score, _ in life("AM-BEN")] == [9, 2, None, 1, 9, 3]


def test_priya_was_asked_four_times_about_service_and_skipped_by_five_rules(story):
    asks = [ask for ask in story.asks if ask.customer == "AM-PRIYA" and ask.interaction]
    assert [ask.rule for ask in asks] == [
        "imported", "asked", "resting", "asked_recently", "asked", "too_old", "asked", "asked",
        "kept_place",
    ]  # fmt: skip
    assert asks[-1].facts == {"service": 4, "kept": 2}
    assert asks[-1].again_on > DAYS
    assert asks[2].facts == {"last_asked_on": 205, "days": 21}
    assert asks[5].facts == {"days": 9, "oldest": 7}


def test_colin_turned_round_his_zero(story):
    last = [ask for ask in story.asks if ask.customer == "AM-COLIN"][-1].answer
    assert [each.score for each in last.revisions] == [0, 10]
    assert (last.shown.score, last.comment) == (10, "Excellent, thank you")


def test_rosa_came_back_from_zero(life):
    assert [score for _, score, _ in life("AM-ROSA")] == [8, 0, 1, 5, 9]


def test_marek_said_it_was_not_him_and_the_colleague_only_tried(life):
    assert life("AM-MAREK")[-1] == ("asked", 2, "withdrawn")
    assert life("AM-STAFF")[-1] == ("asked", 1, "excluded")


def test_northwind_three_answer_nineteen_are_silent_two_bounce(story):
    people = {each.key for each in story.customers if each.company == "CO-001"}
    asks = [ask for ask in story.asks if ask.customer in people]
    answered = {ask.customer for ask in asks if ask.answer}
    bounced = {ask.customer for ask in asks if ask.bounced_at}
    assert (len(people), len(answered), len(bounced)) == (24, 3, 2)
    assert not answered & bounced
    later = {ask.rule for ask in asks if ask.customer in bounced and not ask.is_asked}
    assert later == {"bounced"}


def test_harbour_dentals_scanner_answers_eleven_times_and_a_person_once(story):
    people = {each.key for each in story.customers if each.company == "CO-002"}
    answers = [ask.answer for ask in story.asks if ask.customer in people and ask.answer]
    assert sorted(each.standing for each in answers) == ["counted"] + ["suspect"] * 11
    human = next(each for each in answers if each.standing == "counted")
    assert [each.verdict for each in human.revisions] == ["suspect", "human"]
    assert human.shown.score == 9


def test_lena_is_new_and_all_eight_were_satisfied(story):
    hers = {each.key for each in story.interactions if each.context.get("agent") == "Lena"}
    scores = [ask.answer.shown.score for ask in story.asks if ask.interaction in hers]
    assert len(scores) == 8
    assert min(scores) >= 4


def test_aisha_moved_from_billing_to_chat(story):
    hers = [each for each in story.interactions if each.context.get("agent") == "Aisha"]
    billing = [each.at // DAY for each in hers if each.context["team"] == "Billing"]
    chat = [each.at // DAY for each in hers if each.context["team"] == "Chat"]
    assert max(billing) < min(chat)
    assert len(billing) > 100
    assert len(chat) > 50
