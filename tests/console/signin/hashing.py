"""A password hash that costs little, but not nothing: about 12 ms."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class CheapHasher(PBKDF2PasswordHasher):
    algorithm = "cheap"
    iterations = 40_000
