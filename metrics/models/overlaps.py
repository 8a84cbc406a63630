"""What two compared periods share: customers in both, and customers who answered more than once."""

from django.db import models

from accounts.models import Tenant


class Overlap(Tenant):
    """Counts that do not add up from days, taken for one filter when verdicts are renewed."""

    about = models.CharField(max_length=60)
    now_first = models.DateField()
    now_last = models.DateField()
    before_first = models.DateField()
    before_last = models.DateField()
    # Lists of whole numbers as metrics.queries.overlaps writes them.
    pairs = models.JSONField()
    moves = models.JSONField()
    clusters_now = models.JSONField()
    clusters_before = models.JSONField()
    renewed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "organisation",
                    "about",
                    "now_first",
                    "now_last",
                    "before_first",
                    "before_last",
                ],
                name="overlap_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.about}, {self.now_first} to {self.now_last}"
