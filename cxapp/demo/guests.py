"""Lets the demo's owner into an organisation that was made beside the story."""

from contextlib import suppress
from datetime import datetime

from accounts.actions.members import AlreadyMember, add_member
from accounts.models import User
from accounts.queries.lookups import organisation_of_slug
from accounts.rules.actors import COMMAND_LINE
from accounts.rules.roles import Role
from cxapp import demo

REAL_INPUT = "real-input"


def let_in(now: datetime) -> None:
    """Show the imported answers to whoever signs in as the demo says, once both are there."""
    organisation_id = organisation_of_slug(REAL_INPUT)
    user = User.objects.filter(email=demo.OWNER).first()
    if organisation_id and user:
        with suppress(AlreadyMember):
            add_member(
                organisation_id=organisation_id,
                user=user,
                role=Role.OWNER,
                actor=COMMAND_LINE,
                now=now,
            )
