"""The second step's questions: who meets them, what is kept, and what is refused."""

import json

import pytest
from bs4 import BeautifulSoup
from django.db import DatabaseError

from kit import clock, tenancy
from surveys.actions.answering import record_reason, record_score
from surveys.models import Answer, Invitation, ResponseRevision
from surveys.rules.questions import AskedOf, Given, Kind, Question
from tests.builders import MACHINE, a_choice, a_version
from tests.respond.test_answering import answer, form_of, later, stored, text

pytestmark = pytest.mark.django_db
SINGLE = a_choice(1, "single", "Was it solved?", "Yes", "Partly", "No")
MULTIPLE = a_choice(2, "multiple", "What helped?", "The person", "The page", "The phone")
RATING = Question(3, Kind.RATING, "How quick were we?", low="Slow", high="Quick")
WORDS = Question(4, Kind.TEXT, "What else, dear {organisation|friend}?")


@pytest.fixture
def ask_more(ask):
    """Ask somebody with follow-up questions; `ids` are theirs, in the order given."""

    def asking(*questions, metric="nps", amend_days=14, **content):
        asked = ask(metric, amend_days=amend_days)
        with tenancy.organisation(asked.organisation.pk):
            survey = asked.invitation.survey_version.survey
            version = a_version(survey, *questions, **content)
            Invitation.objects.filter(pk=asked.invitation.pk).update(survey_version=version)
            asked.ids = list(version.questions.order_by("position").values_list("id", flat=True))
        return asked

    return asking


def kept(asked):
    with tenancy.organisation(asked.organisation.pk):
        return list(
            Answer.objects.order_by("question").values_list("question_id", "picked", "words")
        )


def revisions(asked):
    with tenancy.organisation(asked.organisation.pk):
        return list(ResponseRevision.objects.order_by("number").values_list("comment", "answers"))


def second_step(customer, asked, score=4):
    return customer.get(answer(customer, asked, score)["Location"])


def questions_on(response):
    page = BeautifulSoup(response.content, "html.parser")
    return [tag.get_text(" ", strip=True) for tag in page.select("label.why, legend.why")]


def test_every_kind_is_asked_after_the_reason_and_kept_beside_the_answer(customer, ask_more):
    asked = ask_more(SINGLE, MULTIPLE, RATING, WORDS)
    one, two, three, four = asked.ids
    with later(10):
        page = second_step(customer, asked)
        assert questions_on(page) == [
            "What is the main reason, and what should we put right first?",
            "Was it solved?",
            "What helped?",
            "How quick were we?",
            "What else, dear Acme Mobile?",
        ]
        sent = customer.post(
            form_of(page)[0],
            {
                "comment": "Nobody called.",
                f"c{one}": "2",
                f"c{two}": ["3", "1"],
                f"c{three}": "5",
                f"t{four}": " Thank you. ",
            },
        )
        assert sent.status_code == 303
    assert stored(asked) == [(4, "counted", "Nobody called.")]
    assert kept(asked) == [
        (one, [2], ""),
        (two, [1, 3], ""),
        (three, [5], ""),
        (four, [], "Thank you."),
    ]
    assert revisions(asked) == [
        ("", {}),
        (
            "Nobody called.",
            {str(one): [2], str(two): [1, 3], str(three): [5], str(four): "Thank you."},
        ),
    ]


def test_words_of_another_script_keep_their_own_order_on_a_mirrored_page(customer, ask_more):
    asked = ask_more(SINGLE)
    with later(10):
        leads = answer(customer, asked)["Location"]
    mirrored, plain = (
        BeautifulSoup(customer.get(f"{leads}?lang={one}").content, "html.parser")
        for one in ("ar", "nl")
    )
    kept_apart = [tag.get_text() for tag in mirrored.select("bdi[dir=ltr]")]
    assert kept_apart == ["Acme Mobile", "Was it solved?", "Yes", "Partly", "No"]
    assert plain.select("bdi") == []


def test_all_of_them_may_be_left_out(customer, ask_more):
    asked = ask_more(SINGLE, MULTIPLE, RATING, WORDS)
    with later(10):
        address, form = form_of(second_step(customer, asked))
        assert form == {
            "comment": "",
            **{f"c{asked.ids[n]}": "" for n in (0, 2)},
            f"t{asked.ids[3]}": "",
        }
        assert customer.post(address, form).status_code == 303
    assert kept(asked) == []
    assert revisions(asked) == [("", {})]
    assert stored(asked) == [(4, "counted", "")]


@pytest.mark.parametrize(("score", "shown"), [(3, ["A", "L"]), (8, ["A", "M"]), (9, ["A", "H"])])
def test_each_score_group_meets_its_own(customer, ask_more, score, shown):
    groups = dict(zip("ALMH", AskedOf, strict=True))
    questions = [
        Question(number, Kind.TEXT, name, asked_of=group)
        for number, (name, group) in enumerate(groups.items(), start=1)
    ]
    asked = ask_more(*questions)
    with later(10):
        assert questions_on(second_step(customer, asked, score))[1:] == shown


def test_without_why_and_questions_for_others_there_is_no_second_step(customer, ask_more):
    asked = ask_more(a_choice(1, asked_of=AskedOf.LOW), asks_why=False)
    with later(10):
        assert "/thanks?" in answer(customer, asked, 9)["Location"]


def test_without_why_the_questions_stand_alone(customer, ask_more):
    asked = ask_more(SINGLE, asks_why=False)
    with later(10):
        page = second_step(customer, asked, 9)
        assert questions_on(page) == ["Was it solved?"]
        customer.post(form_of(page)[0], {f"c{asked.ids[0]}": "1"})
    assert kept(asked) == [(asked.ids[0], [1], "")]


