"""SQL that judges a sending where its answer is stored, and says what of two sendings stands.

All that judge expect a row `house` of the organisation; `DOUBT` the invitation as `i`, too.
"""

from dataclasses import asdict
from typing import Any

from surveys.rules.doubts import OLD_ENOUGH, Rule, Signs

_OF_FORM = f"""
    WHEN %(touched_trap)s AND house.suspect_traps THEN '{Rule.TRAP}'
    WHEN NOT %(has_form)s THEN '{Rule.NO_FORM}'
    WHEN %(is_again)s THEN
        CASE WHEN %(seconds)s::float < {OLD_ENOUGH} THEN '{Rule.TOO_QUICK}' ELSE '' END
    WHEN %(seconds)s < house.suspect_shown_seconds THEN '{Rule.TOO_QUICK}'"""

# Nobody was invited by a public link: no mail left of which an answer could come too soon.
DOUBT_OF_FORM = f"CASE {_OF_FORM} ELSE '' END"
# Of several mails the last one counts: a scanner opens the reminder's links as it opened the first.
DOUBT = f"""CASE {_OF_FORM}
    WHEN house.suspect_scores > 0 AND %(scores)s::int >= house.suspect_scores
        THEN '{Rule.SEVERAL_SCORES}'
    WHEN GREATEST(i.sent_at, (
        SELECT max(m.handing_over_at) FROM surveys_message m WHERE m.invitation_id = i.id
    )) > %(now)s::timestamptz - make_interval(secs => house.suspect_within_seconds)
        THEN '{Rule.TOO_SOON}'
    ELSE '' END"""  # noqa: S608  (our own constants, no values)

# Valkey alone remembers what was requested; without it the answer says that nobody looked.
NOT_LOOKED_AT = f"""CASE
    WHEN %(scores)s::int IS NULL AND house.suspect_scores > 0 AND NOT %(is_again)s
        THEN 'not looked at: {Rule.SEVERAL_SCORES}'
    ELSE '' END"""

# What an answer sent again leaves of the stored row `kept`: the latest human one, else the latest
# suspect; what staff or the customer took out of the count stays out.
SENT_AGAIN = """
    revisions_made = kept.revisions_made + 1,
    language = excluded.language,
    score = CASE WHEN excluded.standing <> 'suspect' OR kept.standing = 'suspect'
        THEN excluded.score ELSE kept.score END,
    answered_at = CASE WHEN kept.standing = 'suspect'
        THEN excluded.answered_at ELSE kept.answered_at END,
    local_on = CASE WHEN kept.standing = 'suspect'
        THEN excluded.local_on ELSE kept.local_on END,
    standing_reason = CASE WHEN kept.standing = 'suspect'
        THEN excluded.standing_reason ELSE kept.standing_reason END,
    standing = CASE WHEN kept.standing = 'suspect'
        THEN excluded.standing ELSE kept.standing END"""


def values_of(signs: Signs) -> dict[str, Any]:
    """The values that both texts name, besides `now`."""
    return asdict(signs)
