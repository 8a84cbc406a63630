"""The set-up as it is shown: its steps, which of them are done, and what would be sent."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from accounts.models import Organisation
from console.shown.brand import BrandFrame
from console.shown.previews import SPLITS
from surveys.models import Programme
from surveys.queries.beginnings import Beginning
from surveys.queries.hours import sending
from surveys.queries.previews import preview_token
from surveys.rules.asking import Verdict
from surveys.rules.reasons import words

STEPS = (
    ("look", "Look"),
    ("asker", "Who asks"),
    ("question", "What to ask"),
    ("people", "Whom"),
    ("send", "Send"),
)
USUAL_ACCENT = "#0b5fff"
ENOUGH, PLENTY = 25, 100
# A reason of so many letters still fits into a headline.
SHORT = 40


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the set-up as a link."""

    number: int
    name: str
    url: str
    is_done: bool
    is_here: bool


def done_of(house: Organisation, found: Beginning) -> set[str]:
    """What is done can be seen by what is there: a set-up that was left goes on by itself."""
    asker = bool(house.sender_name)
    told = {
        "look": asker or bool(house.logo) or house.accent != USUAL_ACCENT,
        "asker": asker,
        "question": found.programme is not None,
        "people": found.customers > 0,
        "send": found.is_sent,
    }
    return {name for name, is_done in told.items() if is_done}


def next_of(done: set[str]) -> str:
    """The first step that is left; the last one when none is."""
    return next((name for name, _ in STEPS if name not in done), "sent")


def steps_of(slug: str, done: set[str], here: str) -> Sequence[Step]:
    return [
        Step(
            number=number,
            name=text,
            url=reverse(f"console:setup_{name}", args=[slug]),
            is_done=name in done and name != here,
            is_here=name == here,
        )
        for number, (name, text) in enumerate(STEPS, 2)
    ]


def frames_of(house: Organisation, programme: Programme, *, now: datetime) -> list[BrandFrame]:
    """The mail and the page of what was chosen, in the house's own colour."""
    token = preview_token(
        organisation_id=house.pk, survey_id=programme.survey_id, version=0, now=now
    )
    return [
        BrandFrame(name=name, url=f"/p/{token}{SPLITS}{SPLITS}light{step}")
        for name, step in (("The mail", "/mail"), ("The page", ""))
    ]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What would happen if one pressed Send: who is asked, who is not and why, and when."""

    ids: Sequence[int]
    asked: int
    refused: Sequence[tuple[str, int]]
    all_known: int
    waits_until: datetime | None

    @property
    def people(self) -> int:
        return len(self.ids)

    @property
    def left_out(self) -> int:
        return self.people - self.asked

    @property
    def why(self) -> str:
        """The one reason, where there is only one and it is short."""
        (reason, _), *others = self.refused or [("", 0)]
        return reason if not others and len(reason) <= SHORT else ""

    @property
    def ids_text(self) -> str:
        return ",".join(map(str, self.ids))


def plan_of(
    house: Organisation,
    programme: Programme,
    ids: Sequence[int],
    verdicts: Sequence[Verdict],
    *,
    known: int,
    now: datetime,
) -> Plan:
    refused = Counter(_why(each) for each in verdicts if not each.is_asked)
    opens = sending(house, programme).first_moment(now, house.time_zone)
    return Plan(
        ids=ids,
        asked=sum(each.is_asked for each in verdicts),
        refused=refused.most_common(),
        all_known=known,
        waits_until=None if opens in (None, now) else opens.astimezone(ZoneInfo(house.time_zone)),
    )


def _why(verdict: Verdict) -> str:
    """The reason as it follows "1 not"."""
    said = words(verdict.rule, verdict.facts, None)
    return said.removeprefix("Not asked: ").rstrip(".")
