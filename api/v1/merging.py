"""Merging: two customers who are one person become one."""

from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Body, Id
from api.operations import operation
from api.problems import Kind
from api.refusals import only_for_all, refusing
from api.v1.customer_forms import EXAMPLE as CUSTOMER
from api.v1.customer_forms import CustomerAnswer, shape
from api.v1.customers import customer_at, customer_named
from surveys.actions.merging import Merged, merge_customers
from surveys.actions.registering import CustomerIsMerged
from surveys.models import Customer

BEYOND = "a person has answered others, too"


class Merging(Body):
    """Who else the customer of the address is."""

    merged_id = Id(help_text="The other entry: it is this customer from now on.")

    example: ClassVar[dict[str, Any]] = {"merged_id": "813"}


class MergedAnswer(serializers.Serializer[Any]):
    """Who is left, and what became hers."""

    customer = CustomerAnswer()
    merged_id = Id()
    moved = serializers.DictField(child=serializers.IntegerField(), help_text="Rows by table.")
    mails_taken_back = serializers.IntegerField(
        help_text="Of two people who waited for a question one waits."
    )


EXAMPLE = {
    "customer": CUSTOMER,
    "merged_id": "813",
    "moved": {
        "surveys_interaction": 3,
        "surveys_decision": 3,
        "surveys_invitation": 1,
        "surveys_response": 1,
    },
    "mails_taken_back": 0,
}


class MergedCustomer(Endpoint):
    @operation(
        "mergeCustomer",
        scopes=[Scope.CUSTOMERS_MERGE],
        body=Merging,
        answer=MergedAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND, Kind.CUSTOMER_MERGED, Kind.NOT_POSSIBLE_NOW],
    )
    def post(self, call: Call, customer_id: str) -> HttpResponse:
        """Merge another customer into this one, for good.

        Everything that passed between you and the other is hers; what she lacks she takes from
        it. Its id answers 410 with her address from then on, its `external_id` and `email` mean
        her, and every wish not to be asked holds for both.
        """
        only_for_all(call.caller, BEYOND)
        customer = customer_at(customer_id, Customer.objects.present())
        with refusing():
            made = _merge(customer.pk, _other(call.body["merged_id"]), call)
        answer = {
            "customer": shape(made.customer),
            "merged_id": str(call.body["merged_id"]),
            "moved": dict(made.moved),
            "mails_taken_back": made.mails_taken_back,
        }
        return reply(answer)


def _merge(customer_id: int, other_id: int, call: Call) -> Merged:
    try:
        return merge_customers(
            customer_id=customer_id, other_id=other_id, actor=call.actor, now=call.now
        )
    except CustomerIsMerged:
        _other(other_id)  # of two calls at once the later one hears what it would have heard after
        raise


def _other(wanted: int) -> int:
    """Return it if somebody is there: where she was merged away, say who she is now."""
    return customer_named(wanted, "#/merged_id").pk
