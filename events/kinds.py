"""What can happen: every kind of event, in the words of the field."""

from enum import StrEnum


class Kind(StrEnum):
    INTERACTION_RECORDED = "interaction.recorded"
    DECISION_MADE = "decision.made"
    LINK_HANDED = "link.handed"
    MESSAGE_SENT = "message.sent"
    MESSAGE_FAILED = "message.failed"
    MESSAGE_UNCERTAIN = "message.uncertain"
    MESSAGE_DELIVERED = "message.delivered"
    MESSAGE_BOUNCED = "message.bounced"
    MESSAGE_COMPLAINED = "message.complained"
    RESPONSE_RECEIVED = "response.received"
    RESPONSE_AMENDED = "response.amended"
    RESPONSE_EXCLUDED = "response.excluded"
    RESPONSE_RESTORED = "response.restored"
    RESPONSE_WITHDRAWN = "response.withdrawn"
    RESPONSE_IMPORTED = "response.imported"
    TOUCHPOINT_RECLASSIFIED = "touchpoint.reclassified"
    CUSTOMER_OPTED_OUT = "customer.opted_out"
    CUSTOMER_OPTED_IN = "customer.opted_in"
    CUSTOMER_ERASED = "customer.erased"
    CUSTOMER_MERGED = "customer.merged"
    METRIC_REDEFINED = "metric.redefined"
