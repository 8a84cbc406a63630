"""Letters to members: webhooks, alerts, wrong persons; links are made at hand-over."""

from datetime import datetime

import mjml
from django.conf import settings
from django.template import loader

from accounts.channels.letters import Words, laid_out, register
from accounts.models import Letter, Membership
from accounts.rules.letters import LetterWords
from accounts.rules.roles import Permission, may
from followup.models import WebhookEndpoint
from followup.queries.bad_answers import bad_answer, storm
from followup.queries.not_me import news

WEBHOOK_OFF = LetterWords(
    subject="The webhook {name} was switched off",
    lines=(
        "{place} {why}. cxapp has stopped calling it; nothing that happened is lost.",
        "When the receiver works again, resume the webhook and replay what it missed.",
    ),
    button="Open the webhook",
    note="We write this once to everybody who may change webhooks of {organisation}.",
)
CHAT_OFF = LetterWords(
    subject="The chat of the alert {name} was switched off",
    lines=(
        "{place} {why}. cxapp writes no more alerts there; members go on being written to.",
        "To write there again, open the alert and type the address of the chat anew.",
    ),
    button="Open the alerts",
    note="We write this once to everybody who may change alerts of {organisation}.",
)
STORM = LetterWords(
    subject="{title}",
    lines=("{title}.", "One by one they would have flooded you; all of them are in the list."),
    button="Read them",
    note="An owner or manager of {organisation} chose in Settings > Alerts that you hear of it.",
)
NOT_ME_SAID = LetterWords(
    subject="{subject}",
    lines=(
        "{what}",
        "It counts in no figure, and nobody at that address is asked until somebody has looked.",
        "Find out which address is right, correct it, and lift the stop on the customer's page.",
    ),
    button="{button}",
    note="We write this to owners and managers of {organisation}, at most once a day.",
)
WHY = {
    WebhookEndpoint.Because.GONE: "answered 410 Gone, which asks never to be called again",
    WebhookEndpoint.Because.FAILING: "has answered with nothing but failures for days",
}


ALERT, DIGEST, NOT_ME = "alert", "alert_digest", "not_me"


def register_writers() -> None:
    """Tell the outbox who writes which kind of letter."""
    register("webhook_off", write_webhook_off)
    register(ALERT, write_alert)
    register(DIGEST, write_digest)
    register(NOT_ME, write_not_me)


def write_alert(letter: Letter) -> Words:
    """Write one bad answer; who it was only to whoever may know. Called in the organisation."""
    told = bad_answer(letter.context["alert"], may_name=_may_know(letter))
    page = {"told": told, "host": settings.BASE_URL}
    source = loader.render_to_string("emails/followup/alert.mjml", page)
    return Words(
        subject=told.title,
        text=loader.render_to_string("emails/followup/alert.txt", page).strip() + "\n",
        html=mjml.mjml2html(source, fonts={}),
    )


def write_digest(letter: Letter) -> Words:
    """Write how many more there were."""
    told = storm(letter.context["alert"])
    values = {"title": told.title, "organisation": told.organisation}
    return laid_out(STORM, values, told.link.removeprefix(settings.BASE_URL))


def write_not_me(letter: Letter) -> Words:
    """Write whose answers were taken out since then; called inside the organisation."""
    if not _may_know(letter):
        raise LookupError("She may see no customers any more.")
    told = news(datetime.fromisoformat(letter.context["since"]))
    values = {
        "subject": told.subject,
        "what": told.what,
        "button": told.button,
        "organisation": told.organisation,
    }
    return laid_out(NOT_ME_SAID, values, told.link.removeprefix(settings.BASE_URL))


def _may_know(letter: Letter) -> bool:
    """Raises DoesNotExist where she is a member no more: then nothing is written to her."""
    member = Membership.objects.get(user=letter.user)
    return may(member.role, Permission.VIEW_CUSTOMERS)


def write_webhook_off(letter: Letter) -> Words:
    """Write that a webhook or a chat was switched off; called inside the organisation."""
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
    settings_path = f"/o/{endpoint.organisation.slug}/settings"
    if endpoint.kind == WebhookEndpoint.Kind.CHAT:
        return laid_out(CHAT_OFF, values, f"{settings_path}/alerts/")
    return laid_out(WEBHOOK_OFF, values, f"{settings_path}/webhooks/{endpoint.pk}/")
