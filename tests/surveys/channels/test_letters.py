"""Tests of the mails that ask a customer."""

import re
from dataclasses import replace
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.core.mail import EmailMultiAlternatives
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.channels.letters import LONGEST_SUBJECT, Asking, survey_mail
from surveys.rules.metrics import SCALES, Metric
from surveys.rules.wording import DEFAULTS, VARIABLES

LINK = "https://feedback.acme.example/s/4c92AbCdEfGhIjKlMnOpQrStUv"
STOP = "https://feedback.acme.example/u/4c92ZzCdEfGhIjKlMnOpQrStUv"
VALUES = {name: value for name, value in VARIABLES.items() if name not in {"organisation", "score"}}
NASTY = "Ada\r\nBcc: all@example.com\x00\u202e<script>alert(1)</script>{sender}"


def asking(metric=Metric.NPS, **changes):
    basis = Asking(
        metric=metric,
        wording=DEFAULTS[metric],
        organisation="Acme Mobile",
        values=VALUES,
        survey_link=LINK,
        stop_link=STOP,
        stop_mail="stop@acme.example",
        from_address="maya@acme.example",
        postal_address="1 Long Street, Springfield",
    )
    return replace(basis, **changes)


def sent(mail):
    """The mail as it leaves: bytes, written by Django."""
    message = EmailMultiAlternatives(
        mail.subject, mail.text, mail.sender, ["ada@example.com"], headers=dict(mail.headers)
    )
    message.attach_alternative(mail.html, "text/html")
    return message.message()


def links(html):
    return [anchor["href"] for anchor in BeautifulSoup(html, "html.parser").find_all("a")]


@pytest.mark.parametrize("metric", Metric)
def test_every_point_of_the_scale_is_a_link_in_both_parts(metric):
    mail = survey_mail(asking(metric))
    expected = [f"{LINK}?score={score}" for score in SCALES[metric].scores]
    assert links(mail.html) == [*expected, STOP]
    assert re.findall(r"https://\S+", mail.text) == [*reversed(expected), STOP]


@pytest.mark.parametrize(
    ("metric", "subject", "question"),
    [
        (
            Metric.NPS,
            "One question about Acme Mobile",
            "How likely are you to recommend Acme Mobile to a friend or colleague?",
        ),
        (
            Metric.CSAT,
            "How did we do with your bill?",
            "How satisfied were you with the help with your bill on Tuesday?",
        ),
        (
            Metric.CES,
            "Was it easy to sort out your bill?",
            "Acme Mobile made it easy for me to sort out my bill.",
        ),
    ],
)
def test_subject_and_question(metric, subject, question):
    mail = survey_mail(asking(metric))
    assert mail.subject == subject
    assert question in mail.text.splitlines()
    assert question in BeautifulSoup(mail.html, "html.parser").get_text("\n").splitlines()


def test_the_text_part_works_alone():
    assert survey_mail(asking(Metric.CSAT)).text == (
        "Hello Ada,\n\n"
        "On Tuesday you talked to us about your bill.\n\n"
        "How satisfied were you with the help with your bill on Tuesday?\n\n"
        "Open the line that fits, then press Send:\n\n"
        f"5 Very satisfied\n{LINK}?score=5\n\n"
        f"4 Satisfied\n{LINK}?score=4\n\n"
        f"3 Neither\n{LINK}?score=3\n\n"
        f"2 Dissatisfied\n{LINK}?score=2\n\n"
        f"1 Very dissatisfied\n{LINK}?score=1\n\n"
        "Maya Chen, Head of customer care\n"
        "Reply to this mail and a person reads it.\n\n"
        "-- \n"
        "You get this because you contacted us on 3 May.\n"
        "Acme Mobile, 1 Long Street, Springfield\n"
        f"Stop these questions: {STOP}\n"
    )


def test_without_any_value_it_still_reads_naturally():
    mail = survey_mail(asking(Metric.CSAT, values={}, postal_address=""))
    assert mail.sender == "Acme Mobile <maya@acme.example>"
    assert mail.subject == "How did we do?"
    assert mail.text.startswith(
        "Hello,\n\nHow satisfied were you with the help you got?\n\nOpen the line"
    )
    assert mail.text.endswith(
        "Reply to this mail and a person reads it.\n\n-- \n"
        "You get this because you are our customer.\nAcme Mobile\n"
        f"Stop these questions: {STOP}\n"
    )


