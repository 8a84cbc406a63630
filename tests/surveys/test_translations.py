"""Which translation is read, what falls back, and how complete it is."""

from dataclasses import asdict

import pytest

from kit import tenancy
from surveys.channels.invitations import asking
from surveys.channels.letters import survey_mail
from surveys.queries.asked import asked
from surveys.rules.contents import Content, tidied, translated
from surveys.rules.differences import differences
from surveys.rules.languages import language_read
from surveys.rules.metrics import Metric
from surveys.rules.text_names import NAMES, check_known
from surveys.rules.wording import DEFAULTS, Wording, WordingRefused
from tests.builders import (
    NOW,
    a_choice,
    a_customer,
    a_programme,
    a_touchpoint,
    a_version,
    an_interaction,
    an_invitation,
    an_organisation,
)

GERMAN = {
    "subject": "Wie zufrieden sind Sie?",
    "question": "Wie zufrieden sind Sie mit {topic|der Hilfe}?",
    "greeting": "Guten Tag[ {first_name}],",
    "point_5": "Sehr zufrieden",
    "q1": "Wie erreichten Sie uns?",
}


@pytest.mark.parametrize(
    ("own", "house", "read"),
    [
        ("de", "en", "de"),
        ("de-AT", "en", "de"),
        ("DE_ch", "en", "de"),
        ("", "de", "de"),
        ("en", "de", "en"),
        ("fr", "de", "fr"),
        ("cy", "de", "de"),
        ("xx", "cy", "en"),
        ("", "en", "en"),
    ],
)
def test_the_customer_s_language_decides_in_mail_and_page(db, own, house, read):
    organisation = an_organisation(language=house)
    with tenancy.organisation(organisation.pk):
        touchpoint = a_touchpoint(organisation, topic="your bill", deed="called us")
        programme = a_programme(organisation, touchpoint)
        a_version(programme.survey, a_choice(1), translations={"de": GERMAN})
        customer = a_customer(organisation, language=own)
        invitation = an_invitation(
            organisation, programme, customer,
            interaction=an_interaction(organisation, customer, touchpoint),
        )  # fmt: skip
        mail = survey_mail(asking(invitation, NOW))
    page = asked(invitation.pk)

    assert language_read([own], house, {"de"}) == page.language == read
    if read == "de":
        assert mail.subject == "Wie zufrieden sind Sie?"
        assert 'lang="de"' in mail.html
        # No English words of the touchpoint in a German sentence.
        assert "Wie zufrieden sind Sie mit der Hilfe?" in mail.text
        assert "5 Sehr zufrieden" in mail.text
        assert "4 Zufrieden" in mail.text
        assert "called us" not in mail.text
    elif read == "fr":
        assert mail.subject == "Avons-nous bien fait notre travail ?"
    else:
        assert mail.subject == "How did we do with your bill?"


def test_completeness_counts_what_a_customer_may_read():
    content = Content(questions=(a_choice(1),), translations={"de": {**GERMAN, "gone": "x"}})

    # German is spoken by the product: only the choices of one's own question are missing.
    assert translated(Metric.CSAT, content, "de") == (65 + 5 + 1, 65 + 5 + 4)
    assert translated(Metric.NPS, Content(), "de") == (65 + 2, 65 + 2)
    own = Content(wording={"subject": "Well?"})
    assert translated(Metric.NPS, own, "de") == (65 + 2 - 1, 65 + 2)
    assert translated(Metric.NPS, Content(translations={"cy": {"send": "A"}}), "cy") == (1, 65 + 2)
    assert tidied(Metric.CSAT, content).translations == {"de": GERMAN}


def test_every_text_has_a_name_and_its_default_uses_only_known_variables():
    assert NAMES.keys() == {*asdict(DEFAULTS[Metric.CSAT])} == set(Wording.__dataclass_fields__)
    for wording in DEFAULTS.values():
        for key, text in asdict(wording).items():
            check_known(key, text)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("q1", "{first_name}"),
        ("q1.2", "{score}"),
        ("point_5", "{organisation}"),
        ("send", "{when}"),
    ],
)
def test_a_variable_is_refused_where_it_has_no_value(key, text):
    with pytest.raises(WordingRefused, match="has no value here"):
        check_known(key, text)


def test_differences_are_told_in_the_words_of_the_editor():
    old = Content(questions=(a_choice(1), a_choice(2)), translations={"de": {"subject": "A"}})
    new = Content(
        wording={"subject": "New"},
        asks_why=False,
        questions=(a_choice(2), a_choice(1, "single", "How?", "A", "B"), a_choice(3)),
        translations={"de": {"subject": "B"}, "es": {}},
    )
    told = [(one.what, one.old, one.new) for one in differences(Metric.NPS, old, new)]
    choices = "By phone / In the shop / In the app"

    assert told == [
        ("Subject", "One question about {organisation|us}", "New"),
        ("Asks for the reason", "yes", "no"),
        (
            "Question changed",
            f"How did you reach us? (one choice, asked of everybody) / {choices}",
            "How? (one choice, asked of everybody) / A / B",
        ),
        (
            "Question added",
            "",
            f"How did you reach us? (one choice, asked of everybody) / {choices}",
        ),
        ("Order of the questions", "1, 2", "2, 1"),
        ("Texts in German changed: 1", "1 text", "1 text"),
        ("Language added: Spanish", "", "0 texts"),
    ]
    assert differences(Metric.NPS, new, new) == []
