"""What can change about how a person signs in."""

from enum import StrEnum


class SecurityChange(StrEnum):
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    PASSWORD_RESET = "password_reset"  # noqa: S105
    TWO_STEP_ON = "two_step_on"
    TWO_STEP_OFF = "two_step_off"
    NEW_RECOVERY_CODES = "new_recovery_codes"
