"""Where segments stand by service and experience, as a picture and as its words."""

from metrics.queries.gaps import Gap, Segment
from metrics.statistics.figures import Figure
from metrics.statistics.tiers import Tier
from metrics.statistics.verdicts import Call
from reports.charts.scatter import Place, positions
from reports.charts.theme import Spec

ENOUGH = int(Tier.SMALL_SAMPLE)


def picture_of(gap: Gap, *, width: int = 560, height: int = 320) -> Spec | None:
    """Draw the segments by both metrics; nothing where fewer than two have enough answers."""
    places = [place for segment in gap.segments if (place := _place(segment))]
    if len(places) < 2:
        return None
    return positions(
        places,
        width=width,
        height=height,
        middle=_at(gap.service.side.now, gap.experience.side.now),
        description="Segments by service and experience: "
        + "; ".join(
            f"{place.name}: {place.now[0]:.0f} % and {place.now[1]:+.0f}" for place in places
        ),
    )


def _place(segment: Segment) -> Place | None:
    service, experience = segment.service.side, segment.experience.side
    if min(service.now.n, experience.now.n) < ENOUGH:
        return None
    has_past = min(service.before.n, experience.before.n) >= ENOUGH
    return Place(
        name=str(segment.group),
        now=_at(service.now, experience.now),
        before=_at(service.before, experience.before) if has_past else None,
        is_small=min(service.now.n, experience.now.n) < Tier.PLAIN,
        tone=_tone(segment),
    )


def _at(service: Figure, experience: Figure) -> tuple[float, float]:
    return float(service.value or 0) * 100, float(experience.value or 0) * 100


def _tone(segment: Segment) -> str:
    """Colour by what experience is called; grey says no call."""
    test = segment.experience.change
    call = test.verdict.call if test else None
    return {Call.UP: "promoter", Call.DOWN: "detractor"}.get(call or Call.NO_CALL, "passive")
