"""What customers answered: one response each, and every version of it that was ever sent."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast

from accounts.models import Tenant
from surveys.models.asking import Invitation
from surveys.models.interactions import Interaction
from surveys.models.journeys import Touchpoint
from surveys.models.links import PublicLink
from surveys.models.people import Customer
from surveys.models.programmes import METRICS, Programme, SurveyVersion
from surveys.rules.feelings import Contact, Feeling

CONTACTS = [
    (Contact.EMAIL.value, "Yes, by e-mail"),
    (Contact.PHONE.value, "Yes, by phone"),
    (Contact.NO.value, "No"),
]


def feelings_field() -> "ArrayField[list[str], list[str]]":
    """What was felt, in the order of `Feeling`; empty where nothing was chosen."""
    return ArrayField(models.CharField(max_length=12), default=list, db_default=[], blank=True)


def contact_field() -> "models.CharField[str, str]":
    return models.CharField(max_length=5, choices=CONTACTS, blank=True, default="", db_default="")


class Response(Tenant):
    class Origin(models.TextChoices):
        INVITATION = "invitation", "Invitation"
        LINK = "link", "Public link"
        WIDGET = "widget", "Widget"
        IMPORT = "import", "Import"
        API = "api", "API"
        ANONYMOUS = "anonymous", "Anonymous"
        STAFF = "staff", "Entered by staff"

    class Standing(models.TextChoices):
        COUNTED = "counted", "Counted"
        SUSPECT = "suspect", "Suspected machine"
        EXCLUDED = "excluded", "Excluded"
        TEST = "test", "Test"
        WITHDRAWN = "withdrawn", "Withdrawn"
        SPOKEN = "spoken", "Spoken"

    origin = models.CharField(max_length=10, choices=Origin.choices)
    origin_key = models.CharField(max_length=120)
    invitation = models.OneToOneField(
        Invitation, on_delete=models.PROTECT, null=True, related_name="response"
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, related_name="responses"
    )
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="responses")
    survey_version = models.ForeignKey(SurveyVersion, on_delete=models.PROTECT, related_name="+")
    touchpoint = models.ForeignKey(
        Touchpoint, on_delete=models.PROTECT, null=True, related_name="+"
    )
    interaction = models.ForeignKey(
        Interaction, on_delete=models.PROTECT, null=True, related_name="+"
    )
    public_link = models.ForeignKey(
        PublicLink, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    metric = models.CharField(max_length=8, choices=METRICS)
    score = models.SmallIntegerField(null=True)
    comment = models.TextField(blank=True)
    feelings = feelings_field()
    contact = contact_field()
    # What the words are written in, as far as is known; the column `words`, which PostgreSQL
    # makes of both for searching, is in the migrations only: no list should read it.
    language = models.CharField(max_length=12, blank=True, default="", db_default="")
    standing = models.CharField(max_length=10, choices=Standing.choices)
    standing_reason = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField()
    local_on = models.DateField()
    revisions_made = models.PositiveSmallIntegerField(default=1)
    context = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "origin", "origin_key"], name="response_once"
            ),
            models.CheckConstraint(
                condition=(
                    Q(origin="invitation", invitation__isnull=False)
                    & Q(origin_key=Cast(F("invitation_id"), models.CharField()))
                )
                | (~Q(origin="invitation") & Q(invitation__isnull=True)),
                name="response_origin_key",
            ),
            models.CheckConstraint(
                condition=Q(origin__in=["link", "widget"], public_link__isnull=False)
                | (~Q(origin__in=["link", "widget"]) & Q(public_link__isnull=True)),
                name="response_public_link",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True)
                | Q(metric="nps", score__gte=0, score__lte=10)
                | Q(metric__in=["csat", "faces"], score__gte=1, score__lte=5)
                | Q(metric="ces", score__gte=1, score__lte=7),
                name="response_score_on_scale",
            ),
            models.CheckConstraint(
                condition=Q(
                    standing__in=["counted", "suspect", "excluded", "test", "withdrawn", "spoken"]
                ),
                name="response_standing",
            ),
            models.CheckConstraint(
                condition=Q(feelings__contained_by=[one.value for one in Feeling]),
                name="response_feelings",
            ),
            models.CheckConstraint(
                condition=Q(contact__in=["", *(one.value for one in Contact)]),
                name="response_contact",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-answered_at", "-id"], name="response_newest"),
            models.Index(fields=["organisation", "local_on"], name="response_on"),
            models.Index(fields=["organisation", "customer", "-answered_at"], name="response_of"),
            models.Index(
                fields=["organisation", "programme", "-answered_at", "-id"], name="response_in"
            ),
            models.Index(
                fields=["organisation", "touchpoint", "-answered_at", "-id"], name="response_at"
            ),
            models.Index(
                fields=["organisation", "public_link", "-answered_at"],
                condition=Q(public_link__isnull=False),
                name="response_by",
            ),
            # Whom the widget asked lately rests from mails, too; few rows are in it.
            models.Index(
                fields=["organisation", "customer", "-answered_at"],
                condition=Q(origin="widget", customer__isnull=False),
                name="response_by_widget",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.score}"


class ResponseRevision(Tenant):
    """One sent form; the response shows the latest human one, else the latest suspect."""

    class Verdict(models.TextChoices):
        HUMAN = "human", "Human"
        SUSPECT = "suspect", "Suspected machine"

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    rule = models.CharField(max_length=40, blank=True)
    score = models.SmallIntegerField(null=True)
    comment = models.TextField(blank=True)
    feelings = feelings_field()
    contact = contact_field()
    # By the question's id: what was chosen, or the words.
    answers = models.JSONField(default=dict, db_default={})
    # Empty when the customer sent it herself; else who entered it for her, and why.
    entered_by = models.CharField(max_length=254, blank=True, default="", db_default="")
    reason = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "response", "number"], name="revision_once"
            ),
            models.CheckConstraint(
                condition=Q(entered_by="") | ~Q(reason=""), name="revision_entered_with_reason"
            ),
        ]
        indexes = [
            # Few are: the list of doubted answers must not read all the others.
            models.Index(
                fields=["organisation", "-at", "-id"],
                condition=Q(verdict="suspect"),
                name="revision_doubted",
            ),
        ]

    def __str__(self) -> str:
        return f"revision {self.number} of {self.response_id}"


class Exclusion(Tenant):
    """One answer taken out of the counts: by whom, why, and what it was before."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="exclusions")
    reason = models.CharField(max_length=200)
    excluded_at = models.DateTimeField()
    excluded_by = models.CharField(max_length=254)
    standing_before = models.CharField(max_length=10, choices=Response.Standing.choices)
    reason_before = models.CharField(max_length=200, blank=True)
    restored_at = models.DateTimeField(null=True, blank=True)
    restored_by = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "response"],
                condition=Q(restored_at__isnull=True),
                name="exclusion_open_once",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="exclusion_has_reason"),
        ]
        indexes = [models.Index(fields=["organisation", "response"], name="exclusion_of")]

    def __str__(self) -> str:
        return f"response {self.response_id} excluded {self.excluded_at:%Y-%m-%d}"
