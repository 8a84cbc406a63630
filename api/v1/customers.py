"""Customers: found, made and changed; who is merged away is said."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Id, Line, Moment, row_id
from api.operations import operation
from api.paging import Paged, found, page, page_of
from api.problems import Fault, Kind, Problem
from api.refusals import merged_problem, refusing
from api.v1.customer_forms import EXAMPLE, CustomerAnswer, CustomerBody, NewCustomer, shape, told
from kit.texts import address_key
from surveys.actions.registering import correct_customer, register_customer
from surveys.models import Customer
from surveys.queries.meant import left_of
from surveys.queries.merging import merged_into


class CustomerQuery(Paged):
    email = Line(required=False, max_length=254, help_text="Any spelling of the address.")
    external_id = Line(required=False, max_length=120)
    company = Id(required=False, help_text="Id of a company: who works for it.")
    since = Moment(required=False, help_text="Made at or after; write + as %2B.")
    until = Moment(required=False, help_text="Made before; write + as %2B.")


FILTERS = {"company": "company", "since": "created_at__gte", "until": "created_at__lt"}


class Customers(Endpoint):
    @operation(
        "listCustomers",
        scopes=[Scope.CUSTOMERS_READ],
        query=CustomerQuery,
        answer=page_of(CustomerAnswer),
        example={"items": [EXAMPLE], "next_cursor": None},
    )
    def get(self, call: Call) -> HttpResponse:
        """List customers, newest first."""
        return reply(page(_wanted(call.query), call.query, "created_at", shape))

    @operation(
        "createCustomer",
        scopes=[Scope.CUSTOMERS_WRITE],
        body=NewCustomer,
        answer={201: CustomerAnswer},
        example={201: EXAMPLE},
        problems=[Kind.CUSTOMER_EXISTS],
    )
    def post(self, call: Call) -> HttpResponse:
        """Create a customer who is not stored yet.

        Who reports interactions need not call this: `POST /interactions` creates its customer.
        """
        with refusing():
            customer = register_customer(
                organisation_id=call.organisation_id,
                fields=told(call.body, call.now),
                actor=call.actor,
                now=call.now,
            )
        return reply(shape(customer), 201)


class OneCustomer(Endpoint):
    def current(self, call: Call, **ids: Any) -> dict[str, Any]:
        return shape(customer_at(ids["customer_id"], _rows().select_for_update(of=("self",))))

    @operation(
        "getCustomer",
        scopes=[Scope.CUSTOMERS_READ],
        answer=CustomerAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND, Kind.CUSTOMER_MERGED],
        tagged=True,
    )
    def get(self, call: Call, customer_id: str) -> HttpResponse:
        """Return one customer."""
        return reply(shape(_one(customer_id)))

    @operation(
        "updateCustomer",
        scopes=[Scope.CUSTOMERS_WRITE],
        body=CustomerBody,
        answer=CustomerAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND, Kind.CUSTOMER_MERGED, Kind.CUSTOMER_EXISTS],
        tagged=True,
    )
    def patch(self, call: Call, customer_id: str) -> HttpResponse:
        """Change what is sent and leave the rest; an empty text takes a value out."""
        with refusing():
            customer = correct_customer(
                customer=_one(customer_id),
                fields=told(call.body, call.now),
                actor=call.actor,
                now=call.now,
            )
        return reply(shape(customer))


def _rows() -> QuerySet[Customer]:
    return Customer.objects.present().select_related("company")


def _wanted(query: dict[str, Any]) -> QuerySet[Customer]:
    rows = _rows().filter(**{FILTERS[name]: query[name] for name in FILTERS if name in query})
    if "email" in query:
        rows = rows.filter(pk__in=left_of(address_key=address_key(query["email"])))
    if "external_id" in query:
        rows = rows.filter(pk__in=left_of(external_id=query["external_id"]))
    return rows


def _one(customer_id: str) -> Customer:
    return customer_at(customer_id, _rows())


def customer_at(customer_id: str, rows: QuerySet[Customer]) -> Customer:
    """Return the customer of these rows at this id; of one that was merged, say where she is."""
    try:
        return found(rows, customer_id)
    except Problem:
        number = row_id(customer_id)
        if number is not None and (into := merged_into(number)):
            raise merged_problem(into) from None
        raise


def customer_named(wanted: int, pointer: str) -> Customer:
    """Return the customer a body names there; who was merged is refused with who she is now.

    No 410: that would say that the address of the call is gone, which is not what is wrong.
    """
    customer = Customer.objects.present().filter(pk=wanted).first()
    if customer is None:
        into = merged_into(wanted)
        sentence = (
            f"Customer {wanted} was merged into another: she is customer {into} now."
            if into
            else "There is no such customer. GET /api/v1/customers finds one."
        )
        raise Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, pointer)])
    return customer
