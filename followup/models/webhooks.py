"""Webhooks: who is told, what each was told, and what she answered."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Tenant

STATES = [
    ("waiting", "Waiting"),
    ("delivered", "Delivered"),
    ("failed", "Given up"),
    ("dropped", "Not sent"),
]


def names_field(length: int) -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=length), default=list, blank=True)


def numbers_field() -> "ArrayField[list[int], list[int]]":
    return ArrayField(models.BigIntegerField(), default=list, blank=True)


class WebhookEndpoint(Tenant):
    """An address that is told what happened. A chat is one that alerts are written to."""

    class Kind(models.TextChoices):
        WEBHOOK = "webhook", "Webhook"
        CHAT = "chat", "Chat"

    class Detail(models.TextChoices):
        THIN = "thin", "Ids and links"
        ANSWERS = "answers", "Scores, words and context too"
        CUSTOMERS = "customers", "Who the customer is too"

    class Because(models.TextChoices):
        GONE = "gone", "The address answered 410 Gone"
        FAILING = "failing", "Nothing but failures for days"

    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.WEBHOOK)
    name = models.CharField(max_length=120)
    # Encrypted: an address often carries a secret, and a chat's is nothing else.
    address = models.TextField()
    # What may be shown of it anywhere: the scheme and the host.
    place = models.CharField(max_length=300)
    events = names_field(40)
    # What narrows the events that have such a thing; empty: all of them.
    groups = names_field(6)
    programmes = numbers_field()
    touchpoints = numbers_field()
    detail = models.CharField(max_length=9, choices=Detail.choices, default=Detail.THIN)
    # Encrypted; during a rotation the one before signs as well.
    secret = models.CharField(max_length=255, blank=True)
    secret_made_at = models.DateTimeField(null=True, blank=True)
    secret_before = models.CharField(max_length=255, blank=True, default="")
    secret_before_until = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    off_at = models.DateTimeField(null=True, blank=True)
    off_because = models.CharField(max_length=7, choices=Because.choices, blank=True, default="")
    # The first failure since the last success, and until when nothing more is tried.
    failing_since = models.DateTimeField(null=True, blank=True)
    rest_until = models.DateTimeField(null=True, blank=True)
    rests = models.PositiveSmallIntegerField(default=0)
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_failure_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True, default="")
    # One worker at a time writes to an address, so that a slow one holds up nobody else's.
    claim = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=254)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["webhook", "chat"]), name="webhook_kind"),
            models.CheckConstraint(
                condition=Q(kind="chat") | ~Q(secret=""), name="webhook_is_signed"
            ),
            models.CheckConstraint(
                condition=Q(off_at__isnull=True, off_because="")
                | Q(off_at__isnull=False, off_because__in=["gone", "failing"]),
                name="webhook_off_because",
            ),
            models.CheckConstraint(
                condition=Q(detail__in=["thin", "answers", "customers"]), name="webhook_detail"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "kind", "id"], name="webhook_of")]

    def __str__(self) -> str:
        return self.name


class WebhookDelivery(Tenant):
    """One thing one address is to be told; its body is written when it is first sent.

    `webhook_id` names what happened and stays the same however often it is sent: the receiver
    knows a repetition by it.
    """

    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    webhook_id = models.CharField(max_length=60)
    type = models.CharField(max_length=40)
    event = models.BigIntegerField(null=True)  # of the journal; none for a test
    subject = models.BigIntegerField()  # the response, invitation, decision... it is about
    customer_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    created_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=STATES, default="waiting")
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    tries_before = models.PositiveSmallIntegerField(default=0)  # it was last sent again by hand
    body = models.TextField(blank=True, default="")
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=300, blank=True, default="")
    finished_at = models.DateTimeField(null=True)
    # Since when body and answers are empty because the person they named was erased.
    emptied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "endpoint", "webhook_id"], name="webhook_delivery_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state for state, _ in STATES]), name="webhook_delivery_state"
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "due_at", "id"],
                condition=Q(state="waiting"),
                name="webhook_delivery_due",
            ),
            models.Index(fields=["organisation", "endpoint", "-id"], name="webhook_delivery_of"),
            models.Index(
                fields=["organisation", "customer_id"],
                condition=Q(customer_id__isnull=False),
                name="webhook_delivery_about",
            ),
            models.Index(fields=["organisation", "created_at"], name="webhook_delivery_age"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.webhook_id}"


class WebhookAttempt(Tenant):
    """One try: what came back, or why nothing did. Only ever added to."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    took_ms = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=300, blank=True)
    answer = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"try {self.number} of {self.delivery_id}"
