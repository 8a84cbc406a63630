"""Merging two customers: who the other one may be, what becomes of both, and the one button."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page
from console.forms.filters import NoFilter, SearchFilter
from console.shown.merging import lines_of
from kit.clock import now
from surveys.actions.merging import merge_customers
from surveys.actions.registering import CustomerIsErased, CustomerIsMerged
from surveys.models import Customer
from surveys.queries.merging import doubles_of, others_called


@require_safe
@inside("customers", Permission.MERGE_CUSTOMERS)
def choose(request: HttpRequest, door: Door, customer_id: int) -> HttpResponse:
    customer = _present(customer_id)
    searched = SearchFilter(request.GET).read()["q"].strip()
    found = others_called(customer, searched) if searched else doubles_of(customer)
    context = {"customer": customer, "searched": searched, "found": found}
    return page(request, door, "customers/merge.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@inside("customers", Permission.MERGE_CUSTOMERS)
def confirm(request: HttpRequest, door: Door, customer_id: int, other_id: int) -> HttpResponse:
    """Show what will stand where, and do it; a link swaps which of the two is left."""
    NoFilter(request.GET).read()
    customer = _present(customer_id)
    other = get_object_or_404(_rows().exclude(pk=customer.pk), pk=other_id)
    if request.method == "POST":
        return _merge(request, door, customer, other)
    context = {"customer": customer, "other": other, "lines": lines_of(customer, other)}
    return page(request, door, "customers/merge_confirm.html", context)


def _merge(request: HttpRequest, door: Door, customer: Customer, other: Customer) -> HttpResponse:
    try:
        merge_customers(
            customer_id=customer.pk, other_id=other.pk, actor=actor(request, door), now=now()
        )
    except (CustomerIsErased, CustomerIsMerged, Customer.DoesNotExist):
        messages.error(request, "Somebody else has just merged or erased one of the two.")
        return redirect("console:customers", door.slug)
    messages.success(request, "Merged. Everything of both is on this page.")
    return redirect("console:customer", door.slug, customer.pk)


def _present(customer_id: int) -> Customer:
    return get_object_or_404(_rows(), pk=customer_id)


def _rows() -> QuerySet[Customer]:
    return Customer.objects.present().select_related("company")
