"""After what follows what: the one page that shows the product move.

A reaction may run twice for the same event, so each of them is idempotent.
"""

from collections.abc import Sequence

from events import dispatching
from events.dispatching import Reaction
from events.kinds import Kind
from surveys.actions.considering import consider_inviting

FLOW: Sequence[tuple[str, Sequence[Kind], Reaction]] = (
    ("consider inviting", (Kind.INTERACTION_RECORDED,), consider_inviting),
)


def wire() -> None:
    for name, kinds, reaction in FLOW:
        dispatching.register(name, kinds, reaction)
