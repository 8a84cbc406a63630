"""The gap between service and experience: which verdicts allow which sentence, and no more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from metrics.statistics.verdicts import Call

PERIODS_BACK = 4

UP, DOWN, NONE = Call.UP, Call.DOWN, Call.NO_CALL
RECOVERED = "Service has recovered; the relationship has not, and it is {segment}."
NOTHING = (
    "Nothing chance could not explain; to see 10 points you need about {n} answers in each period."
)
# By what was called of service and of experience; no sentence names a cause.
SENTENCES: Mapping[tuple[Call, Call], str] = {
    (DOWN, NONE): "Service is slipping; the reputation holds so far.",
    (DOWN, DOWN): "Both fell.",
    (DOWN, UP): "Customers like us more while service gets worse: the better score hides it.",
    (NONE, DOWN): (
        "The relationship cooled and service does not show why: look at product, price, network."
    ),
    (UP, NONE): "Service improved; the relationship does not show it yet.",
    (UP, DOWN): "Service improved while the relationship worsened: look beyond service.",
    (UP, UP): "Both rose.",
    (NONE, UP): "The relationship improved; service shows no change beyond chance.",
    (NONE, NONE): NOTHING,
}


@dataclass(frozen=True)
class Group:
    """The customers with one value of one property: plan Basic."""

    key: str
    value: str

    def __str__(self) -> str:
        return f"{self.key} {self.value}"


@dataclass(frozen=True)
class Opposed:
    """Two groups of which one rose and the other fell, each beyond chance.

    `rose` or `fell` is None where it is all the others together.
    """

    rose: Group | None
    fell: Group | None


def heard(call: Call) -> Call:
    """What a sentence makes of a verdict: steady counts as no call."""
    return call if call in (UP, DOWN) else NONE


def sentence(
    service: Call,
    experience: Call,
    *,
    earlier: Sequence[Call | None] = (),
    fallen: Sequence[Group] = (),
    needed: int,
) -> str:
    """The one sentence that these verdicts allow (ours: docs/metrics.md, the gap).

    `earlier`: the verdicts on service of the periods before, the latest first; `fallen`:
    the segments whose experience is called down, the surest first; `needed`: the answers
    it takes in each period to see ten points.
    """
    said = heard(service), heard(experience)
    if said[1] is NONE and fallen and has_recovered(service, earlier):
        return RECOVERED.format(segment=_listed(fallen))
    return SENTENCES[said].format(n=f"{needed:,}")


def has_recovered(service: Call, earlier: Sequence[Call | None]) -> bool:
    """Whether service was called down within the last four periods and called up since.

    Not being called down any more is not enough: a score that fell and stayed there is
    not called down again, and nobody would call that recovered.
    """
    recent = [call for call in (service, *earlier[:PERIODS_BACK]) if call in (UP, DOWN)]
    return DOWN in recent and recent[0] is UP


def opposed(changes: Mapping[Group, Call], others: Mapping[Group, Call]) -> Opposed | None:
    """Find two groups that moved in opposite directions, with a call in each.

    Two values of one property, else one value and all others together (`others`).
    """
    for fell in (group for group, call in changes.items() if call is DOWN):
        for rose, call in changes.items():
            if call is UP and rose.key == fell.key:
                return Opposed(rose=rose, fell=fell)
    for group, call in changes.items():
        if {call, others.get(group)} == {UP, DOWN}:
            is_up = call is UP
            return Opposed(rose=group if is_up else None, fell=None if is_up else group)
    return None


def _listed(groups: Sequence[Group]) -> str:
    """One by name, two by name, more than two as the surest and how many others."""
    if len(groups) > 2:
        return f"{groups[0]}, {groups[1]} and {len(groups) - 2} more"
    return " and ".join(map(str, groups))
