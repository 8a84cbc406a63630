"""What is stored of organisations, the people in them, their keys and the letters to them."""

from accounts.models.audit import AuditEntry
from accounts.models.keys import ApiKey, IdempotencyKey
from accounts.models.letters import Letter, LetterAttempt
from accounts.models.limits import SignInFailures
from accounts.models.members import JoiningInvitation, Membership
from accounts.models.organisations import Organisation, Tenant
from accounts.models.outgoing import Outgoing, OutgoingAttempt, RoutePace, RoutePause
from accounts.models.senders import SenderCheck
from accounts.models.users import User

__all__ = [
    "ApiKey",
    "AuditEntry",
    "IdempotencyKey",
    "JoiningInvitation",
    "Letter",
    "LetterAttempt",
    "Membership",
    "Organisation",
    "Outgoing",
    "OutgoingAttempt",
    "RoutePace",
    "RoutePause",
    "SenderCheck",
    "SignInFailures",
    "Tenant",
    "User",
]
