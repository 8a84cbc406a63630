"""What filters need to know of the things that events are about, read for many at once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from events.dispatching import Happening
from followup.rules.happenings import BY_KIND, Fact, Subject, Type
from surveys.models import Decision, Interaction, Invitation, Response
from surveys.rules.metrics import SCALES, Metric

Found = Mapping[int, Fact]


def facts_of(happenings: Sequence[Happening]) -> Iterator[tuple[Happening, Type, Fact]]:
    """Yield each event once for each thing it is about, in order; things that are gone are left."""
    told = [
        (event, BY_KIND[event.kind], subject)
        for event in happenings
        for subject in _subjects(event)
    ]
    known = {
        subject: FINDERS[subject](
            [event for event in happenings if BY_KIND[event.kind].subject is subject]
        )
        for subject in {type_.subject for _, type_, _ in told}
    }
    for event, type_, subject in told:
        fact = known[type_.subject].get(subject)
        if fact is not None:
            yield event, type_, fact


def _subjects(event: Happening) -> Iterable[int]:
    """The ids of what it is about; the journal names many of one kind in one event."""
    names = {Subject.DECISION: "decisions", Subject.METRIC: "definition"}
    subject = BY_KIND[event.kind].subject
    found = event.payload.get(names.get(subject, subject.value), [])
    return found if isinstance(found, list) else [found]


def _ids(events: Sequence[Happening]) -> list[int]:
    return sorted({one for event in events for one in _subjects(event)})


def _responses(events: Sequence[Happening]) -> Found:
    rows = Response.objects.filter(pk__in=_ids(events)).values_list(
        "id", "programme_id", "touchpoint_id", "customer_id", "metric", "score"
    )
    found = {
        pk: Fact(pk, programme, touchpoint, group_of(metric, score), customer)
        for pk, programme, touchpoint, customer, metric, score in rows
    }
    return _removed(events) | found


def _removed(events: Sequence[Happening]) -> dict[int, Fact]:
    """Answers that staff removed for good: their last event names what they were about."""
    return {
        event.payload["response"]: Fact(
            event.payload["response"],
            event.payload["programme"],
            event.payload["touchpoint"],
            customer=event.payload["customer"],
            is_gone=True,
        )
        for event in events
        if "programme" in event.payload
    }


def group_of(metric: str, score: int | None) -> str | None:
    return None if score is None else SCALES[Metric(metric)].group(score)


def _invitations(events: Sequence[Happening]) -> Found:
    rows = Invitation.objects.filter(pk__in=_ids(events)).values_list(
        "id", "programme_id", "touchpoint_id", "customer_id"
    )
    return {pk: Fact(pk, programme, place, None, who) for pk, programme, place, who in rows}


def _decisions(events: Sequence[Happening]) -> Found:
    rows = Decision.objects.filter(pk__in=_ids(events)).values_list(
        "id", "programme_id", "interaction__touchpoint_id", "customer_id"
    )
    return {pk: Fact(pk, programme, place, None, who) for pk, programme, place, who in rows}


def _interactions(events: Sequence[Happening]) -> Found:
    rows = Interaction.objects.filter(pk__in=_ids(events)).values_list(
        "id", "touchpoint_id", "customer_id"
    )
    return {pk: Fact(pk, None, place, None, who) for pk, place, who in rows}


def _customers(events: Sequence[Happening]) -> Found:
    return {pk: Fact(pk, customer=pk) for pk in _ids(events)}


def _touchpoints(events: Sequence[Happening]) -> Found:
    return {pk: Fact(pk, touchpoint=pk) for pk in _ids(events)}


def _metrics(events: Sequence[Happening]) -> Found:
    return {pk: Fact(pk) for pk in _ids(events)}


FINDERS: Mapping[Subject, Callable[[Sequence[Happening]], Found]] = {
    Subject.RESPONSE: _responses,
    Subject.INVITATION: _invitations,
    Subject.DECISION: _decisions,
    Subject.INTERACTION: _interactions,
    Subject.CUSTOMER: _customers,
    Subject.TOUCHPOINT: _touchpoints,
    Subject.METRIC: _metrics,
}
