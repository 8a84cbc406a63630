"""Failed sign-ins, counted in PostgreSQL because a lost cache must not open the door."""

from django.db import models


class SignInFailures(models.Model):
    """Failures of one address or one network address in a window; the key is a keyed hash."""

    key = models.CharField(max_length=64, unique=True)
    window_starts_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.failures} since {self.window_starts_at}"
