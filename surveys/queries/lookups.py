"""What links, widgets and answers are signed for, and how their organisation is found."""

from typing import cast

from django.db import connection

SURVEY = "survey"
UNSUBSCRIBE = "unsubscribe"
PUBLIC_LINK = "public link"
WIDGET = "widget"
ANSWER = "answer by a public link"
# For statements that enter the organisation on their way (`kit.tenancy.in_one_trip`).
ORGANISATION_OF_INVITATION = "SELECT surveys_organisation_of_invitation(%(invitation)s)"
ORGANISATION_OF_PUBLIC_LINK = "SELECT surveys_organisation_of_public_link(%(link)s)"


def organisation_of_invitation(invitation_id: int) -> int | None:
    """Return whose invitation this is; None if there is none."""
    with connection.cursor() as cursor:
        cursor.execute(ORGANISATION_OF_INVITATION, {"invitation": invitation_id})
        (organisation_id,) = cursor.fetchone()
    return cast("int | None", organisation_id)


def organisation_of_public_link(link_id: int) -> int | None:
    """Return whose link this is; None if there is none."""
    with connection.cursor() as cursor:
        cursor.execute(ORGANISATION_OF_PUBLIC_LINK, {"link": link_id})
        (organisation_id,) = cursor.fetchone()
    return cast("int | None", organisation_id)
