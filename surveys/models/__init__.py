"""What is stored of customers, what they met, what they were asked and what they answered."""

from surveys.models.asking import Decision, Invitation
from surveys.models.interactions import Interaction
from surveys.models.journeys import Journey, Stage, Touchpoint
from surveys.models.messages import Message, MessageAttempt
from surveys.models.people import Company, Customer, PropertyKey
from surveys.models.programmes import Programme, Survey, SurveyVersion
from surveys.models.responses import Exclusion, Response, ResponseRevision
from surveys.models.suppressions import Suppression
from surveys.models.tags import ResponseTag, Tag

__all__ = [
    "Company",
    "Customer",
    "Decision",
    "Exclusion",
    "Interaction",
    "Invitation",
    "Journey",
    "Message",
    "MessageAttempt",
    "Programme",
    "PropertyKey",
    "Response",
    "ResponseRevision",
    "ResponseTag",
    "Stage",
    "Suppression",
    "Survey",
    "SurveyVersion",
    "Tag",
    "Touchpoint",
]
