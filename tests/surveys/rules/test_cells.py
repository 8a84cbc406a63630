from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from surveys.rules.cells import Reading, RowRefused, digest_of, read_row
from surveys.rules.columns import BadColumns, choose_columns
from surveys.rules.metrics import Metric
from surveys.rules.moments_read import BadMoment, read_moment
from surveys.rules.moments_written import Order

NOW = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
HEADER = ["answered_at", "score", "comment", "touchpoint", "id", "email", "plan"]


def reading(**changes):
    given = {"metric": Metric.NPS, "zone": LONDON, "date_format": "", "now": NOW, **changes}
    return Reading(**given)


def row(properties=("plan",), **cells):
    given = {"answered_at": "2026-05-01T10:00", "score": "9", **cells}
    columns = choose_columns(HEADER, {}, properties)
    return read_row([given.get(name, "") for name in HEADER], columns, reading())


@pytest.mark.parametrize(
    ("header", "places"),
    [
        (["Answered At", "NPS Score", "Verbatim"], {"answered_at": 0, "score": 1, "comment": 2}),
        (["rating", "created_at"], {"answered_at": 1, "score": 0}),
        (
            ["E-Mail", "Date", "CSAT", "Response ID"],
            {"email": 0, "answered_at": 1, "score": 2, "id": 3},
        ),
    ],
)
def test_columns_are_found_by_the_names_people_use(header, places):
    assert choose_columns(header, {}).places == places


def test_a_given_name_wins_and_an_empty_one_says_there_is_none():
    columns = choose_columns(["date", "score", "text", "id"], {"comment": "id", "id": ""})
    assert columns.places == {"answered_at": 0, "score": 1, "comment": 3}


@pytest.mark.parametrize(
    ("header", "wanted", "why"),
    [
        (["date", "stars"], {}, "No column says the score. Name it with --score"),
        (["score"], {}, "Name it with --answered-at"),
        (["date", "time", "score"], {}, "The answered at may be date or time"),
        (["date", "score"], {"score": "Score"}, "--score names the column 'Score'"),
        (["date", "score", "score"], {}, "Two columns have the same name: score"),
    ],
)
def test_columns_that_cannot_be_understood_name_the_option(header, wanted, why):
    with pytest.raises(BadColumns, match=why):
        choose_columns(header, wanted)


def test_a_row_says_all_its_parts():
    said = row(comment=" Fine ", touchpoint="Order", id="17", email="a@b.example", plan="Basic")
    assert (said.score, said.comment, said.touchpoint, said.row_id) == (9, "Fine", "Order", "17")
    assert (said.email, said.properties) == ("a@b.example", {"plan": "Basic"})
    assert said.answered_at == datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
    assert said.notes == ()


@pytest.mark.parametrize(("said", "score"), [("0", 0), ("10", 10), (" 7 ", 7), ("9.0", 9)])
def test_scores_are_whole_numbers_on_the_scale(said, score):
    assert row(score=said).score == score


@pytest.mark.parametrize("said", ["", "-", "n/a", "NaN", "NULL"])
def test_no_score_is_no_score_where_there_are_words(said):
    assert row(score=said, comment="words").score is None
    with pytest.raises(RowRefused, match="neither a score nor a comment"):
        row(score=said)


@pytest.mark.parametrize("said", ["11", "-1", "6.5", "true", "\uff19", "=1+8", "+9", "nine", "1e1"])
def test_anything_else_is_no_score(said):
    with pytest.raises(RowRefused, match="is no whole number from 0 to 10"):
        row(score=said)


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"comment": "x" * 10_001}, "10,001 characters"),
        ({"comment": "a\x00b"}, "NUL"),
        ({"email": "=cmd|' /C calc'!A0"}, "is no e-mail address"),
        ({"email": "nobody"}, "is no e-mail address"),
        ({"touchpoint": "a\nb"}, "the touchpoint"),
        ({"touchpoint": "x" * 121}, "the touchpoint"),
        ({"id": "x" * 121}, "the id"),
        ({"plan": "x" * 201}, "plan is no line"),
        ({"answered_at": ""}, "does not say when"),
        ({"answered_at": "yesterday"}, "'yesterday' is no time"),
        ({"answered_at": "2026-13-01"}, "is no time"),
        ({"answered_at": "2026-05-13T00:00"}, "lies in the future"),
        ({"answered_at": "0001-01-01"}, "before 1990"),
    ],
)
def test_a_bad_cell_says_what_is_wrong(cells, why):
    with pytest.raises(RowRefused, match=why):
        row(**cells)


def test_all_faults_of_a_row_are_said_at_once():
    with pytest.raises(RowRefused) as refused:
        row(score="12", answered_at="soon", email="x")
    assert str(refused.value).count(";") == 2


def test_a_ragged_row_is_refused():
    columns = choose_columns(["date", "score"], {})
    with pytest.raises(RowRefused, match="3 cells, the first line has 2"):
        read_row(["2026-05-01", "9", "more"], columns, reading())


def test_a_formula_in_a_comment_is_only_words():
    assert row(comment="=SUM(A1:A9)").comment == "=SUM(A1:A9)"


def test_invisible_characters_are_taken_out_and_noted():
    said = row(comment="good\u202e\x08 service")
    assert said.comment == "good service"
    assert said.notes == ("invisible characters were taken out of a comment",)


def moment(said, **changes):
    how = {"zone": LONDON, "date_format": "", "order": Order.YEAR, "now": NOW, **changes}
    return read_moment(said, **how)


@pytest.mark.parametrize(
    ("said", "at", "noted"),
    [
        ("2026-05-01T10:00", datetime(2026, 5, 1, 9, tzinfo=UTC), ""),
        ("2026-05-01", datetime(2026, 5, 1, 11, tzinfo=UTC), ""),
        ("2026-05-01T10:00+05:00", datetime(2026, 5, 1, 5, tzinfo=UTC), ""),
        ("2026-05-01T10:00Z", datetime(2026, 5, 1, 10, tzinfo=UTC), ""),
        ("2026-03-29 01:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "no clock showed"),
        ("2025-10-26 01:30", datetime(2025, 10, 26, 0, 30, tzinfo=UTC), "came twice"),
        ("2025-10-26 02:00", datetime(2025, 10, 26, 2, 0, tzinfo=UTC), ""),
    ],
)
def test_moments_are_placed_in_their_zone(said, at, noted):
    placed, note = moment(said)
    assert placed == at
    assert noted in note
    assert bool(noted) == bool(note)


def test_without_a_zone_a_time_needs_an_offset():
    with pytest.raises(BadMoment, match="name the clocks' zone with --time-zone"):
        moment("2026-05-01T10:00", zone=None)
    assert moment("2026-05-01T10:00Z", zone=None)[1] == ""


def test_another_format_is_read_as_told():
    told = "%d/%m/%Y %H:%M"
    placed, _ = moment("03/04/2026 08:00", date_format=told)
    assert placed == datetime(2026, 4, 3, 7, tzinfo=UTC)
    with pytest.raises(BadMoment, match="is no time as %d/%m"):
        moment("2026-04-03 08:00", date_format=told)


def test_rows_differ_by_all_that_they_say():
    digests = {digest_of(cells) for cells in (["a", "b"], ["ab", ""], ["a", "b", ""], ["b", "a"])}
    assert len(digests) == 4
