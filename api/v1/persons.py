"""What a person may ask for: all that is kept about her, and that it be erased."""

from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Body, Flag, Id, Moment, moment
from api.operations import operation
from api.problems import Kind
from api.refusals import only_for_all, refusing
from api.v1.customers import customer_at
from metrics.queries.tracking import tracked_keys
from surveys.actions.erasing import Mode, Receipt, erase_customer
from surveys.actions.exporting_persons import export_person
from surveys.models import Customer
from surveys.queries.person_export import as_document

BEYOND = "a person has answered others, too"


class Erasure(Body):
    """How a person is erased."""

    mode = serializers.ChoiceField(
        [mode.value for mode in Mode],
        help_text="`anonymise`: scores stay in the figures, of nobody. `remove`: her answers leave "
        "the figures too, and the days are marked.",
    )
    stops_asking = Flag(
        required=False,
        help_text="Never ask this address again, kept as a keyed hash alone. True if absent.",
    )

    example: ClassVar[dict[str, Any]] = {"mode": "anonymise", "stops_asking": True}


class ReceiptAnswer(serializers.Serializer[Any]):
    """What was done, in numbers; nothing in it tells who it was."""

    customer_id = Id()
    mode = serializers.ChoiceField([mode.value for mode in Mode])
    erased_at = Moment()
    answers = serializers.IntegerField(help_text="That were emptied, or removed.")
    days = serializers.ListField(
        child=serializers.DateField(), help_text="Whose figures changed; none if anonymised."
    )
    mails_stopped = serializers.IntegerField()
    mails_on_their_way = serializers.IntegerField(help_text="Handed over already, perhaps.")
    emptied = serializers.DictField(child=serializers.IntegerField(), help_text="Rows by table.")
    removed = serializers.DictField(child=serializers.IntegerField(), help_text="Rows by table.")


EXAMPLE = {
    "customer_id": "812",
    "mode": "anonymise",
    "erased_at": "2026-11-21T14:05:12Z",
    "answers": 2,
    "days": [],
    "mails_stopped": 0,
    "mails_on_their_way": 0,
    "emptied": {"surveys_response": 2, "surveys_interaction": 3},
    "removed": {},
}


def shape(receipt: Receipt) -> dict[str, Any]:
    return {
        "customer_id": str(receipt.customer_id),
        "mode": receipt.mode.value,
        "erased_at": moment(receipt.erased_at),
        "answers": receipt.answers,
        "days": [day.isoformat() for day in receipt.days],
        "mails_stopped": receipt.mails_stopped,
        "mails_on_their_way": receipt.mails_on_their_way,
        "emptied": dict(receipt.emptied),
        "removed": dict(receipt.removed),
    }


class Erased(Endpoint):
    @operation(
        "eraseCustomer",
        scopes=[Scope.ERASURE_WRITE],
        body=Erasure,
        answer=ReceiptAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND, Kind.CUSTOMER_MERGED],
    )
    def post(self, call: Call, customer_id: str) -> HttpResponse:
        """Erase a person, for good, and return the receipt.

        Names, addresses and words go from every table, the copies kept for repeated calls too.
        """
        only_for_all(call.caller, BEYOND)
        customer = customer_at(
            customer_id, Customer.objects.filter(erased_at__isnull=True, merged_into__isnull=True)
        )
        with refusing():
            receipt = erase_customer(
                customer_id=customer.pk,
                tracked=tracked_keys(),
                mode=call.body["mode"],
                stops_asking=call.body.get("stops_asking", True),
                actor=call.actor,
                now=call.now,
            )
        return reply(shape(receipt))


class PartAnswer(serializers.Serializer[Any]):
    """The rows of one kind that are hers."""

    name = serializers.CharField()
    title = serializers.CharField()
    about = serializers.CharField()
    rows = serializers.ListField(child=serializers.DictField())


class LeftOutAnswer(serializers.Serializer[Any]):
    """What is not in it, and why."""

    what = serializers.CharField()
    why = serializers.CharField()


class PersonAnswer(serializers.Serializer[Any]):
    """Everything that is kept about one person, to be handed to her."""

    customer_id = Id()
    made_at = Moment()
    parts = PartAnswer(many=True)
    left_out = LeftOutAnswer(many=True)


PERSON = {
    "customer_id": "812",
    "made_at": "2026-11-21T14:05:12+00:00",
    "parts": [
        {
            "name": "person",
            "title": "The person",
            "about": "Names, addresses and properties, and why she may be asked.",
            "rows": [{"id": "812", "name": "Ada Okafor", "email": "ada@mail.example"}],
        }
    ],
    "left_out": [{"what": "Anonymous answers", "why": "Nobody can say whose they are."}],
}


class PersonExported(Endpoint):
    @operation(
        "exportCustomer",
        scopes=[Scope.CUSTOMERS_EXPORT],
        answer=PersonAnswer,
        example=PERSON,
        problems=[Kind.NOT_FOUND, Kind.CUSTOMER_MERGED],
    )
    def get(self, call: Call, customer_id: str) -> HttpResponse:
        """Return all that is kept about a person; the audit trail notes that it was taken."""
        only_for_all(call.caller, BEYOND)
        customer = customer_at(customer_id, Customer.objects.filter(merged_into__isnull=True))
        export = export_person(customer_id=customer.pk, form="json", actor=call.actor, now=call.now)
        return reply(as_document(export))
