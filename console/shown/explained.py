"""What opens beside several numbers at once: how each of them is counted."""

from metrics.statistics.definitions import Definitions
from reports.rules.words import NAMES, Explained, version_text

JOURNEY = Explained(
    name="Journey",
    sentence="Each stage with the scores of all its touchpoints together, answered right after.",
    facts=[
        ("Counts", "each answer to a survey after a contact, service and experience alike"),
        ("Band", "95 % interval of each point"),
    ],
)
FUNNEL = Explained(
    name="How far questions came",
    sentence="The questions that were made in the period, by how far each of them came so far.",
    facts=[
        ("Asked", "the rules allowed it and a mail was made"),
        ("Handed over", "the mail server took it"),
        ("Answered", "a score was sent, whenever that was"),
        ("Leaves out", "test mails"),
    ],
)
MET = Explained(
    name="From interaction to answer",
    sentence="The interactions of the period, by how far each came, whenever that was.",
    facts=[
        ("Asked", "the rules allowed it; each refusal stands with its rule below"),
        ("Handed over", "the mail server took it"),
        ("Answered", "a score was sent; in percent only of questions whose time is over"),
        ("Interval", "95 %, Wilson; the change as with every rate"),
        ("Leaves out", "test mails and what a test key reported"),
    ],
)


def scores_explained(definitions: Definitions) -> Explained:
    """Say of each metric how a list of scores counts it."""
    counted = definitions.after_contact
    return Explained(
        name="Scores",
        sentence="Each metric by its own rule, from the answers given right after a contact.",
        facts=[
            *((NAMES[one.kind], f"{one.words}. Version {version_text(one)}.") for one in counted),
            ("Interval", "95 %; below 25 answers there is no headline"),
        ],
    )
