"""A mail to talk about."""

from datetime import UTC, datetime

from kit.mail import Mail


def a_mail(to="ada@x.example", number=1, **changes):
    values = {
        "message_id": f"<{number}.abc@acme.example>",
        "sender": ("Acme", "hello@acme.example"),
        "recipient": ("Ada", to),
        "subject": "How was it?",
        "text": "Hello Ada\n",
        "html": "<p>Hello Ada</p>",
        "written_at": datetime(2026, 11, 21, 21, 0, tzinfo=UTC),
    }
    return Mail(**{**values, **changes})
