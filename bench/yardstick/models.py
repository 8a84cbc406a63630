"""Plain rows: what an answer would be without anything that this product promises."""

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


class PlainCustomer(models.Model):
    external_id = models.TextField()
    email = models.TextField()
    name = models.TextField()
    language = models.TextField()
    time_zone = models.TextField()
    properties = models.JSONField()
    created_at = models.DateTimeField()

    objects: "models.Manager[PlainCustomer]" = models.Manager()

    class Meta:
        app_label = "yardstick"

    def __str__(self) -> str:
        return self.name


class PlainResponse(models.Model):
    metric = models.TextField()
    score = models.SmallIntegerField()
    comment = models.TextField()
    standing = models.TextField()
    origin = models.TextField()
    context = models.JSONField()
    local_on = models.DateField()
    answered_at = models.DateTimeField()
    customer = models.ForeignKey(PlainCustomer, on_delete=models.CASCADE)

    objects: "models.Manager[PlainResponse]" = models.Manager()

    class Meta:
        app_label = "yardstick"

    def __str__(self) -> str:
        return str(self.score)
