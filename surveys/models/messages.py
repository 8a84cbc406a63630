"""One mail to one customer: the outbox, and every try at handing it over."""

from django.db import models
from django.db.models import Q

from accounts.models import Organisation, Outgoing, OutgoingAttempt
from surveys.models.asking import CHANNELS, Invitation
from surveys.rules.channels import Channel


class Message(Outgoing):
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # What the mail is about, such as "invitation:4711" or "invitation:4711:reminder:1".
    about = models.CharField(max_length=80)
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="messages")
    # The invitation's: a drain must know which rows are its own before it knows whose they are.
    channel = models.CharField(
        max_length=5, choices=CHANNELS, default=Channel.EMAIL, db_default=Channel.EMAIL
    )
    # Sent again although nobody knows whether it had arrived: by hand, or by the policy, once.
    resent_at = models.DateTimeField(null=True, blank=True)

    class Meta(Outgoing.Meta):
        constraints = [
            *Outgoing.Meta.constraints,
            models.UniqueConstraint(fields=["organisation", "about"], name="message_once"),
        ]
        indexes = [
            *Outgoing.Meta.indexes,
            models.Index(
                fields=["provider_id"], condition=~Q(provider_id=""), name="message_of_provider"
            ),
            models.Index(
                fields=["organisation", "handing_over_at"],
                condition=Q(state=Outgoing.State.UNCERTAIN),
                name="message_uncertain",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about}: {self.state}"


class MessageAttempt(OutgoingAttempt):
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="tries")

    def __str__(self) -> str:
        return f"try {self.number} of message {self.message_id}"
