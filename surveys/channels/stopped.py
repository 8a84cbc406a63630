"""The letter that tells owners and managers that sending stopped by itself."""

from accounts.channels.letters import Words, laid_out, register
from accounts.models import Letter
from accounts.rules.letters import LetterWords
from kit.periods import zone
from surveys.models import Brake
from surveys.rules.brakes import why_stopped

KIND = "sending_stopped"
STOPPED = LetterWords(
    subject="Mails of {whose} wait: sending stopped by itself",
    lines=(
        "{why}",
        "Since {at} the mails of {whose} wait. They leave once somebody who has looked resumes it.",
    ),
    button="Look and resume",
    note="We write this once to owners and managers of {organisation}.",
)


class Resumed(LookupError):
    """Somebody was faster than the letter."""


def register_writers() -> None:
    """Tell the outbox who writes it."""
    register(KIND, write_stopped)


def write_stopped(letter: Letter) -> Words:
    """Write what stopped and why; called inside the organisation."""
    brake = Brake.objects.select_related("organisation", "programme").get(
        pk=letter.context["brake"]
    )
    if brake.released_at is not None:
        raise Resumed
    house, at = brake.organisation, brake.pulled_at.astimezone(zone(brake.organisation.time_zone))
    home = f"/o/{house.slug}"
    values = {
        "whose": brake.programme.name if brake.programme else house.name,
        "why": why_stopped(brake.because, count=brake.count, of=brake.of),
        "at": f"{at:%A}, {at.day} {at:%B}, {at:%H:%M}",
        "organisation": house.name,
    }
    if brake.programme_id:
        return laid_out(STOPPED, values, f"{home}/programmes/{brake.programme_id}/delivery/")
    return laid_out(STOPPED, values, f"{home}/programmes/")
