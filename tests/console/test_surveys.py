"""The survey editor: drafts that nothing loses, questions, publishing, history; without scripts."""

from functools import partial

import pytest
from bs4 import BeautifulSoup

from accounts.models import AuditEntry
from accounts.rules.actors import COMMAND_LINE
from kit import tenancy
from surveys.actions.editing_programmes import ProgrammeDetails, create_programme
from surveys.models import Question, SurveyDraft, SurveyVersion
from surveys.queries.surveys import published_page, working
from tests.builders import a_choice, a_version


def told(answer):
    return BeautifulSoup(answer.content, "html.parser").get_text(" ", strip=True)


def mark_of(world):
    with world.inside():
        return working(world.csat.survey).mark


def draft(world):
    with world.inside():
        return working(world.csat.survey).content


def send(world, name, client=None, **fields):
    client = client or world.client("manager")
    fields = {"mark": mark_of(world), **fields}
    return client.post(world.url(name, world.csat.pk), fields)


def trail(world):
    with world.inside():
        rows = AuditEntry.objects.filter(object_type="survey").order_by("id")
        return [(row.action, row.before, row.after) for row in rows]


def say(world, **words):
    return send(world, "survey_texts", part="mail", **words)


def add(world, text, *, kind="single", more="Yes\nNo", **fields):
    fields = {"text": text, "kind": kind, "asked_of": "all", "more": more, **fields}
    return send(world, "survey_question", act="save", part="questions", **fields)


# --- texts ------------------------------------------------------------------------------------


def test_every_text_is_offered_with_its_default_and_its_variables(acme):
    client, seen = acme.client("manager"), {}
    for part in ("question", "mail", "reason", "again"):
        page = client.get(acme.url("survey", acme.csat.pk), {"part": part})
        soup = BeautifulSoup(page.content, "html.parser")
        for row in soup.select(".text-row"):
            field = row.select_one("input, textarea")
            default = row.select_one("q")
            seen[field["name"]] = (default.get_text() if default else "", row.select("code"))

    assert len(seen) == 65
    assert seen["subject"][0] == "How did we do[ with {topic}]?"
    assert "{first_name}" in [code.get_text() for code in seen["greeting"][1]]
    assert "{first_name}" not in [code.get_text() for code in seen["question"][1]]


def test_words_are_kept_as_a_draft_that_nobody_is_asked_by(acme):
    answer = say(acme, subject="About {topic|your call}", greeting="")

    assert answer["Location"] == f"{acme.url('survey', acme.csat.pk)}?part=mail"
    assert draft(acme).wording == {"subject": "About {topic|your call}"}
    page = told(acme.client("owner").get(answer["Location"]))
    assert "1 change since version 1" in page
    with acme.inside():
        assert SurveyVersion.objects.get(survey=acme.csat.survey).wording == {}
    assert trail(acme) == [
        ("survey.drafted", {}, {"subject": "About {topic|your call}"}),
    ]


def test_what_says_nothing_new_is_no_draft(acme):
    say(acme, subject="How did we do[ with {topic}]?")
    assert mark_of(acme) == "1.0"
    say(acme, subject="Other words")
    say(acme, subject="")

    with acme.inside():
        assert not SurveyDraft.objects.exists()
    assert [action for action, _, _ in trail(acme)] == ["survey.drafted", "survey.drafted"]


def test_an_unknown_variable_is_refused_with_a_sentence_and_nothing_is_lost(acme):
    answer = say(acme, subject="About {topics}", greeting="Dear {first_name},")

    assert answer.status_code == 400
    assert "Subject: there is no variable {topics}." in told(answer)
    field = BeautifulSoup(answer.content, "html.parser").select_one("[name=greeting]")
    assert field["value"] == "Dear {first_name},"
    assert mark_of(acme) == "1.0"


def test_a_variable_without_a_value_there_is_refused_too(acme):
    answer = send(acme, "survey_texts", part="question", question="How was it, {first_name}?")

    assert answer.status_code == 400
    assert "{first_name} has no value here. Known here: {organisation}, {what}," in told(answer)


