"""The tests behind the sentence, and what the table of tests does not hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from metrics.queries.gap_counts import Side
from metrics.queries.gaps import Gap
from metrics.rules.segments import written
from metrics.statistics.gap import Group
from reports.queries.asides import EXPERIENCE, SERVICE
from reports.queries.sides import Lead, Sides, Told, shared_lead, sides_between
from reports.rules.gap_words import Evidence, evidence, opposed_text
from reports.rules.overlap_words import ALLOWS_FOR, every_text, latest_text
from reports.rules.words import count_text


@dataclass(frozen=True, kw_only=True)
class Proof:
    """One test as the page prints it, and which answers stand on its two sides."""

    test: Evidence
    sides: Sides
    answers: Mapping[str, str]
    segment: str  # as an address writes it; empty for everybody


def evidence_of(gap: Gap) -> Iterator[Proof]:
    for name, whole, answers in (
        ("Service, everybody", gap.service, SERVICE),
        ("Experience, everybody", gap.experience, EXPERIENCE),
    ):
        if whole.verdict is not None:
            test = evidence(name, whole.side.now, whole.side.before, whole.verdict)
            yield _proof(gap, test, whole.side, answers)
    for segment in sorted(gap.segments, key=lambda one: one.surest):
        for name, judged, answers in (
            ("experience", segment.experience, EXPERIENCE),
            ("service", segment.service, SERVICE),
        ):
            found = judged.change
            if found is not None and (found.verdict.is_called or segment.group in _moved(gap)):
                test = evidence(
                    f"{_capital(segment.group)}, {name}",
                    judged.side.now,
                    judged.side.before,
                    found.verdict,
                    limit=found.threshold,
                )
                yield _proof(gap, test, judged.side, answers, segment.group)


def _proof(
    gap: Gap, test: Evidence, side: Side, answers: Mapping[str, str], group: Group | None = None
) -> Proof:
    return Proof(
        test=test,
        sides=sides_between(side.now, side.before, gap.comparison),
        answers=answers,
        segment="" if group is None else written(group.key, group.value),
    )


def _moved(gap: Gap) -> set[Group]:
    return (
        set()
        if gap.opposed is None
        else {group for group in (gap.opposed.rose, gap.opposed.fell) if group}
    )


def _capital(group: Group) -> str:
    text = str(group)
    return text[:1].upper() + text[1:]


def notes_of(gap: Gap) -> Iterator[Told]:
    """Tell in words what the table of tests does not hold."""
    for past in gap.service.earlier:
        if past.verdict is not None and past.verdict.is_called:
            yield Told(
                text=f"Service was called {past.call} {abs(past.verdict.shown)} in the period from "
                f"{past.period.first:%-d %B %Y} to {past.period.last:%-d %B %Y} "
                f"(n = {count_text(past.verdict.n)} and {count_text(past.verdict.n_before)}).",
                leads=[
                    Lead(n=past.verdict.n, answers=SERVICE, days=past.period),
                    Lead(n=past.verdict.n_before, answers=SERVICE, days=past.before),
                ],
            )
    if gap.opposed is not None:
        text = f"Two groups moved in opposite directions: {opposed_text(gap.opposed)}."
        yield Told(text=text, leads=[])
    yield from _repeated(gap)
    tests = [one.experience.change or one.service.change for one in gap.segments]
    judged = next((test for test in tests if test), None)
    if judged is not None:
        text = (
            f"{judged.tests} changes of segments were judged together: at most 1 in 20 of those "
            "called is expected to be chance (Benjamini-Hochberg)."
        )
        yield Told(text=text, leads=[])


def _repeated(gap: Gap) -> Iterator[Told]:
    """Say what repeated answers do to the two verdicts on everybody."""
    shared = gap.experience.overlap
    if gap.service.overlap is None or shared is None:
        yield Told(text="The tests treat answers as independent.", leads=[])
        return
    service = every_text(gap.service.side.now, gap.service.overlap)
    yield Told(text=f"Service counts {service}.", leads=[])
    yield Told(
        text=f"Experience counts {latest_text(shared)}; segments are compared as if none had.",
        leads=[shared_lead(shared, gap.comparison, EXPERIENCE)],
        first=ALLOWS_FOR,
    )
