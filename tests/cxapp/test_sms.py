"""SMS_URL: what a route is, what is refused, and that no secret is said aloud."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from cxapp import sms

GOOD = "twilio://AC12:to%2Fken@api.twilio.com?from=+15550001111"


@pytest.fixture
def told(monkeypatch):
    def read(url="", region=""):
        monkeypatch.setenv("SMS_URL", url)
        monkeypatch.setenv("SMS_REGION", region)
        return sms.read()

    return read


def test_without_a_url_nothing_is_texted(told):
    assert told() == ((), "")


def test_all_parts_of_a_route(told):
    route, region = told(f"{GOOD}&timeout=5&rate=0.5", "gb")
    assert dict(route) == {
        "base_url": "https://api.twilio.com",
        "account": "AC12",
        "password": "to/ken",
        "sender": "+15550001111",
        "timeout": "5",
        "rate": "0.5",
    }
    assert region == "GB"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://AC1:t@api.twilio.com?from=+15550001111", "does not begin with twilio"),
        ("twilio+http://AC1:t@api.twilio.com?from=+15550001111", "leaves this machine"),
        ("twilio://AC1:t@?from=+15550001111", "names no host"),
        ("twilio://api.twilio.com?from=+15550001111", "no account"),
        ("twilio://AC1:t@api.twilio.com", "no number"),
        ("twilio://AC1:t@api.twilio.com?from=0123", "no number"),
        ("twilio://AC1:t@api.twilio.com?from=+15550001111&rate=x", "no number"),
        ("twilio://AC1:t@api.twilio.com:port?from=+15550001111", "cannot be read"),
    ],
)
def test_what_is_wrong_is_said_without_the_secret(told, url, why):
    with pytest.raises(ImproperlyConfigured, match=why) as refused:
        told(url.replace(":t@", ":hush@"))
    assert "hush" not in str(refused.value)


def test_a_region_is_a_country(told):
    with pytest.raises(ImproperlyConfigured, match="no country"):
        told(GOOD, "XX")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_a_stand_in_on_this_machine(told, host):
    route, _ = told(f"twilio+http://AC1:t@{host}:4010?from=+15550001111")
    assert dict(route)["base_url"] == f"http://{host}:4010"
