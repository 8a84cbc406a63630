"""What a visitor of the demo can press: be asked as a customer, close and open the story."""

import secrets

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.queries.lookups import belongings
from cxapp.demo import SLUG
from cxapp.demo.rail import CLOSED
from kit import clock, tenancy
from surveys.actions.customers import CustomerFields
from surveys.actions.recording import InteractionFields, record_interaction

app_name = "guide"


@require_POST
@login_required
def send_me_one(request: HttpRequest) -> HttpResponse:
    """Report that whoever pressed was helped with a bill; the survey is in the inbox in seconds.

    Each time by an address of its own: somebody who was asked yesterday is not asked today, and
    that rule holds in the demo too.
    """
    user = request.user
    assert isinstance(user, User), "let in by the decorator"
    name, _, domain = user.email.partition("@")
    address = f"{name}+{secrets.token_hex(2)}@{domain}"
    now, organisation_id = clock.now(), _acme(request)
    with tenancy.organisation(organisation_id):
        record_interaction(
            organisation_id=organisation_id,
            fields=InteractionFields(
                source="send me one",
                source_id=address,
                touchpoint="billing-enquiry",
                customer=CustomerFields(
                    email=address,
                    name=user.get_full_name(),
                    properties={"plan": "Plus", "region": "Wales", "tenure": "1 to 3 years"},
                ),
                occurred_at=now,
                subject="A charge on your bill",
                context={"team": "Billing", "agent": "Aisha", "channel": "e-mail"},
            ),
            now=now,
        )
    return redirect(f"{reverse('inbox:list')}?{urlencode({'to': address})}")


@require_POST
@login_required
def turn_story(request: HttpRequest) -> HttpResponse:
    """Close the story, or open it again, and stay on the page."""
    request.session[CLOSED] = not request.session.get(CLOSED)
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return HttpResponseRedirect(back if is_ours else "/")


def _acme(request: HttpRequest) -> int:
    for one in belongings(request.user.pk or 0):
        if one.slug == SLUG:
            return one.organisation_id
    raise Http404


urlpatterns = [
    path("send-me-one/", send_me_one, name="send_me_one"),
    path("story/", turn_story, name="story"),
]
