"""After what follows what: the one page that shows the product move.

A reaction may run twice for the same event, so each of them is idempotent.
"""

from collections.abc import Sequence

from events import dispatching
from events.dispatching import Reaction
from events.kinds import Kind

FLOW: Sequence[tuple[str, Sequence[Kind], Reaction]] = ()


def wire() -> None:
    for name, kinds, reaction in FLOW:
        dispatching.register(name, kinds, reaction)
