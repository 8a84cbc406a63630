"""Goes out to see whether mails can leave in an organisation's name: a test, and the records."""

from dataclasses import asdict, dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings

from accounts.rules.senders import (
    Finding,
    domains_above,
    judged_dkim,
    judged_dmarc,
    judged_spf,
)
from kit.mail import Kind, Mail, hand_over_aloud
from kit.resolving import Known, texts_of
from kit.texts import address_key

TEST = (
    "This is the test that you asked for on the sender page of {organisation}.\n\n"
    "Surveys come from this address. If you reply to this mail, your reply goes where your\n"
    "customers' replies go.\n\n"
    "Look at where it arrived: in the inbox, or among spam. In its source, your mailbox notes\n"
    "whether SPF, DKIM and DMARC passed.\n"
)
ENDS = {
    Kind.ACCEPTED: "The server took it.",
    Kind.REFUSED: "The server refused it.",
    Kind.DEFERRED: "The server did not take it this time.",
    Kind.PAUSED: "The server asks us to slow down.",
    Kind.STOPPED: "The server does not know us, or not by this password.",
    Kind.UNKNOWN: "Nobody knows: the server had it whole and did not answer.",
}


@dataclass(frozen=True, slots=True)
class Sender:
    """In whose name mails leave."""

    organisation: str
    name: str
    address: str
    reply_to: str
    selector: str

    @property
    def domain(self) -> str:
        return address_key(self.address).rpartition("@")[2]


def installation_address() -> str:
    """The address mails come from unless an organisation has its own."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def send_test(*, sender: Sender, to: str, message_id: str, now: datetime) -> dict[str, Any]:
    """Hand a test over to the one who asked for it; return what was said."""
    mail = Mail(
        message_id=f"<{message_id}>",
        sender=(sender.name or sender.organisation, sender.address),
        recipient=("", to),
        subject=f"Test of {sender.organisation}: this is how your mails arrive",
        text=TEST.format(organisation=sender.organisation),
        html="",
        written_at=now,
        reply_to=sender.reply_to,
        headers=(("Auto-Submitted", "auto-generated"),),
    )
    route, outcome, lines = hand_over_aloud(mail)
    return {
        "route": route,
        "from": sender.address,
        "to": to,
        "is_taken": outcome.kind is Kind.ACCEPTED,
        "end": ENDS[outcome.kind],
        "lines": [asdict(line) for line in lines],
    }


def look_up(*, sender: Sender) -> dict[str, Any]:
    """Read what receivers will read about the sender's domain."""
    server = "" if settings.MAIL_PROVIDER else str(settings.EMAIL_HOST)
    domain = sender.domain
    found = [
        judged_spf(domain, _texts(domain), server=server),
        _dkim(domain, sender.selector),
        _dmarc(domain),
    ]
    return {"domain": domain, "records": [finding.values() for finding in found]}


def _dkim(domain: str, selector: str) -> Finding:
    host = f"{selector}._domainkey.{domain}"
    return judged_dkim(domain, selector, _texts(host) if selector else None)


def _dmarc(domain: str) -> Finding:
    """The domain's own policy, else the one of a domain above it."""
    found = judged_dmarc(domain, None, at=domain)
    for place in domains_above(domain):
        records = _texts(f"_dmarc.{place}")
        found = judged_dmarc(domain, records, at=place)
        if records is None or records:
            break
    return found


def _texts(name: str) -> tuple[str, ...] | None:
    found = texts_of(name, servers=settings.DNS_SERVERS)
    return None if found.known is Known.UNKNOWN else found.texts
