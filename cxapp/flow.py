"""After what follows what: the one page that shows the product move.

A reaction may run twice for the same event, so each of them is idempotent.
"""

from collections.abc import Sequence

from events import dispatching
from events.dispatching import Reaction
from events.kinds import Kind
from followup.actions.filing import file_anew
from followup.actions.forgetting import forget_told
from followup.actions.not_me import SAID, tell_managers
from followup.actions.queueing import TOLD, queue_deliveries
from followup.actions.raising import ANSWERS as ANSWERS_TOLD
from followup.actions.raising import raise_alerts
from metrics.actions.forgetting import forget_words
from metrics.actions.reacting import (
    ANSWERS,
    ASKS,
    fold_answered,
    fold_asked,
    recount_redefined,
    recount_served,
)
from reports.actions.forgetting import forget_kept_files
from surveys.actions.believing import confirm_answered
from surveys.actions.braking import brake_if_too_many
from surveys.actions.considering import consider_inviting
from surveys.actions.merging import bring_late
from surveys.actions.reminding import plan_reminders

FLOW: Sequence[tuple[str, Sequence[Kind], Reaction]] = (
    ("consider inviting", (Kind.INTERACTION_RECORDED,), consider_inviting),
    ("plan reminders", (Kind.MESSAGE_SENT,), plan_reminders),
    ("believe what proves a mail", (Kind.RESPONSE_RECEIVED,), confirm_answered),
    ("brake", (Kind.MESSAGE_BOUNCED, Kind.MESSAGE_COMPLAINED), brake_if_too_many),
    ("forget words everywhere", (Kind.CUSTOMER_ERASED,), forget_words),
    ("bring what came late", (Kind.CUSTOMER_MERGED,), bring_late),
    ("count answers", ANSWERS, fold_answered),
    ("count what became of mails", ASKS, fold_asked),
    ("judge service anew", (Kind.TOUCHPOINT_RECLASSIFIED,), recount_served),
    ("tell programs", TOLD, queue_deliveries),
    ("raise alerts", ANSWERS_TOLD, raise_alerts),
    ("tell managers of wrong persons", SAID, tell_managers),
    ("forget what programs were told", (Kind.CUSTOMER_ERASED,), forget_told),
    ("forget kept files", (Kind.CUSTOMER_ERASED,), forget_kept_files),
    ("file under who is left", (Kind.CUSTOMER_MERGED,), file_anew),
    ("judge by the new cut", (Kind.METRIC_REDEFINED,), recount_redefined),
)


def wire() -> None:
    for name, kinds, reaction in FLOW:
        dispatching.register(name, kinds, reaction)
