"""Tidying: what is over goes, what is in use stays."""

from datetime import timedelta

from django.contrib.sessions.models import Session

from accounts.actions.limiting import begin_try
from accounts.actions.tidying import forget_what_is_over
from accounts.models import SignInFailures
from accounts.rules.limits import PASSWORD_OF_ADDRESS


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