def test_somebody_else_s_change_is_not_undone_unseen(acme):
    stale = mark_of(acme)
    say(acme, subject="Theirs")
    answer = send(acme, "survey_texts", mark=stale, part="mail", subject="Mine")

    assert answer.status_code == 400
    assert "Not saved: manager@acme-mobile.example changed this draft meanwhile." in told(answer)
    field = BeautifulSoup(answer.content, "html.parser").select_one("[name=subject]")
    assert field["value"] == "Mine"
    assert draft(acme).wording == {"subject": "Theirs"}


def test_hostile_words_are_words_in_the_editor(acme):
    evil = "</textarea><script>alert(1)</script>"
    say(acme, subject=evil)
    add(acme, evil)
    page = acme.client("owner").get(acme.url("survey", acme.csat.pk), {"part": "questions"})

    assert b"<script>alert" not in page.content
    assert "&lt;script&gt;" in page.content.decode()


# --- questions --------------------------------------------------------------------------------


def numbers(world):
    return [(one.number, one.text, one.picks) for one in draft(world).questions]


def test_questions_are_added_moved_changed_and_taken_out(acme):
    assert add(acme, "Solved?").status_code == 302
    add(acme, "How quick?", kind="rating", more="", low="Slow", high="Quick")
    add(acme, "Anything else?", kind="text", more="")
    assert numbers(acme) == [
        (1, "Solved?", (1, 2)),
        (2, "How quick?", (1, 2, 3, 4, 5)),
        (3, "Anything else?", ()),
    ]

    send(acme, "survey_question", act="up", number="3")
    send(acme, "survey_question", act="down", number="1")
    send(acme, "survey_question", act="up", number="3")  # is first by now
    assert [number for number, _, _ in numbers(acme)] == [3, 1, 2]

    send(
        acme, "survey_question", act="save", number="1", text="Is it solved?", asked_of="low",
        option1="Yes", option2="", more="Partly\nNot yet",
    )  # fmt: skip
    changed = draft(acme).question(1)
    assert (changed.text, changed.asked_of) == ("Is it solved?", "low")
    choices = [(one.number, one.text) for one in changed.options]
    assert choices == [(1, "Yes"), (3, "Partly"), (4, "Not yet")]

    send(acme, "survey_question", act="remove", number="3")
    assert [number for number, _, _ in numbers(acme)] == [1, 2]
    assert len(trail(acme)) == 7


def test_a_number_is_never_given_again(acme):
    with acme.inside():
        a_version(acme.csat.survey, a_choice(1), a_choice(2))
    send(acme, "survey_question", act="remove", number="2")
    send(
        acme, "survey_question", act="save", number="1", text="How?", asked_of="all",
        option1="By phone", option2="", option3="", more="By mail",
    )  # fmt: skip
    add(acme, "New?")

    assert numbers(acme) == [(1, "How?", (1, 4)), (3, "New?", (1, 2))]


def test_what_cannot_be_asked_is_refused_and_stays_in_the_form(acme):
    one = add(acme, "Solved?", more="Yes")
    braces = add(acme, "Solved, {nmae}?")
    empty = add(acme, "")
    twice = add(acme, "Solved?", more="Yes\nyes")

    assert [answer.status_code for answer in (one, braces, empty, twice)] == [400] * 4
    assert "Give at least two choices." in told(one)
    assert "there is no variable {nmae}." in told(braces)
    assert "Write the question." in told(empty)
    assert "Two choices read the same." in told(twice)
    assert BeautifulSoup(one.content, "html.parser").select_one("#qnew_more").text.strip() == "Yes"
    assert numbers(acme) == []


