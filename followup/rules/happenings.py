"""What programs can be told: every type of event, in words that outlive our tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Subject(StrEnum):
    """What an event is about, as its data names it."""

    INTERACTION = "interaction"
    DECISION = "decision"
    INVITATION = "invitation"
    RESPONSE = "response"
    CUSTOMER = "customer"
    TOUCHPOINT = "touchpoint"
    METRIC = "metric"


class Type(StrEnum):
    """The name that the body of a webhook begins with."""

    INTERACTION_RECORDED = "interaction.recorded"
    DECISION_MADE = "decision.made"
    INVITATION_LINK_CREATED = "invitation.link_created"
    INVITATION_SENT = "invitation.sent"
    INVITATION_FAILED = "invitation.failed"
    INVITATION_UNCERTAIN = "invitation.uncertain"
    INVITATION_DELIVERED = "invitation.delivered"
    INVITATION_BOUNCED = "invitation.bounced"
    INVITATION_COMPLAINED = "invitation.complained"
    RESPONSE_RECEIVED = "response.received"
    RESPONSE_AMENDED = "response.amended"
    RESPONSE_EXCLUDED = "response.excluded"
    RESPONSE_RESTORED = "response.restored"
    RESPONSE_WITHDRAWN = "response.withdrawn"
    RESPONSE_IMPORTED = "response.imported"
    CUSTOMER_OPTED_OUT = "customer.opted_out"
    CUSTOMER_OPTED_IN = "customer.opted_in"
    CUSTOMER_ERASED = "customer.erased"
    CUSTOMER_MERGED = "customer.merged"
    TOUCHPOINT_RECLASSIFIED = "touchpoint.reclassified"
    METRIC_REDEFINED = "metric.redefined"

    @property
    def subject(self) -> Subject:
        return Subject(self.value.partition(".")[0])


TEST = "ping"  # what a button sends
ALERT, DIGEST = "alert", "alert.digest"  # what is written to a chat
# By the kinds of the journal; the mails of an invitation are called by what they carry.
BY_KIND: Mapping[str, Type] = {
    "link.handed": Type.INVITATION_LINK_CREATED,
    **{
        f"message.{what}": Type(f"invitation.{what}")
        for what in ("sent", "failed", "uncertain", "delivered", "bounced", "complained")
    },
    **{one.value: one for one in Type if one.subject is not Subject.INVITATION},
}
MEANINGS: Mapping[Type, str] = {
    Type.INTERACTION_RECORDED: "An interaction was reported; none of a file.",
    Type.DECISION_MADE: "Somebody will be asked or will not, and the rule that decided.",
    Type.INVITATION_LINK_CREATED: "A personal link was made, for you to hand over.",
    Type.INVITATION_SENT: "A mail or text was handed over; reminders too.",
    Type.INVITATION_FAILED: "A mail or text could not be handed over.",
    Type.INVITATION_UNCERTAIN: "Nobody knows whether a mail has left.",
    Type.INVITATION_DELIVERED: "The provider says that it arrived.",
    Type.INVITATION_BOUNCED: "The provider says that it did not arrive.",
    Type.INVITATION_COMPLAINED: "The reader reported the mail as spam.",
    Type.RESPONSE_RECEIVED: "A customer sent a score.",
    Type.RESPONSE_AMENDED: "The words came, or anything of the answer changed.",
    Type.RESPONSE_EXCLUDED: "Staff took an answer out of the count.",
    Type.RESPONSE_RESTORED: "An answer counts again.",
    Type.RESPONSE_WITHDRAWN: "An answer was taken back, or staff removed what they wrote down.",
    Type.RESPONSE_IMPORTED: "A past answer was imported: as many events as answers.",
    Type.CUSTOMER_OPTED_OUT: "A customer wants no more questions, from one programme or all.",
    Type.CUSTOMER_OPTED_IN: "She took that back.",
    Type.CUSTOMER_ERASED: "A person was erased: forget her, too.",
    Type.CUSTOMER_MERGED: "Two customers were one person: `merged_id` is `customer` now.",
    Type.TOUCHPOINT_RECLASSIFIED: "A touchpoint became service or experience.",
    Type.METRIC_REDEFINED: "What counts as a good score was changed.",
}
# Chosen for whoever does not want to choose.
USUAL = (
    Type.RESPONSE_RECEIVED,
    Type.RESPONSE_AMENDED,
    Type.RESPONSE_EXCLUDED,
    Type.RESPONSE_RESTORED,
    Type.RESPONSE_WITHDRAWN,
    Type.CUSTOMER_OPTED_OUT,
    Type.CUSTOMER_ERASED,
    Type.CUSTOMER_MERGED,
)


@dataclass(frozen=True, slots=True)
class Fact:
    """What filters look at, of one event about one thing; None where it has no such thing."""

    subject: int
    programme: int | None = None
    touchpoint: int | None = None
    group: str | None = None
    customer: int | None = None
    is_gone: bool = False  # what is left of it has no score any more


@dataclass(frozen=True, slots=True)
class Filter:
    """What an address wants to hear of; an empty list wants all of it."""

    events: frozenset[str]
    groups: frozenset[str]
    programmes: frozenset[int]
    touchpoints: frozenset[int]

    def admits(self, type_: Type, fact: Fact) -> bool:
        """Narrow only what can have such a thing: an opt-out has no score to be too good."""
        if type_.value not in self.events:
            return False
        scored = not self.groups or fact.is_gone or fact.group in self.groups
        asked = not self.programmes or fact.programme in self.programmes
        placed = not self.touchpoints or fact.touchpoint in self.touchpoints
        match type_.subject:
            case Subject.RESPONSE:
                return scored and asked and placed
            case Subject.INVITATION | Subject.DECISION:
                return asked and placed
            case Subject.INTERACTION | Subject.TOUCHPOINT:
                return placed
            case _:
                return True
