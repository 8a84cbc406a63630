"""What is kept about a person, part by part: which rows are hers, and how they are told.

All columns of a row are told unless they stand under `hidden`, so that a new one is never
forgotten; a test compares the parts with the foreign keys that lead to a customer.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Model

from surveys import models

# Where a row points to: told by its name instead of its number.
NAMES: Mapping[str, str] = {
    "programme": "programme__name",
    "touchpoint": "touchpoint__name",
    "company": "company__name",
    "public_link": "public_link__name",
    "tag": "tag__name",
    "question": "question__text",
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One kind of rows about a person; `hers` leads from a row to the customer's number.

    Of its own columns not told are those `hidden` and the customer: whose it is needs no telling.
    """

    name: str
    title: str
    about: str
    model: type[Model]
    hers: str = "customer"
    hidden: frozenset[str] = frozenset()


# How a worker holds a row while it works says nothing about the person.
WORKING = frozenset({"claim", "lease_until"})

PARTS = (
    Part(
        name="person",
        title="The person",
        about="Name, addresses and properties, and why this person may be asked.",
        model=models.Customer,
        hers="id",
    ),
    Part(
        name="former_entries",
        title="Entries that were merged",
        about="Ids and addresses under which the same person was known before.",
        model=models.Customer,
        hers="merged_into",
    ),
    Part(
        name="contacts",
        title="Contacts",
        about="Each time of being in touch with the organisation, and what was noted then.",
        model=models.Interaction,
    ),
    Part(
        name="decisions",
        title="Decisions whether to ask",
        about="Each time it was decided whether to ask, and the rule that decided.",
        model=models.Decision,
    ),
    Part(
        name="invitations",
        title="Questions asked",
        about="Each time a question was asked, and what became of it.",
        model=models.Invitation,
    ),
    Part(
        name="messages",
        title="Mails and texts",
        about="What was sent. The words are made when a mail leaves and are not kept.",
        model=models.Message,
        hers="invitation__customer",
        hidden=WORKING,
    ),
    Part(
        name="attempts",
        title="Attempts to hand a mail over",
        about="What the mail server said, each time.",
        model=models.MessageAttempt,
        hers="message__invitation__customer",
        hidden=frozenset({"worker"}),
    ),
    Part(
        name="delivery_reports",
        title="Reports of delivery",
        about="What the mail service reported afterwards.",
        model=models.DeliveryReport,
        hers="message__invitation__customer",
    ),
    Part(
        name="answers",
        title="Answers",
        about="What was answered, as it stands now.",
        model=models.Response,
    ),
    Part(
        name="answer_versions",
        title="Versions of answers",
        about="Every version of an answer that was ever sent, or entered by staff.",
        model=models.ResponseRevision,
        hers="response__customer",
        hidden=frozenset({"entered_by"}),
    ),
    Part(
        name="further_answers",
        title="Answers to further questions",
        about="What was chosen and written after the first question.",
        model=models.Answer,
        hers="response__customer",
    ),
    Part(
        name="exclusions",
        title="Answers taken out of the figures",
        about="When an answer was not counted, and why.",
        model=models.Exclusion,
        hers="response__customer",
        hidden=frozenset({"excluded_by", "restored_by"}),
    ),
    Part(
        name="tags",
        title="Tags",
        about="Words that staff put on the answers.",
        model=models.ResponseTag,
        hers="response__customer",
    ),
)

LEFT_OUT: Mapping[str, str] = {
    "Who of the staff did it": (
        "Names of employees are left out: they are data about other people."
    ),
    "Figures": "Charts and scores count the answers above once more, as numbers without a name.",
    "The journal": "Holds numbers of the rows above, and nothing else.",
    "Kept replies of the API": (
        "Copies of the rows above, kept for 24 hours so that a repeated call changes nothing."
    ),
    "Anonymous answers": "Nobody can say whose they are.",
}


_further: dict[str, Part] = {}


def register_part(part: Part) -> None:
    """Have rows of a later stage told as well; called when that stage starts."""
    _further[part.name] = part


def further_parts() -> tuple[Part, ...]:
    return tuple(_further.values())
