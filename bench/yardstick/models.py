"""One plain row: what one answer would be without anything that this product promises."""

from django.db import models


class PlainAnswer(models.Model):
    score = models.SmallIntegerField()
    comment = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    # Said aloud: the app is in no settings that the type checker reads.
    objects: "models.Manager[PlainAnswer]" = models.Manager()

    class Meta:
        app_label = "yardstick"

    def __str__(self) -> str:
        return str(self.score)
