"""API keys: shown once, stored as a digest, refused the moment they are revoked or expired."""

import re
from datetime import timedelta

import pytest

from accounts.actions.keys import BadKey, Wanted, create_key, revoke_key
from accounts.models import ApiKey, AuditEntry
from accounts.queries.keys import authenticate, keys
from accounts.rules.scopes import Scope
from kit import tenancy, tokens

READ = (Scope.RESPONSES_READ, Scope.CUSTOMERS_READ)


@pytest.fixture
def make(actor, now):
    def key(organisation_id, name="Helpdesk", **others):
        wanted = Wanted(name=name, **{"scopes": READ, **others})
        return create_key(organisation_id=organisation_id, wanted=wanted, actor=actor, now=now)

    return key


def row(organisation_id):
    with tenancy.organisation(organisation_id):
        return ApiKey.objects.get()


def test_the_text_has_the_agreed_form(acme, make):
    text = make(acme).text

    assert re.fullmatch(r"cx_[0-9A-Za-z]{8}_[0-9A-Za-z]{32}", text)
    assert len(text) == 44
    assert text[-6:] == tokens.checksum(text[:-6])


def test_the_text_is_stored_nowhere(acme, make):
    text = make(acme).text

    with tenancy.organisation(acme):
        stored = str([*ApiKey.objects.values(), *AuditEntry.objects.values()])
    assert text[12:] not in stored
    assert text[12:38] not in stored
    assert row(acme).sha256 == tokens.digest(text)


def test_a_key_opens_its_organisation_and_says_what_it_may(acme, make, now):
    new = make(acme, is_test=True, programme_id=41)

    identity = authenticate(new.text, now)
    assert (identity.organisation_id, identity.key_id) == (acme, new.key.pk)
    assert identity.scopes == {"responses:read", "customers:read"}
    assert (identity.is_test, identity.programme_id) == (True, 41)
    actor = identity.actor("192.0.2.9")
    assert (actor.name, actor.api_key_id, actor.ip) == ("key Helpdesk", new.key.pk, "192.0.2.9")


def with_checksum(text):
    return text + tokens.checksum(text)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: text[:-1],
        lambda text: text + "0",
        lambda text: " " + text,
        lambda text: text.upper(),
        lambda text: text[:-6] + "000000",
        lambda text: with_checksum(text[:12] + "0" * 26),
        lambda text: with_checksum("cx_00000000_" + text[12:38]),
        lambda text: text.replace("cx_", "sk_"),
        lambda text: text[:20] + "\x00" + text[21:],
    ],
)
def test_anything_but_the_key_is_nobody(acme, make, now, change):
    assert authenticate(change(make(acme).text), now) is None


def test_a_wrong_checksum_costs_no_query(db, now, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert authenticate("cx_" + "a" * 8 + "_" + "b" * 32, now) is None


def test_a_revoked_key_is_nobody_at_once_and_revoked_once(acme, make, actor, now):
    new = make(acme)
    for _ in range(2):
        revoke_key(organisation_id=acme, key_id=new.key.pk, actor=actor, now=now)

    assert authenticate(new.text, now) is None
    with tenancy.organisation(acme):
        trail = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert trail == ["organisation.founded", "key.created", "key.revoked"]


def test_a_key_ends_when_it_expires(acme, make, now):
    text = make(acme, expires_at=now + timedelta(days=1)).text

    assert authenticate(text, now + timedelta(hours=23)) is not None
    assert authenticate(text, now + timedelta(days=1)) is None


def test_its_use_is_noted_at_most_once_a_minute(acme, make, now):
    text = make(acme).text
    seen = []
    for seconds in (0, 1, 59, 60, 61):
        authenticate(text, now + timedelta(seconds=seconds))
        seen.append((row(acme).last_used_at - now).total_seconds())

    assert seen == [0, 0, 0, 60, 60]


def test_a_failed_try_is_no_use(acme, make, now):
    text = make(acme).text
    authenticate(with_checksum(text[:12] + "0" * 26), now)

    assert row(acme).last_used_at is None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": "  "}, "1 to 80"),
        ({"name": "a\r\nb"}, "one line"),
        ({"scopes": ()}, "Say what"),
        ({"scopes": ("everything",)}, "Say what"),
        ({"expires_at": timedelta(0)}, "expired"),
    ],
)
def test_what_cannot_be_a_key_is_refused(acme, make, now, wrong, words):
    if "expires_at" in wrong:
        wrong = {"expires_at": now}
    with pytest.raises(BadKey, match=words):
        make(acme, **wrong)
    with tenancy.organisation(acme):
        assert ApiKey.objects.count() == 0


def test_a_name_is_used_once_until_its_key_is_revoked(acme, globex, make, actor, now):
    first = make(acme)
    make(globex)
    with pytest.raises(BadKey, match="already"):
        make(acme)
    revoke_key(organisation_id=acme, key_id=first.key.pk, actor=actor, now=now)

    assert make(acme).key.pk != first.key.pk


def test_the_key_of_another_organisation_cannot_be_revoked(acme, globex, make, actor, now):
    theirs = make(globex)

    with pytest.raises(ApiKey.DoesNotExist):
        revoke_key(organisation_id=acme, key_id=theirs.key.pk, actor=actor, now=now)
    assert authenticate(theirs.text, now) is not None


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_one_query(acme, make, count, django_assert_num_queries):
    for number in range(count):
        make(acme, name=f"Key {number}")
    with tenancy.organisation(acme), django_assert_num_queries(1):
        assert [key.name for key in keys()] == [f"Key {number}" for number in range(count)]
