"""Erasing a person: what will happen, the one button, and the receipt."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.corrections import EraseForm
from kit.clock import now
from metrics.queries.tracking import tracked_keys
from surveys.actions.erasing import erase_customer
from surveys.actions.registering import CustomerIsErased
from surveys.models import Customer


@require_http_methods(["GET", "HEAD", "POST"])
@inside("customers", Permission.ERASE_CUSTOMERS)
def erase(request: HttpRequest, door: Door, customer_id: int) -> HttpResponse:
    customer = get_object_or_404(Customer, pk=customer_id, erased_at__isnull=True)
    form = EraseForm(posted(request))
    if request.method == "POST" and form.is_valid():
        _erase(request, door, customer, form)
        return redirect("console:customer", door.slug, customer.pk)
    context = {
        "form": form,
        "customer": customer,
        "answers": customer.responses.count(),
        "contacts": customer.interactions.count(),
        "tracked": tracked_keys(),
    }
    status = 422 if form.errors else 200
    return page(request, door, "customers/erase.html", context, status=status)


def _erase(request: HttpRequest, door: Door, customer: Customer, form: EraseForm) -> None:
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
    else:
        messages.success(request, "Erased. The receipt is below.")
