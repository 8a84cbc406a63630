"""The rules of widgets: sites, paths, what an answer keeps of a page; and signed identities."""

import base64
import hmac
import json
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

from kit import clock
from surveys.rules.identities import Identity, NotBelieved, read_identity, sign_identity
from surveys.rules.widgets import (
    NoOrigin,
    NoPattern,
    Rules,
    is_on,
    page_of,
    read_origin,
    read_pattern,
)
from tests.builders import NOW

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "widget.md"
SECRET = "s3cret"
CLAIMS = {"sub": "c-42", "email": "ada@mail.example", "name": "Ada Okafor"}


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://Help.Acme.example/", "https://help.acme.example"),
        ("https://acme.example:443", "https://acme.example"),
        ("http://acme.example:80", "http://acme.example"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("https://acme.example:0443", "https://acme.example"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        (" https://acme.example ", "https://acme.example"),
    ],
)
def test_a_site_is_written_as_browsers_do(written, origin):
    assert read_origin(written) == origin


@pytest.mark.parametrize(
    "written",
    [
        "",
        "acme.example",
        "null",
        "*",
        "https://",
        "https://*.acme.example",
        "https://acme.example/help",
        "https://acme.example?x",
        "https://acme.example#x",
        "https://me@acme.example",
        "https://acme.example:0",
        "https://acme.example:70000",
        "https://acme .example",
        "https://a\u202eb.example",
        "https://-.example-",
        "javascript:alert(1)",
        "https://" + "x" * 300 + ".example",
    ],
)
def test_what_is_no_site_is_refused(written):
    with pytest.raises(NoOrigin):
        read_origin(written)


@pytest.mark.parametrize(
    "written", ["", "help", "*", "/a b", "/a?b", "/a#b", "/a\u202e", "/" * 201]
)
def test_what_is_no_path_is_refused(written):
    with pytest.raises(NoPattern):
        read_pattern(written)


def test_a_star_stands_for_anything_and_nothing_else_does():
    assert is_on("/help/*", "/help/")
    assert is_on("/help/*", "/help/a/b")
    assert not is_on("/help/*", "/help")
    assert not is_on("/help.*", "/helpx")
    assert is_on("/*/pay/*", "/de/pay/now")
    assert not is_on("/a*a", "/a")
    rules = Rules(pages=["/help/*"], not_pages=["/help/*/private"])
    assert rules.asks_on("/help/a")
    assert not rules.asks_on("/help/a/private")
    assert not rules.asks_on("/")


def test_many_stars_take_no_time():
    assert not is_on("/" + "*a" * 99, "/" + "a" * 98 + "b" * 100_000)


def test_a_page_is_kept_without_what_may_name_somebody():
    assert page_of("/a/b?c=d#e") == "/a/b"
    assert page_of("/of/ada@mail.example/x") == "/of/…/x"
    assert page_of("//evil.example/x") == "//evil.example/x"
    assert (page_of("a"), page_of(""), page_of("/a\nb")) == ("", "", "")
    assert len(page_of("/" + "x" * 5000)) == 200


# --- who it is ------------------------------------------------------------------------------------


def code_of(language):
    """The example that the guide gives, exactly as it stands there."""
    return re.search(rf"```{language}\n(.*?)```", GUIDE.read_text(), re.DOTALL)[1]


def test_the_guides_python_signs_what_is_believed(moment):
    names = {}
    exec(code_of("python"), names)
    text = names["sign_customer"](SECRET, **CLAIMS)
    assert read_identity(text, [SECRET], moment) == Identity(
        "c-42", "ada@mail.example", "Ada Okafor"
    )


def test_the_guides_javascript_signs_what_is_believed(moment):
    call = f"console.log(signCustomer({json.dumps(SECRET)}, {json.dumps(CLAIMS)}))"
    node, _ = compute_driver_executable()
    run = [node, "--input-type=module", "-e", code_of("js") + call]
    text = subprocess.run(run, capture_output=True, text=True, check=True).stdout.strip()
    assert read_identity(text, [SECRET], moment).external_id == "c-42"


@pytest.fixture
def moment():
    """The clock of this machine: the examples read it themselves."""
    return clock.now()


@pytest.mark.parametrize(
    ("left", "is_believed"),
    [
        (timedelta(days=1), True),
        (timedelta(days=1, seconds=1), False),
        (timedelta(seconds=1), True),
        (timedelta(0), False),
    ],
)
def test_it_is_believed_for_a_day_at_most(left, is_believed):
    text = sign_identity({"sub": "c-42", "exp": (NOW + left).timestamp()}, SECRET)
    if is_believed:
        assert read_identity(text, ["another", SECRET], NOW).external_id == "c-42"
    else:
        with pytest.raises(NotBelieved):
            read_identity(text, ["another", SECRET], NOW)


@pytest.mark.parametrize("place", range(3))
def test_no_part_of_it_can_be_changed(place):
    parts = sign_identity({"sub": "c-42", "exp": NOW.timestamp() + 60}, SECRET).split(".")
    for letter in "Ae_":
        if parts[place][5] != letter:
            changed = parts[place][:5] + letter + parts[place][6:]
            text = ".".join([*parts[:place], changed, *parts[place + 1 :]])
            with pytest.raises(NotBelieved):
                read_identity(text, [SECRET], NOW)


def test_only_hs256_is_taken_also_where_the_signature_fits():
    signed = sign_identity({"sub": "c-42", "exp": NOW.timestamp() + 60}, SECRET)
    claims = signed.split(".")[1]

    def packed(raw):
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    for header in ({"alg": "none"}, {"alg": "HS512"}, {}, []):
        text = f"{packed(json.dumps(header).encode())}.{claims}"
        seal = packed(hmac.digest(SECRET.encode(), text.encode(), "sha256"))
        with pytest.raises(NotBelieved):
            read_identity(f"{text}.{seal}", [SECRET], NOW)
