"""Handing over the mails that are due: each at most once, none lost, a doubt shown as one.

A mail is claimed in one short transaction and spoken of to the server outside of any. When the
recipient has been accepted, the fence marks the row in one conditional UPDATE; only then does
the mail itself leave. So a killed worker leaves its row either claimed (nothing was sent; the
lease runs out and another worker takes it) or handing over (nobody can know; it is shown as
uncertain and never sent again by itself).
"""

from accounts.actions.handover.draining import drain, hand_over, recover
from accounts.actions.handover.letters import Letters
from accounts.actions.handover.outboxes import Change, NotNow, Outbox, Pass, Try
from accounts.actions.handover.routes import resume_route
from accounts.actions.handover.worker import Worker

__all__ = [
    "Change",
    "Letters",
    "NotNow",
    "Outbox",
    "Pass",
    "Try",
    "Worker",
    "drain",
    "hand_over",
    "recover",
    "resume_route",
]
