"""What was found about the sender, as a person reads it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from accounts.models import Organisation, SenderCheck
from console.shown.moments import moment_text

# By then somebody took up also what a worker died over: no worker runs.
LOST_AFTER = timedelta(minutes=5)
WORDS = {"found": "found", "missing": "missing", "wrong": "wrong", "unknown": "not known"}
TONES = {"found": "promoter", "missing": "detractor", "wrong": "detractor", "unknown": "hollow"}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One check: waiting for a worker, lost with it, or what it found."""

    state: str
    when: str
    found: Mapping[str, Any]

    @property
    def records(self) -> list[dict[str, str]]:
        return [
            {**each, "word": WORDS[each["verdict"]], "tone": TONES[each["verdict"]]}
            for each in self.found.get("records", ())
        ]


@dataclass(frozen=True, kw_only=True)
class Checks:
    """Both checks; None where nobody ever asked."""

    mail: Shown | None
    records: Shown | None


def checks_of(found: Iterable[SenderCheck], *, now: datetime) -> Checks:
    by_kind = {check.kind: _shown(check, now) for check in found}
    return Checks(mail=by_kind.get("mail"), records=by_kind.get("records"))


def sender_line(organisation: Organisation, default: str) -> str:
    """How the mail's From reads, to people: a header would encode what is not English."""
    name = organisation.sender_name
    shown = f"{name} at {organisation.name}" if name else organisation.name
    return f"{shown} <{organisation.sender_email or parseaddr(default)[1]}>"


def _shown(check: SenderCheck, now: datetime) -> Shown:
    if check.finished_at is None:
        state = "lost" if now - check.asked_at > LOST_AFTER else "waiting"
    else:
        state = "failed" if "failed" in check.found else "done"
    when = moment_text(check.finished_at or check.asked_at, now)
    return Shown(state=state, when=when, found=check.found)
