"""What has been counted of each answer and each invitation, so that a change can be undone."""

from django.db import models

from accounts.models import Organisation, Tenant


class Placed(Tenant):
    """Where a row is counted: its question, its programme, its touchpoint, eight values."""

    # No constraint: rows are derived, and a check of each would double the cost of counting.
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    # "nps 0-10": what is asked and on which scale (metrics.statistics.definitions).
    question = models.CharField(max_length=12)
    is_relational = models.BooleanField()
    # Plain numbers, no foreign keys: a row that was removed must still be taken off the cells.
    programme_id = models.BigIntegerField()
    touchpoint_id = models.BigIntegerField(null=True)
    value_1 = models.BigIntegerField(null=True)
    value_2 = models.BigIntegerField(null=True)
    value_3 = models.BigIntegerField(null=True)
    value_4 = models.BigIntegerField(null=True)
    value_5 = models.BigIntegerField(null=True)
    value_6 = models.BigIntegerField(null=True)
    value_7 = models.BigIntegerField(null=True)
    value_8 = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


class CountedAnswer(Placed):
    """One scored answer as the cells hold it; the fold compares it with the answer of now."""

    pk = models.CompositePrimaryKey("organisation_id", "response_id")
    response_id = models.BigIntegerField()
    customer_id = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField()
    local_on = models.DateField()
    score = models.SmallIntegerField()
    standing = models.CharField(max_length=10)
    # The day of the same customer's next counted answer in the same relational programme.
    next_on = models.DateField(null=True)
    # How she was served in so many days before a relational answer; NULL on a transactional one.
    service_state_180 = models.SmallIntegerField(null=True)
    service_state_90 = models.SmallIntegerField(null=True)
    service_state_365 = models.SmallIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["organisation", "customer_id", "answered_at"],
                condition=models.Q(customer_id__isnull=False),
                name="counted_of_customer",
            ),
            models.Index(fields=["organisation", "question", "local_on"], name="counted_on"),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.score}"


class CountedAsk(Placed):
    """One invitation as the ask cells hold it."""

    pk = models.CompositePrimaryKey("organisation_id", "invitation_id")
    invitation_id = models.BigIntegerField()
    sent_on = models.DateField()
    # A column of AskCell.
    outcome = models.CharField(max_length=10)

    def __str__(self) -> str:
        return f"invitation {self.invitation_id}: {self.outcome}"
