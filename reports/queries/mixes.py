"""Where a change comes from: changed scores, or a changed mix of who was asked about."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kit.periods import Period
from metrics.models import PropertyValue, TrackedProperty
from metrics.queries.filters import Filter
from metrics.queries.histograms import Counts, read_splits
from metrics.queries.scores import Score, score_of
from metrics.rules.segments import written
from metrics.rules.windows import Against
from metrics.statistics.definitions import Kind
from metrics.statistics.figures import Figure, figure
from metrics.statistics.mix import decompose
from metrics.statistics.proportions import Share
from metrics.statistics.tiers import Tier, tier
from reports.queries.trends import Table
from reports.rules.words import count_text, signed_text

UNKNOWN = 0  # no value's id: answers of which the property is not known


@dataclass(frozen=True, kw_only=True)
class Mix:
    """One property: the change split into scores and mix, and the figures behind."""

    key: str
    sentence: str
    table: Table


def mixes(
    chosen: Filter, period: Period, *, today: date, against: Period | Against | None = None
) -> list[Mix]:
    """Take a called change apart by each tracked property; one statement for all of them.

    Nothing where the change could be chance, or has too few answers to be judged: its parts
    would be chance as well. Nothing for the NPS, whose parts are no shares. It is read either
    way, so that a page does not cost more on the day a change is called.
    """
    if chosen.definition.kind is Kind.NPS:
        return []
    whole = score_of(chosen, period, today=today, against=against)
    keys = dict(_tracked())
    windows = [whole.comparison.now, whole.comparison.before]
    parts = read_splits(chosen, windows, list(keys), only_shares=True) if keys else {}
    names = _names([value for values in parts.values() for value in values])
    if whole.judged is None or not whole.judged.is_called:
        return []
    found = [_mix(key, whole, parts[dimension], names) for dimension, key in keys.items()]
    return [one for one in found if one is not None]


def _tracked() -> list[tuple[int, str]]:
    return [(one.dimension, one.key) for one in TrackedProperty.objects.order_by("slot")]


def _mix(
    key: str,
    whole: Score,
    counts: Mapping[int, Mapping[int, Counts]],
    names: Mapping[int, str],
) -> Mix | None:
    now = _shares(whole.compared, _of(whole, counts, 0))
    before = _shares(whole.before, _of(whole, counts, 1))
    parts = decompose(now, before)
    known = {value for value in now.keys() | before.keys() if value != UNKNOWN}
    if parts is None or len(known) < 2:
        return None
    total, of_scores, of_mix = parts.shown
    sentence = f"{signed_text(total)}: {signed_text(of_scores)} scores, {signed_text(of_mix)} mix"
    return Mix(key=key, sentence=sentence, table=_table(key, now, before, names))


def _of(whole: Score, counts: Mapping[int, Mapping[int, Counts]], place: int) -> dict[int, Figure]:
    definition = whole.figure.definition
    return {
        value: figure(definition, places[place].histogram)
        for value, places in counts.items()
        if place in places
    }


def _shares(whole: Figure, parts: Mapping[int, Figure]) -> dict[Hashable, Share]:
    """Each value's share; what no value explains is a part of its own."""
    shares: dict[Hashable, Share] = {
        value: Share(one.groups[0], one.n) for value, one in parts.items() if one.n
    }
    rest = whole.n - sum(one.n for one in shares.values())
    if rest > 0:
        good = whole.groups[0] - sum(one.part for one in shares.values())
        shares[UNKNOWN] = Share(good, rest)
    return shares


def _table(
    key: str,
    now: Mapping[Hashable, Share],
    before: Mapping[Hashable, Share],
    names: Mapping[int, str],
) -> Table:
    values = sorted(now.keys() | before.keys(), key=lambda value: _named(value, names).casefold())
    nobody = Share(0, 0)
    return Table(
        caption=f"The change by {key}",
        heads=(key.capitalize(), "Score before", "now", "Answers before", "Answers now"),
        rows=[
            (
                _named(value, names),
                _score(before.get(value, nobody)),
                _score(now.get(value, nobody)),
                count_text(before.get(value, nobody).n),
                count_text(now.get(value, nobody).n),
            )
            for value in values
        ],
        keys=[_key(key, value, names) for value in values],
    )


def _key(key: str, value: Hashable, names: Mapping[int, str]) -> dict[str, str]:
    """Which answers a row counts; nothing where no list could name them."""
    name = "" if value == UNKNOWN else names.get(int(str(value)), "")
    return {"segment": written(key, name)} if name else {}


def _named(value: Hashable, names: Mapping[int, str]) -> str:
    if value == UNKNOWN:
        return "not known"
    return names.get(int(str(value)), "") or "other values"


def _score(share: Share) -> str:
    """As everywhere: a score from 25 answers, counts from 5, below only how many."""
    step = tier(share.n)
    if step.shows_headline:
        return f"{share.shown} %"
    return f"{share.part} of {share.n}" if step >= Tier.DISTRIBUTION else "\u2013"


def _names(value_ids: Sequence[int]) -> dict[int, str]:
    return dict(PropertyValue.objects.filter(pk__in=value_ids).values_list("pk", "value"))
