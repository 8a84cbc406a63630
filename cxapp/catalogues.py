"""Every sentence of the product that customers read, for the catalogues of translations."""

from collections.abc import Iterator
from dataclasses import dataclass

from respond import phrases
from surveys.channels.texts import STOP
from surveys.rules import anonymity
from surveys.rules.kinds import WORDS
from surveys.rules.metrics import FAMILIES, SCALES
from surveys.rules.occasions import TOLD
from surveys.rules.text_names import NAMES
from surveys.rules.wording import DEFAULTS, place_of

NOTES = {
    "page": "A fixed sentence of the respondent's pages: {name}.",
    "occasion": "A part of a sentence; it is put where a text says {{when}}, {{what}}, {{reason}}.",
    "anonymous": "What an anonymous survey says of itself, in the mail and on the page.",
    "kind": "What questions are about, on the page behind the unsubscribe link.",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One sentence: where it stands, its English, and what a translator should know of it."""

    place: str
    text: str
    note: str


def entries() -> list[Entry]:
    """Return the sentences in the order in which customers meet them, each once."""
    found = {(one.place, one.text): one for one in _all() if one.text}
    return list(found.values())


def _all() -> Iterator[Entry]:
    for key, text in NAMES.items():
        for metric in FAMILIES:
            told = getattr(DEFAULTS[metric], key)
            yield Entry(place_of(metric, key), told, text.name)
    for metric in FAMILIES:
        for point, label in SCALES[metric].labels.items():
            note = f"The words at {point} of {metric.name}: they are part of what is measured."
            yield Entry(f"{metric.value}.point_{point}", label, note)
    yield from (Entry(place, text, NOTES["occasion"].format()) for place, text in TOLD.items())
    yield from (Entry(f"kind.{name}", text, NOTES["kind"]) for name, text in WORDS.items())
    told = anonymity.SAID.items()
    yield from (Entry(f"{anonymity.PLACE}.{name}", one, NOTES["anonymous"]) for name, one in told)
    yield Entry("sms.stop", STOP, "Ends a text message; the word STOP stays as it is.")
    for name, phrase in vars(phrases).items():
        if name.isupper():
            yield Entry("page", phrase, NOTES["page"].format(name=name))
