"""Asked or not and by which rule (decisions), and the requests that followed (invitations)."""

from django.db import models
from django.db.models import Q

from accounts.models import Tenant
from surveys.models.interactions import Interaction
from surveys.models.journeys import Touchpoint
from surveys.models.people import Customer
from surveys.models.programmes import Programme, SurveyVersion
from surveys.rules.channels import Channel

CHANNELS = [(each.value, each.label) for each in Channel]


class Decision(Tenant):
    """One per programme, customer and occasion; a "no" keeps the rule that said it."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="decisions")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="decisions")
    interaction = models.ForeignKey(
        Interaction, on_delete=models.PROTECT, null=True, related_name="decisions"
    )
    # "interaction:4711", a due slot such as "due:2026-11", or "by-hand:17".
    occasion = models.CharField(max_length=60)
    is_asked = models.BooleanField()
    rule = models.CharField(max_length=40)
    # The figures behind the rule: counts, dates, limits. Ids and numbers only.
    facts = models.JSONField(default=dict)
    again_on = models.DateField(null=True, blank=True)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "programme", "customer", "occasion"], name="decision_once"
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "-decided_at", "-id"], name="decision_newest"),
            models.Index(fields=["organisation", "customer", "-decided_at"], name="decision_of"),
            models.Index(fields=["organisation", "programme", "-decided_at"], name="decision_in"),
            models.Index(fields=["organisation", "interaction"], name="decision_after"),
        ]

    def __str__(self) -> str:
        return f"{'asked' if self.is_asked else 'not asked'}: {self.rule}"


class Invitation(Tenant):
    """One request to one customer; its links are rebuilt from the id, so a dump holds none."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="invitation")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="invitations")
    survey_version = models.ForeignKey(SurveyVersion, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="invitations")
    channel = models.CharField(
        max_length=5, choices=CHANNELS, default=Channel.EMAIL, db_default=Channel.EMAIL
    )
    address_key = models.CharField(max_length=254, blank=True)
    touchpoint = models.ForeignKey(
        Touchpoint, on_delete=models.PROTECT, null=True, related_name="+"
    )
    interaction = models.ForeignKey(
        Interaction, on_delete=models.PROTECT, null=True, related_name="+"
    )
    context = models.JSONField(default=dict)
    is_test = models.BooleanField(default=False)
    # Frozen when it was made: its answer is stored where nothing leads back to this row, which
    # only learns that there is one. No day and no time of it stands anywhere.
    is_anonymous = models.BooleanField(default=False, db_default=False)
    is_used = models.BooleanField(default=False, db_default=False)
    # How many people this one stands for, where a share of them was drawn.
    weight = models.FloatField(default=1, db_default=1)
    # When the mail was meant to arrive; limits count it from here until it is sent.
    due_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_on = models.DateField(null=True, blank=True)  # the organisation's day of sent_at
    delivered_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    complained_at = models.DateTimeField(null=True, blank=True)
    opted_out_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)  # the second step was sent
    # Somebody said that this link reached the wrong person; its answer is out.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # Taken back by the organisation; `expires_at` is moved to that moment, so its link is closed.
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="invitation_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, sent_on__isnull=True)
                | Q(sent_at__isnull=False, sent_on__isnull=False),
                name="invitation_sent_on",
            ),
            models.CheckConstraint(condition=Q(weight__gte=1), name="invitation_weight"),
            models.CheckConstraint(
                condition=Q(is_anonymous=False, is_used=False)
                | Q(
                    is_anonymous=True,
                    answered_at__isnull=True,
                    finished_at__isnull=True,
                    withdrawn_at__isnull=True,
                ),
                name="invitation_anonymous",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "customer", "-created_at"], name="invitation_of"),
            models.Index(
                fields=["organisation", "address_key", "-created_at"], name="invitation_to"
            ),
            models.Index(fields=["organisation", "programme", "-id"], name="invitation_in"),
            # Whoever answers STOP is known by the number alone.
            models.Index(
                fields=["address_key", "-id"],
                condition=Q(channel=Channel.SMS),
                name="invitation_texted",
            ),
            models.Index(fields=["organisation", "sent_on"], name="invitation_sent_day"),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"
