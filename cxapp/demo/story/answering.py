"""Who answered, when and what: people, dead mailboxes and machines that follow links."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import exp

from cxapp.demo.story.calendar import DAY, DAYS, waking
from cxapp.demo.story.cases import case_of, look_after
from cxapp.demo.story.contacts import Contact
from cxapp.demo.story.draws import Draw, Draws
from cxapp.demo.story.loyalty import (
    ces_score,
    csat_score,
    feeling,
    is_hit_by_price,
    nps_score,
)
from cxapp.demo.story.people import Person
from cxapp.demo.story.records import Answer, Ask, Revision
from cxapp.demo.story.setting import BY_KEY
from cxapp.demo.story.voice import Voice, band_of

ANSWERING = {"relational": 0.33, "transactional": 0.31}
ANSWERING_BUSINESS = 0.14
WRITING = {"low": 0.62, "mid": 0.44, "high": 0.37}
OPTING_OUT = 0.004
OPEN_DAYS = 13
END = DAYS * DAY


@dataclass(frozen=True)
class Said:
    """What a scripted person does with one ask, instead of what chance would have them do."""

    score: int | None
    comment: str = ""
    after: int | None = None
    then: int | None = None
    standing: str = "counted"
    reason: str = ""
    feelings: tuple[str, ...] = ()
    machine: bool = False
    bounces: bool = False
    looked_after_by: str = ""


@dataclass
class Reply:
    """Turns an ask into what came of it."""

    draws: Draws
    voice: Voice
    script: dict[str, Said] = field(default_factory=dict)

    def to(
        self, person: Person, contacts: Sequence[Contact], ask: Ask, contact: Contact | None
    ) -> Ask:
        if person.scripted:
            said = self.script.get(f"{ask.customer}:{ask.occasion}", Said(None))
            heard = _as_scripted(ask, said, self.draws.of("ask", ask.key, "lag"))
            owner = said.looked_after_by
            return replace(heard, case=look_after(self.draws, heard, owner)) if owner else heard
        draw = self.draws.of("ask", ask.key, "outcome")
        sent = ask.handed_over_at or ask.at
        if person.dead_from is not None and sent // DAY >= person.dead_from:
            return replace(ask, bounced_at=sent + 4 + draw.below(40))
        answer = self._answer(person, contacts, ask, contact, draw)
        if answer is None and draw.chance(OPTING_OUT):
            return replace(ask, opted_out_at=waking(sent + 600 + draw.below(20_000)))
        heard = replace(ask, answer=answer)
        return replace(heard, case=case_of(self.draws, heard))

    def _answer(
        self,
        person: Person,
        contacts: Sequence[Contact],
        ask: Ask,
        contact: Contact | None,
        draw: Draw,
    ) -> Answer | None:
        sent = ask.handed_over_at or ask.at
        machine = _scanned(sent, person, contact, draw)
        human = self._human(person, contacts, contact, sent, draw)
        if human is None:
            return (
                Answer(machine, finished=False, comment="", standing="suspect") if machine else None
            )
        band, comment = band_of(contact, human.score), ""
        if draw.chance(WRITING[band]):
            comment = self.voice.say(ask.key, person, contacts, contact, band)
        finished = bool(comment) or draw.chance(0.55)
        feelings = _feelings(person, contact, human, draw) if finished else ()
        return Answer((*machine, human), finished, comment, feelings=feelings)

    def _human(
        self,
        person: Person,
        contacts: Sequence[Contact],
        contact: Contact | None,
        sent: int,
        draw: Draw,
    ) -> Revision | None:
        kind = "transactional" if contact else "relational"
        base = ANSWERING_BUSINESS if person.customer.company else ANSWERING[kind]
        answers, normal = draw.chance(base * person.candour), draw.normal()
        at = waking(sent + 90 + int(min(exp(9.3 + 1.5 * normal), OPEN_DAYS * DAY)))
        score = score_of(person, contacts, contact, sent // DAY, draw)
        return Revision(at, score, "human", "") if answers and at < END else None


def score_of(
    person: Person, contacts: Sequence[Contact], contact: Contact | None, day: int, draw: Draw
) -> int:
    if contact is None:
        return nps_score(feeling(person, contacts, day), draw)
    if BY_KEY[contact.interaction.touchpoint].touchpoint.metric == "ces":
        return ces_score(contact.satisfied, draw)
    return csat_score(contact.satisfied, draw)


def _scanned(
    sent: int, person: Person, contact: Contact | None, draw: Draw
) -> tuple[Revision, ...]:
    """A link scanner follows whatever the mail holds, seconds after it arrived."""
    after, low = 2 + draw.below(9), draw.below(2)
    if not person.scanned:
        return ()
    score = low if contact is None else 1 + low
    # Every fourth one opened all links first; no draw of its own: no other digit moves.
    rule = "several_scores" if after % 4 == 3 else "too_soon"
    return (Revision(sent + after, score, "suspect", rule),)


def _feelings(
    person: Person, contact: Contact | None, human: Revision, draw: Draw
) -> tuple[str, ...]:
    """At most one feeling; the price rise annoys Basic customers."""
    low = human.score <= (6 if contact is None else 3)
    hit = contact is None and low and is_hit_by_price(person, human.at // DAY)
    if not draw.chance(0.4):
        return ()
    good = (("valued", 0.4), ("appreciated", 0.35), ("respected", 0.25))
    bad = (("annoyed", 2.0 if hit else 0.4), ("disappointed", 0.5), ("frustrated", 0.5))
    return (draw.weighted(bad if low else good),)


def _as_scripted(ask: Ask, said: Said, draw: Draw) -> Ask:
    sent = ask.handed_over_at or ask.at
    if said.bounces:
        return replace(ask, bounced_at=sent + 12)
    if said.score is None:
        return ask
    verdict, rule = ("suspect", "too_soon") if said.machine else ("human", "")
    at = sent + (5 if said.machine else said.after or 600 + draw.below(9 * 3600))
    revisions: tuple[Revision, ...] = (
        Revision(at if said.machine else waking(at), said.score, verdict, rule),
    )
    if said.then is not None:
        revisions += (Revision(revisions[0].at + 420, said.then, "human", ""),)
    machine = said.machine and said.then is None
    standing = "suspect" if machine else said.standing
    answer = Answer(revisions, not machine, said.comment, standing, said.reason, said.feelings)
    return replace(ask, answer=answer)
