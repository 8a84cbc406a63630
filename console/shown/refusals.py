"""Those of a list who would not be asked, by the rule that says so and the day it ends."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from console.shown.decisions import RULES
from surveys.rules.asking import Rule, Verdict
from surveys.rules.reasons import words

# A rule whose figures differ from person to person would fill the page with sentences.
MOST_SENTENCES = 3


def refusals_of(verdicts: Sequence[Verdict]) -> list[tuple[str, int]]:
    """Return each reason with how many it concerns, those of most people first."""
    by_rule: defaultdict[Rule, list[Verdict]] = defaultdict(list)
    for each in verdicts:
        if not each.is_asked:
            by_rule[each.rule].append(each)
    found = [pair for rule, own in by_rule.items() for pair in _said(rule, own)]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _said(rule: Rule, own: Sequence[Verdict]) -> Iterator[tuple[str, int]]:
    sentences = Counter(words(each.rule, each.facts, each.again_on) for each in own)
    if len(sentences) <= MOST_SENTENCES:
        yield from ((each.removeprefix("Not asked: "), n) for each, n in sentences.items())
        return
    days = sorted(each.again_on for each in own if each.again_on)
    yield f"{RULES.get(rule, rule)}.{_eligible(days)}", len(own)


def _eligible(days: Sequence[date]) -> str:
    if not days:
        return ""
    first, last = (f"{day.day} {day:%B %Y}" for day in (days[0], days[-1]))
    if first == last:
        return f" Eligible from {first}."
    return f" The first are eligible from {first}, the last from {last}."
