"""Pages before the door carry their style under a nonce: drawn for each answer, kept by nobody."""

import re

import pytest
from django.test import Client

from console.signin.urls import urlpatterns

IN_PAGE, IN_POLICY = re.compile(r'nonce="([^"]*)"'), re.compile(r"'nonce-([^']+)'")
PLACES = [
    re.sub(r"<str:token>|\(\?P.*\)", "x-y", str(each.pattern)).strip("^$") for each in urlpatterns
]


def nonces(answer):
    """What the page carries and what its policy allows; both or neither."""
    said = IN_PAGE.findall(answer.content.decode())
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert said == IN_POLICY.findall(policy)
    return said


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("who", ["nobody", "maya"])
def test_no_page_is_kept_and_each_has_a_nonce_of_its_own(acme, browser_of, who, place):
    client = Client() if who == "nobody" else browser_of(acme.maya)

    first, second = client.get(f"/{place}"), client.get(f"/{place}")

    drawn = nonces(first) + nonces(second)
    assert len(set(drawn)) == len(drawn)
    assert not drawn or "no-store" in first.headers["Cache-Control"]


def test_the_demos_own_company_is_founded_on_a_page_that_nobody_keeps(acme, settings):
    settings.DEMO = True
    client = Client()

    first, second = client.get("/start/"), client.get("/start/")

    assert len({*nonces(first), *nonces(second)}) == 2
    assert "no-store" in first.headers["Cache-Control"]


def test_words_from_the_address_or_a_form_get_no_nonce(acme):
    """A page that puts what it was sent into its markup would lend it the right to run."""
    forged = '\'"></style><style nonce="x">*{}</style><script>1</script>'
    client = Client()
    answers = [
        client.get("/sign-in/", {"next": f"/{forged}", "as": forged}),
        client.post("/sign-in/", {"login": forged, "password": forged, "next": forged}),
        client.post("/password/forgotten/", {"email": forged}),
    ]

    for answer in answers:
        page = answer.content.decode()
        assert len(nonces(answer)) == 1
        assert "<script>1" not in page
        assert page.count("<style") == 1