@pytest.mark.parametrize("number", ["", "1"])
def test_a_question_that_was_typed_is_not_lost_to_somebody_faster(acme, number):
    add(acme, "Solved?")
    stale = mark_of(acme)
    say(acme, subject="Theirs")
    answer = send(
        acme, "survey_question", act="save", part="questions", mark=stale, number=number,
        text="How long did it take?", asked_of="low", kind="single", more="A day\nA week",
    )  # fmt: skip

    assert answer.status_code == 400
    assert "manager@acme-mobile.example changed this draft meanwhile." in told(answer)
    page = BeautifulSoup(answer.content, "html.parser")
    form = page.select_one("details[open] form:has([name=text])")
    typed = form.select_one("[name=text]"), form.select_one("[name=more]")
    assert [one.get_text().strip() for one in typed] == ["How long did it take?", "A day\nA week"]
    assert form.select_one("[name=mark]")["value"] == mark_of(acme)
    assert numbers(acme) == [(1, "Solved?", (1, 2))]


def test_ten_questions_are_the_most(acme):
    with acme.inside():
        a_version(acme.csat.survey, *(a_choice(number) for number in range(1, 11)))
    answer = add(acme, "One more?")

    assert answer.status_code == 400
    assert "A survey asks at most 10 follow-up questions." in told(answer)


@pytest.mark.parametrize("asked", ["asks_why", "asks_feeling", "asks_contact"])
def test_each_part_of_the_second_step_can_be_left_out(acme, asked):
    others = {"asks_why", "asks_feeling", "asks_contact"} - {asked}
    send(acme, "survey_question", act="asks", **dict.fromkeys(others, "on"))
    here = draft(acme)
    assert (getattr(here, asked), *(getattr(here, one) for one in others)) == (False, True, True)
    send(acme, "survey_question", act="asks", **dict.fromkeys({asked, *others}, "on"))
    assert getattr(draft(acme), asked) is True


def test_a_new_programme_asks_for_all_of_it(acme):
    with acme.inside():
        made = create_programme(
            organisation_id=acme.id,
            kind="relational",
            metric="nps",
            details=ProgrammeDetails(
                name="The relationship",
                touchpoint_ids=[],
                delay_minutes=0,
                rest_days=30,
                expires_after_days=30,
                cadence_months=6,
            ),
            actor=COMMAND_LINE,
            now=acme.now,
        )
        version = made.survey.versions.get()
    assert (version.asks_why, version.asks_feeling, version.asks_contact) == (True, True, True)


# --- publishing and history -------------------------------------------------------------------


def test_publishing_shows_what_changed_and_makes_an_unchangeable_version(acme):
    say(acme, subject="One word about {topic|your call}")
    add(acme, "Solved?")
    page = told(acme.client("manager").get(acme.url("survey_publish", acme.csat.pk)))
    assert "2 changes since version 1" in page
    assert "Question added \u2013 Solved? (one choice, asked of everybody) / Yes / No" in page

    answer = send(acme, "survey_publish")

    assert answer["Location"] == acme.url("survey_history", acme.csat.pk)
    with acme.inside():
        version = SurveyVersion.objects.get(survey=acme.csat.survey, number=2)
        assert version.wording == {"subject": "One word about {topic|your call}"}
        assert version.published_by == "manager@acme-mobile.example"
        assert version.asks_more_of == ["low", "middle", "high"]
        assert list(Question.objects.values_list("survey_version_id", "text")) == [
            (version.pk, "Solved?")
        ]
        assert not SurveyDraft.objects.exists()
    action, before, after = trail(acme)[-1]
    assert (action, before["version"], after["version"]) == ("survey.published", 1, 2)
    assert after["subject"] == "One word about {topic|your call}"


def test_publishing_twice_is_once(acme):
    say(acme, subject="One word")
    mark = mark_of(acme)
    send(acme, "survey_publish", mark=mark)
    send(acme, "survey_publish", mark=mark)
    send(acme, "survey_publish")

    with acme.inside():
        assert SurveyVersion.objects.filter(survey=acme.csat.survey).count() == 2
    assert [action for action, _, _ in trail(acme)] == ["survey.drafted", "survey.published"]


def test_what_changed_after_it_was_looked_at_is_not_published(acme):
    say(acme, subject="Looked at")
    seen = mark_of(acme)
    say(acme, subject="Changed since")
    answer = send(acme, "survey_publish", mark=seen)

    assert answer["Location"] == acme.url("survey_publish", acme.csat.pk)
    with acme.inside():
        assert SurveyVersion.objects.filter(survey=acme.csat.survey).count() == 1


