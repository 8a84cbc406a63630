"""The moment at which the mail to somebody who is asked is due."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Organisation
from surveys.queries.asking import Candidate


@dataclass(frozen=True)
class DueMoments:
    """Made once for a batch: what has to be read for it is read here, not for each customer."""

    organisation: Organisation
    now: datetime

    def due_at(self, candidate: Candidate) -> datetime:
        """Return when the mail may leave: the delay after what happened, never before now.

        Called for every customer who is asked, a million times in a large wave.
        """
        happened_at = candidate.interaction.occurred_at if candidate.interaction else self.now
        return max(self.now, happened_at + timedelta(minutes=candidate.programme.delay_minutes))