def test_what_no_form_of_ours_sends_is_left_out(customer, ask_more):
    other = ask_more(SINGLE)
    asked = ask_more(SINGLE, MULTIPLE, RATING, WORDS)
    one, two, three, four = asked.ids
    forged = {
        f"c{one}": ["1", "2"],  # two of one
        f"c{two}": ["2", "9"],  # one that is not offered
        f"c{three}": "6",
        f"c{four}": "1",  # a choice where words are asked
        f"t{one}": "words where a choice is asked",
        f"c{other.ids[0]}": "1",  # another organisation's question
        "c0": "1",
        "cx": "1",
        "c99999999999999999999": "1",
    }
    with later(10):
        page = second_step(customer, asked)
        assert customer.post(form_of(page)[0], forged).status_code == 303
    assert kept(asked) == []
    assert kept(other) == []


@pytest.mark.parametrize(("amend_days", "stands"), [(14, 3), (0, 1)])
def test_a_second_answer_stands_only_while_answers_may_be_changed(
    customer, ask_more, amend_days, stands
):
    asked = ask_more(SINGLE, amend_days=amend_days)
    with later(10):
        address = form_of(second_step(customer, asked))[0]
        customer.post(address, {f"c{asked.ids[0]}": "1"})
        customer.post(address, {f"c{asked.ids[0]}": "3"})
    assert kept(asked) == [(asked.ids[0], [stands], "")]


def test_words_that_are_too_long_stay_with_all_that_was_chosen(customer, ask_more):
    asked = ask_more(SINGLE, MULTIPLE, WORDS)
    one, two, four = asked.ids
    with later(10):
        address = form_of(second_step(customer, asked))[0]
        words = "Too long. " * 1001
        again = customer.post(
            address, {"comment": "Why", f"c{one}": "3", f"c{two}": ["1", "2"], f"t{four}": words}
        )
        assert again.status_code == 400
        _, form = form_of(again)
        assert (form["comment"], form[f"c{one}"], form[f"t{four}"]) == ("Why", "3", words)
        assert form[f"c{two}"] == "2"  # the last of those marked
        assert "10,009 characters long" in text(again)
    assert kept(asked) == []


def test_hidden_characters_are_shown_away_before_they_are_kept(customer, ask_more):
    asked = ask_more(WORDS)
    with later(10):
        address = form_of(second_step(customer, asked))[0]
        again = customer.post(address, {f"t{asked.ids[0]}": "tidy\u202e words"})
        assert again.status_code == 400
        assert form_of(again)[1][f"t{asked.ids[0]}"] == "tidy words"


def test_if_storing_fails_everything_can_be_sent_again(customer, ask_more, monkeypatch):
    asked = ask_more(SINGLE, MULTIPLE, WORDS)
    one, two, four = asked.ids
    sent = {"comment": "Why", f"c{one}": "3", f"c{two}": ["1", "2"], f"t{four}": "Words <b>"}
    with later(10):
        address = form_of(second_step(customer, asked))[0]
        with monkeypatch.context() as broken:
            broken.setattr("respond.answering.record_reason", _fail)
            again = customer.post(address, sent)
        assert again.status_code == 503
        page = BeautifulSoup(again.content, "html.parser")
        assert [(tag["name"], tag["value"]) for tag in page.select("input")] == [
            (f"c{one}", "3"), (f"c{two}", "1"), (f"c{two}", "2"),
        ]  # fmt: skip
        boxes = {tag["name"]: tag.text.removeprefix("\n") for tag in page.select("textarea")}
        assert boxes == {"comment": "Why", f"t{four}": "Words <b>"}
        customer.post(address, sent)
    assert kept(asked) == [(one, [3], ""), (two, [1, 2], ""), (four, [], "Words <b>")]


def _fail(**_):
    raise DatabaseError


@pytest.mark.django_db(transaction=True)
def test_the_first_step_reads_no_question_and_each_step_is_one_round_trip(
    customer, ask_more, django_assert_num_queries
):
    asked = ask_more(SINGLE, MULTIPLE, RATING, WORDS)
    second_step(customer, asked)  # these lines prepare the statements
    record_reason(invitation_id=0, comment="", now=clock.now())
    with django_assert_num_queries(1) as seen:
        customer.get(f"{asked.survey}?score=4")
    assert "surveys_question" not in seen.captured_queries[0]["sql"]
    with later(20):
        with django_assert_num_queries(1):
            page = customer.get(f"{asked.survey}/why")
        with django_assert_num_queries(1):
            customer.post(form_of(page)[0], {f"c{asked.ids[0]}": "1"})
    assert kept(asked) == [(asked.ids[0], [1], "")]


def test_answers_to_a_suspect_are_not_kept(ask_more):
    asked = ask_more(SINGLE)
    invitation = asked.invitation.pk
    record_score(invitation_id=invitation, score=4, signs=MACHINE, now=clock.now())
    given = [Given(asked.ids[0], picked=(1,))]
    assert not record_reason(invitation_id=invitation, comment="", answers=given, now=clock.now())
    assert kept(asked) == []


def test_stored_questions_read_back_as_they_were(ask_more):
    asked = ask_more(SINGLE, MULTIPLE, RATING, WORDS)
    with tenancy.organisation(asked.organisation.pk):
        rows = asked.invitation.survey_version.survey.versions.get(number=2).questions.order_by(
            "id"
        )
        assert [row.as_published() for row in rows] == [SINGLE, MULTIPLE, RATING, WORDS]
        assert [row.picks for row in rows] == [[1, 2, 3], [1, 2, 3], [1, 2, 3, 4, 5], []]
        assert json.dumps(rows[0].options)
