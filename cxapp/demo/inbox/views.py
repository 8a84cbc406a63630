"""Pages of the demo's inbox; there is no sign-in, since the demo answers on this machine only."""

from pathlib import Path

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from cxapp.demo.inbox import mails

# A mail may show its own styles and pictures; it runs nothing, sends nothing, loads nothing.
MAIL_POLICY = {
    "default-src": [NONE],
    "style-src": ["'unsafe-inline'"],
    "img-src": [SELF, "data:"],
    "form-action": [NONE],
    "base-uri": [SELF],
    "frame-ancestors": [SELF],
    "sandbox": [
        "allow-popups",
        "allow-popups-to-escape-sandbox",
        "allow-top-navigation-by-user-activation",
    ],
}
# Links leave the frame, so that a survey opens as its customer would see it.
TO_THE_TOP = '<base target="_top">'


@never_cache
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """List the newest mails."""
    found, to = mails.newest(_folder()), request.GET.get("to", "")[:254]
    has_come = any(mail.to == to for mail in found)
    context = {
        "mails": found,
        "help_page": _help_page(),
        "arrived": to,
        "awaited": "" if has_come else to,
    }
    return render(request, "inbox/list.html", context)


@never_cache
@require_safe
def mail(request: HttpRequest, key: str) -> HttpResponse:
    """Show one mail: as designed, or its text part."""
    found = _mail_or_404(key)
    as_text = request.GET.get("part") == "text" or not found.html
    return render(request, "inbox/mail.html", {"mail": found, "as_text": as_text})


@never_cache
@require_safe
@xframe_options_sameorigin
@csp(MAIL_POLICY)
def mail_html(request: HttpRequest, **named: str) -> HttpResponse:
    """Give the HTML part alone, for the frame."""
    return HttpResponse(TO_THE_TOP + _mail_or_404(named["key"]).html)


def _help_page() -> str:
    try:
        return reverse("help_page:article")
    except NoReverseMatch:  # where the inbox alone is mounted
        return ""


def _folder() -> Path:
    return Path(settings.DEMO_INBOX)


def _mail_or_404(key: str) -> mails.Mail:
    if found := mails.get(_folder(), key):
        return found
    raise Http404("There is no such mail in the inbox.")
