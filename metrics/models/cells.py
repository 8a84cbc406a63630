"""Daily counts of raw scores and of what became of invitations, from which all figures come."""

from django.db import models

from accounts.models import Organisation, Tenant


class Keyed(Tenant):
    """At most two (dimension, value) pairs; an unused pair is (0, 0) and stands first.

    Dimensions are the numbers of metrics.rules.dimensions, values the ids of programmes,
    touchpoints and property values.
    """

    # No constraint: rows are derived, and a check of each would double the cost of counting.
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    question = models.CharField(max_length=12)
    is_relational = models.BooleanField()
    dim_1 = models.SmallIntegerField()
    dim_2 = models.SmallIntegerField()
    value_1 = models.BigIntegerField()
    value_2 = models.BigIntegerField()

    class Meta:
        abstract = True


class Scores(models.Model):
    """How many answered each score from 0 to 10."""

    c0 = models.IntegerField(default=0)
    c1 = models.IntegerField(default=0)
    c2 = models.IntegerField(default=0)
    c3 = models.IntegerField(default=0)
    c4 = models.IntegerField(default=0)
    c5 = models.IntegerField(default=0)
    c6 = models.IntegerField(default=0)
    c7 = models.IntegerField(default=0)
    c8 = models.IntegerField(default=0)
    c9 = models.IntegerField(default=0)
    c10 = models.IntegerField(default=0)

    class Meta:
        abstract = True


class Cell(Keyed, Scores):
    """Scores of one day, standing and at most two dimensions."""

    # Days come after the values: a filter reads one run of days, a split one run of values.
    pk = models.CompositePrimaryKey(
        "organisation_id", "question", "is_relational", "dim_1", "dim_2",
        "value_1", "value_2", "local_on", "standing",
    )  # fmt: skip
    local_on = models.DateField()
    standing = models.CharField(max_length=10)

    def __str__(self) -> str:
        return f"{self.question} on {self.local_on}"


class Superseded(Keyed, Scores):
    """Relational answers that the same customer answered anew, by both days.

    Latest per customer in [a, b] = cells in [a, b] - superseded with local_on >= a and
    next_on <= b.
    """

    pk = models.CompositePrimaryKey(
        "organisation_id", "question", "is_relational", "dim_1", "dim_2",
        "value_1", "value_2", "local_on", "next_on",
    )  # fmt: skip
    local_on = models.DateField()
    next_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.question} on {self.local_on}, anew on {self.next_on}"


class SupersededWeek(Keyed, Scores):
    """The same by the Mondays of both weeks: a long period is read by weeks, its ends by days."""

    pk = models.CompositePrimaryKey(
        "organisation_id", "question", "is_relational", "dim_1", "dim_2",
        "value_1", "value_2", "local_week", "next_week",
    )  # fmt: skip
    local_week = models.DateField()
    next_week = models.DateField()

    def __str__(self) -> str:
        return f"{self.question} in the week of {self.local_week}, anew in {self.next_week}"


class AskCell(Keyed):
    """What became of the invitations sent on one day, each counted once."""

    pk = models.CompositePrimaryKey(
        "organisation_id", "question", "is_relational", "dim_1", "dim_2",
        "value_1", "value_2", "sent_on",
    )  # fmt: skip
    sent_on = models.DateField()
    finished = models.IntegerField(default=0)
    began = models.IntegerField(default=0)
    opted_out = models.IntegerField(default=0)
    bounced = models.IntegerField(default=0)
    suspect = models.IntegerField(default=0)
    reached = models.IntegerField(default=0)  # delivered for certain, and no answer
    silent = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"invitations of {self.sent_on}"
