"""The audit trail: who changed what and when, to be kept where your own logs are."""

from typing import Any

from django.http import HttpResponse
from rest_framework import serializers

from accounts.models import AuditEntry
from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Id, Line, Moment, moment
from api.operations import operation
from api.paging import Paged, Position, page_of
from api.refusals import only_for_all


class AuditAnswer(serializers.Serializer[Any]):
    """One change; secrets stand in none of them."""

    id = Id()
    at = Moment()
    actor = serializers.CharField(help_text="A member's address, or the name of a key.")
    ip = serializers.CharField(allow_null=True)
    action = serializers.CharField()
    object_type = serializers.CharField()
    object_id = Id(allow_null=True)
    before = serializers.DictField()
    after = serializers.DictField()


EXAMPLE = {
    "id": "5021",
    "at": "2026-11-21T14:05:12Z",
    "actor": "maya@acme.example",
    "ip": "203.0.113.7",
    "action": "goal.set",
    "object_type": "goal",
    "object_id": "1",
    "before": {"value": 80},
    "after": {"value": 82, "by_on": "2027-03-31"},
}


class AuditQuery(Paged):
    action = Line(required=False, max_length=60, help_text="Just these, such as `goal.set`.")


class Audit(Endpoint):
    @operation(
        "listAudit",
        scopes=[Scope.AUDIT_READ],
        query=AuditQuery,
        answer=page_of(AuditAnswer),
        example={"items": [EXAMPLE], "next_cursor": None},
    )
    def get(self, call: Call) -> HttpResponse:
        """List who changed what, the newest change first."""
        only_for_all(call.caller, "the trail tells of all of them")
        rows, limit = AuditEntry.objects.all(), call.query["limit"]
        if "action" in call.query:
            rows = rows.filter(action=call.query["action"])
        # By id alone: changes are written down in order, and the trail is long.
        if position := call.query.get("cursor"):
            rows = rows.filter(id__lt=position.id)
        ahead = list(rows.order_by("-id")[: limit + 1])
        more = ahead[limit - 1] if len(ahead) > limit else None
        items = [_shape(row) for row in ahead[:limit]]
        return reply(
            {"items": items, "next_cursor": Position(more.at, more.pk).write() if more else None}
        )


def _shape(row: AuditEntry) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "at": moment(row.at),
        "actor": row.actor,
        "ip": row.ip,
        "action": row.action,
        "object_type": row.object_type,
        "object_id": str(row.object_id) if row.object_id is not None else None,
        "before": row.before,
        "after": row.after,
    }
