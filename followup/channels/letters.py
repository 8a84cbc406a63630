"""Letters to members about webhooks and alerts; links are made when they are handed over."""

from collections.abc import Mapping

import mjml
from django.conf import settings
from django.template import loader

from accounts.channels.letters import Words, register
from accounts.models import Letter
from accounts.rules.letters import LetterWords
from followup.models import WebhookEndpoint

WEBHOOK_OFF = LetterWords(
    subject="The webhook {name} was switched off",
    lines=(
        "{place} {why}. cxapp has stopped calling it; nothing that happened is lost.",
        "When the receiver works again, resume the webhook and replay what it missed.",
    ),
    button="Open the webhook",
    note="We write this once to everybody who may change webhooks of {organisation}.",
)
WHY = {
    WebhookEndpoint.Because.GONE: "answered 410 Gone, which asks never to be called again",
    WebhookEndpoint.Because.FAILING: "has answered with nothing but failures for days",
}


def register_writers() -> None:
    """Tell the outbox who writes which kind of letter."""
    register("webhook_off", write_webhook_off)


def write_webhook_off(letter: Letter) -> Words:
    """Write that a webhook was switched off; called inside the organisation."""
    endpoint = WebhookEndpoint.objects.select_related("organisation").get(
        pk=letter.context["webhook"]
    )
    values = {
        "name": endpoint.name,
        "place": endpoint.place,
        "why": WHY.get(WebhookEndpoint.Because(endpoint.off_because), "failed")
        if endpoint.off_because
        else "failed and works again",
        "organisation": endpoint.organisation.name,
    }
    path = f"/o/{endpoint.organisation.slug}/settings/webhooks/{endpoint.pk}/"
    return _words(WEBHOOK_OFF, values, path)


def _words(words: LetterWords, values: Mapping[str, str], path: str) -> Words:
    filled = words.filled(values)
    page = {"words": filled, "link": f"{settings.BASE_URL}{path}", "host": settings.BASE_URL}
    return Words(
        subject=filled.subject,
        text=loader.render_to_string("emails/accounts/letter.txt", page).strip() + "\n",
        # Without `fonts` the compiler links Google's copy of any font it knows: a tracker.
        html=mjml.mjml2html(loader.render_to_string("emails/accounts/letter.mjml", page), fonts={}),
    )
