"""The story of Acme Mobile in seven stops: kept as views, and told by the rail above the pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stop:
    """One page of the console, its days given as quarters of the story, and what to see there."""

    name: str
    page: str  # below the organisation's address
    quarters: tuple[int, int]  # the first and the last of six
    tells: str
    further: tuple[tuple[str, str], ...] = ()


STOPS = (
    Stop(
        "1 All is well",
        "",
        (2, 2),
        "The second of two calm quarters. Customers are served well and would recommend Acme; "
        "what moved since the first could be chance, and the page says so.",
    ),
    Stop(
        "2 Service slips and the score does not",
        "gap/",
        (3, 3),
        "Support moves to a partner desk and service falls by more than chance. The relationship "
        "has not noticed: a good name forgives for a while.",
    ),
    Stop(
        "3 Which desk?",
        "segments/team/",
        (3, 4),
        "The teams of the two quarters in which service slid, side by side and by name. In-house "
        "phone is where it was; look at the partner desk.",
    ),
    Stop(
        "4 The reputation breaks",
        "",
        (5, 5),
        "Two quarters after the service, the relationship falls. Whoever watches only this score "
        "learns of it half a year late.",
    ),
    Stop(
        "5 Joining the data",
        "journey/",
        (4, 5),
        "One page of every customer for all teams. The journey of these two quarters shows where "
        "to begin: the billing enquiry fell furthest, and complaints stand lowest.",
    ),
    Stop(
        "6 Service recovers",
        "",
        (6, 6),
        "Service is up by more than chance. The relationship: no call, since two groups of "
        "customers moved in opposite directions.",
    ),
    Stop(
        "7 Who is still unhappy?",
        "compare/",
        (6, 6),
        "Plan Basic beside plan Plus. The price of Basic rose, and no good service mends a price.",
        (("metric", "experience"), ("segment", "plan:Basic"), ("b_segment", "plan:Plus")),
    ),
)
