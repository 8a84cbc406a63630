"""The overview: service beside experience, the journey, who answered and what they said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kit.periods import Period
from metrics.queries.filters import Slice, experience, service
from metrics.queries.overlaps import Overlaps, stored_overlaps
from metrics.queries.rates import ResponseRate, response_rate
from metrics.rules.windows import Against, Step
from metrics.statistics.definitions import Definitions
from reports.queries.asides import EXPERIENCE, SERVICE, Aside, service_asides
from reports.queries.beside import around
from reports.queries.cards import Asked, Card, card
from reports.queries.journey import JourneyMap, journey_map, of_transactions
from reports.queries.narrowed import filtered
from reports.queries.responses import answered_between
from reports.queries.wanted import Wanted
from surveys.models import Response
from surveys.queries.beginnings import Beginning, beginning

QUOTES = 6


@dataclass(frozen=True, kw_only=True)
class Comments:
    """Which comments are wanted: of one score group, with some words, or all."""

    group: str = ""
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Everything on the page that a manager opens every morning."""

    # Read once for everything on the page that compares two periods.
    overlaps: Overlaps
    service: Card
    # Satisfaction answered by faces: beside the card, never in it.
    service_asides: Sequence[Aside]
    experience: Card
    journey: JourneyMap
    rate: ResponseRate
    quotes: Sequence[Response]
    # When answers exist, but none in the period: the first and the last of them.
    elsewhere: tuple[datetime, datetime] | None
    # How far it has come, where nobody has ever answered.
    beginning: Beginning | None

    @property
    def is_untouched(self) -> bool:
        """Whether nobody was ever asked; a try to oneself asks nobody."""
        return self.beginning is not None and not self.beginning.is_sent


def overview(
    *,
    part: Slice,
    definitions: Definitions,
    period: Period,
    today: date,
    against: Period | Against | None = None,
    comments: Comments | None = None,
    step: Step | None = None,
) -> Overview:
    """Read the whole page; the number of statements does not grow with the data."""
    beside = around(definitions, period)
    overlaps = stored_overlaps(part.organisation_id)
    ours = part.organisation_id
    service_card, experience_card = (
        card(
            Asked(
                key=key,
                title=key.capitalize(),
                chosen=chosen,
                answers=answers,
                beside=beside.of(chosen, key),
                step=step,
            ),
            period,
            today=today,
            against=against,
            overlaps=overlaps,
        )
        for key, chosen, answers in (
            ("service", service(ours, definitions).within(part), SERVICE),
            ("experience", experience(ours, definitions).within(part), EXPERIENCE),
        )
    )
    rate = response_rate(part, period, today=today)
    everywhere = of_transactions(ours, definitions).items()
    journey = journey_map(
        chosen={definition: one.within(part) for definition, one in everywhere},
        period=period,
        today=today,
        against=against,
    )
    is_empty = not (service_card.n or experience_card.n or journey.n)
    elsewhere = answered_between() if is_empty else None
    return Overview(
        overlaps=overlaps,
        service=service_card,
        service_asides=service_asides(part, definitions, period, today=today),
        experience=experience_card,
        journey=journey,
        rate=rate,
        quotes=newest_comments(part, period, comments, definitions),
        elsewhere=elsewhere,
        beginning=beginning() if is_empty and elsewhere is None else None,
    )


def newest_comments(
    part: Slice,
    period: Period,
    comments: Comments | None = None,
    definitions: Definitions | None = None,
) -> list[Response]:
    """Return the newest counted answers with words, and who gave them."""
    asked = comments or Comments()
    wanted = Wanted(
        group=asked.group,
        words=(*part.words, *([asked.words] if asked.words else [])),
        definitions=definitions,
        period=period,
        standing="counted",
        commented=True,
        programme=part.programme_id,
        touchpoint=part.touchpoint_id,
        segments=part.named,
        with_suspects=part.with_suspects,
    )
    found = filtered(wanted).select_related("customer", "programme", "touchpoint")
    return list(found.order_by("-answered_at", "-id")[:QUOTES])
