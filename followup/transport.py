"""Carries signed messages to one address, one after the other over a connection that is kept."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException

from django.conf import settings

from followup.rules.signing import headers
from followup.rules.trying import Outcome, Tried
from kit.http import Answer, Call, Place, PlaceRefused
from kit.texts import without_hidden

TIMEOUT = 20.0  # seconds for a connection, and for each silence of an answer
PATIENCE = 30.0  # seconds for a whole answer, however it trickles in
SECONDS = 5.0  # a round begins new messages for so long
LONGEST_ANSWER = 2000  # letters of it that the log keeps
AGENT = "cxapp-webhooks/1"
NOT_CALLED = (
    "It leads to no address that may be called. A receiver in a network of your own has to "
    "be named in WEBHOOK_NETWORKS."
)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message: what it is called and what it says."""

    id: int
    webhook_id: str
    body: bytes


@dataclass(slots=True)
class Round:
    """What one address is told in one go, for as long as it takes it."""

    address: str
    secrets: Sequence[str]  # none: an address that is not told who we are, such as a chat's
    parcels: Sequence[Parcel]
    timestamp: Callable[[], float] = time.time
    since: float | None = None  # the monotonic second in which the present message began
    _call: Call | None = field(default=None, repr=False)
    _is_cut: bool = False

    def carry(self) -> list[tuple[Parcel, Tried]]:
        """Send one after the other; what follows a failure of the address itself stays here."""
        done: list[tuple[Parcel, Tried]] = []
        until = time.monotonic() + SECONDS
        try:
            for parcel in self.parcels:
                if time.monotonic() > until:
                    break
                tried = self._timed(parcel)
                done.append((parcel, tried))
                if tried.is_overloaded or tried.outcome is Outcome.GONE:
                    break
        finally:
            self._end()
        return done

    def cut_if_late(self, second: float) -> None:
        """Called by another thread: an answer that trickles in for ever is late, too."""
        call, since = self._call, self.since
        if call is not None and since is not None and second - since > PATIENCE:
            self._is_cut = True
            call.cut()

    def _timed(self, parcel: Parcel) -> Tried:
        self.since, self._is_cut = time.monotonic(), False
        try:
            answer = self._sent(parcel)
        except PlaceRefused:
            return self._failed(NOT_CALLED)
        except TimeoutError:
            return self._failed("No answer in time.")
        except (OSError, HTTPException, UnicodeError) as error:
            if self._is_cut:
                return self._failed("No answer in time.")
            return self._failed(f"{type(error).__name__}: {error}")
        return Tried(
            took_ms=self._took(),
            status=answer.status,
            answer=_readable(answer.body),
            retry_after=answer.retry_after,
        )

    def _sent(self, parcel: Parcel) -> Answer:
        kept = self._call is not None and self._call.is_open
        try:
            return self._posted(parcel)
        except (OSError, HTTPException) as error:
            # A connection that was kept may just have been closed by the other side; whether the
            # message was read nobody can know, and its id makes a repetition harmless.
            if not kept or self._is_cut or isinstance(error, TimeoutError):
                raise
            self._end()
            return self._posted(parcel)

    def _posted(self, parcel: Parcel) -> Answer:
        if self._call is None or not self._call.is_open:
            self._end()
            self._call = Call(place_of(self.address))
            self._call.connect()
        signed = headers(
            webhook_id=parcel.webhook_id,
            timestamp=int(self.timestamp()),
            body=parcel.body,
            secrets=self.secrets,
        )
        return self._call.post_json(
            parcel.body, {**(signed if self.secrets else {}), "User-Agent": AGENT}
        )

    def _failed(self, why: str) -> Tried:
        self._end()
        # Of a broken answer the error quotes the bytes, and what they hold no table may.
        return Tried(took_ms=self._took(), error=without_hidden(why).strip()[:300])

    def _took(self) -> int:
        return int((time.monotonic() - (self.since or time.monotonic())) * 1000)

    def _end(self) -> None:
        if self._call is not None:
            self._call.close()
            self._call = None


def place_of(address: str) -> Place:
    """Where a webhook leads: strangers typed it, so it is guarded."""
    return Place(address, timeout=TIMEOUT, is_guarded=True, named=tuple(settings.WEBHOOK_NETWORKS))


def _readable(body: bytes) -> str:
    return without_hidden(body.decode("utf-8", "replace"))[:LONGEST_ANSWER]
