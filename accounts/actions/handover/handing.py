"""One mail on its way out: asked for at the fence, handed over, and recorded as it ended."""

import logging
import time
from datetime import datetime, timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection

from accounts.actions.handover.outboxes import Change, NotNow, Outbox, Pass, Row, Try
from accounts.actions.handover.routes import PAUSES, is_paused, pause_route
from accounts.actions.handover.verdicts import HELD_BACK, Verdict, after_fault, after_outcome
from accounts.actions.handover.worker import Worker
from accounts.models.outgoing import State
from accounts.transport import BadMail, Kind, Mail, Outcome, Phase
from kit.failpoints import failpoint

log = logging.getLogger(__name__)

DATABASE_GONE = (OperationalError, InterfaceError)
RETRY_PAUSES = (0.1, 0.5, 2.0)
HELD = (State.CLAIMED, State.HANDING_OVER)


class Handover:
    """One row on its way out."""

    def __init__(self, outbox: Outbox[Row], worker: Worker, row: Row, claim: UUID) -> None:
        self.outbox, self.worker, self.row, self.claim = outbox, worker, row, claim
        self.started_at = worker.clock()
        self.asked_at = self.started_at
        self.is_through = False
        self.keyed_until: datetime | None = None

    def run(self, mail: Mail | Exception) -> bool:
        """Hand the mail over and record it; False when the route is of no use for now."""
        try:
            outcome = self._outcome(mail)
        except DATABASE_GONE:
            raise  # no mail's fault: the lease brings the row back
        except NotNow:
            self._record_held_back()
            return True
        except Exception as error:
            log.exception("mail %s could not be handed over", self.row.message_id)
            self._record_fault(error)
            return True
        if outcome.kind is not Kind.WITHHELD:
            return self._record_outcome(outcome)
        self._record_held_back()
        return True

    def _outcome(self, mail: Mail | Exception) -> Outcome:
        if isinstance(mail, Exception):
            raise mail
        return self.worker.transport.deliver(mail, lambda: self._fence(mail))

    def _fence(self, mail: Mail) -> bool:
        now = self.asked_at = self.worker.clock()
        waits = timedelta(seconds=self.worker.transport.longest_wait)
        until = now + waits + self.worker.margin
        keyed_for = self.worker.transport.keyed_for
        self.keyed_until = self.row.keyed_until or (now + keyed_for if keyed_for else None)
        granted = Pass(self.claim, self.worker.transport.name, now, until, self.keyed_until)
        failpoint("email.before_fence")
        self.is_through = self.outbox.pass_fence(self.row, mail, granted)
        failpoint("email.after_fence")
        return self.is_through

    def _record_outcome(self, outcome: Outcome) -> bool:
        now = self.worker.clock()
        paused = None
        if outcome.is_about_route:
            paused = pause_route(route=self.worker.transport.name, outcome=outcome, now=now)
        verdict = after_outcome(
            row=self.row,
            outcome=outcome,
            now=now,
            since=self._since(outcome),
            paused=paused,
            keyed_until=self.keyed_until,
        )
        self._record(verdict, outcome, now)
        return paused is None

    def _since(self, outcome: Outcome) -> datetime:
        if outcome.kind is Kind.ACCEPTED or not self.row.attempts:
            return self.started_at
        with self.outbox.enter(self.row):
            return self.outbox.first_tried_at(self.row) or self.started_at

    def _record_fault(self, error: Exception) -> None:
        now = self.worker.clock()
        text = f"{type(error).__name__}: {error}".replace("\x00", "")[:500]
        if self.is_through:
            outcome = Outcome(Kind.UNKNOWN, Phase.DATA, text=text)
            self._record(Verdict(State.UNCERTAIN), outcome, now)
            return
        outcome = Outcome(Kind.DEFERRED, Phase.FENCE, text=text)
        never = isinstance(error, BadMail)
        verdict = (
            Verdict(State.FAILED)
            if never
            else after_fault(row=self.row, now=now, since=self._since(outcome))
        )
        self._record(verdict, outcome, now)

    def _record_held_back(self) -> None:
        now = self.worker.clock()
        with self.outbox.enter(self.row):
            state = self.outbox.why_not(self.row, now)
            ends = {"finished_at": now}
            if state is State.QUEUED:
                ends = {"due_at": self.outbox.again_at(self.row, now) or self._later()}
            changed = self.outbox.held(self.row, self.claim, State.CLAIMED).update(
                state=state, claim=None, lease_until=None, **ends
            )
            if changed and state is not State.QUEUED:
                self.outbox.finish(self.row, state, now, is_dead_address=False)

    def _later(self) -> datetime:
        """When a mail that was held back may be looked at again."""
        route = self.worker.transport.name
        paused = is_paused(route=route, now=self.asked_at)
        return self.asked_at + (PAUSES[Kind.DEFERRED] if paused else HELD_BACK)

    def _record(self, verdict: Verdict, outcome: Outcome, now: datetime) -> None:
        """Write down what became of it; the answer is known, so a lost connection is retried."""
        change = self._change(verdict, outcome, now)
        failpoint("email.before_sent_commit")
        for pause in (*RETRY_PAUSES, None):
            try:
                self.outbox.record(self.row, change)
            except DATABASE_GONE:
                if pause is None:
                    raise
                connection.close()
                time.sleep(pause)
            else:
                failpoint("email.after_sent_commit")
                return

    def _change(self, verdict: Verdict, outcome: Outcome, now: datetime) -> Change:
        values = {
            "state": verdict.state,
            "attempts": self.row.attempts + verdict.counts,
            "last_code": _code(outcome),
            "last_error": "" if verdict.state is State.SENT else outcome.text,
            "provider_id": outcome.provider_id or self.row.provider_id,
        }
        if verdict.state is State.QUEUED:
            values |= {"due_at": verdict.due_at, "claim": None, "lease_until": None}
        else:
            values |= {"finished_at": now}
        return Change(
            claim=self.claim,
            # That it was accepted is evidence even when the lease ran out meanwhile.
            before=(*HELD, State.UNCERTAIN) if verdict.state is State.SENT else HELD,
            state=verdict.state,
            values=values,
            attempt=self._try(outcome, now) if verdict.counts else None,
            now=now,
            is_dead_address=outcome.is_dead_address,
        )

    def _try(self, outcome: Outcome, now: datetime) -> Try:
        return Try(
            number=self.row.attempts + 1,
            phase=outcome.phase,
            code=_code(outcome),
            text=outcome.text,
            started_at=self.started_at,
            ended_at=now,
            worker=self.worker.name,
        )


def _code(outcome: Outcome) -> str:
    return f"{outcome.code or ''} {outcome.enhanced}".strip()
