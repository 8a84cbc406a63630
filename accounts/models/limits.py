"""Failed sign-ins, counted in PostgreSQL because a lost cache must not open the door."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class SignInFailures(models.Model):
    """Recent failures of one address, network or user; the key is a keyed hash of which."""

    key = models.CharField(max_length=64, unique=True)
    # The times and not a number: a counter that starts anew would let twice as many through
    # around its edge.
    tries = ArrayField(models.DateTimeField(), default=list)
    last_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{len(self.tries)} until {self.last_at}"
