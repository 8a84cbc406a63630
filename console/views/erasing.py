"""Erasing a person: what will happen, the one button, and the receipt."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from accounts.queries.audit import last_change
from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.corrections import EraseForm
from kit.clock import now
from metrics.queries.tracking import tracked_keys
from surveys.actions.erasing import erase_customer
from surveys.actions.registering import CustomerIsErased
from surveys.models import Customer
from surveys.queries.erasures import ERASED
from surveys.queries.person_export import counts_of


@require_http_methods(["GET", "HEAD", "POST"])
@inside("customers", Permission.ERASE_CUSTOMERS)
def erase(request: HttpRequest, door: Door, customer_id: int) -> HttpResponse:
    customer = get_object_or_404(Customer, pk=customer_id, erased_at=None, merged_into=None)
    form = EraseForm(posted(request), word=_word(customer))
    if request.method == "POST" and form.is_valid():
        return _erased(request, door, customer, form)
    context = {
        "form": form,
        "customer": customer,
        "kept": counts_of(customer.pk),
        "tracked": tracked_keys(),
    }
    status = 422 if form.errors else 200
    return page(request, door, "customers/erase.html", context, status=status)


def _word(customer: Customer) -> str:
    """What has to be typed: something that belongs to this person and to nobody beside her."""
    return customer.email or customer.external_id or customer.name or "erase"


def _erased(request: HttpRequest, door: Door, customer: Customer, form: EraseForm) -> HttpResponse:
    try:
        erase_customer(
            customer_id=customer.pk,
            tracked=tracked_keys(),
            mode=form.cleaned_data["mode"],
            stops_asking=form.cleaned_data["stops_asking"],
            actor=actor(request, door),
            now=now(),
        )
    except CustomerIsErased:
        messages.error(request, "Somebody else has just erased this person.")
        return redirect("console:customer", door.slug, customer.pk)
    entry = last_change(ERASED, customer.pk)
    if entry is None:
        raise RuntimeError("an erasing left no entry in the trail")
    messages.success(request, "Erased. This is the receipt; it names nobody.")
    return redirect("console:receipt", door.slug, entry.pk)
