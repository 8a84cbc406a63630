"""Write down how an answer stands now as one more version of it: all that it says, as a whole."""

from datetime import datetime
from typing import Any

from surveys.models import Response, ResponseRevision


def keep_version(
    response: Response, *, now: datetime, rule: str = "", entered_by: str = "", reason: str = ""
) -> ResponseRevision:
    """Store the version with the number that the response bears; a person said or wrote it."""
    return ResponseRevision.objects.create(
        organisation_id=response.organisation_id,
        response=response,
        number=response.revisions_made,
        at=now,
        verdict=ResponseRevision.Verdict.HUMAN,
        rule=rule,
        score=response.score,
        comment=response.comment,
        feelings=response.feelings,
        contact=response.contact,
        answers=_answers(response),
        entered_by=entered_by,
        reason=reason,
    )


def _answers(response: Response) -> dict[str, Any]:
    """To each follow-up question what was chosen, or the words."""
    rows = response.answers.values_list("question_id", "question__kind", "picked", "words")
    return {str(one): words if kind == "text" else picked for one, kind, picked, words in rows}
