"""What the drain must be told about one kind of mail: customers' messages, staff's letters."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Outgoing
from accounts.models.outgoing import State
from accounts.transport import Mail


class NotNow(Exception):
    """Given in place of a mail that nobody wants any more, or not yet: ask `why_not`."""


Row = TypeVar("Row", bound=Outgoing)


def _values(one: Any) -> dict[str, Any]:
    # dataclasses.asdict copies every value deeply, a twentieth of what a mail costs.
    return {name: getattr(one, name) for name in one.__slots__}


@dataclass(frozen=True, slots=True)
class Pass:
    """What one row needs to get through the fence, and what it holds afterwards."""

    claim: UUID
    route: str
    now: datetime
    lease_until: datetime
    keyed_until: datetime | None = None

    def values(self) -> dict[str, Any]:
        """What the fence's statement is given."""
        return _values(self)


@dataclass(frozen=True, slots=True)
class Try:
    """One finished attempt, as it is kept beside its row."""

    number: int
    phase: str
    code: str
    text: str
    started_at: datetime
    ended_at: datetime
    worker: str

    def values(self) -> dict[str, Any]:
        """The columns by their names."""
        return _values(self)


@dataclass(frozen=True, slots=True)
class Change:
    """How one attempt ended: the states it may end from, and what is true then."""

    claim: UUID
    before: tuple[State, ...]
    state: State
    values: Mapping[str, Any]
    attempt: Try | None
    now: datetime
    is_dead_address: bool = False


class Outbox(ABC, Generic[Row]):
    """One table of outgoing mail."""

    rows: type[Row]
    # Of a table whose rows leave by several ways out, the condition on this outbox's own.
    kept_apart: Mapping[str, str] = {}

    @abstractmethod
    def enter(self, row: Row) -> AbstractContextManager[None]:
        """Open the one transaction in which the row and what belongs to it may be changed."""

    @abstractmethod
    def write(self, rows: Sequence[Row], now: datetime) -> Mapping[int, Mail | Exception]:
        """Write the mails, by the row's id; one that cannot be written holds up no other."""

    @abstractmethod
    def pass_fence(self, row: Row, mail: Mail, granted: Pass) -> bool:
        """Commit one UPDATE: still ours, still wanted, from now on being handed over."""

    @abstractmethod
    def why_not(self, row: Row, now: datetime) -> State:
        """The state of a row that may not leave; QUEUED when it may go later."""

    def again_at(self, row: Row, now: datetime) -> datetime | None:  # noqa: ARG002
        """When a row that may go later may, where that is known."""
        return None

    @abstractmethod
    def keep_try(self, row: Row, attempt: Try) -> None:
        """Add one attempt; attempts are never changed."""

    @abstractmethod
    def first_tried_at(self, row: Row) -> datetime | None:
        """When the first attempt began."""

    def finish(self, row: Row, state: State, now: datetime, *, is_dead_address: bool) -> None:
        """What else is true once the row is in a state that it will not leave by itself."""

    def expire(self, row: Row, now: datetime) -> None:
        """Its time was over before anybody took it: an end like any other, with its reason."""
        with self.enter(row):
            late = self.rows._default_manager.filter(
                pk=row.pk, state=State.QUEUED, expires_at__lte=now
            )
            if late.update(state=State.EXPIRED, finished_at=now):
                self.finish(row, State.EXPIRED, now, is_dead_address=False)

    def record(self, row: Row, change: Change) -> None:
        """Write down how an attempt ended, unless somebody else has the row by now."""
        with self.enter(row):
            if not self.held(row, change.claim, *change.before).update(**change.values):
                return
            if change.attempt:
                self.keep_try(row, change.attempt)
            if change.state is not State.QUEUED:
                self.finish(row, change.state, change.now, is_dead_address=change.is_dead_address)

    def held(self, row: Row, claim: UUID, *states: State) -> QuerySet[Row]:
        """The row, if this claim still holds it in one of these states."""
        return self.rows._default_manager.filter(pk=row.pk, claim=claim, state__in=states)
