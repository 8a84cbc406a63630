"""What is stored of customers, what they met, what they were asked and what they answered."""

from surveys.models.anonymous import AnonymousAnswer
from surveys.models.asking import Decision, Invitation
from surveys.models.deliveries import Brake, DeliveryReport
from surveys.models.imports import Import, ImportRow
from surveys.models.interactions import Interaction
from surveys.models.journeys import Journey, Stage, Touchpoint
from surveys.models.links import PublicLink, Widget
from surveys.models.messages import Message, MessageAttempt
from surveys.models.pauses import SendingPause
from surveys.models.people import Company, Customer, PropertyKey
from surveys.models.programmes import Programme, Survey, SurveyDraft, SurveyVersion
from surveys.models.questions import Answer, Question
from surveys.models.responses import Exclusion, Response, ResponseRevision
from surveys.models.suppressions import Suppression
from surveys.models.tags import ResponseTag, Tag
from surveys.models.waves import Wave, WavePortion

__all__ = [
    "AnonymousAnswer",
    "Answer",
    "Brake",
    "Company",
    "Customer",
    "Decision",
    "DeliveryReport",
    "Exclusion",
    "Import",
    "ImportRow",
    "Interaction",
    "Invitation",
    "Journey",
    "Message",
    "MessageAttempt",
    "Programme",
    "PropertyKey",
    "PublicLink",
    "Question",
    "Response",
    "ResponseRevision",
    "ResponseTag",
    "SendingPause",
    "Stage",
    "Suppression",
    "Survey",
    "SurveyDraft",
    "SurveyVersion",
    "Tag",
    "Touchpoint",
    "Wave",
    "WavePortion",
    "Widget",
]
