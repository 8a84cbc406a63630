"""One-time codes: each opens once, a neighbouring period is forgiven, secrets are not readable."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.db import connection

from accounts.actions.codes import burn_period, matching_period, use_code
from accounts.models import User

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(now):
    return format_hotp_value(hotp_value(SECRET, int(now.timestamp()) // 30))


def later(now, seconds):
    return now + timedelta(seconds=seconds)


@pytest.fixture
def maya(person):
    user = person("maya@acme.example")
    TOTP.activate(user, SECRET)
    return user


def uses(user, now, *codes):
    return [use_code(user=user, code=code, now=now) is not None for code in codes]


def test_the_codes_are_those_of_the_standard():
    """RFC 6238, appendix B, its first and fourth example for SHA-1, in six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

    assert format_hotp_value(hotp_value(secret, 59 // 30)) == "287082"
    assert format_hotp_value(hotp_value(secret, 1234567890 // 30)) == "005924"


def test_a_code_opens_once(maya, now):
    assert uses(maya, now, code_at(now), code_at(now)) == [True, False]


def test_a_used_code_stays_used_while_its_neighbours_are_forgiven(maya, now):
    code = code_at(now)

    assert uses(maya, now, code) == [True]
    assert uses(maya, later(now, 30), code) == [False]


@pytest.mark.parametrize(
    ("seconds", "opens"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_one_period_either_way_is_forgiven(maya, now, seconds, opens):
    assert uses(maya, now, code_at(later(now, seconds))) == [opens]


def test_an_earlier_code_is_dead_once_a_later_one_was_used(maya, now):
    assert uses(maya, now, code_at(later(now, 30)), code_at(now)) == [True, False]


def test_a_code_may_be_typed_with_a_space(maya, now):
    code = code_at(now)

    assert uses(maya, now, f" {code[:3]} {code[3:]} ") == [True]


@pytest.mark.parametrize("code", ["", "000000x", "\uff11\uff12\uff13\uff14\uff15\uff16", "1" * 500])
def test_nonsense_opens_nothing(maya, now, code):
    assert uses(maya, now, code) == [False]


def test_the_code_that_set_the_app_up_opens_nothing(maya, now):
    period = matching_period(secret=SECRET, code=code_at(now), now=now)
    burn_period(user=maya, period=period)

    assert uses(maya, now, code_at(now), code_at(later(now, 30))) == [False, True]


def test_a_recovery_code_opens_once(maya, now):
    codes = RecoveryCodes.activate(maya).generate_codes()

    assert len(codes) == 10
    assert uses(maya, now, codes[3], codes[3], codes[4]) == [True, False, True]


def test_the_codes_of_another_person_open_nothing(maya, person, now):
    tom = person("tom@acme.example")
    theirs = RecoveryCodes.activate(maya).generate_codes()

    assert uses(tom, now, code_at(now), theirs[0]) == [False, False]


def test_a_dump_holds_no_key(maya):
    RecoveryCodes.activate(maya)
    stored = str(list(Authenticator.objects.values("data")))

    assert SECRET not in stored
    assert all(code not in stored for code in RecoveryCodes.activate(maya).generate_codes())


@pytest.mark.django_db(transaction=True)
def test_ten_clicks_with_one_code_open_once(now):
    user = User.objects.create_user("maya@acme.example")
    TOTP.activate(user, SECRET)

    def click(_):
        try:
            return use_code(user=user, code=code_at(now), now=now) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(click, range(10))) == 1
