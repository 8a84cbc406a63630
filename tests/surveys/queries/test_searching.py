"""Words are found in the language they are written in, with or without their accents."""

import pytest
from django.db import connection

from console.shown.quotes import pieces_of
from kit.periods import last_days, local_day
from metrics.queries.definitions import definitions_of
from metrics.queries.filters import service
from metrics.queries.histograms import read
from reports.queries.responses import count_responses, responses
from reports.queries.wanted import Wanted
from surveys.models import Response
from surveys.queries.searching import BEGIN, END
from surveys.rules.languages import STEMMED, WHOLE_WORDS, stems_of
from tests.console.conftest import ZONE, acme, now

__all__ = ["acme", "now"]

SAID = [
    ("en", "The cafés were not happy about two bills"),
    ("en-GB", "She waited, and the WAITING was awful"),
    ("de", "Die Rückzahlungen kamen zu spät"),
    ("fr", "Les employés étaient gentils"),
    ("pl", "Dobry zasięg i uczciwa cena"),
    ("", "no language was known of this bill"),
    ("en", "<b>bold</b> & brave"),
    ("en", "100 % of people's e-mail at you@mail.example"),
]


@pytest.fixture
def told(acme):
    with acme.inside():
        for number, (language, words) in enumerate(SAID):
            acme.answer(
                4, words, customer=acme.customer(f"Person {number}"), language=language,
                at=acme.now - acme.day * number,
            )  # fmt: skip
        acme.answer(4, "", customer=acme.customer("Mute"))
        yield acme


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("bill", [0, 5]),
        ("bills", [0]),
        ("cafe", [0]),
        ("CAFÉ", [0]),
        ("wait", [1]),
        ("Ruckzahlung", [2]),
        ("rückzahlung spat", [2]),
        ("employé", [3]),
        ("zasieg", [4]),
        ("zasięgi", []),
        ('"not happy"', [0]),
        ('"happy not"', []),
        ("not", [0]),
        ("bill -language", [0]),
        ("-bill cafe", []),
        ("zasieg or rückzahlung", [2, 4]),
        ("e-mail", [7]),
        ("'", []),
        ("& | ! ( :* <->", []),
        ("\\", []),
        ("%", []),
        ("nosuchword", []),
    ],
)
def test_words_are_found_as_people_write_them(told, words, found):
    wanted = Wanted(words=(words,))
    assert [row.comment for row in responses(wanted).rows] == [SAID[place][1] for place in found]
    assert count_responses(wanted) == len(found)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("cafe bill", "The [cafés] were not happy about two [bills]"),
        ('"not happy"', "The cafés were [not] [happy] about two bills"),
        ("bold", "<b>[bold]</b> & brave"),
        ("wait", "She [waited], and the [WAITING] was awful"),
        ("zasieg -cafe", "Dobry [zasięg] i uczciwa cena"),
    ],
)
def test_what_was_found_is_marked_and_nothing_else_changes(told, words, shown):
    (row,) = [
        one for one in responses(Wanted(words=(words,))).rows if "no language" not in one.comment
    ]
    pieces = pieces_of(row.told)

    assert "".join(f"[{text}]" if found else text for text, found in pieces) == shown
    assert "".join(text for text, _ in pieces) == row.comment


@pytest.mark.parametrize("words", [("bill",), ("bill", "-language"), ("cafe or wait",), ("%",)])
def test_figures_count_exactly_what_the_list_finds(told, words):
    told.fold()
    csat = service(told.id, definitions_of(told.id)).narrowed(words=words)
    period = last_days(30, local_day(told.now, ZONE))

    (counts,) = read(csat, [period])

    assert sum(counts.histogram.values()) == count_responses(Wanted(words=words, period=period))


def test_marks_are_escaped_on_the_page(told):
    page = told.client("viewer").get(told.url("responses"), {"q": "bold", "days": 30})
    text = page.content.decode()
    assert "&lt;b&gt;<mark>bold</mark>&lt;/b&gt; &amp; brave" in text
    assert not {BEGIN, END} & set(text)


def test_words_follow_the_comment_when_it_is_changed(told):
    Response.objects.filter(comment__startswith="Dobry").update(comment="Changed words")
    assert count_responses(Wanted(words=("zasieg",))) == 0
    assert count_responses(Wanted(words=("changed",))) == 1


@pytest.mark.django_db
def test_the_database_knows_the_same_languages():
    def configuration(language):
        with connection.cursor() as cursor:
            cursor.execute("SELECT surveys_search_configuration(%s)::text", [language])
            return cursor.fetchone()[0]

    tried = [*STEMMED, "pl", "cy", "", "en-GB", "pt_BR", "EN", "english"]
    assert {one: configuration(one) for one in tried} == {
        one: f"cx_{stems_of(one)}" for one in tried
    }
    assert stems_of("pl") == WHOLE_WORDS
