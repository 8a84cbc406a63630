"""Who works at Acme Mobile, on which team and when, and how well."""

from cxapp.demo.story.calendar import month_of, progress_of, ramp
from cxapp.demo.story.draws import Draw
from cxapp.demo.story.setting import BRANCHES, Place, share_of

IN_HOUSE = ("Dean", "Sioned", "Gareth", "Meera", "Callum", "Kate")
PARTNER = ("Luis", "Anneke", "Victor", "Sam", "Bea", "Jordan")
BILLING = ("Helen", "Rhys", "Olu", "Grace")
CHAT = ("Jin", "Mabli", "Ewan", "Zoe")
RETENTION = ("Lena", "Marcus", "Elin", "Paul")
REPAIR = ("Ivo", "Sara", "Bryn")
COMPLAINTS = ("Ruth", "Desmond")
SHOP_STAFF = (
    "Abi", "Ben", "Cerys", "Dan", "Ella", "Finn", "Gwen", "Hugo", "Ines",
    "Joel", "Kim", "Liam", "Maya R", "Ned", "Orla", "Pete", "Roz", "Tess",
)  # fmt: skip
TEAM_OF = {
    "shop-visit": "Shops",
    "billing-enquiry": "Billing",
    "live-chat": "Chat",
    "renewal-call": "Retention",
    "repair": "Repair",
    "complaint": "Complaints",
}
PARTNER_FROM, PARTNER_FULL = 6.0, 8.0
MENDED_FROM, MENDED = 13.8, 16.3


def team_at(place: Place, day: int, draw: Draw) -> str:
    key = place.touchpoint.key
    if key != "phone":
        return TEAM_OF.get(key, "")
    share = 0.8 * ramp(progress_of(day), PARTNER_FROM, PARTNER_FULL)
    return "Partner desk" if draw.chance(share) else "In-house phone"


def agents_of(team: str, branch: str, day: int) -> tuple[str, ...]:
    month = month_of(day)
    if team == "Shops":
        place = [name for name, _ in BRANCHES].index(branch) * 3
        return SHOP_STAFF[place : place + 3]
    if team == "Billing":
        moved = ("Aisha",) if month <= 10 else ()
        return (*BILLING, *moved, *(("Tomasz",) if month >= 8 else ()))
    if team == "Chat":
        return (*CHAT, *(("Aisha",) if month >= 11 else ()))
    return {
        "In-house phone": IN_HOUSE,
        "Partner desk": PARTNER,
        "Retention": RETENTION[1:],
        "Repair": REPAIR,
        "Complaints": COMPLAINTS,
    }.get(team, ())


def satisfied_share(place: Place, day: int, team: str, agent: str, reason: str) -> float:
    """How likely this contact satisfied the customer, by desk, agent and reason."""
    if team == "In-house phone":
        return 0.50 if agent == "Dean" else 0.94
    if team == "Partner desk":
        return 0.60 + 0.29 * ramp(progress_of(day), MENDED_FROM, MENDED)
    share = share_of(place, day)
    if team == "Billing":
        offset = {"First bill": -0.11, "Charge I do not know": -0.02, "Payment": 0.13}[reason]
        return min(share + offset, 0.97)
    return share
