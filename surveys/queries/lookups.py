"""What is read of a survey link before the organisation is known."""

from django.db import connection

from kit import tokens

SURVEY = "survey"
UNSUBSCRIBE = "unsubscribe"
# For statements that enter the organisation on their way (`kit.tenancy.in_one_trip`).
ORGANISATION_OF_INVITATION = "SELECT surveys_organisation_of_invitation(%(invitation)s)"


def invitation_of_token(token: str, purpose: str = SURVEY) -> tuple[int, int] | None:
    """Return (organisation id, invitation id) of a link we signed, or None."""
    invitation_id = tokens.read(purpose, token)
    if invitation_id is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT surveys_organisation_of_invitation(%s)", [invitation_id])
        (organisation_id,) = cursor.fetchone()
    return None if organisation_id is None else (organisation_id, invitation_id)
