import pytest

from kit.mail.outcomes import TEXT_LIMIT, Kind, Outcome, Phase, broken, read_reply


@pytest.mark.parametrize(
    ("phase", "code", "words", "kind", "enhanced"),
    [
        (Phase.DOT, 250, b"2.0.0 Ok: queued as 1", Kind.ACCEPTED, "2.0.0"),
        (Phase.DOT, 250, b"Ok", Kind.ACCEPTED, ""),
        (Phase.DOT, 251, b"forwarded", Kind.ACCEPTED, ""),
        (Phase.RCPT, 550, b"5.1.1 No such user", Kind.REFUSED, "5.1.1"),
        (Phase.RCPT, 500, b"what", Kind.REFUSED, ""),
        (Phase.DATA, 554, b"no valid recipients", Kind.REFUSED, ""),
        (Phase.DOT, 554, b"5.6.0 content", Kind.REFUSED, "5.6.0"),
        (Phase.DOT, 552, b"5.2.2 full", Kind.DEFERRED, "5.2.2"),
        (Phase.MAIL, 553, b"5.7.1 sender rejected", Kind.DEFERRED, "5.7.1"),
        (Phase.CONNECT, 554, b"no service", Kind.DEFERRED, ""),
        (Phase.EHLO, 550, b"not you", Kind.DEFERRED, ""),
        (Phase.RCPT, 450, b"4.2.1 busy", Kind.DEFERRED, "4.2.1"),
        (Phase.RCPT, 451, b"4.3.0 trouble", Kind.DEFERRED, "4.3.0"),
        (Phase.RCPT, 451, b"4.7.1 Greylisting in action", Kind.DEFERRED, "4.7.1"),
        (Phase.RCPT, 451, b"4.7.500 too busy", Kind.PAUSED, "4.7.500"),
        (Phase.CONNECT, 421, b"4.3.2 too many", Kind.PAUSED, "4.3.2"),
        (Phase.DOT, 421, b"closing", Kind.PAUSED, ""),
        (Phase.RCPT, 432, b"4.7.12 limit", Kind.PAUSED, "4.7.12"),
        (Phase.AUTH, 454, b"4.7.0 later", Kind.PAUSED, "4.7.0"),
        (Phase.AUTH, 535, b"5.7.8 wrong password", Kind.STOPPED, "5.7.8"),
        (Phase.AUTH, 500, b"what", Kind.STOPPED, ""),
        (Phase.MAIL, 530, b"5.7.0 authenticate first", Kind.STOPPED, "5.7.0"),
        (Phase.DATA, 250, b"not what was asked", Kind.DEFERRED, ""),
        (Phase.DATA, -1, b"babble", Kind.DEFERRED, ""),
        (Phase.DOT, -1, b"babble", Kind.UNKNOWN, ""),
        (Phase.DOT, 354, b"go on", Kind.UNKNOWN, ""),
    ],
)
def test_how_a_reply_is_read(phase, code, words, kind, enhanced):
    said = code if code > 0 else None
    assert read_reply(phase, code, words) == Outcome(kind, phase, said, enhanced, words.decode())


@pytest.mark.parametrize("phase", list(Phase))
def test_silence_is_unknown_only_after_the_dot(phase):
    expected = Kind.UNKNOWN if phase is Phase.DOT else Kind.DEFERRED
    assert broken(phase, OSError("gone")).kind is expected


@pytest.mark.parametrize(
    ("code", "enhanced", "dead"),
    [
        (550, "5.1.1", True),
        (550, "5.1.2", True),
        (550, "5.1.6", True),
        (550, "5.2.1", True),
        (550, "5.7.1", False),
        (450, "4.1.1", False),
    ],
)
def test_only_the_codes_of_a_dead_address_suppress_it(code, enhanced, dead):
    assert read_reply(Phase.RCPT, code, f"{enhanced} words").is_dead_address is dead


@pytest.mark.parametrize(
    ("outcome", "about"),
    [
        (Outcome(Kind.PAUSED, Phase.RCPT), True),
        (Outcome(Kind.STOPPED, Phase.AUTH), True),
        (Outcome(Kind.DEFERRED, Phase.CONNECT), True),
        (Outcome(Kind.DEFERRED, Phase.TLS), True),
        (Outcome(Kind.DEFERRED, Phase.RCPT), False),
        (Outcome(Kind.REFUSED, Phase.RCPT), False),
        (Outcome(Kind.UNKNOWN, Phase.DOT), False),
    ],
)
def test_what_concerns_the_next_mail_too(outcome, about):
    assert outcome.is_about_route is about


def test_a_servers_words_are_kept_printable_and_short():
    outcome = read_reply(Phase.RCPT, 550, b"5.1.1 a\x00b\r\nc\xff" + b"x" * 9000)
    assert outcome.text.startswith("5.1.1 a b c�xxx")
    assert len(outcome.text) == TEXT_LIMIT
