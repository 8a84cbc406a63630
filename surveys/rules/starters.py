"""What a new organisation may begin with: three questions, each with its place and programme."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Starter:
    """A programme that can ask today, and the touchpoint it asks at; a relationship has none."""

    name: str
    says: str
    kind: str
    metric: str
    rest_days: int
    cadence_months: int | None = None
    place: str = ""
    place_kind: str = ""
    stage: str = ""
    topic: str = ""
    deed: str = ""
    public_name: str = ""


STARTERS: Mapping[str, Starter] = {
    "help": Starter(
        name="The help they got",
        says="How satisfied were you with the help? After a question, a complaint, a repair.",
        kind="transactional",
        metric="csat",
        rest_days=30,
        place="Customer service",
        place_kind="service",
        stage="Get help",
        topic="your question",
        deed="asked us for help",
        public_name="the help you get",
    ),
    "visit": Starter(
        name="A delivery or a visit",
        says="How satisfied were you with it? After a parcel, an appointment, a stay.",
        kind="transactional",
        metric="csat",
        rest_days=30,
        place="Delivery or visit",
        place_kind="experience",
        stage="Receive",
        topic="your delivery or visit",
        deed="received something from us",
        public_name="deliveries and visits",
    ),
    "relationship": Starter(
        name="The whole relationship",
        says="How likely are you to recommend us? Twice a year, to everybody.",
        kind="relational",
        metric="nps",
        rest_days=180,
        cadence_months=6,
        public_name="us as a whole",
    ),
}
