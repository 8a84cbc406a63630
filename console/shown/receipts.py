"""The receipt of an erasing: what was done, in numbers and words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import AuditEntry
from reports.rules.words import count_text

# In the order of the journey of one answer.
TABLES = {
    "surveys_interaction": "contacts",
    "surveys_invitation": "questions asked",
    "surveys_decision": "decisions whether to ask",
    "surveys_message": "mails",
    "surveys_messageattempt": "attempts to hand a mail over",
    "surveys_response": "answers",
    "surveys_responserevision": "versions of answers",
    "surveys_exclusion": "exclusions",
    "surveys_responsetag": "tags on answers",
    "surveys_suppression": "addresses not to be asked, kept as keyed hashes",
    "accounts_auditentry": "entries of the audit trail",
    "accounts_idempotencykey": "kept replies of the API",
    "events_delivery": "error texts",
}
MODES = {
    "anonymise": "Scores were kept without the person; no figure changed.",
    "remove": "Answers were taken out of the figures; trends say so.",
}


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What the page of an erased person shows."""

    at: datetime
    actor: str
    sentence: str
    emptied: Sequence[str]
    removed: Sequence[str]
    mails: str


def receipt_of(entry: AuditEntry) -> Paper:
    told = entry.after
    return Paper(
        at=entry.at,
        actor=entry.actor,
        sentence=MODES[told["mode"]],
        emptied=_counted(told, "emptied_"),
        removed=_counted(told, "removed_"),
        mails=_mails(told),
    )


def _counted(told: Mapping[str, Any], what: str) -> list[str]:
    return [
        f"{count_text(told[what + table])} {name}"
        for table, name in TABLES.items()
        if told.get(what + table)
    ]


def _mails(told: Mapping[str, Any]) -> str:
    if told["mails_on_their_way"]:
        return "One mail was being handed over in that moment and may have arrived."
    return f"{told['mails_stopped']} mail that waited was taken back." * bool(told["mails_stopped"])
