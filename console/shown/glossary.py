"""The words of the pages, in plain sentences; each can be linked to by its key."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.text import slugify


@dataclass(frozen=True)
class Term:
    """One word and what it means here."""

    name: str
    says: str

    @property
    def key(self) -> str:
        return slugify(self.name)


@dataclass(frozen=True)
class Chapter:
    """Words that belong together."""

    name: str
    terms: Sequence[Term]


GLOSSARY = (
    Chapter(
        "What is asked",
        (
            Term(
                "NPS",
                "How likely are you to recommend us, 0 to 10? The share of 9 and 10 less the share"
                " of 0 to 6, from -100 to +100. Whoever gives 7 or 8 counts in the whole only.",
            ),
            Term(
                "CSAT",
                "How satisfied were you, 1 to 5? The share of 4 and 5, in percent.",
            ),
            Term(
                "CSAT (faces)",
                "The same, chosen among five faces. People choose otherwise among faces, so it is"
                " a number of its own and never added to CSAT.",
            ),
            Term("CES", "Was it easy, 1 to 7? The share of 5, 6 and 7, in percent."),
            Term(
                "Service",
                "A person, a chat bot or a portal helped with something, and the customer was"
                " asked about that right after.",
            ),
            Term(
                "Experience",
                "Everything before, during and after, asked now and then about the relationship"
                " as a whole. A score of one touchpoint never counts here.",
            ),
            Term(
                "Touchpoint",
                "A place where customers meet you: a call, a parcel, a bill, a visit.",
            ),
            Term("Programme", "Whom you ask, about what, how often, and in which words."),
        ),
    ),
    Chapter(
        "How sure a number is",
        (
            Term("n", "How many answers a number is made of. Skipped questions are none."),
            Term(
                "Interval",
                "Had other customers happened to answer, the number would differ. With the same"
                " care nineteen of twenty such ranges hold what all of them would say.",
            ),
            Term(
                "Small sample",
                "Fewer than 100 answers. The number stands there, with a wide range beside it.",
            ),
            Term(
                "Too few",
                "Fewer than 25 answers: the range is shown, the number is not, and nothing is"
                " coloured or ranked.",
            ),
            Term(
                "Verdict",
                "What may be said of a change: up or down, more than chance explains; steady; or"
                " no call.",
            ),
            Term(
                "No call",
                "The change could be chance. It does not say that nothing changed; it says that"
                " these answers cannot tell.",
            ),
            Term(
                "Steady",
                "Certainly smaller than the change that you said matters. That is a finding too.",
            ),
            Term(
                "Judged together",
                "Of twenty segments one looks remarkable by luck. Segments are therefore judged as"
                " a family, and a claim has to be stronger to be made.",
            ),
        ),
    ),
    Chapter(
        "Who answered, who did not",
        (
            Term(
                "Response rate",
                "Of the questions that were handed over in these days, how many were answered,"
                " whenever that was.",
            ),
            Term(
                "Handed over",
                "Your mail server took the mail. Whether it reached the inbox, only the inbox"
                " knows.",
            ),
            Term(
                "Asked or not",
                "Each contact makes a decision that is kept with the rule that made it. Nobody is"
                " skipped silently.",
            ),
            Term(
                "Resting",
                "Somebody who was asked lately is left in peace. Each programme has its own rest;"
                " one limit holds for all of them together.",
            ),
            Term(
                "Suspected machine",
                "Programs that check mail press buttons too. Answers that look like theirs are"
                " kept apart, counted apart and can be looked at.",
            ),
            Term(
                "Held out",
                "A share of customers whom you never ask, always the same ones: it shows what"
                " asking itself does.",
            ),
            Term(
                "Anonymous",
                "Asked for good without a name: nothing leads from an answer to a person, and"
                " figures come in groups of five or more.",
            ),
        ),
    ),
    Chapter(
        "Reading further",
        (
            Term(
                "The gap",
                "Where service and the relationship part: great help around a poor product, or the"
                " other way round. The scales differ, so one is never subtracted from the other.",
            ),
            Term(
                "Segment",
                "Customers with something in common, such as a plan or a region, as it was when"
                " they answered.",
            ),
            Term(
                "Goal",
                "The score you want. It is reached only when the range is above it, and missed"
                " only when the range is below.",
            ),
            Term(
                "Annotation",
                "What happened on a day: a release, a new price. A thin line in every trend.",
            ),
            Term(
                "Definition",
                "How a number is counted, with a version. A new version counts the whole past"
                " anew, and the earlier one can still be looked at.",
            ),
        ),
    ),
)
