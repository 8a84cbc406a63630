"""What an API key may do: the scopes a key can carry."""

from enum import StrEnum


class Scope(StrEnum):
    INTERACTIONS_WRITE = "interactions:write"
    INTERACTIONS_READ = "interactions:read"
    CUSTOMERS_WRITE = "customers:write"
    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_MERGE = "customers:merge"
    CUSTOMERS_EXPORT = "customers:export"
    ERASURE_WRITE = "erasure:write"
    COMPANIES_WRITE = "companies:write"
    COMPANIES_READ = "companies:read"
    INVITATIONS_WRITE = "invitations:write"
    INVITATIONS_READ = "invitations:read"
    DECISIONS_READ = "decisions:read"
    SUPPRESSIONS_WRITE = "suppressions:write"
    SUPPRESSIONS_READ = "suppressions:read"
    RESPONSES_WRITE = "responses:write"
    RESPONSES_READ = "responses:read"
    METRICS_READ = "metrics:read"
    MEASURING_WRITE = "measuring:write"
    IMPORTS_WRITE = "imports:write"
    EXPORTS_WRITE = "exports:write"
    ALERTS_WRITE = "alerts:write"
    TOUCHPOINTS_WRITE = "touchpoints:write"
    SURVEYS_WRITE = "surveys:write"
    SURVEYS_READ = "surveys:read"
    PROGRAMMES_WRITE = "programmes:write"
    SENDING_WRITE = "sending:write"
    WEBHOOKS_WRITE = "webhooks:write"
    WEBHOOKS_READ = "webhooks:read"
    AUDIT_READ = "audit:read"


EVERYTHING = tuple(scope.value for scope in Scope)
# What reports and reads; what changes rules, takes data out for good or away is chosen by hand.
USUAL = (
    Scope.INTERACTIONS_WRITE,
    Scope.INTERACTIONS_READ,
    Scope.CUSTOMERS_WRITE,
    Scope.CUSTOMERS_READ,
    Scope.DECISIONS_READ,
    Scope.RESPONSES_READ,
    Scope.METRICS_READ,
)
