"""A clock that stands still and a way out that does as it is told, for tests of the drain."""

from datetime import timedelta

from accounts.transport import Kind, Outcome, Phase

ACCEPTED = Outcome(Kind.ACCEPTED, Phase.DOT, 250, "2.0.0", "2.0.0 Taken")


class Clock:
    """Says the same time until it is moved."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now

    def move(self, **by):
        self.now += timedelta(**by)


class Scripted:
    """Asks the fence like a real transport, then ends as the test says.

    `before_fence` runs when the recipient has been accepted: the moment in which wishes change.
    """

    name = "mail.example:25"
    longest_wait = 600.0
    per_second = None
    keyed_for: timedelta | None = None

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.mails = []
        self.before_fence = None
        self.after_fence = None

    def deliver(self, mail, fence):
        outcome = self.outcomes.pop(0) if self.outcomes else ACCEPTED
        if isinstance(outcome, Outcome) and outcome.phase in (*BEFORE_FENCE,):
            return outcome
        if self.before_fence:
            self.before_fence()
        if not fence():
            return Outcome(Kind.WITHHELD, Phase.FENCE)
        if self.after_fence:
            self.after_fence()
        if isinstance(outcome, Exception):
            raise outcome
        if outcome.kind in (Kind.ACCEPTED, Kind.UNKNOWN):
            self.mails.append(mail)
        return outcome

    def close(self):
        """Nothing is open."""


BEFORE_FENCE = (Phase.CONNECT, Phase.EHLO, Phase.TLS, Phase.AUTH, Phase.MAIL, Phase.RCPT)
