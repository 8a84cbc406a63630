"""What the letters to staff say, one entry for each kind; `{names}` are filled at hand-over."""

from collections.abc import Mapping
from dataclasses import dataclass

HOW_TO_ACT = (
    "If that was you, there is nothing to do. If it was not, set a new password now and tell an "
    "owner of your organisation."
)


@dataclass(frozen=True, kw_only=True)
class LetterWords:
    """One letter: a subject, paragraphs, and at most one thing to do."""

    subject: str
    lines: tuple[str, ...]
    button: str
    note: str

    def filled(self, values: Mapping[str, str]) -> "LetterWords":
        """Return the same letter with the values in."""
        return LetterWords(
            subject=self.subject.format_map(values),
            lines=tuple(line.format_map(values) for line in self.lines),
            button=self.button.format_map(values),
            note=self.note.format_map(values),
        )


def _changed(subject: str, what: str) -> LetterWords:
    return LetterWords(
        subject=subject,
        lines=(f"{what} for {{email}} on {{at}}{{place}}.", HOW_TO_ACT),
        button="Set a new password",
        note="We write this whenever something changes about how you sign in.",
    )


LETTERS: Mapping[str, LetterWords] = {
    "joining": LetterWords(
        subject="Join {organisation} on cxapp",
        lines=(
            "{inviter} invites you to {organisation}, as {role}.",
            "{organisation} uses cxapp to ask customers how it went and to act on what they say.",
        ),
        button="Join {organisation}",
        note="The link works once, until {until}, for {email} alone: please do not forward it.",
    ),
    "password_reset_link": LetterWords(
        subject="Set a new password",
        lines=(
            "Somebody, hopefully you, asked for a new password for {email}.",
            "Until you choose one, the old password stays.",
        ),
        button="Set a new password",
        note="The link works once, for one hour. If you did not ask, you can ignore this mail.",
    ),
    "password_changed": _changed("Your password was changed", "The password was changed"),
    "password_reset": _changed("Your password was replaced", "A new password was set by mail"),
    "two_step_on": _changed("Two-step sign-in is on", "Two-step sign-in was turned on"),
    "two_step_off": _changed("Two-step sign-in is off", "Two-step sign-in was turned off"),
    "new_recovery_codes": _changed("You have new recovery codes", "New recovery codes were made"),
}
