"""The environment: what must be there, what is refused, what is derived."""

import os
import re
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from cxapp import env

GOOD_KEY = "k3yQ9vWz0aLpX7sD2fGh5jR8tYu1iOb4nMcE6wZx"
COMPLETE = {
    "SECRET_KEY": GOOD_KEY,
    "BASE_URL": "https://feedback.example.com/",
    "DATABASE_URL": "postgres://app:a@db/cxapp",
    "DATABASE_OWNER_URL": "postgres://owner:b@db/cxapp",
    "REDIS_URL": "redis://cache:6379/0",
}
OTHERS = [
    "CXAPP_DEBUG",
    "CXAPP_DEMO",
    "CXAPP_FAILPOINTS",
    "ALLOWED_HOSTS",
    "EMAIL_URL",
    "MAIL_PROVIDER",
    "MAIL_RATE",
    "ANYMAIL_RESEND_API_KEY",
    "DEFAULT_FROM_EMAIL",
    "TOKEN_KEY",
    "TOKEN_KEYS_OLD",
    "SUPPRESSION_KEY",
    "SUPPRESSION_KEYS_OLD",
    "TRUSTED_PROXIES",
    "API_CALLS_A_MINUTE",
    "API_REFUSALS_A_MINUTE",
    "WEBHOOK_NETWORKS",
]


@pytest.fixture
def told(monkeypatch):
    """Call with variables to have exactly these in the environment and read them."""

    def read(**variables):
        for name in [*COMPLETE, *OTHERS]:
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return env.read()

    return read


def test_complete_environment_is_read_with_its_defaults(told):
    known = told(**COMPLETE)

    assert known == env.Env(
        secret_key=GOOD_KEY,
        debug=False,
        demo=False,
        base_url="https://feedback.example.com",
        allowed_hosts=("feedback.example.com",),
        database_url="postgres://app:a@db/cxapp",
        database_owner_url="postgres://owner:b@db/cxapp",
        redis_url="redis://cache:6379/0",
        email_url=None,
        mail_provider="",
        anymail=(),
        mail_rate=None,
        dns_servers=(),
        email_dot_timeout=600.0,
        handover_lease_seconds=120.0,
        default_from_email="feedback@feedback.example.com",
        token_key=known.token_key,
        token_keys_old=(),
        suppression_key=known.suppression_key,
        suppression_keys_old=(),
        trusted_proxies=0,
        api_calls_a_minute=1200,
        api_refusals_a_minute=60,
        webhook_networks=(),
    )
    assert known.secure is True
    assert len(known.token_key) == 64
    assert len({GOOD_KEY, known.token_key, known.suppression_key}) == 3


@pytest.mark.parametrize("name", sorted(COMPLETE))
def test_a_missing_variable_is_named_alone(told, name):
    rest = {key: value for key, value in COMPLETE.items() if key != name}

    with pytest.raises(ImproperlyConfigured) as refusal:
        told(**rest)

    assert re.findall(r"(\w+) is missing", str(refusal.value)) == [name]


@pytest.mark.parametrize(
    "key",
    ["short", "changeme-" * 8, env.DEBUG_KEY, "a" * 60],
)
def test_guessable_secret_keys_are_refused_also_in_demo_mode(told, key):
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is a default or shorter"):
        told(**{**COMPLETE, "SECRET_KEY": key, "CXAPP_DEMO": "1"})


def test_debug_needs_nothing_and_answers_on_loopback_only(told):
    known = told(CXAPP_DEBUG="1")

    assert known.debug is True
    assert known.secret_key == env.DEBUG_KEY
    assert known.allowed_hosts == ("localhost", "127.0.0.1", "[::1]")
    assert known.secure is False


def test_one_role_for_both_urls_is_refused(told):
    same = {**COMPLETE, "DATABASE_OWNER_URL": COMPLETE["DATABASE_URL"]}

    with pytest.raises(ImproperlyConfigured, match="name the same role"):
        told(**same)


def test_base_url_must_be_an_address(told):
    with pytest.raises(ImproperlyConfigured, match=r"'feedback\.example\.com' is not an http"):
        told(**{**COMPLETE, "BASE_URL": "feedback.example.com"})


def test_given_values_win_over_derived_ones(told):
    known = told(
        **COMPLETE,
        ALLOWED_HOSTS="a.example,b.example",
        EMAIL_URL="smtp://mail.example:25",
        DEFAULT_FROM_EMAIL="Acme <hello@acme.example>",
        TOKEN_KEY="token-key",
        TOKEN_KEYS_OLD="older,oldest",
        SUPPRESSION_KEY="its own",
        SUPPRESSION_KEYS_OLD="derived,before",
    )

    assert known.allowed_hosts == ("a.example", "b.example")
    assert known.email_url == "smtp://mail.example:25"
    assert known.default_from_email == "Acme <hello@acme.example>"
    assert known.token_key == "token-key"
    assert known.token_keys_old == ("older", "oldest")
    assert known.suppression_key == "its own"
    assert known.suppression_keys_old == ("derived", "before")


def test_settings_refuse_to_load_without_the_environment():
    bare = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "cxapp.settings"}
    run = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        env=bare,
        capture_output=True,
        text=True,
    )

    assert run.returncode == 1
    assert "cxapp cannot start. SECRET_KEY is missing" in run.stderr


def test_a_provider_and_its_settings_are_read_by_anymails_names(told):
    known = told(
        **COMPLETE, MAIL_PROVIDER="Resend", ANYMAIL_RESEND_API_KEY=" re_1 ", MAIL_RATE="2.5"
    )

    assert (known.mail_provider, known.mail_rate) == ("resend", 2.5)
    assert told(**COMPLETE, MAIL_RATE="").mail_rate is None
    assert ("RESEND_API_KEY", "re_1") in known.anymail


@pytest.mark.parametrize(
    "given",
    [
        {"MAIL_PROVIDER": "pigeon"},
        {"MAIL_PROVIDER": "resend", "EMAIL_URL": "smtp://localhost:25"},
        {"MAIL_RATE": "-1"},
        {"MAIL_RATE": "ten"},
    ],
)
def test_a_way_out_that_cannot_be_is_refused(told, given):
    with pytest.raises(ImproperlyConfigured, match="MAIL_"):
        told(**COMPLETE, **given)


def test_networks_of_ones_own_are_named_one_by_one(told):
    known = told(**COMPLETE, WEBHOOK_NETWORKS="10.1.0.0/16,10.9.9.9:9000,[fd00::/8]:9000,fd01::/16")
    small, one, six, other = known.webhook_networks
    assert small.holds("10.1.2.3", 443)
    assert not small.holds("10.1.2.3", 25), "a port of the web unless another one is named"
    assert one.holds("::ffff:10.9.9.9", 9000)
    assert not one.holds("10.9.9.9", 443)
    assert six.holds("fd12::1", 9000)
    assert other.port is None


@pytest.mark.parametrize("odd", ["10.1.0.0/99", "intranet", "10.1.2.3:port", "10.1.2.3/16"])
def test_what_is_no_network_stops_the_start(told, odd):
    with pytest.raises(ImproperlyConfigured, match="WEBHOOK_NETWORKS"):
        told(**COMPLETE, WEBHOOK_NETWORKS=odd)
