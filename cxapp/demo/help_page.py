"""Acme's help page in the demo: a page as a customer's site has it, with the widget on it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.queries.lookups import organisation_of_slug
from cxapp.demo import SLUG
from cxapp.demo.loading_links import HELP_PAGES
from kit import tenancy
from surveys.channels.links import widget_token
from surveys.models import Widget

app_name = "help_page"


@never_cache
@require_safe
def article(request: HttpRequest) -> HttpResponse:
    """Show the article; where no demo is loaded yet, without the widget."""
    return render(request, "demo/help.html", {"token": _token()})


def _token() -> str:
    organisation_id = organisation_of_slug(SLUG)
    if organisation_id is None:
        return ""
    with tenancy.organisation(organisation_id):
        widget = Widget.objects.filter(link__name=HELP_PAGES).order_by("id").first()
    return widget_token(widget.link_id) if widget else ""


urlpatterns = [path("", article, name="article")]
