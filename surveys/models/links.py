"""Ways to answer for people whom nobody invited: public links, and the widget on other pages."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Tenant
from surveys.models.journeys import Touchpoint
from surveys.models.programmes import Programme
from surveys.rules.widgets import LONGEST_DELAY, LONGEST_PAGE, LONGEST_REST


class PublicLink(Tenant):
    """One link for everybody at one place; its address is rebuilt from the id and never stored."""

    class Kind(models.TextChoices):
        LINK = "link", "Public link"
        WIDGET = "widget", "Widget"

    kind = models.CharField(
        max_length=6, choices=Kind.choices, default=Kind.LINK, db_default=Kind.LINK
    )
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="public_links")
    touchpoint = models.ForeignKey(
        Touchpoint, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Each answer keeps both as they were when it came: as `source` and `branch` of its context.
    name = models.CharField(max_length=120)
    branch = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=254)
    closes_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "programme", "name"],
                condition=Q(revoked_at__isnull=True),
                name="public_link_name_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["link", "widget"]), name="public_link_kind"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="public_link_has_name"),
        ]
        indexes = [models.Index(fields=["organisation", "programme", "-id"], name="public_link_in")]

    def __str__(self) -> str:
        return self.name


def lines_field(most: int) -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=most), default=list, db_default=[])


class Widget(Tenant):
    """What a link's widget is told, and the secret by which sites sign who their visitor is."""

    class Side(models.TextChoices):
        RIGHT = "right", "Right"
        LEFT = "left", "Left"

    class Scheme(models.TextChoices):
        AUTO = "auto", "As the visitor prefers"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    link = models.OneToOneField(PublicLink, on_delete=models.CASCADE, related_name="widget")
    # Exact origins as browsers write them; nothing else may load or send anything.
    origins = lines_field(300)
    pages = lines_field(LONGEST_PAGE)
    not_pages = lines_field(LONGEST_PAGE)
    delay_seconds = models.PositiveSmallIntegerField()
    sample_percent = models.PositiveSmallIntegerField()
    rest_days = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=5, choices=Side.choices, default=Side.RIGHT)
    scheme = models.CharField(max_length=5, choices=Scheme.choices, default=Scheme.AUTO)
    # Both encrypted (`kit.boxes`); the one before holds until the day its signatures have ended.
    secret = models.CharField(max_length=255)
    secret_made_at = models.DateTimeField()
    secret_before = models.CharField(max_length=255, blank=True, default="")
    secret_before_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(delay_seconds__lte=LONGEST_DELAY)
                & Q(sample_percent__lte=100)
                # What is signed lives for a day: with a shorter rest it could answer twice.
                & Q(rest_days__gte=1, rest_days__lte=LONGEST_REST),
                name="widget_rules",
            ),
            models.CheckConstraint(
                condition=Q(side__in=["right", "left"]) & Q(scheme__in=["auto", "light", "dark"]),
                name="widget_look",
            ),
            models.CheckConstraint(
                condition=Q(secret_before="", secret_before_until__isnull=True)
                | (~Q(secret_before="") & Q(secret_before_until__isnull=False)),
                name="widget_secret_before",
            ),
        ]

    def __str__(self) -> str:
        return f"widget of link {self.link_id}"
