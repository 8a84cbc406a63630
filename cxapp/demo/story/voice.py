"""A comment from its clauses: who writes, about what, how long, and how people really type."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from cxapp.demo.story import phrases
from cxapp.demo.story.calendar import DAY, month_of
from cxapp.demo.story.contacts import Contact
from cxapp.demo.story.draws import Draw, Draws
from cxapp.demo.story.loyalty import FADE_DAYS, is_hit_by_price
from cxapp.demo.story.people import Person
from cxapp.demo.story.setting import BRANCHES, BY_KEY

BANKS = {"low": phrases.LOW, "mid": phrases.MID, "high": phrases.HIGH}
SECOND_CLAUSE = {
    ("nps", "low"): 0.55,
    ("nps", "mid"): 0.5,
    ("nps", "high"): 0.62,
    ("contact", "low"): 0.5,
    ("contact", "mid"): 0.25,
    ("contact", "high"): 0.15,
}
SHORT_TAIL = {"low": 0.6, "mid": 0.4, "high": 0.35}
STORY = {"low": 0.6, "mid": 0.87, "high": 0.97}
PHONE_NUMBERS = 5
MOST_ALIKE = 3


def band_of(contact: Contact | None, score: int) -> str:
    """Low, mid or high, as the survey that asked cuts its scale."""
    if contact is None:
        middle, high = 7, 9
    elif BY_KEY[contact.interaction.touchpoint].touchpoint.metric == "ces":
        middle, high = 4, 6
    else:
        middle, high = 3, 4
    return "high" if score >= high else "mid" if score >= middle else "low"


@dataclass(frozen=True)
class Subject:
    """What one comment is about and who it comes from."""

    topic: str
    band: str
    survey: str
    day: int
    agent: str
    language: str
    years: int


@dataclass
class Voice:
    """Gives each writer words, and nobody the same words more than three times."""

    draws: Draws
    said: Counter[str] = field(default_factory=Counter)
    numbers_left: int = PHONE_NUMBERS

    def say(
        self,
        key: str,
        person: Person,
        contacts: Sequence[Contact],
        contact: Contact | None,
        band: str,
    ) -> str:
        draw = self.draws.of("comment", key, "words")
        day = contact.day if contact else int(key.rsplit(":", 1)[-1])
        subject = Subject(
            topic=_topic(draw, day, person, contacts, contact, band),
            band=band,
            survey="contact" if contact else "nps",
            day=day,
            agent=contact.interaction.context.get("agent", "") if contact else "",
            language=person.customer.language,
            years=(day - person.customer.joined) // 365,
        )
        text = _written(draw, subject)
        if self.numbers_left and band == "low" and draw.chance(0.02):
            self.numbers_left -= 1
            number = f"{self.numbers_left * 173 + 111:03d}"
            text = f"{text} {draw.one(phrases.PLANTED).format(digits=number)}"
        return self._unworn(draw, _typed(draw, text, band), subject)

    def _unworn(self, draw: Draw, text: str, subject: Subject) -> str:
        while self.said[text] >= MOST_ALIKE:
            tail = _filled(draw, draw.one(_tails(subject)), subject)
            text = f"{text.rstrip('.! ')}. {tail}"
        self.said[text] += 1
        return text


def _topic(
    draw: Draw,
    day: int,
    person: Person,
    contacts: Sequence[Contact],
    contact: Contact | None,
    band: str,
) -> str:
    """What it is about: the contact itself, or whatever weighs on the relationship."""
    if contact is not None:
        return contact.interaction.touchpoint
    if band != "high" and is_hit_by_price(person, day) and draw.chance(0.65):
        return "price"
    if band == "low":
        recent = [
            (each.interaction.touchpoint, BY_KEY[each.interaction.touchpoint].weight + 0.1)
            for each in contacts
            if not each.satisfied and 0 <= day - each.interaction.at // DAY < FADE_DAYS
        ]
        return draw.weighted([*recent, ("general", 0.5), ("network-check-in", 0.25)])
    return "general"


def _written(draw: Draw, subject: Subject) -> str:
    """Clauses enough for this writer: detractors explain, promoters are brief."""
    band, wordy = subject.band, draw.unit()
    if subject.language != "en" and draw.chance(0.85):
        return _joined(draw, [draw.one(phrases.FOREIGN[subject.language][band])], subject)
    bank = _bank(subject)
    lead, clauses = draw.one(phrases.LEADS[band]), [draw.one(bank)]
    if wordy > SECOND_CLAUSE[subject.survey, band]:
        clauses.append(draw.one((*bank, *_fitting(BANKS[band]["general"], subject))))
    elif draw.chance(SHORT_TAIL[band]):
        clauses.append(draw.one(_fitting(phrases.TAILS[band], subject)))
    if wordy > STORY[band]:
        clauses.append(draw.one(_stories(subject)))
    first, *more = dict.fromkeys(clauses)
    if lead.strip(" ,:").lower() in first.lower():
        lead = ""
    return _joined(draw, [f"{lead}{first}", *more], subject)


def _bank(subject: Subject) -> tuple[str, ...]:
    return _fitting(
        BANKS[subject.band].get(subject.topic) or BANKS[subject.band]["general"], subject
    )


def _tails(subject: Subject) -> tuple[str, ...]:
    if subject.language == "en":
        return _fitting(phrases.TAILS[subject.band], subject)
    foreign: tuple[str, ...] = phrases.FOREIGN[subject.language][subject.band]
    return foreign


def _stories(subject: Subject) -> tuple[str, ...]:
    """Something longer to end with."""
    if subject.band != "low":
        return phrases.TAILS[subject.band]
    return phrases.STORIES_AT.get(subject.topic, phrases.STORIES)


def _fitting(clauses: Sequence[str], subject: Subject) -> tuple[str, ...]:
    """Those that may be said by then and by this person: nobody foresees the new bills."""
    month = month_of(subject.day)
    may = (each for each in clauses if phrases.NOT_BEFORE.get(each, 1) <= month)
    return tuple(each for each in may if subject.years > 1 or "{years}" not in each)


def _joined(draw: Draw, clauses: Sequence[str], subject: Subject) -> str:
    """Sentences of the clauses, some of them tied by a comma as people do."""
    text = ""
    for clause in clauses:
        filled = _filled(draw, clause, subject)
        if not text:
            text = filled[:1].upper() + filled[1:]
        elif filled[:1].islower() and draw.chance(0.45):
            text += f", {filled}"
        else:
            text += f"{'' if text.endswith(('.', '!')) else '.'} {filled[:1].upper()}{filled[1:]}"
    return text


def _filled(draw: Draw, clause: str, subject: Subject) -> str:
    pounds = 9 + draw.below(28)
    return clause.format(
        agent=subject.agent.removesuffix(" R") or "your colleague",
        days=4 + draw.below(23),
        minutes=6 + draw.below(49),
        times=("two", "three", "four", "five", "six")[draw.below(5)],
        years=max(subject.years, 2),
        amount=f"£{3 + draw.below(39)}",
        pounds=f"£{pounds}",
        more=f"£{pounds + 4 + draw.below(22)}",
        branch=draw.one(BRANCHES)[0],
    )


def _typed(draw: Draw, text: str, band: str) -> str:
    """As it comes off a phone: small letters, slips, a picture at the end."""
    style, slip, picture = draw.unit(), draw.unit(), draw.unit()
    if style < 0.2:
        text = text.lower()
    if style < 0.35:
        text = text.rstrip(".")
    if slip < 0.06:
        text = _slipped(text, draw.below(len(text)))
    if picture < 0.03:
        text = f"{text} {draw.one(phrases.EMOJI[band])}"
    return text


def _slipped(text: str, start: int) -> str:
    """Two letters of one word in the wrong order, the first such pair from there on."""
    for place in range(start, len(text) - 1):
        if text[place].isalpha() and text[place + 1].isalpha():
            return f"{text[:place]}{text[place + 1]}{text[place]}{text[place + 2 :]}"
    return text
