"""The customers everybody meets in the demo, scripted contact by contact."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cxapp.demo.story import names
from cxapp.demo.story.answering import Said
from cxapp.demo.story.calendar import DAY
from cxapp.demo.story.contacts import Contact, make_contact
from cxapp.demo.story.draws import Draws
from cxapp.demo.story.people import Person
from cxapp.demo.story.records import Company, Customer
from cxapp.demo.story.setting import BY_KEY

NORTHWIND = Company("CO-001", "Northwind Joinery", "northwindjoinery.example", scans_links=False)
HARBOUR = Company("CO-002", "Harbour Dental", "harbourdental.example", scans_links=True)
SILENT = Said(None)


@dataclass(frozen=True)
class Scene:
    """One contact of a scripted life and what was said about it, if they were asked at all."""

    place: str
    day: int
    said: Said = SILENT
    satisfied: bool = True
    agent: str = ""
    reason: str = ""
    team: str = ""
    branch: str = ""
    imported: bool = False
    recorded_days_later: int = 0


@dataclass(frozen=True)
class Life:
    """A scripted customer: when the relationship survey is hers, what she says, what she meets."""

    key: str
    name: str
    email: str
    plan: str
    slot: int
    relationship: Mapping[int, Said] = field(default_factory=dict)
    scenes: Sequence[Scene] = ()
    region: str = "Wales"
    language: str = "en"
    company: Company | None = None
    joined: int = -820
    erased: bool = False


def _said(score: int, comment: str = "", *feelings: str) -> Said:
    return Said(score, comment, feelings=feelings)


ADA = Life(
    "AM-ADA", "Ada Okafor", "ada.okafor@postbox.example", "Basic", 107,
    {
        107: _said(9, "Fair price and the people know what they are doing.", "valued"),
        289: _said(9, "Whenever I need somebody, somebody helps."),
        471: _said(
            4,
            "Your people have always been good to me, but three pounds more a month for the same "
            "Basic plan, announced in one line at the end of a letter? I came to you because I "
            "have to count my pounds.",
            "annoyed",
        ),
    },
    (
        Scene("shop-visit", 20, _said(5, "Abi set up my new SIM in no time."), agent="Abi",
              reason="SIM swap", branch="Cardiff"),
        Scene("billing-enquiry", 96, _said(5, "Aisha sorted it"), agent="Aisha", reason="Payment"),
        Scene("phone", 240, _said(4, "Short wait, clear answer"), agent="Meera",
              team="In-house phone"),
        Scene("live-chat", 380, _said(5, "Aisha again! Solved before my tea was ready."),
              agent="Aisha", reason="Bill"),
        Scene("renewal-call", 440, _said(4, "Friendly, no pressure"), agent="Elin"),
    ),
)  # fmt: skip
BEN = Life(
    "AM-BEN", "Ben Harris", "ben.harris@inkwell.example", "Plus", 14,
    {
        14: _said(9, "Never a problem in six years."),
        196: _said(9, "The bill needed three mails, but everybody makes mistakes."),
        378: _said(
            3,
            "I forgave the first wrong bill, and the second, and the third. A friend told me he "
            "had the same last spring and got the same excuse. That was when I understood that "
            "nobody reads what we write.",
            "disappointed",
        ),
    },
    (
        Scene("billing-enquiry", 110, _said(2, "Wrong amount again"), satisfied=False,
              reason="Charge I do not know"),
        Scene("billing-enquiry", 150, satisfied=False, reason="Charge I do not know"),
        Scene("billing-enquiry", 181, _said(1, "Third mail about the same £12"), satisfied=False,
              reason="Charge I do not know"),
    ),
    region="West",
)  # fmt: skip
PRIYA = Life(
    "AM-PRIYA", "Priya Nair", "priya.nair@mailhill.example", "Max", 60,
    {60: _said(8), 242: _said(8, "Good network, long queues."), 424: _said(7)},
    (
        Scene("phone", 30, imported=True),
        Scene("phone", 205, _said(5, "Answered at once")),
        Scene("billing-enquiry", 214),
        Scene("parcel", 246),
        Scene("live-chat", 300),
        Scene("repair", 350, recorded_days_later=9),
        Scene("billing-enquiry", 395, _said(4, "Took two mails")),
        Scene("phone", 480, _said(4)),
        Scene("live-chat", 530),
    ),
    region="South East",
)  # fmt: skip
COLIN = Life(
    "AM-COLIN", "Colin Webb", "colin.webb@harbourmail.example", "Plus", 130,
    {
        130: _said(9, "Happy"),
        312: _said(10),
        494: Said(0, "Excellent, thank you", then=10),
    },
    region="Midlands",
)  # fmt: skip
ROSA = Life(
    "AM-ROSA", "Rosa Lind", "rosa.lind@inkwell.example", "Plus", 150,
    {
        150: _said(8, "Fine so far"),
        332: Said(
            0,
            "Three letters about my contract, three names under them, three different answers. "
            "I have asked to leave.",
            feelings=("frustrated",),
            looked_after_by="Ruth",
        ),
        514: _said(9, "Ruth took my complaint on herself and rang me twice. That is how to do it."),
    },
    (
        Scene("complaint", 341, _said(1, "Nobody owns it"), satisfied=False, reason="Contract",
              agent="Desmond"),
        Scene("complaint", 374, _said(5, "Ruth sorted it in two days"), reason="Contract",
              agent="Ruth"),
    ),
    region="North",
)  # fmt: skip
MAREK = Life(
    "AM-MAREK", "Marek Zielinski", "marek.zielinski@postbox.example", "Basic", 44,
    {
        44: _said(9, "Dobry zasięg i uczciwa cena."),
        226: _said(8),
        408: Said(2, standing="withdrawn", reason="not_me"),
    },
    (Scene("shop-visit", 90, _said(5, "Bardzo miła obsługa")),),
    language="pl",
)  # fmt: skip
ERASED = Life(
    "AM-GONE", "", "gone@postbox.example", "Plus", 72,
    {72: _said(8), 254: _said(6)},
    (Scene("phone", 140, _said(4)),),
    erased=True,
)  # fmt: skip
COLLEAGUE = Life(
    "AM-STAFF", "Kate Morris", "kate.morris@acme.example", "Max", 58,
    {422: Said(1, "test test", standing="excluded", reason="Test answer by a colleague")},
)  # fmt: skip
NORTHWIND_ANSWERS = {3: _said(7, "Good signal in the workshop"), 11: _said(6), 17: _said(8)}
NORTHWIND_BOUNCED = (6, 20)
HARBOUR_MACHINE = Said(1, machine=True)
HARBOUR_HUMAN = Said(0, "We are happy with you, thanks.", then=9, machine=True)


def named_lives(draws: Draws) -> list[Life]:
    named = [ADA, BEN, PRIYA, COLIN, ROSA, MAREK, ERASED, COLLEAGUE]
    return [*named, *_northwind(draws), *_harbour(draws), *_lenas(draws)]


def _someone(draws: Draws, key: str) -> tuple[str, str]:
    """A name for a walk-on part, and the first half of an address."""
    draw = draws.of("walk-on", key, "name")
    first, last = draw.one(names.FIRST["en"]), draw.one(names.LAST["en"])
    return f"{first} {last}", f"{names.slug(first)}.{names.slug(last)}"


def _northwind(draws: Draws) -> Iterator[Life]:
    """Twenty-four people of one firm: three answer, nineteen stay silent, two mails bounce."""
    for place in range(24):
        key = f"AM-NJ{place + 1:02d}"
        name, mailbox = _someone(draws, key)
        slot = place * 7 + place % 5
        said = Said(None, bounces=True) if place in NORTHWIND_BOUNCED else SILENT
        said = NORTHWIND_ANSWERS.get(place, said)
        day = slot + 182 if place in NORTHWIND_ANSWERS else slot
        email = f"{mailbox}@{NORTHWIND.domain}"
        yield Life(key, name, email, "Business", slot, {day: said}, company=NORTHWIND)


def _harbour(draws: Draws) -> Iterator[Life]:
    """Four people whose mail passes a link scanner: it answers eleven times, a person once."""
    for place in range(4):
        key = f"AM-HD{place + 1:02d}"
        name, mailbox = _someone(draws, key)
        slot = 35 + place * 8
        said = dict.fromkeys((slot, slot + 182, slot + 364), HARBOUR_MACHINE)
        if place == 2:
            said[slot + 364] = HARBOUR_HUMAN
        email = f"{mailbox}@{HARBOUR.domain}"
        yield Life(key, name, email, "Business", slot, said, company=HARBOUR)


def _lenas(draws: Draws) -> Iterator[Life]:
    """Lena is new: eight renewals, all eight satisfied, too few for a rank."""
    for place in range(8):
        key = f"AM-RN{place + 1:02d}"
        name, mailbox = _someone(draws, key)
        comment = "Lena found me a plan that fits" if place == 5 else ""
        scene = Scene("renewal-call", 495 + place * 5, _said(5 - place % 2, comment), agent="Lena")
        email = f"{mailbox}@mailhill.example"
        yield Life(key, name, email, "Plus", 30 + place * 7, scenes=(scene,))


def person_of(life: Life) -> Person:
    customer = Customer(
        key=life.key,
        name=life.name,
        email=life.email,
        language=life.language,
        plan=life.plan,
        region=life.region,
        company=life.company.key if life.company else None,
        joined=life.joined,
        left=None,
        erased=life.erased,
    )
    return Person(customer, 0.0, 0.0, 1.0, life.slot, None, scanned=False, scripted=True)


def contacts_of(draws: Draws, life: Life) -> list[Contact]:
    return [_contact(draws, life, place, scene) for place, scene in enumerate(life.scenes, 1)]


def _contact(draws: Draws, life: Life, number: int, scene: Scene) -> Contact:
    key, customer = f"{life.key.lower()}-{number}", person_of(life).customer
    made = make_contact(draws, BY_KEY[scene.place], key, customer, scene.day)
    told = {
        "agent": scene.agent,
        "reason": scene.reason,
        "team": scene.team,
        "branch": scene.branch,
    }
    context = {**made.interaction.context, **{k: v for k, v in told.items() if v}}
    late = made.interaction.recorded_at + scene.recorded_days_later * DAY
    interaction = replace(
        made.interaction, context=context, imported=scene.imported, recorded_at=late
    )
    return Contact(interaction, scene.satisfied)


def script_of(everybody: Sequence[Life]) -> dict[str, Said]:
    """What each of them says, by customer and occasion."""
    said: dict[str, Said] = {}
    for life in everybody:
        for day, answer in life.relationship.items():
            said[f"{life.key}:due:{day:03d}"] = answer
        for number, scene in enumerate(life.scenes, 1):
            said[f"{life.key}:{life.key.lower()}-{number}"] = scene.said
    return said
