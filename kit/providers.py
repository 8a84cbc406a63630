"""Mail providers whose API we can hand mails to and whose reports we can read."""

from dataclasses import dataclass
from datetime import timedelta

# Under this name a mail carries our own id through the provider and back in its reports.
MARK = "cxapp"


@dataclass(frozen=True, slots=True)
class Provider:
    """Where its code is, and for how long it knows a mail it was given by the key we gave it."""

    name: str
    backend: str
    webhook: str
    keyed_for: timedelta | None = None


def _anymail(name: str, view: str, **more: timedelta) -> Provider:
    return Provider(
        name=name,
        backend=f"anymail.backends.{name}.EmailBackend",
        webhook=f"anymail.webhooks.{name}.{view}TrackingWebhookView",
        **more,
    )


# The times to live are those the providers promise, less two minutes: clocks differ.
PROVIDERS = {
    one.name: one
    for one in (
        _anymail("brevo", "Brevo", keyed_for=timedelta(minutes=13)),
        _anymail("mailersend", "MailerSend"),
        _anymail("mailgun", "Mailgun"),
        _anymail("mailjet", "Mailjet"),
        _anymail("mailtrap", "Mailtrap"),
        _anymail("postmark", "Postmark"),
        Provider(
            name="resend",
            backend="kit.mail.keyed.ResendBackend",
            webhook="anymail.webhooks.resend.ResendTrackingWebhookView",
            keyed_for=timedelta(hours=24) - timedelta(minutes=2),
        ),
        _anymail("sparkpost", "SparkPost"),
    )
}
