"""What people write beside the figures: annotations, goals, benchmarks, views they keep."""

from django.db import models
from django.db.models import Q

from accounts.models import Tenant, User
from surveys.models import Programme, Touchpoint


class Annotation(Tenant):
    """Something that happened on a day and may explain a turn; shown on trends as a thin line.

    With a touchpoint or a programme it stands on their trends only, without on all of them.
    """

    on_day = models.DateField()
    text = models.CharField(max_length=80)
    touchpoint = models.ForeignKey(
        Touchpoint, on_delete=models.PROTECT, null=True, related_name="+"
    )
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=254)

    class Meta:
        indexes = [models.Index(fields=["organisation", "on_day"], name="annotation_on")]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="annotation_has_text"),
            models.CheckConstraint(
                condition=Q(touchpoint__isnull=True) | Q(programme__isnull=True),
                name="annotation_of_one",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class OnCard(Tenant):
    """Something to hold one of the two cards of the overview against."""

    class Card(models.TextChoices):
        SERVICE = "service", "Service (CSAT)"
        EXPERIENCE = "experience", "Experience (NPS)"

    card = models.CharField(max_length=10, choices=Card.choices)
    # In points of what the card prints.
    value = models.SmallIntegerField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=254)

    class Meta:
        abstract = True


def _possible(name: str) -> models.CheckConstraint:
    shares, scores = Q(card="service", value__gte=0), Q(card="experience", value__gte=-100)
    return models.CheckConstraint(
        condition=(shares | scores) & Q(value__lte=100), name=f"{name}_possible"
    )


class Goal(OnCard):
    """The score a card is to reach; a touchpoint has its own on its row (`target`)."""

    by_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "card"], name="goal_once"),
            _possible("goal"),
        ]

    def __str__(self) -> str:
        return f"{self.card}: {self.value}"


class Benchmark(OnCard):
    """Somebody else's score, with what one must know to believe it."""

    source = models.CharField(max_length=120)
    year = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=200)
    n = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "card", "source", "year"], name="benchmark_once"
            ),
            _possible("benchmark"),
            models.CheckConstraint(
                condition=~Q(source="") & ~Q(method="") & Q(n__gte=1), name="benchmark_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.year}"


class SavedView(Tenant):
    """An address under a name; the address stays the only state.

    `page` is the path below the organisation's own, empty for the overview.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    page = models.CharField(max_length=300, blank=True)
    query = models.CharField(max_length=2000, blank=True)
    is_shared = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user", "name"], name="saved_view_name_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_name"),
        ]

    def __str__(self) -> str:
        return self.name
