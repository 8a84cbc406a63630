"""Words that staff put on answers, to find again what belongs together."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models import Tenant
from surveys.models.responses import Response

TAG_LENGTH = 40


class Tag(Tenant):
    name = models.CharField(max_length=TAG_LENGTH)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", Lower("name"), name="tag_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="tag_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ResponseTag(Tenant):
    response = models.ForeignKey(
        Response, on_delete=models.CASCADE, related_name="taggings", db_index=False
    )
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="taggings")
    tagged_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "response", "tag"], name="response_tag_once"
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "tag", "response"], name="response_tag_of"),
            models.Index(fields=["response"], name="response_tag_on"),
        ]

    def __str__(self) -> str:
        return f"tag {self.tag_id} on response {self.response_id}"
