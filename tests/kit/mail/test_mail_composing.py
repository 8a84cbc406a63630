import email
import email.policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.mail.composing import BadMail, as_bytes, envelope_address, stuffed
from tests.kit.mail.examples import a_mail

WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=120)
BODIES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=3000)


def read(mail):
    return email.message_from_bytes(as_bytes(mail), policy=email.policy.SMTP)


def test_a_mail_reads_as_it_was_meant():
    mail = a_mail(
        sender=('Ümit "Umi" Öz, Acme', "umit@acme.example"),
        recipient=("Ada Łoś", "ada@bücher.example"),
        subject="Wie war es für Sie? 😀",
        text="Grüße\n.\nfrom here\n",
        html="<p>Grüße</p>",
        reply_to="help@acme.example",
        headers=(("List-Unsubscribe", "<https://a.example/u/1>"), ("Auto-Submitted", "x")),
    )
    got = read(mail)
    assert got["From"].addresses[0].display_name == 'Ümit "Umi" Öz, Acme'
    assert got["From"].addresses[0].addr_spec == "umit@acme.example"
    assert got["To"].addresses[0].addr_spec == "ada@xn--bcher-kva.example"
    assert got["To"].addresses[0].display_name == "Ada Łoś"
    assert got["Subject"] == "Wie war es für Sie? 😀"
    assert got["Reply-To"] == "help@acme.example"
    assert got["Message-ID"] == "<1.abc@acme.example>"
    assert got["Date"] == "Sat, 21 Nov 2026 21:00:00 +0000"
    assert got["List-Unsubscribe"] == "<https://a.example/u/1>"
    plain, html = got.get_payload()
    assert plain.get_content_type() == "text/plain"
    assert plain.get_payload(decode=True).decode() == "Grüße\r\n.\r\nfrom here\r\n"
    assert html.get_content_type() == "text/html"
    assert html.get_payload(decode=True).decode().strip() == "<p>Grüße</p>"
    assert not got.defects
    assert not plain.defects


def test_without_html_there_is_one_part():
    assert [part.get_content_type() for part in read(a_mail(html="")).get_payload()] == [
        "text/plain"
    ]


@given(WORDS.filter(str.strip))
def test_any_subject_survives(subject):
    raw = as_bytes(a_mail(subject=subject))
    assert max(map(len, raw.split(b"\r\n"))) < 998
    got = email.message_from_bytes(raw, policy=email.policy.SMTP)["Subject"]
    assert "".join(got.split()) == "".join(subject.split())


@given(BODIES)
def test_any_body_survives_in_short_ascii_lines(text):
    raw = as_bytes(a_mail(text=text, html=""))
    body = raw.partition(b"\r\n\r\n")[2]
    assert body.isascii()
    assert max(map(len, body.split(b"\r\n"))) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")
    part = next(email.message_from_bytes(raw, policy=email.policy.SMTP).iter_parts())
    got = part.get_content().replace("\r\n", "\n")
    assert got.rstrip("\n") == text.rstrip("\n")


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "a\r\nBcc: eve@x.example"},
        {"subject": "a\nb"},
        {"subject": "a\x00b"},
        {"sender": ("A\r\nBcc: eve@x.example", "a@acme.example")},
        {"recipient": ("Ada", "ada@x.example\r\nRCPT TO:<eve@x.example>")},
        {"recipient": ("Ada", "ada@x.example> NOTIFY=<eve@x.example")},
        {"recipient": ("Ada", "ada")},
        {"recipient": ("Ada", "")},
        {"recipient": ("Ada", "ada@a..example")},
        {"message_id": "<a>\r\nX: y"},
        {"headers": (("X", "a\r\nBcc: eve@x.example"),)},
    ],
)
def test_a_line_break_where_none_may_be_is_refused(changes):
    with pytest.raises(BadMail):
        as_bytes(a_mail(**changes))


def test_the_envelope_speaks_ascii_domains():
    assert envelope_address("ada@bücher.example") == "ada@xn--bcher-kva.example"
    assert envelope_address('"a@b"@x.example') == '"a@b"@x.example'


def test_a_line_that_begins_with_a_dot_does_not_end_the_mail():
    assert stuffed(b"a\r\n.\r\n..b\r\nc") == b"a\r\n..\r\n...b\r\nc\r\n"
