"""Mail to staff: joining, password reset and other letters, drained like the customers' mail."""

from django.db import models

from accounts.models.outgoing import Outgoing, OutgoingAttempt
from accounts.models.users import User


class Letter(Outgoing):
    """Organisation is empty for letters about a person's own sign-in, which belong to no tenant."""

    organisation_id = models.BigIntegerField(null=True)
    about = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    to = models.EmailField(max_length=254)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    context = models.JSONField(default=dict)

    class Meta(Outgoing.Meta):
        constraints = [
            *Outgoing.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation_id", "about"], name="letter_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"


class LetterAttempt(OutgoingAttempt):
    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="tries")

    def __str__(self) -> str:
        return f"try {self.number} of letter {self.letter_id}"