def test_history_tells_who_when_and_what_and_an_old_version_can_be_used_again(acme):
    say(acme, subject="Second")
    send(acme, "survey_publish")
    page = told(acme.client("owner").get(acme.url("survey_history", acme.csat.pk)))
    assert "Version 2 asked now" in page
    assert "by manager@acme-mobile.example" in page
    assert "Subject How did we do[ with {topic}]? Second" in page

    send(acme, "survey_use", number="1")

    assert draft(acme).wording == {}
    assert mark_of(acme) == "2.1"
    assert send(acme, "survey_use", number="7").status_code == 404
    assert send(acme, "survey_use", number="x").status_code == 400


def test_a_long_history_comes_page_by_page_each_version_against_the_one_before(
    acme, monkeypatch, django_assert_num_queries
):
    shown = partial(published_page, shown=2)
    monkeypatch.setattr("console.views.survey_versions.published_page", shown)
    for number in (2, 3, 4):
        say(acme, subject=f"Subject {number}")
        send(acme, "survey_publish")
    client, address = acme.client("owner"), acme.url("survey_history", acme.csat.pk)
    client.get(address)
    with django_assert_num_queries(14):
        first = BeautifulSoup(client.get(address).content, "html.parser")
    further = first.find("a", rel="next")["href"]
    second = BeautifulSoup(client.get(address + further).content, "html.parser")

    heads = [
        [one.get_text(" ", strip=True) for one in page.select("h2[id]")] for page in (first, second)
    ]
    assert heads == [["Version 4 asked now", "Version 3"], ["Version 2", "Version 1"]]
    assert "Subject 2 Subject 3" in first.main.get_text(" ", strip=True)
    assert "The first version." in second.main.get_text(" ", strip=True)
    assert len(second.select("form button[name=number]")) == 2
    assert second.find("a", rel="next") is None
    assert client.get(f"{address}?after=x").status_code == 400


def heads_of(page):
    return [one.get_text(" ", strip=True) for one in page.select("h2[id]")]


def test_a_draft_can_be_thrown_away(acme):
    say(acme, subject="Second")
    send(acme, "survey_discard")
    send(acme, "survey_discard")

    with acme.inside():
        assert not SurveyDraft.objects.exists()
    assert [action for action, _, _ in trail(acme)] == ["survey.drafted", "survey.draft_discarded"]


def test_the_pages_cost_the_same_with_one_and_with_three_questions(acme, django_assert_num_queries):
    client = acme.client("manager")
    for count in (1, 3):
        with acme.inside():
            a_version(acme.csat.survey, *(a_choice(number) for number in range(1, count + 1)))
        for part, statements in (("question", 12), ("questions", 13)):
            client.get(acme.url("survey", acme.csat.pk), {"part": part})
            with django_assert_num_queries(statements):
                page = client.get(acme.url("survey", acme.csat.pk), {"part": part})
            assert page.status_code == 200
    with django_assert_num_queries(14):
        client.get(acme.url("survey_history", acme.csat.pk))


def test_a_draft_stays_in_its_organisation(acme, globex):
    say(acme, subject="Only here")
    with tenancy.organisation(globex.id):
        assert not SurveyDraft.objects.exists()


def test_a_review_is_for_everybody_or_nobody(acme):
    link = "https://reviews.example/acme"
    send(acme, "survey_question", act="asks", asks_why="on", review_url=link)
    assert draft(acme).review_url == link
    for wrong in ("http://reviews.example", "javascript:alert(1)", "https://", "x" * 301):
        answer = send(acme, "survey_question", act="asks", part="questions", review_url=wrong)
        assert answer.status_code == 400
        assert "A link begins with https://" in told(answer)
    assert draft(acme).review_url == link
    page = told(acme.client("manager").get(acme.url("survey", acme.csat.pk) + "?part=questions"))
    assert "Everybody who answers sees the link, whatever the score, or nobody does." in page
