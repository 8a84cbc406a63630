"""The files that came in: the customers of the billing system, and tickets of the old helpdesk."""

from datetime import datetime, timedelta
from typing import Any

from cxapp.demo import OWNER
from surveys.models import Import, ImportRow

DAY = timedelta(days=1)
TICKETS = ["Ticket", "Solved at", "Customer e-mail", "Queue", "Agent"]
# As the old helpdesk wrote them; what is wrong with each stands beside it.
REFUSED = (
    (214, ["H-20914", "2024-13-02 10:15", "r.ellis@example.com", "Billing enquiry", "Tom"],
     "'2024-13-02 10:15' is no time as ISO 8601, such as 2026-05-12T09:30"),
    (871, ["H-21574", "2024-11-20 16:40", "not known", "Network fault", "Aisha"],
     "'not known' is no e-mail address"),
    (872, ["H-21571", "2024-11-20 16:52", "d.price@example.com", "Network fault", "Aisha"],
     "its id stands on line 868 already, and says something else"),
    (1160, ["H-21860", "2024-12-01 09:05", "", "Shop visit", "Priya"],
     "it names nobody: fill in an e-mail address or your id"),
)  # fmt: skip


def load_imports(*, organisation_id: int, now: datetime) -> None:
    """Write two imports as they were left: one whole, one with a few rows to mend."""
    _file(
        organisation_id,
        now - 4 * DAY,
        kind=Import.Kind.CUSTOMERS,
        file_name="customers-2026.xlsx",
        encoding="xlsx",
        header=["Customer ID", "E-mail", "Name", "Plan"],
        meanings=["customer_id", "email", "name", "+"],
        rows=3_000,
        same=2_914,
        changed=86,
        emptied_at=now - 4 * DAY,
    )
    tickets = _file(
        organisation_id,
        now - 3 * DAY,
        kind=Import.Kind.INTERACTIONS,
        file_name="old-helpdesk-tickets.csv",
        encoding="cp1252",
        header=TICKETS,
        meanings=["id", "answered_at", "email", "touchpoint", "+"],
        rows=1_214,
        same=1_214 - len(REFUSED),
        refused=len(REFUSED),
    )
    ImportRow.objects.bulk_create(
        ImportRow(
            organisation_id=organisation_id,
            file=tickets,
            line=line,
            cells=cells,
            state=ImportRow.State.REFUSED,
            why=why,
        )
        for line, cells, why in REFUSED
    )


def _file(organisation_id: int, at: datetime, **said: Any) -> Import:
    return Import.objects.create(
        organisation_id=organisation_id,
        state=Import.State.DONE,
        heading_key="",
        options={"zone": "Europe/London", "order": "year", "source": "helpdesk"},
        handled=said["rows"],
        created_by=OWNER,
        started_by=OWNER,
        created_at=at,
        checked_at=at,
        started_at=at,
        finished_at=at,
        **said,
    )
