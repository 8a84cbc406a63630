"""The form of the sender: who asks, from which address, and what becomes of replies and doubts."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator

from console.forms.fields import LineField

SELECTOR = r"^[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9_-]+)*$"


class SenderForm(forms.Form):
    sender_name = LineField(
        max_length=80, required=False, label="Who asks", help_text="A person's name is answered."
    )
    sender_role = LineField(max_length=80, required=False, label="Her or his role")
    sender_email = forms.EmailField(
        max_length=254,
        required=False,
        label="From address",
        help_text="Empty: the address of this installation.",
    )
    reads_replies = forms.BooleanField(
        required=False,
        label="Somebody reads the replies",
        help_text="The mail says so. Also mails that ask to stop come in with them; each carries"
        " the link that does it. Without it, the mail says that replies are not read.",
    )
    reply_to = forms.EmailField(
        max_length=254,
        required=False,
        label="Replies go to",
        help_text="Empty: to the from address.",
    )
    dkim_selector = forms.CharField(
        max_length=63,
        required=False,
        label="DKIM selector",
        validators=[RegexValidator(SELECTOR, "A name such as s1 or default.")],
        help_text="Your mail provider tells it; needed to look the key up.",
    )
    resend_uncertain_after_hours = forms.IntegerField(
        min_value=1,
        max_value=336,
        required=False,
        label="Send uncertain mails again after so many hours",
        help_text="Empty: never by itself. Of some mails nobody can know whether they left; sent "
        "again, some customers get the same mail twice. Each is sent again once at most.",
    )

    def changes(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
