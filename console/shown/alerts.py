"""Rules of alerts in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from console.shown.webhooks import GROUPS
from followup.models import AlertRule
from followup.queries.log import state_of
from followup.queries.rules import Listed

CHAT = {
    "works": "writes to it",
    "new": "nothing written yet",
    "failing": "does not answer",
    "off": "switched off",
    "paused": "paused",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One rule of the list."""

    rule: AlertRule
    what: str
    where: str
    members: Sequence[str]
    chat: str
    is_chat_ill: bool
    told: int


def lines_of(
    rules: Iterable[Listed], programmes: Mapping[int, str], touchpoints: Mapping[int, str]
) -> list[Line]:
    return [_line(one, programmes, touchpoints) for one in rules]


def _line(one: Listed, programmes: Mapping[int, str], touchpoints: Mapping[int, str]) -> Line:
    rule = one.rule
    places = [
        *(programmes.get(pk, f"programme {pk}") for pk in rule.programmes),
        *(touchpoints.get(pk, f"touchpoint {pk}") for pk in rule.touchpoints),
    ]
    state = state_of(rule.chat) if rule.chat else ""
    return Line(
        rule=rule,
        what=", ".join(GROUPS[group] for group in rule.groups).capitalize(),
        where=", ".join(places) or "everywhere",
        members=one.members,
        chat=CHAT.get(state, ""),
        is_chat_ill=state in {"failing", "off"},
        told=one.told,
    )
