"""What customers of Acme Mobile said in the second step: how it felt, and whether to call them."""

from cxapp.demo.story.draws import Draws
from cxapp.demo.story.records import Answer, Ask
from surveys.rules.feelings import Contact, asks_contact_of, read_feelings
from surveys.rules.metrics import Metric

SAYS = 0.74  # of those who were asked and sent the second step
WISHES = ((Contact.EMAIL, 0.44), (Contact.PHONE, 0.24), (Contact.NO, 0.32))


def contact_of(draws: Draws, ask: Ask, answer: Answer, metric: str) -> str:
    """Whether somebody may contact the customer; empty where she was not asked or did not say."""
    if not _is_sent(answer) or not asks_contact_of(Metric(metric), answer.shown.score):
        return ""
    draw = draws.of("ask", ask.key, "contact")
    return draw.weighted(WISHES).value if draw.chance(SAYS) else ""


def feelings_of(answer: Answer) -> list[str]:
    return [one.value for one in read_feelings(answer.feelings)] if _is_sent(answer) else []


def _is_sent(answer: Answer) -> bool:
    return answer.finished and any(each.verdict == "human" for each in answer.revisions)
