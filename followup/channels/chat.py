"""Messages to a chat in the shape of Slack's incoming webhooks, which the others take as well.

Slack shows the blocks; Mattermost, Discord (its address with /slack) and others the text alone,
so all of it stands in both.
"""

import json
import re
from collections.abc import Sequence

from django.core.exceptions import ObjectDoesNotExist

from followup.models import WebhookDelivery
from followup.queries.bad_answers import BadAnswer, Storm, bad_answer, storm
from followup.rules.happenings import ALERT

APART = "\u200b"  # nobody sees it
WWW = re.compile(r"\b(www)\.", re.IGNORECASE)
LONGEST = 2900  # letters of a message; Slack takes 3,000


def bodies_of(deliveries: Sequence[WebhookDelivery]) -> dict[int, str]:
    """The message of each by its id; there is none where the answer is gone."""
    told = {}
    for one in deliveries:
        try:
            told[one.pk] = _answer(one.subject) if one.type == ALERT else _storm(one.subject)
        except ObjectDoesNotExist:
            continue
    return told


def safe(text: str) -> str:
    """Return words of others so that they stay words: no link, no picture, nobody is called."""
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, written)
    for sign, written in (("@", f"@{APART}"), ("](", f"]{APART}("), ("://", f":{APART}//")):
        text = text.replace(sign, written)
    return WWW.sub(rf"\1{APART}.", text)


def _answer(alert_id: int) -> str:
    told = bad_answer(alert_id, may_name=True)
    return _written(_lines(told), f"<{told.link}|Read it in cxapp>")


def _lines(told: BadAnswer) -> list[str]:
    quoted = [f"> {safe(line)}" for line in told.words.splitlines() if line.strip()]
    facts = " · ".join(f"{safe(name)}: {safe(value)}" for name, value in told.facts)
    return [f"*{safe(told.title)}*", *([safe(told.who)] if told.who else []), *quoted, facts]


def _storm(alert_id: int) -> str:
    told: Storm = storm(alert_id)
    return _written([f"*{safe(told.title)}*"], f"<{told.link}|Read them in cxapp>")


def _written(lines: Sequence[str], link: str) -> str:
    told = "\n".join(lines)
    room = LONGEST - len(link) - 2
    # Signs that were written out make it longer than it was: the end goes, never the link.
    text = f"{told if len(told) <= room else told[:room] + '…'}\n{link}"
    section = {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
    return json.dumps({"text": text, "blocks": [section]}, ensure_ascii=False)
