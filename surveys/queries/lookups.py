"""What survey and unsubscribe links are signed for, and how their organisation is found."""

SURVEY = "survey"
UNSUBSCRIBE = "unsubscribe"
# For statements that enter the organisation on their way (`kit.tenancy.in_one_trip`).
ORGANISATION_OF_INVITATION = "SELECT surveys_organisation_of_invitation(%(invitation)s)"
