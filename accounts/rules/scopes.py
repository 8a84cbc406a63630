"""What an API key may do: the scopes a key can carry."""

from enum import StrEnum


class Scope(StrEnum):
    INTERACTIONS_WRITE = "interactions:write"
    INTERACTIONS_READ = "interactions:read"
    CUSTOMERS_WRITE = "customers:write"
    CUSTOMERS_READ = "customers:read"
    INVITATIONS_WRITE = "invitations:write"
    DECISIONS_READ = "decisions:read"
    RESPONSES_READ = "responses:read"
    METRICS_READ = "metrics:read"


EVERYTHING = tuple(scope.value for scope in Scope)
