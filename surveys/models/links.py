"""Ways to answer for people whom nobody invited: public links, and the widget on other pages."""

from django.db import models
from django.db.models import Q

from accounts.models import Tenant
from surveys.models.journeys import Touchpoint
from surveys.models.programmes import Programme


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