def test_a_reminder_says_that_it_is_the_only_one():
    mail = survey_mail(asking(is_reminder=True))
    assert mail.subject == "Your view on Acme Mobile: still one question"
    assert "This is the only reminder." in mail.text
    assert "This is the only reminder." in mail.html
    assert "On Tuesday you talked" not in mail.text


def test_headers_for_machines():
    mail = survey_mail(asking(reply_to="care@acme.example"))
    assert mail.sender == "Maya Chen at Acme Mobile <maya@acme.example>"
    written = f"Please%20stop%20these%20questions%3A%20{quote(STOP, safe='')}"
    assert mail.headers == {
        "List-Unsubscribe": f"<mailto:stop@acme.example?subject=Stop&body={written}>, <{STOP}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "Reply-To": "care@acme.example",
    }


def test_no_address_is_named_where_nobody_reads():
    assert survey_mail(asking(stop_mail="")).headers["List-Unsubscribe"] == f"<{STOP}>"


def test_an_address_with_odd_signs_stays_one_address():
    told = survey_mail(asking(stop_mail="a+b,c?d@acme.example")).headers["List-Unsubscribe"]
    assert told.startswith("<mailto:a%2Bb%2Cc%3Fd@acme.example?subject=Stop&body=")


@pytest.mark.parametrize("metric", Metric)
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_nothing_is_loaded_and_nobody_is_tracked(metric, direction):
    html = survey_mail(asking(metric, direction=direction)).html
    page = BeautifulSoup(html, "html.parser")
    drawn = [f"cid:face{score}" for score in range(1, 6)] if metric is Metric.FACES else []
    assert [one["src"] for one in page.find_all("img")] == drawn  # inside the mail itself
    assert page.find_all(["link", "script", "iframe", "form", "object"]) == []
    assert "@import" not in html
    assert "url(" not in html
    assert "background=" not in html
    assert [tag["dir"] for tag in page.find_all("html")] == [direction]
    # Columns have a direction of their own, which stands against the page's.
    assert set(re.findall(r"direction:(\w+)", html)) == {direction}
    ours = ("https://feedback.acme.example/", "http://www.w3.org/1999/xhtml")
    assert [a for a in re.findall(r"https?://[^\s\"')<]+", html) if not a.startswith(ours)] == []


def test_the_mail_is_small_enough_not_to_be_clipped():
    assert len(survey_mail(asking()).html.encode()) < 25_000


def test_names_cannot_write_headers_or_markup():
    mail = survey_mail(asking(organisation=NASTY, values={**VALUES, "first_name": NASTY}))
    message = sent(mail)
    assert message["Bcc"] is None
    assert message["Subject"].startswith("One question about Ada Bcc: all@example.com<script>")
    assert "{sender}" in mail.text
    assert "\u202e" not in mail.text + mail.html + mail.subject + mail.sender
    assert BeautifulSoup(mail.html, "html.parser").find_all("script") == []
    assert "&lt;script&gt;" in mail.html


@pytest.mark.parametrize(
    "name",
    [
        "Zoë 李",
        'Maya "the boss", Chen <evil@example.com>',
        "M" * 400,
        "日本" * 300,
        "a@b.example, c@d.example",
        "\r\n\r\n",
        "\ud800",
    ],
)
def test_one_sender_and_one_subject_whatever_the_names(name):
    mail = survey_mail(asking(organisation=name or "x", values={**VALUES, "sender": name}))
    message = sent(mail)
    assert parseaddr(message["From"])[1] == "maya@acme.example"
    assert len(mail.subject) <= LONGEST_SUBJECT
    # Python's own strict headers take them too.
    strict = EmailMessage()
    strict["Subject"] = mail.subject
    strict["From"] = mail.sender
    assert [a.addr_spec for a in strict["From"].addresses] == ["maya@acme.example"]
    assert isinstance(strict["From"].addresses[0], Address)
    assert all(len(line) <= 998 for line in bytes(message).splitlines())


@settings(deadline=None)  # a busy machine is no defect of the mail
@given(st.text(), st.text(), st.text())
def test_no_value_breaks_the_mail(organisation, first_name, address):
    mail = survey_mail(
        asking(
            organisation=organisation,
            values={"first_name": first_name},
            postal_address=address,
        )
    )
    assert bytes(sent(mail))
    assert links(mail.html)[-1] == STOP
    assert mail.text.count(LINK) == 11
