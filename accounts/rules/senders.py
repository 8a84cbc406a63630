"""What receivers look up about a sender (SPF, DKIM, DMARC): found, missing, and what to paste."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address


class Verdict(StrEnum):
    FOUND = "found"
    MISSING = "missing"
    WRONG = "wrong"
    UNKNOWN = "unknown"  # no name server answered


@dataclass(frozen=True, slots=True)
class Finding:
    """One record: where it stands or should, what it says, and what to do."""

    name: str
    host: str
    verdict: Verdict
    record: str
    advice: str
    paste: str = ""

    def values(self) -> dict[str, str]:
        """As it is kept."""
        return {field: str(getattr(self, field)) for field in self.__slots__}


UNREACHED = "No name server answered, so nobody knows. Look again, or ask your provider."


def judged_spf(domain: str, records: Sequence[str] | None, *, server: str) -> Finding:
    """SPF (RFC 7208): which servers may use the domain as the sender of a mail."""
    known = _mechanism(server)
    named = known or "include:(the name your provider shows)"
    if records is None:
        return Finding("SPF", domain, Verdict.UNKNOWN, "", UNREACHED)
    found = [one for one in records if one.lower().split(" ")[0] == "v=spf1"]
    if not found:
        advice = "No server is named that may send for this domain. Add a TXT record."
        return Finding("SPF", domain, Verdict.MISSING, "", advice, f"v=spf1 {named} ~all")
    record = found[0]
    if len(found) > 1:
        advice = f"There are {len(found)} of them, and then receivers heed none. Join them in one."
        return Finding("SPF", domain, Verdict.WRONG, " | ".join(found), advice)
    if record.lower().split()[-1] in ("+all", "all"):
        advice = "It allows every server in the world. End it with ~all or -all."
        return Finding("SPF", domain, Verdict.WRONG, record, advice)
    advice = f"Look that it includes your mail provider{f' or {server}' if known else ''}."
    return Finding("SPF", domain, Verdict.FOUND, record, advice)


def _mechanism(server: str) -> str:
    """How SPF names our mail server; "" of one inside, whose address no receiver ever sees."""
    try:
        ip = ip_address(server)
    except ValueError:
        return f"a:{server}" if "." in server else ""
    return f"ip{ip.version}:{server}" if ip.is_global else ""


def judged_dkim(domain: str, selector: str, records: Sequence[str] | None) -> Finding:
    """DKIM (RFC 6376): the key by which receivers see that a mail is signed by the domain."""
    host = f"{selector}._domainkey.{domain}" if selector else f"(selector)._domainkey.{domain}"
    if not selector:
        advice = "Your mail provider tells the DKIM selector, such as s1 or default. Enter it."
        return Finding("DKIM", host, Verdict.UNKNOWN, "", advice)
    if records is None:
        return Finding("DKIM", host, Verdict.UNKNOWN, "", UNREACHED)
    tags = [(one, _tags(one)) for one in records]
    keys = [(one, found) for one, found in tags if "p" in found]
    if not keys:
        advice = "No key stands there. Paste the record that your mail provider shows."
        paste = "v=DKIM1; k=rsa; p=(the public key your provider shows)"
        return Finding("DKIM", host, Verdict.MISSING, "", advice, paste)
    record, found = keys[0]
    if not found["p"]:
        return Finding("DKIM", host, Verdict.WRONG, record, "This key was revoked; take another.")
    return Finding("DKIM", host, Verdict.FOUND, record, "Test mails show whether it is used.")


def judged_dmarc(domain: str, records: Sequence[str] | None, *, at: str) -> Finding:
    """DMARC (RFC 7489): what receivers do with mails that neither SPF nor DKIM proves."""
    host = f"_dmarc.{at}"
    if records is None:
        return Finding("DMARC", host, Verdict.UNKNOWN, "", UNREACHED)
    found = [one for one in records if one.lower().replace(" ", "").startswith("v=dmarc1")]
    if not found:
        advice = "Large mailbox providers want one from everybody who sends many mails."
        paste = f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}"
        return Finding("DMARC", f"_dmarc.{domain}", Verdict.MISSING, "", advice, paste)
    record = found[0]
    policy = _tags(record).get("p", "").lower()
    if len(found) > 1 or policy not in ("none", "quarantine", "reject"):
        advice = "Receivers cannot read it: one record with p=none, p=quarantine or p=reject."
        return Finding("DMARC", host, Verdict.WRONG, " | ".join(found), advice)
    only_watches = "It only watches: forged mails are delivered. That is fine to begin with."
    advice = only_watches if policy == "none" else "Forged mails are kept away."
    return Finding("DMARC", host, Verdict.FOUND, record, advice)


def domains_above(domain: str) -> list[str]:
    """The domain and those above it, where a policy may stand too; never a top-level one."""
    labels = domain.split(".")
    return [".".join(labels[place:]) for place in range(max(len(labels) - 1, 1))]


def _tags(record: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in record.split(";") if "=" in part)
    return {name.strip().lower(): value.strip().replace(" ", "") for name, _, value in pairs}
