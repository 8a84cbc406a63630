"""Write the letters to staff: links are made at this moment and stored nowhere."""

from collections.abc import Mapping
from datetime import datetime

from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse

from accounts.channels.letters import Words, laid_out, register
from accounts.models import JoiningInvitation, Letter
from accounts.queries.joining import token_of
from accounts.rules.letters import LETTERS
from accounts.rules.roles import Role
from accounts.rules.security import SecurityChange

ROLES = {
    Role.VIEWER: "viewer: figures and comments",
    Role.RESPONDER: "responder: customers and their answers too",
    Role.MANAGER: "manager: everything but members and keys",
    Role.OWNER: "owner: everything",
}


def register_writers() -> None:
    """Tell the outbox who writes which kind of letter."""
    register("joining", write_joining)
    register("password_reset_link", write_reset_link)
    for change in SecurityChange:
        register(change, write_security_change)


def write_joining(letter: Letter) -> Words:
    """Write an invitation to join; called inside the organisation."""
    invitation = JoiningInvitation.objects.select_related("organisation", "invited_by").get(
        pk=letter.context["invitation"]
    )
    inviter = invitation.invited_by
    return _words(
        letter,
        link=reverse("join", args=[token_of(invitation.pk)]),
        values={
            "organisation": invitation.organisation.name,
            "inviter": inviter.get_full_name() if inviter else "The administrator",
            "role": ROLES[Role(invitation.role)],
            "until": _moment(invitation.expires_at),
        },
    )


def write_reset_link(letter: Letter) -> Words:
    """Write the link to a new password; it dies when the password or the last sign-in changes."""
    user = letter.user
    if user is None:
        raise LookupError("The user is gone.")
    key = PasswordResetTokenGenerator().make_token(user)
    arguments = {"uidb36": user_pk_to_url_str(user), "key": key}
    return _words(letter, link=reverse("account_reset_password_from_key", kwargs=arguments))


def write_security_change(letter: Letter) -> Words:
    """Write what changed about how the person signs in, when and from where."""
    at = datetime.fromisoformat(letter.context["at"])
    ip = letter.context["ip"]
    values = {"at": _moment(at), "place": f", from the address {ip}" if ip else ""}
    return _words(letter, link=reverse("account_reset_password"), values=values)


def _words(letter: Letter, link: str, values: Mapping[str, str] | None = None) -> Words:
    return laid_out(LETTERS[letter.kind], {"email": letter.to, **(values or {})}, link)


def _moment(at: datetime) -> str:
    return f"{at:%A}, {at.day} {at:%B %Y}, {at:%H:%M} UTC"
