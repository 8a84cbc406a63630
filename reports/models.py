"""Pictures kept for a while, so that the same figures are not drawn twice."""

from django.db import models


class RenderedChart(models.Model):
    """One picture, named by the hash of its whole specification; belongs to no tenant.

    Whoever can name it already holds every figure in it, and nothing else is stored.
    """

    key = models.CharField(max_length=64, unique=True)
    svg = models.TextField()
    drawn_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
