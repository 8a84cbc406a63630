"""Customers: the list, one person's timeline, and what can be done for her."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries.audit import last_change
from accounts.rules.roles import Permission
from console.door import Door, actor, inside, page, posted
from console.forms.customers import AskForm, CustomerForm, StopForm, written
from console.forms.filters import SearchFilter
from console.shown.customers import lines_of
from console.shown.prospects import ProspectLine, prospect_lines
from console.shown.receipts import Paper, receipt_of
from console.shown.timelines import days_of, own_scores
from kit.clock import now
from surveys.actions.considering import ask_by_hand
from surveys.actions.linking import link_by_hand
from surveys.actions.registering import CustomerExists, correct_customer, register_customer
from surveys.actions.stopping import ask_again, stop_asking
from surveys.channels.links import survey_link
from surveys.models import Customer, Decision, Invitation
from surveys.queries.customers import company_names, customers
from surveys.queries.programmes import asking_choices
from surveys.queries.prospects import prospects
from surveys.queries.suppressed import keys_of
from surveys.queries.timelines import standing_of, timeline
from surveys.rules.channels import Channel
from surveys.rules.reasons import words

TAKEN = "Another customer already has this id."


@require_safe
@inside("customers", Permission.VIEW_CUSTOMERS)
def listing(request: HttpRequest, door: Door) -> HttpResponse:
    form = SearchFilter(request.GET)
    asked = form.read()
    found = customers(search=asked["q"], after=asked["after"] or None)
    context = {"form": form, "found": found, "rows": lines_of(found.rows)}
    return page(request, door, "customers/list.html", context)


@require_safe
@inside("customers", Permission.VIEW_CUSTOMERS)
def detail(request: HttpRequest, door: Door, customer_id: int) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.select_related("company"), pk=customer_id)
    if customer.merged_into_id and customer.erased_at is None:
        return redirect("console:customer", door.slug, customer.merged_into_id)
    moment = now()
    keys = [] if customer.erased_at else keys_of(customer)
    happened = timeline(customer_id=customer.pk, keys=keys)
    context = {
        "customer": customer,
        "days": days_of(happened, moment),
        "scores": own_scores(happened),
        "standing": standing_of(keys),
        "receipt": _receipt(customer),
        "programmes": asking_choices(),
        "prospects": _prospects(door, customer, moment),
    }
    return page(request, door, "customers/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@inside("customers", Permission.EDIT_CUSTOMERS)
def create(request: HttpRequest, door: Door) -> HttpResponse:
    form = CustomerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            customer = register_customer(
                organisation_id=door.organisation.pk,
                fields=form.said(),
                actor=actor(request, door),
                now=now(),
            )
        except CustomerExists:
            form.add_error("external_id", TAKEN)
        else:
            return redirect("console:customer", door.slug, customer.pk)
    return _form(request, door, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@inside("customers", Permission.EDIT_CUSTOMERS)
def edit(request: HttpRequest, door: Door, customer_id: int) -> HttpResponse:
    known = Customer.objects.present().select_related("company")
    customer = get_object_or_404(known, pk=customer_id)
    form = CustomerForm(posted(request), initial=written(customer))
    if request.method == "POST" and form.is_valid():
        try:
            correct_customer(
                customer=customer, fields=form.said(), actor=actor(request, door), now=now()
            )
        except CustomerExists:
            form.add_error("external_id", TAKEN)
        else:
            return redirect("console:customer", door.slug, customer.pk)
    return _form(request, door, form, customer)


@require_POST
@inside("customers", Permission.EDIT_CUSTOMERS)
def stop(request: HttpRequest, door: Door, customer_id: int) -> HttpResponse:
    """Ask this customer no more, with one programme or with any."""
    customer = get_object_or_404(Customer.objects.present(), pk=customer_id)
    form = StopForm(request.POST, programmes=asking_choices())
    if form.is_valid():
        stop_asking(
            customer_id=customer.pk,
            programme_id=form.cleaned_data["programme"],
            actor=actor(request, door),
            now=now(),
        )
        messages.success(request, "Stopped. What waits to be sent is held back too.")
    else:
        messages.error(request, "Choose one of the programmes, or all.")
    return redirect("console:customer", door.slug, customer.pk)


@require_POST
@inside("customers", Permission.EDIT_CUSTOMERS)
def unstop(request: HttpRequest, door: Door, customer_id: int, stop_id: int) -> HttpResponse:
    """Lift a wish; only one that holds for this very customer."""
    customer = get_object_or_404(Customer.objects.present(), pk=customer_id)
    if stop_id not in {one.pk for one in standing_of(keys_of(customer))}:
        raise Http404
    ask_again(
        customer_id=customer.pk,
        suppression_id=stop_id,
        actor=actor(request, door),
        now=now(),
    )
    messages.success(request, "Lifted. The customer may be asked again.")
    return redirect("console:customer", door.slug, customer.pk)


@require_POST
@inside("customers", Permission.ASK_CUSTOMERS)
def link(request: HttpRequest, door: Door, customer_id: int) -> HttpResponse:
    """Make a personal link to hand over if the rules allow it, and show it."""
    customer = get_object_or_404(Customer.objects.present(), pk=customer_id)
    decision = _decided(request, door, customer, link_by_hand)
    if decision is not None and decision.is_asked:
        return redirect("console:customer_link", door.slug, customer.pk, decision.invitation.pk)
    return redirect("console:customer", door.slug, customer.pk)


@require_safe
@inside("customers", Permission.ASK_CUSTOMERS)
def show_link(
    request: HttpRequest, door: Door, customer_id: int, invitation_id: int
) -> HttpResponse:
    """The link and its code, as long as it can be answered."""
    rows = Invitation.objects.select_related("customer", "programme")
    invitation = get_object_or_404(
        rows,
        pk=invitation_id,
        customer=customer_id,
        channel=Channel.LINK,
        customer__erased_at__isnull=True,
    )
    is_open = not (invitation.answered_at or invitation.is_used) and invitation.expires_at > now()
    context = {
        "customer": invitation.customer,
        "invitation": invitation,
        "link": survey_link(invitation.pk, door.organisation) if is_open else None,
    }
    return page(request, door, "customers/link.html", context)


@require_POST
@inside("customers", Permission.ASK_CUSTOMERS)
def ask(request: HttpRequest, door: Door, customer_id: int) -> HttpResponse:
    """Ask now if the rules allow it, and show what was decided and why."""
    customer = get_object_or_404(Customer, pk=customer_id)
    decision = _decided(request, door, customer, ask_by_hand)
    if decision is not None and decision.is_asked:
        messages.success(request, words(decision.rule, decision.facts, decision.again_on))
    return redirect("console:customer", door.slug, customer.pk)


def _decided(
    request: HttpRequest, door: Door, customer: Customer, by_hand: Callable[..., Decision]
) -> Decision | None:
    """Let the rules decide by hand, and say why not; None where no programme was chosen."""
    form = AskForm(request.POST, programmes=asking_choices())
    if not form.is_valid():
        messages.error(request, "Choose one of the programmes.")
        return None
    decision = by_hand(
        organisation_id=door.organisation.pk,
        programme_id=form.cleaned_data["programme"],
        customer_id=customer.pk,
        actor=actor(request, door),
        now=now(),
    )
    if not decision.is_asked:
        messages.error(request, words(decision.rule, decision.facts, decision.again_on))
    return decision


def _prospects(door: Door, customer: Customer, moment: datetime) -> list[ProspectLine]:
    if customer.erased_at is not None or customer.archived_at is not None:
        return []
    organisation = door.organisation
    found = prospects(organisation=organisation, customer_id=customer.pk, now=moment)
    return prospect_lines(found)


def _receipt(customer: Customer) -> Paper | None:
    entry = last_change("customer.erased", customer.pk) if customer.erased_at else None
    return receipt_of(entry) if entry else None


def _form(
    request: HttpRequest, door: Door, form: CustomerForm, customer: Customer | None
) -> HttpResponse:
    context = {"form": form, "customer": customer, "companies": company_names()}
    status = 422 if form.errors else 200
    return page(request, door, "customers/form.html", context, status=status)
