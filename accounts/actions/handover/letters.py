"""The outbox of letters to staff: joining, password resets, digests."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from django.db import transaction
from django.db.models import DateTimeField, Exists, Value
from django.db.models.functions import Coalesce

from accounts.actions.handover.outboxes import Outbox, Pass, Try
from accounts.channels.letters import written
from accounts.models import Letter, LetterAttempt, RoutePause
from accounts.models.outgoing import State
from accounts.transport import Mail
from kit import tenancy


class Letters(Outbox[Letter]):
    """Nobody can opt out of a letter one asked for, so only time and the route hold it back."""

    rows = Letter

    def enter(self, row: Letter) -> AbstractContextManager[None]:
        if row.organisation_id is None:
            return transaction.atomic()
        return tenancy.organisation(row.organisation_id)

    def write(self, rows: Sequence[Letter], now: datetime) -> Mapping[int, Mail | Exception]:
        return {row.pk: self._written(row, now) for row in rows}

    def _written(self, row: Letter, now: datetime) -> Mail | Exception:
        try:
            with self.enter(row):
                return written(row, now)
        except Exception as error:  # noqa: BLE001 - one bad letter must not stop the others
            return error

    def pass_fence(self, row: Letter, mail: Mail, granted: Pass) -> bool:
        paused = RoutePause.objects.filter(route=granted.route, until__gt=granted.now)
        ours = Letter.objects.filter(
            ~Exists(paused),
            pk=row.pk,
            to=mail.recipient[1],
            claim=granted.claim,
            state=State.CLAIMED,
            expires_at__gt=granted.now,
        )
        with self.enter(row):
            marked = ours.update(
                state=State.HANDING_OVER,
                handing_over_at=granted.now,
                lease_until=granted.lease_until,
                keyed_until=Coalesce("keyed_until", Value(granted.keyed_until, DateTimeField())),
            )
        return marked == 1

    def why_not(self, row: Letter, now: datetime) -> State:
        return State.EXPIRED if row.expires_at <= now else State.QUEUED

    def keep_try(self, row: Letter, attempt: Try) -> None:
        LetterAttempt.objects.create(letter=row, **attempt.values())

    def first_tried_at(self, row: Letter) -> datetime | None:
        tries = LetterAttempt.objects.filter(letter=row).order_by("started_at")
        return tries.values_list("started_at", flat=True).first()
