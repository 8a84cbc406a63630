"""Answers to faces: cells of their own, pages that look for them only where they are used."""

from datetime import timedelta

import pytest

from kit import tenancy
from kit.periods import Period
from metrics.actions.folding import fold_answers, fold_asks
from metrics.models import Cell, CountedAsk
from metrics.queries.definitions import definitions_of
from metrics.queries.filters import Filter, experience, service, service_by_faces
from metrics.queries.marks import marks_in
from metrics.queries.scores import score_of
from metrics.statistics.definitions import Kind
from surveys.actions.publishing import write_version
from surveys.rules.contents import Content
from tests.builders import (
    NOW,
    a_customer,
    a_programme,
    a_response,
    a_touchpoint,
    a_version,
    an_invitation,
    an_organisation,
)

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
YEAR = Period(TODAY - timedelta(days=364), TODAY)


@pytest.fixture
def acme():
    """Inside an organisation with a survey about its service, asked with numbers so far."""
    organisation = an_organisation()
    with tenancy.organisation(organisation.pk):
        organisation.desk = a_touchpoint(organisation)
        organisation.help = a_programme(organisation, organisation.desk, name="After help")
        yield organisation


def answers(acme, *scores):
    said = ["My bill", *[""] * len(scores)]
    rows = [
        a_response(acme, acme.help, score, touchpoint=acme.desk, comment=words)
        for score, words in zip(scores, said, strict=False)
    ]
    fold_answers(organisation_id=acme.pk, response_ids=[row.pk for row in rows])


def n_of(chosen):
    return score_of(chosen, YEAR, today=TODAY).figure.n


def test_words_and_faces_are_never_in_one_cell(acme):
    answers(acme, 5, 5, 1)
    a_version(acme.help.survey, has_faces=True)
    answers(acme, 4, 2)

    definitions = definitions_of(acme.pk)
    (by_faces,) = service_by_faces(acme.pk, definitions)
    assert (n_of(service(acme.pk, definitions)), n_of(by_faces)) == (3, 2)
    assert set(Cell.objects.values_list("question", flat=True)) == {"csat 1-5", "faces 1-5"}
    for chosen in (service(acme.pk, definitions), by_faces):  # from the answers themselves
        assert n_of(chosen.narrowed(words=("bill",))) == 1


def test_faces_count_by_a_definition_of_their_own(acme):
    a_version(acme.help.survey, has_faces=True)
    answers(acme, *[4] * 20, *[2] * 10)

    (by_faces,) = service_by_faces(acme.pk, definitions_of(acme.pk))
    shown = score_of(by_faces, YEAR, today=TODAY).figure
    assert (shown.definition.name, shown.definition.question) == ("faces@1", "faces 1-5")
    assert (shown.shown, shown.n) == (67, 30)
    assert "chosen among five faces" in shown.definition.words


def test_an_invitation_is_counted_as_it_asked(acme):
    first = an_invitation(acme, acme.help, a_customer(acme), touchpoint=acme.desk)
    a_version(acme.help.survey, has_faces=True)
    second = an_invitation(acme, acme.help, a_customer(acme), touchpoint=acme.desk)
    fold_asks(organisation_id=acme.pk, invitation_ids=[first.pk, second.pk])

    counted = dict(CountedAsk.objects.values_list("invitation_id", "question"))
    assert counted == {first.pk: "csat 1-5", second.pk: "faces 1-5"}


def test_one_statement_tells_whether_anybody_looks_for_faces(acme, django_assert_num_queries):
    survey = acme.help.survey
    write_version(survey=survey, number=0, content=Content(has_faces=True), by="m", now=NOW)
    with django_assert_num_queries(1):
        found = definitions_of(acme.pk)
    assert (found.uses_faces, Kind.FACES in found.kinds) == (False, False)  # a draft that was tried
    assert service_by_faces(acme.pk, found) == []

    a_version(survey, has_faces=True)
    with django_assert_num_queries(1):
        found = definitions_of(acme.pk)
    assert (found.uses_faces, Kind.FACES in found.kinds) == (True, True)
    assert [one.kind.value for one in found.after_contact] == ["csat", "faces", "ces", "nps"]


def test_the_change_is_marked_on_every_trend_it_had_a_part_in(acme):
    shop = a_touchpoint(acme, slug="shop")
    other = a_programme(acme, shop)
    a_version(acme.help.survey, has_faces=True)
    a_version(acme.help.survey, has_faces=True, asks_why=False)
    a_version(acme.help.survey, has_faces=False)

    definitions = definitions_of(acme.pk)
    marks = marks_in(definitions, YEAR)
    told = [
        (TODAY, "After help: faces instead of numbers"),
        (TODAY, "After help: numbers instead of faces"),
    ]
    words = service(acme.pk, definitions)
    (faces,) = service_by_faces(acme.pk, definitions)
    everywhere = (
        words,
        faces,
        words.narrowed(programme_id=acme.help.pk),
        faces.narrowed(touchpoint_id=acme.desk.pk),
    )
    elsewhere = (
        words.narrowed(programme_id=other.pk),
        words.narrowed(touchpoint_id=shop.pk),
        experience(acme.pk, definitions),
        Filter(organisation_id=acme.pk, definition=definitions.ces, is_relational=False),
        words.narrowed(is_relational=True),
    )
    for chosen in everywhere:
        assert [(mark.on, mark.text) for mark in marks.on(chosen)] == told
    assert [marks.on(chosen) for chosen in elsewhere] == [[]] * len(elsewhere)
