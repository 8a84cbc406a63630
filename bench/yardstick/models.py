"""One plain row: what one answer would be without anything that this product promises."""

from django.db import models


class PlainAnswer(models.Model):
    score = models.SmallIntegerField()
    comment = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "yardstick"

    def __str__(self) -> str:
        return str(self.score)
