"""Follow-up questions of a published survey, and what customers answered to them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Tenant
from surveys.models.programmes import SurveyVersion
from surveys.models.responses import Response
from surveys.rules import questions as rules
from surveys.rules.questions import LONGEST_QUESTION, AskedOf, Kind

KINDS = [
    (Kind.TEXT.value, "Words"),
    (Kind.SINGLE.value, "One choice"),
    (Kind.MULTIPLE.value, "Several choices"),
    (Kind.RATING.value, "Rating 1 to 5"),
]


class Question(Tenant):
    """As it was published, never changed; `number` names it in every version of the survey."""

    survey_version = models.ForeignKey(
        SurveyVersion, on_delete=models.PROTECT, related_name="questions"
    )
    number = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=KINDS)
    asked_of = models.CharField(max_length=6, default=AskedOf.ALL.value)
    text = models.CharField(max_length=LONGEST_QUESTION)
    options = models.JSONField(default=list)  # of {"number": 1, "text": "By phone"}
    # What may be chosen, so that one statement can judge and keep an answer.
    picks = ArrayField(models.SmallIntegerField(), default=list)
    low = models.CharField(max_length=120, blank=True)
    high = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "survey_version", "number"], name="question_number_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Kind]), name="question_kind"
            ),
            models.CheckConstraint(
                condition=Q(asked_of__in=[group.value for group in AskedOf]),
                name="question_asked_of",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="question_has_text"),
        ]

    def __str__(self) -> str:
        return self.text

    def as_published(self) -> rules.Question:
        """Return the question as the rules know it."""
        return rules.question_of(
            {name: getattr(self, name) for name in rules.Question.__dataclass_fields__}
        )


class Answer(Tenant):
    """What one response says to one question: what was chosen, or words; both empty if erased."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    picked = ArrayField(models.SmallIntegerField(), default=list)
    words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "response", "question"], name="answer_once"
            )
        ]

    def __str__(self) -> str:
        return f"answer to {self.question_id}"
