"""Tidying: what is over goes, what is in use stays."""

from datetime import timedelta

from django.contrib.sessions.models import Session

from accounts.actions.idempotency import KEPT_FOR
from accounts.actions.keys import Wanted, create_key
from accounts.actions.limiting import begin_try
from accounts.actions.tidying import forget_what_is_over
from accounts.models import IdempotencyKey, SignInFailures
from accounts.rules.limits import PASSWORD_OF_ADDRESS
from accounts.rules.scopes import Scope
from kit import tenancy


def test_ended_sessions_and_old_failures_go(db, now):
    for key, days in (("over", -1), ("open", 1)):
        Session.objects.create(
            session_key=key, session_data="", expire_date=now + timedelta(days=days)
        )
    begin_try(subjects={PASSWORD_OF_ADDRESS: "old@acme.example"}, now=now - timedelta(days=2))
    begin_try(subjects={PASSWORD_OF_ADDRESS: "new@acme.example"}, now=now)

    assert forget_what_is_over(now=now) == 2
    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]
    assert SignInFailures.objects.get().last_at == now


def test_kept_answers_of_every_organisation_go_when_their_time_is_over(acme, globex, actor, now):
    for organisation_id in (acme, globex):
        wanted = Wanted(name="Helpdesk", scopes=(Scope.CUSTOMERS_READ,))
        key = create_key(organisation_id=organisation_id, wanted=wanted, actor=actor, now=now).key
        with tenancy.organisation(organisation_id):
            for name, created_at in (("old", now - KEPT_FOR), ("new", now)):
                IdempotencyKey.objects.create(
                    organisation_id=organisation_id,
                    api_key=key,
                    method="POST",
                    path="/api/v1/interactions",
                    key=name,
                    body_sha256="0" * 64,
                    created_at=created_at,
                )

    assert forget_what_is_over(now=now) == 2
    for organisation_id in (acme, globex):
        with tenancy.organisation(organisation_id):
            assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["new"]
