"""What a page with figures is asked to show, read from its address into one frozen value."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from console.door import Door
from console.forms.selection import NAMES, TYPED, SelectionForm, read_segments
from console.periods import KEYS, LONGEST_DAYS, Shown, days_text, read_period
from console.problems import AnotherAddress, BadAddress
from console.versions import Older, older_versions, read_definitions
from kit.periods import Period, local_day
from metrics.queries.filters import Slice
from metrics.queries.worded import looked_up
from metrics.rules.segments import split, written
from metrics.rules.windows import Against, other_side
from metrics.statistics.definitions import Definitions
from surveys.queries.programmes import every_choice
from surveys.queries.touchpoints import touchpoint_choices

Pairs = Sequence[tuple[str, str]]
# Who is silent wrote no words and is no machine: pages about questions go by neither.
OF_ANSWERS = frozenset({"q", "suspects"})


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Period, comparison and part of the answers; `part` is what figures are read for.

    `pairs` is the address as it was, `without` names what this page fixes itself, `idle` what
    it keeps for other pages and does not go by.
    """

    part: Slice
    period: Shown
    against: Against | Period
    today: date
    definitions: Definitions
    older: Sequence[Older]
    segments: tuple[tuple[str, str], ...]
    programmes: Pairs
    touchpoints: Pairs
    anonymous: Sequence[tuple[int, str]]
    pairs: Pairs
    without: frozenset[str]
    idle: frozenset[str] = frozenset()

    @property
    def programme_id(self) -> int | None:
        return self.part.programme_id

    @property
    def touchpoint_id(self) -> int | None:
        return self.part.touchpoint_id

    @property
    def words(self) -> str:
        return " ".join(self.part.words)

    @property
    def with_suspects(self) -> bool:
        return self.part.with_suspects

    @property
    def is_narrowed(self) -> bool:
        """Whether less than everything is shown, the period aside."""
        return bool(self.programme_id or self.touchpoint_id or self.segments or self.words)

    @property
    def before(self) -> Period:
        return other_side(self.period.period, self.against)

    @property
    def before_text(self) -> str:
        return days_text(self.before)

    def query(self) -> str:
        """Keep the whole selection in a link."""
        return urlencode(self.kept())

    def query_without(self, name: str) -> str:
        """Keep all but one part, for a page that fixes this part itself."""
        return urlencode(self.kept(name))

    @property
    def query_besides_days(self) -> str:
        return urlencode(self.kept(*KEYS))

    @property
    def query_before(self) -> str:
        """The same of the days compared with."""
        days = [("from", str(self.before.first)), ("to", str(self.before.last))]
        return urlencode([*self.kept(*KEYS), *days])

    @property
    def query_of_touchpoint(self) -> str:
        return self.query_without("touchpoint")

    def kept(self, *names: str) -> Pairs:
        """The selection as names and values of an address, without these names."""
        gone = {*names, *self.without}
        known = [name for name in (*KEYS, *NAMES) if name not in gone]
        return sorted(
            ((name, value) for name, value in self.pairs if name in known),
            key=lambda pair: known.index(pair[0]),
        )


def read_selection(
    request: HttpRequest,
    door: Door,
    now: datetime,
    *,
    without: Collection[str] = (),
    idle: Collection[str] = (),
    also: Collection[str] = (),
) -> Selection:
    """Read the selection from the address; raises BadAddress where it makes no sense.

    A page that is about one touchpoint says `without={"touchpoint"}`, one that words cannot
    narrow `idle={"q"}`; `also` are the names that a page reads itself.
    """
    join_typed(request.GET)
    (programmes, anonymous), touchpoints = every_choice(), touchpoint_choices()
    asked = SelectionForm(
        request.GET, programmes=programmes, touchpoints=touchpoints, without=without, also=also
    ).read()
    zone = door.organisation.time_zone
    definitions = read_definitions(request, door)
    period = read_period(request, time_zone=zone, now=now, usual=definitions.window_days)
    goes_by = {name: value for name, value in asked.items() if name not in idle}
    given = read_segments(request.GET)
    segments = () if "segment" in idle else given
    part = Slice(
        organisation_id=door.organisation.pk,
        programme_id=goes_by.get("programme"),
        touchpoint_id=goes_by.get("touchpoint"),
        segments=segments,
        words=(goes_by["q"],) if goes_by.get("q") else (),
        with_suspects=goes_by.get("suspects") == "on",
    )
    return Selection(
        part=looked_up(part.resolved()),
        period=period,
        against=_against(asked["against"], asked["against_from"], asked["against_to"]),
        today=local_day(now, zone),
        definitions=definitions,
        older=older_versions(request, definitions),
        segments=segments,
        programmes=[(str(pk), name) for pk, name in programmes],
        touchpoints=[(str(pk), name) for pk, name in touchpoints],
        anonymous=anonymous,
        pairs=[
            (name, value)
            for name, values in request.GET.lists()
            if name != "after"
            for value in values
            if value
        ],
        without=frozenset(without),
        idle=frozenset(idle),
    )


def _against(named: str, first: date | None, last: date | None) -> Against | Period:
    if first is None or last is None:
        return Against(named or Against.BEFORE)
    if first.year < 1990 or (last - first).days >= LONGEST_DAYS:
        raise BadAddress("The days to compare with lie outside what can be shown.")
    return Period(first, last)


def join_typed(data: QueryDict) -> None:
    """Go on to `segment=key:value` where a property and its value came from two boxes."""
    if not set(TYPED) & set(data):
        return
    key, value = (data.get(name, "").strip() for name in TYPED)
    if not (key and value):
        raise BadAddress("segment: a property and its value are needed, such as plan and Basic.")
    kept = [
        (name, one)
        for name, values in data.lists()
        if name not in (*TYPED, "after")
        for one in values
        if one and not (name == "segment" and split(one)[0].strip() == key)
    ]
    raise AnotherAddress(urlencode([*kept, ("segment", written(key, value))]))
