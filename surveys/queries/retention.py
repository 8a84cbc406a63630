"""How long an organisation keeps what."""

from accounts.models import Organisation
from surveys.rules.retention import Rules


def retention_rules(organisation_id: int) -> Rules:
    organisation = Organisation.objects.get(pk=organisation_id)
    return Rules(
        words_months=organisation.keep_words_months,
        contexts_months=organisation.keep_contexts_months,
        silent_years=organisation.keep_silent_years,
    )
