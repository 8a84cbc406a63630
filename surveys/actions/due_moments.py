"""The moment at which the mail to somebody who is asked is due."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.models import Organisation
from surveys.queries.candidates import Addressee, Candidate
from surveys.queries.hours import Sending, sending


@dataclass(frozen=True)
class DueMoments:
    """Made once for a batch: what has to be read for it is read here, not for each customer."""

    organisation: Organisation
    now: datetime
    _sending: dict[int, Sending] = field(default_factory=dict)
    _moments: dict[tuple[int, str, datetime], datetime | None] = field(default_factory=dict)

    def due_at(self, candidate: Candidate, who: Addressee) -> datetime | None:
        """Return the first sending hour after the delay, None where the question expires before.

        Called for every customer who is asked, a million times in a large wave.
        """
        if candidate.handed is not None:
            return self.now  # whoever asked for the link hands it over
        programme = candidate.programme
        happened_at = candidate.interaction.occurred_at if candidate.interaction else self.now
        wish = max(self.now, happened_at + timedelta(minutes=programme.delay_minutes))
        key = (programme.id, who.time_zone, wish)
        if key not in self._moments:
            self._moments[key] = self._hours(candidate).first_moment(wish, who.time_zone)
        moment = self._moments[key]
        return moment if moment is not None and moment < self.expires_at(candidate) else None

    def expires_at(self, candidate: Candidate) -> datetime:
        return self.now + timedelta(days=candidate.programme.expires_after_days)

    def _hours(self, candidate: Candidate) -> Sending:
        programme = candidate.programme
        if programme.id not in self._sending:
            self._sending[programme.id] = sending(self.organisation, programme)
        return self._sending[programme.id]
