"""What must be true when the storm is over, from the rows and from what the sink stored."""

from collections import Counter
from dataclasses import dataclass

from kit.mail import MOST_TRIES
from surveys.models import Message, MessageAttempt
from tests.chaos.sink import Sink
from tests.chaos.world import Company

OPEN = {"queued", "claimed", "handing_over"}
NOTHING_LEFT = {"failed", "suppressed", "expired", "cancelled"}


@dataclass(frozen=True)
class Blame:
    """How often something happened after which nobody can know whether a mail has left."""

    kills: int = 0
    database_stops: int = 0
    sink_stops: int = 0
    workers: int = 0
    cuts: int = 0

    def most_uncertain(self, broke: int) -> int:
        stops = (self.database_stops + self.sink_stops) * self.workers
        return self.kills + stops + self.cuts + broke


@dataclass(frozen=True)
class Findings:
    """Counts for people, broken promises for the exit code."""

    counts: dict[str, int]
    broken: list[str]


def judge(company: Company, sink: Sink, blame: Blame) -> Findings:
    """Compare the outbox with the sink."""
    # The rows first: what leaves between the two readings would else be sent and nowhere.
    messages = company.messages()
    lines = sink.lines()
    arrived = Counter(line.message_id.strip("<>") for line in lines if line.event == "stored")
    broke = sum(line.event == "broke" for line in lines)
    states = Counter(str(message.state) for message in messages)
    doubled = [name for name, times in arrived.items() if times > 1]
    lost = [m for m in messages if m.state == "sent" and not arrived[m.message_id]]
    rules = {
        "I1 nothing is left half done": not OPEN & states.keys(),
        "I2 no mail arrived twice": not doubled,
        "I3 what is sent arrived": not lost,
        "I4 what is failed did not arrive": not _arrived(messages, arrived, NOTHING_LEFT),
        "I5 doubts are counted and bounded": states["uncertain"] <= blame.most_uncertain(broke),
        "I6 no mail lost its row": len(messages) == company.mails,
        "I7 nobody tries for ever": _most_tries(company) <= MOST_TRIES,
    }
    counts = {
        "mails": len(messages),
        "arrived": len(arrived),
        "doubled": len(doubled),
        "lost": len(lost),
        **{state: states[state] for state in ("sent", "uncertain", "failed")},
        "uncertain that arrived": len(_arrived(messages, arrived, {"uncertain"})),
        "kills": blame.kills,
        **({"cuts": blame.cuts} if blame.cuts else {}),
    }
    return Findings(counts, [rule for rule, holds in rules.items() if not holds])


def _arrived(messages: list[Message], arrived: Counter[str], states: set[str]) -> list[Message]:
    return [m for m in messages if m.state in states and arrived[m.message_id]]


def _most_tries(company: Company) -> int:
    with company.entered():
        tries = MessageAttempt.objects.order_by("-number").values_list("number", flat=True).first()
    return tries or 0
