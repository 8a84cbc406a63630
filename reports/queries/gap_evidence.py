"""The tests behind the sentence, and what the table of tests does not hold."""

from collections.abc import Iterator

from metrics.queries.gaps import Gap
from metrics.statistics.gap import Group
from reports.rules.gap_words import Evidence, evidence, opposed_text
from reports.rules.overlap_words import every_text, latest_text
from reports.rules.words import count_text


def evidence_of(gap: Gap) -> Iterator[Evidence]:
    for name, whole in (
        ("Service, everybody", gap.service),
        ("Experience, everybody", gap.experience),
    ):
        if whole.verdict is not None:
            yield evidence(name, whole.side.now, whole.side.before, whole.verdict)
    for segment in sorted(gap.segments, key=lambda one: one.surest):
        for name, judged in (("experience", segment.experience), ("service", segment.service)):
            test = judged.change
            if test is not None and (test.verdict.is_called or segment.group in _moved(gap)):
                yield evidence(
                    f"{_capital(segment.group)}, {name}",
                    judged.side.now,
                    judged.side.before,
                    test.verdict,
                    limit=test.threshold,
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


def notes_of(gap: Gap) -> Iterator[str]:
    """Tell in words what the table of tests does not hold."""
    for past in gap.service.earlier:
        if past.verdict is not None and past.verdict.is_called:
            yield (
                f"Service was called {past.call} {abs(past.verdict.shown)} in the period from "
                f"{past.period.first:%-d %B %Y} to {past.period.last:%-d %B %Y} "
                f"(n = {count_text(past.verdict.n)} and {count_text(past.verdict.n_before)})."
            )
    if gap.opposed is not None:
        yield f"Two groups moved in opposite directions: {opposed_text(gap.opposed)}."
    yield from _repeated(gap)
    tests = [one.experience.change or one.service.change for one in gap.segments]
    judged = next((test for test in tests if test), None)
    if judged is not None:
        yield (
            f"{judged.tests} changes of segments were judged together: at most 1 in 20 of those "
            "called is expected to be chance (Benjamini-Hochberg)."
        )


def _repeated(gap: Gap) -> Iterator[str]:
    """Say what repeated answers do to the two verdicts on everybody."""
    if gap.service.overlap is None or gap.experience.overlap is None:
        yield "The tests treat answers as independent."
        return
    service = every_text(gap.service.side.now, gap.service.overlap)
    yield f"Service counts {service}."
    experience = latest_text(gap.experience.overlap)
    yield f"Experience counts {experience}; segments are compared as if none had."
