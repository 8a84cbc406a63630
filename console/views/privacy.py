"""Privacy: what is kept about a person, a copy of it for her, and who was erased."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_safe

from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page
from console.forms.filters import NoFilter, SearchFilter
from console.shown.privacy import found_people, readable, receipt_lines, text_of
from console.shown.receipts import receipt_of
from kit.clock import now
from surveys.actions.exporting_persons import export_person
from surveys.models import Customer
from surveys.queries.erasures import being_swept, receipt, receipts
from surveys.queries.person_export import PersonExport, as_document, counts_of


@require_safe
@inside("settings.privacy", Permission.ERASE_CUSTOMERS)
def show(request: HttpRequest, door: Door) -> HttpResponse:
    asked = SearchFilter(request.GET).read()
    found = receipts(after=asked["after"] or None)
    context = {
        "searched": asked["q"].strip(),
        "people": found_people(asked["q"]),
        "found": found,
        "receipts": receipt_lines(found.rows, being_swept()),
    }
    return page(request, door, "settings/privacy.html", context)


@require_safe
@inside("settings.privacy", Permission.ERASE_CUSTOMERS)
def person(request: HttpRequest, door: Door, customer_id: int) -> HttpResponse:
    NoFilter(request.GET).read()
    customer = _present(customer_id)
    context = {"customer": customer, "kept": counts_of(customer.pk)}
    return page(request, door, "settings/privacy_person.html", context)


@require_GET
@inside("settings.privacy", Permission.ERASE_CUSTOMERS)
def as_json(request: HttpRequest, door: Door, customer_id: int) -> HttpResponse:
    """Everything as JSON: what other programs can read."""
    made = _export(request, door, customer_id, "json")
    document = {"organisation": door.organisation.name, **as_document(made)}
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return _download(text, "application/json", f"customer-{customer_id}.json")


@require_GET
@inside("settings.privacy", Permission.ERASE_CUSTOMERS)
def as_page(request: HttpRequest, door: Door, customer_id: int) -> HttpResponse:
    """Everything as a page that opens anywhere and asks for nothing."""
    made = _export(request, door, customer_id, "html")
    context = {"organisation": door.organisation.name, "made": made, "parts": readable(made)}
    text = render_to_string("console/settings/person_export.html", context)
    return _download(text, "text/html; charset=utf-8", f"customer-{customer_id}.html")


@require_safe
@inside("settings.privacy", Permission.ERASE_CUSTOMERS)
def receipt_page(request: HttpRequest, door: Door, number: int) -> HttpResponse:
    NoFilter(request.GET).read()
    entry = receipt(number)
    if entry is None:
        raise Http404
    (line,) = receipt_lines([entry], being_swept())
    context = {"line": line, "receipt": receipt_of(entry)}
    return page(request, door, "settings/receipt.html", context)


@require_GET
@inside("settings.privacy", Permission.ERASE_CUSTOMERS)
def receipt_text(request: HttpRequest, door: Door, number: int) -> HttpResponse:
    entry = receipt(number)
    if entry is None:
        raise Http404
    (line,) = receipt_lines([entry], being_swept())
    text = text_of(line, receipt_of(entry), door.organisation.name)
    return _download(text, "text/plain; charset=utf-8", f"receipt-{line.number}.txt")


def _present(customer_id: int) -> Customer:
    known = Customer.objects.filter(erased_at__isnull=True, merged_into__isnull=True)
    return get_object_or_404(known.select_related("company"), pk=customer_id)


def _export(request: HttpRequest, door: Door, customer_id: int, form: str) -> PersonExport:
    """Read it, and note who took it."""
    customer = _present(customer_id)
    return export_person(customer_id=customer.pk, form=form, actor=actor(request, door), now=now())


def _download(text: str, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type=kind, headers=headers)
