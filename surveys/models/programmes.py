"""What is asked (surveys, published in versions) and whom, when, how often (programmes)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Tenant
from surveys.models.journeys import Touchpoint
from surveys.rules.channels import Preference
from surveys.rules.metrics import FAMILIES, NAMES, Metric, metric_asked

PREFERENCES = [(each.value, each.label) for each in Preference]
METRICS = [(metric.value, NAMES[metric]) for metric in Metric]
FAMILY = [(metric.value, NAMES[metric]) for metric in FAMILIES]


class Survey(Tenant):
    name = models.CharField(max_length=120)
    metric = models.CharField(max_length=4, choices=FAMILY)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="survey_name_once"),
            models.CheckConstraint(condition=Q(metric__in=FAMILIES), name="survey_metric"),
        ]

    def __str__(self) -> str:
        return self.name


class SurveyVersion(Tenant):
    """The questions as published; a version never changes, publishing makes the next one.

    Number 0 is a draft as it was sent for trying: nobody but the one who tries it is asked by it.
    """

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    # Only the texts that differ from the default wording, by the keys of surveys.rules.wording.
    wording = models.JSONField(default=dict)
    # The same keys and those of the questions, by language.
    translations = models.JSONField(default=dict, db_default={})
    # Drawn as faces: answers are counted apart from those to numbers with words.
    has_faces = models.BooleanField(default=False, db_default=False)
    asks_why = models.BooleanField(default=True)
    asks_feeling = models.BooleanField(default=False, db_default=False)
    asks_contact = models.BooleanField(default=False, db_default=False)
    # The score groups that meet at least one follow-up question: whether a second step is due
    # is told by the row that is read anyway.
    asks_more_of = ArrayField(models.CharField(max_length=6), default=list, db_default=[])
    # Where everybody is invited to write a review, whatever the score; nobody is where empty.
    review_url = models.URLField(max_length=300, blank=True, default="", db_default="")
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=254, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "survey", "number"],
                condition=Q(number__gt=0),
                name="survey_version_once",
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "survey", "-number"], name="survey_version_of"),
            # Whether an organisation uses faces is asked by every page with figures.
            models.Index(
                fields=["organisation"],
                condition=Q(has_faces=True, number__gt=0),
                name="survey_version_faces",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} version {self.number}"

    @property
    def metric(self) -> Metric:
        """What answers to it are counted as; reads the survey unless it was read with it."""
        return metric_asked(self.survey.metric, has_faces=self.has_faces)


class SurveyDraft(Tenant):
    """What will be the next version: kept until it is published or thrown away."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="drafts")
    content = models.JSONField()  # as surveys.rules.contents writes it
    based_on = models.PositiveSmallIntegerField()  # the version that it began as
    # Raised by each change, so that two people do not undo each other unseen.
    edition = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField()
    edited_by = models.CharField(max_length=254)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "survey"], name="survey_draft_once")
        ]

    def __str__(self) -> str:
        return f"draft of {self.survey_id}"


class Programme(Tenant):
    """Transactional: asks after interactions at touchpoints. Relational: asks by the calendar."""

    class Kind(models.TextChoices):
        TRANSACTIONAL = "transactional", "Transactional"
        RELATIONAL = "relational", "Relational"

    name = models.CharField(max_length=120)
    # What customers read where they choose what they are asked about: "your bill", "support".
    public_name = models.CharField(max_length=60, blank=True, default="", db_default="")
    kind = models.CharField(max_length=13, choices=Kind.choices)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="programmes")
    touchpoints = models.ManyToManyField(
        Touchpoint, through="ProgrammeTouchpoint", related_name="programmes"
    )
    # Chosen with the programme and never changed: people were told so.
    is_anonymous = models.BooleanField(default=False, db_default=False)
    # The one property that stands with each anonymous answer; none where empty.
    kept_property = models.CharField(max_length=80, blank=True, default="", db_default="")
    is_on = models.BooleanField(default=False)
    channel = models.CharField(
        max_length=14, choices=PREFERENCES, default=Preference.EMAIL, db_default=Preference.EMAIL
    )
    delay_minutes = models.PositiveIntegerField(default=0)
    rest_days = models.PositiveSmallIntegerField(default=30)
    expires_after_days = models.PositiveSmallIntegerField(default=30)
    # Of those who might be asked so many of a hundred are, always the same on the same occasion.
    sampling_percent = models.PositiveSmallIntegerField(default=100, db_default=100)
    # Of several programmes that would ask about the same contact the lowest number does.
    priority = models.PositiveSmallIntegerField(default=50, db_default=50)
    # Whoever met us longer ago when it was recorded is not asked about it.
    oldest_days = models.PositiveSmallIntegerField(default=7, db_default=7)
    # All must hold of the frozen context: `surveys.rules.conditions`, as stored.
    conditions = models.JSONField(default=list, db_default=[])
    cadence_months = models.PositiveSmallIntegerField(null=True, blank=True)
    # A new customer is left alone for so long before the calendar asks.
    newcomer_days = models.PositiveSmallIntegerField(default=30)
    # The calendar asks nobody for a day before this one: off means off, nothing is made up for.
    calendar_from = models.DateField(null=True, blank=True)
    # One reminder so many days after the mail; none where empty.
    reminder_days = models.PositiveSmallIntegerField(null=True, blank=True)
    # Its own sending hours; the organisation's where empty.
    sending_days = models.CharField(max_length=7, blank=True)
    sending_opens = models.PositiveSmallIntegerField(default=0)
    sending_closes = models.PositiveSmallIntegerField(default=1440)
    sends_on_holidays = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="programme_name_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["transactional", "relational"]), name="programme_kind"
            ),
            models.CheckConstraint(
                condition=Q(is_anonymous=True) | Q(kept_property=""), name="programme_keeps"
            ),
            models.CheckConstraint(
                condition=Q(expires_after_days__gte=1, expires_after_days__lte=365),
                name="programme_expires",
            ),
            models.CheckConstraint(condition=Q(delay_minutes__lte=43200), name="programme_delay"),
            models.CheckConstraint(
                condition=Q(sending_opens__lt=models.F("sending_closes"), sending_closes__lte=1440),
                name="programme_sends_sometime",
            ),
            models.CheckConstraint(
                condition=Q(reminder_days__isnull=True)
                | Q(reminder_days__gte=1, reminder_days__lte=60),
                name="programme_reminder",
            ),
            models.CheckConstraint(
                condition=Q(sampling_percent__gte=1, sampling_percent__lte=100),
                name="programme_sampling",
            ),
            models.CheckConstraint(
                condition=Q(oldest_days__gte=1, oldest_days__lte=7), name="programme_oldest"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProgrammeTouchpoint(Tenant):
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    touchpoint = models.ForeignKey(Touchpoint, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "programme", "touchpoint"], name="programme_touchpoint_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} at {self.touchpoint_id}"
