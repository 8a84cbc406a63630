"""Answers of which nobody can say who gave them: no row leads from here to a customer, or back."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import TruncMonth

from accounts.models import Tenant
from surveys.models.programmes import Programme
from surveys.models.responses import feelings_field
from surveys.rules.feelings import Feeling

LONGEST_KEPT = 200


class AnonymousAnswer(Tenant):
    """One answer to an anonymous programme: what was said, in which month, one kept property.

    Whatever is added here must not be told of the person or of the moment: no number that counts
    up, no time, no version, no language.
    """

    id = models.UUIDField(
        primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False
    )
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    month = models.DateField()  # its first day, of the organisation's calendar
    # The programme's kept property as it was when this person was asked.
    kept = models.CharField(max_length=LONGEST_KEPT, blank=True)
    score = models.SmallIntegerField()
    comment = models.TextField(blank=True)
    feelings = feelings_field()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(month=TruncMonth(F("month"))), name="anonymous_month"
            ),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=10), name="anonymous_score"
            ),
            models.CheckConstraint(
                condition=Q(feelings__contained_by=[one.value for one in Feeling]),
                name="anonymous_feelings",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "programme", "month"], name="anonymous_in"),
        ]

    def __str__(self) -> str:
        return f"{self.score} in {self.month:%Y-%m}"
